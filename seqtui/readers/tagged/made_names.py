"""Names made by rule, of persons, places, organizations and works, each with its exact chance under its type.

Many names belong to several types (Jordan, Washington), so that only their context tells; many are rare, made of a stem
and an ending, so that a test holds names which no training has seen.
"""

from dataclasses import dataclass
from functools import cache
from itertools import product
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

TYPES: Final = ("LOC", "ORG", "PER", "WORK")

Words = dict[str, float]
Names = dict[tuple[str, ...], float]


def listed(words: str) -> list[str]:
    """Words parted by blanks."""
    return words.split()


# Each of these is a person's given name or surname, a place, a firm and the title of something.
_SHARED: Final = listed(
    "Jordan Paris Washington Lincoln Georgia Virginia Florence Austin Sydney Victoria Chester Lancaster "
    "Madison Jackson Hamilton Carolina Kent York Houston Dallas Phoenix Chelsea Brooklyn Savannah Marlow "
    "Preston Ashton Milton Logan Camden"
)
_GIVEN: Final = listed(
    "Anna Mark Elena David Maria Peter Rose Ivan Laura Hope Omar Grace Yuki Will Sofia May Daniel Faith "
    "Priya Hugo Clara Amir Nora Felix Ines Leo Marta Samuel Aisha Tom"
)
_SURNAMES: Final = listed(
    "Smith Garcia Novak Tanaka Brown Khan Rossi Weber Silva Olsen Dubois Ivanova Cohen Kelly Nagy"
)

_PLACES: Final = listed(
    "London Cairo Lisbon Oslo Lima Prague Nairobi Vienna Kyoto Chicago Riga Tunis Perth Quito Malta"
)

_STEMS: Final = listed(
    "Al Bar Cal Dor El Far Gil Har Il Jar Kal Lor Mar Nor Or Pel Quin Ros Sal Tor Ul Var Wen Yar Zel "
    "Brin Cor Dun Fen Hol"
)
_MIDDLES: Final = ("", "a", "in", "o")
# What stands in both can be either: Norton, Dunham.
_SURNAME_ENDS: Final = listed("son ov ez etti berg man ton ham ley wood")
_PLACE_ENDS: Final = listed("ville burg mouth stead stan port ton ham ley wood")
_FIRM_ENDS: Final = listed("tek ix corp soft co dyne")
_BEFORE_A_PLACE: Final = listed("New Port Lake North")
_BEHIND_A_FIRM: Final = listed("Bank Institute Motors Press University Airlines Records")
_ADJECTIVES: Final = listed(
    "Silent Broken Long Golden Last Hidden Empty Quiet Burning Second Distant Paper Winter Hollow Secret"
)
_NOUNS: Final = listed(
    "River House Garden Summer Letter Road Mirror Island Winter Song Door Kingdom Train Orchard Night"
)

_CONSONANTS: Final = "BCDFGHKLMNPRSTVWXZ"


@dataclass(frozen=True, slots=True)
class NameTable:
    """The names of one type: names, and cumulative (names,) to draw from; chances: of every name."""

    names: tuple[tuple[str, ...], ...]
    cumulative: NDArray[np.float64]
    chances: Names

    def at(self, uniform: float) -> tuple[str, ...]:
        """The name that a uniform number of [0, 1) stands for."""
        place = int(np.searchsorted(self.cumulative, uniform * self.cumulative[-1], side="right"))
        return self.names[min(place, len(self.names) - 1)]


@cache
def name_tables() -> dict[str, NameTable]:
    """One table a type; the chances of each sum to one."""
    return {kind: _table(names) for kind, names in zip(TYPES, (_places(), _firms(), _persons(), _works()), strict=True)}


def _persons() -> Names:
    given = _mixed((0.4, _even(_SHARED)), (0.6, _falling(_GIVEN)))
    return _joined((0.35, (given,)), (0.45, (given, _surnames())), (0.2, (_surnames(),)))


def _surnames() -> Words:
    return _mixed((0.25, _even(_SHARED)), (0.25, _falling(_SURNAMES)), (0.5, _rare(_SURNAME_ENDS)))


def _places() -> Names:
    single = _mixed((0.4, _even(_SHARED)), (0.25, _falling(_PLACES)), (0.35, _rare(_PLACE_ENDS)))
    return _joined((0.8, (single,)), (0.2, (_even(_BEFORE_A_PLACE), _rare(_PLACE_ENDS))))


def _firms() -> Names:
    single = _mixed((0.6, _even(_SHARED)), (0.4, _rare(_FIRM_ENDS)))
    owner = _mixed((0.4, _even(_SHARED)), (0.3, _rare(_SURNAME_ENDS)), (0.3, _rare(_PLACE_ENDS)))
    letters = _even(["".join(each) for each in product(_CONSONANTS, repeat=3)])
    return _joined((0.4, (single,)), (0.4, (owner, _even(_BEHIND_A_FIRM))), (0.2, (letters,)))


def _works() -> Names:
    title = (_even(_ADJECTIVES), _even(_NOUNS))
    about = _mixed((0.5, _even(_SHARED)), (0.5, _rare(_PLACE_ENDS)))
    return _joined(
        (0.35, ({"The": 1.0}, *title)), (0.1, title), (0.35, (_even(_SHARED),)), (0.2, ({"Leaving": 1.0}, about))
    )  # fmt: skip


def _even(words: list[str]) -> Words:
    return dict.fromkeys(words, 1 / len(words))


def _falling(words: list[str]) -> Words:
    """Zipf's law: the second half as often as the first, the third a third as often."""
    total = sum(1 / rank for rank in range(1, len(words) + 1))
    return {word: 1 / rank / total for rank, word in enumerate(words, 1)}


def _rare(ends: list[str]) -> Words:
    return _even([stem + middle + end for stem in _STEMS for middle in _MIDDLES for end in ends])


def _mixed(*parts: tuple[float, Words]) -> Words:
    mixed: Words = {}
    for share, words in parts:
        for word, chance in words.items():
            mixed[word] = mixed.get(word, 0.0) + share * chance
    return mixed


def _joined(*forms: tuple[float, tuple[Words, ...]]) -> Names:
    """Names of several words, the words of each form being drawn independently."""
    names: Names = {}
    for share, parts in forms:
        for drawn in product(*(part.items() for part in parts)):
            name = tuple(word for word, _ in drawn)
            names[name] = names.get(name, 0.0) + share * prod(chance for _, chance in drawn)
    return names


def _table(names: Names) -> NameTable:
    return NameTable(tuple(names), np.cumsum(list(names.values())), names)

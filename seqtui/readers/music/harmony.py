"""Functional harmony as tables and a random walk: which chords there are, what follows what, how phrases close.

Degrees are semitones above the tonic. Chooses chords only; who sings what is seqtui.readers.music.voice_leading.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np


@dataclass(frozen=True, slots=True)
class Chord:
    """One chord of a key. bass: degree of the lowest voice; leading: degrees that must not be doubled, and rise a
    semitone where the next chord has their goal; falling: sevenths, which must step down."""

    symbol: str
    degrees: tuple[int, ...]
    bass: int
    leading: tuple[int, ...] = ()
    falling: tuple[int, ...] = ()


def _chords(*rows: tuple[str, tuple[int, ...], int, tuple[int, ...], tuple[int, ...]]) -> dict[str, Chord]:
    return {row[0]: Chord(*row) for row in rows}


MAJOR: Final = _chords(
    ("I", (0, 4, 7), 0, (), ()), ("I6", (0, 4, 7), 4, (), ()), ("I64", (0, 4, 7), 7, (), ()),
    ("ii", (2, 5, 9), 2, (), ()), ("ii6", (2, 5, 9), 5, (), ()), ("ii65", (2, 5, 9, 0), 5, (), (0,)),
    ("IV", (5, 9, 0), 5, (), ()), ("IV6", (5, 9, 0), 9, (), ()), ("vi", (9, 0, 4), 9, (), ()),
    ("iii", (4, 7, 11), 4, (), ()),
    ("V", (7, 11, 2), 7, (11,), ()), ("V6", (7, 11, 2), 11, (11,), ()), ("V7", (7, 11, 2, 5), 7, (11,), (5,)),
    ("V65", (7, 11, 2, 5), 11, (11,), (5,)), ("V42", (7, 11, 2, 5), 5, (11,), (5,)),
    ("vii6", (11, 2, 5), 2, (11,), ()),
    ("V7/V", (2, 6, 9, 0), 2, (6,), (0,)), ("V65/V", (2, 6, 9, 0), 6, (6,), (0,)),
    ("V7/vi", (4, 8, 11, 2), 4, (8,), (2,)), ("V65/vi", (4, 8, 11, 2), 8, (8,), (2,)),
    ("V7/IV", (0, 4, 7, 10), 0, (4,), (10,)), ("V65/ii", (9, 1, 4, 7), 1, (1,), (7,)),
)  # fmt: skip

MINOR: Final = _chords(
    ("i", (0, 3, 7), 0, (), ()), ("i6", (0, 3, 7), 3, (), ()), ("i64", (0, 3, 7), 7, (), ()),
    ("I", (0, 4, 7), 0, (), ()),
    ("iio6", (2, 5, 8), 5, (), ()), ("iio65", (2, 5, 8, 0), 5, (), (0,)),
    ("iv", (5, 8, 0), 5, (), ()), ("iv6", (5, 8, 0), 8, (), ()), ("VI", (8, 0, 3), 8, (), ()),
    ("III", (3, 7, 10), 3, (), ()), ("VII", (10, 2, 5), 10, (), ()), ("VII7", (10, 2, 5, 8), 10, (2,), (8,)),
    ("V", (7, 11, 2), 7, (11,), ()), ("V6", (7, 11, 2), 11, (11,), ()), ("V7", (7, 11, 2, 5), 7, (11,), (5,)),
    ("V65", (7, 11, 2, 5), 11, (11,), (5,)), ("V42", (7, 11, 2, 5), 5, (11,), (5,)),
    ("viio6", (11, 2, 5), 2, (11,), ()),
    ("V7/iv", (0, 4, 7, 10), 0, (4,), (10,)), ("V65/iv", (0, 4, 7, 10), 4, (4,), (10,)),
)  # fmt: skip

_MAJOR_STEPS: Final = {
    "I": {"ii6": 3, "IV": 4, "V": 3, "V6": 3, "vi": 4, "I6": 3, "vii6": 2, "V65": 2, "V65/V": 1, "V7/vi": 1,
          "V65/vi": 1, "V7/IV": 1, "V65/ii": 1, "iii": 1, "V42": 1},
    "I6": {"IV": 4, "ii6": 3, "V": 2, "I": 2, "vii6": 2, "ii65": 2, "V65": 1, "V7/V": 1},
    "I64": {"V7": 3, "V": 1},
    "ii": {"V": 3, "V7": 3, "vii6": 1, "V65": 1, "ii6": 1}, "ii6": {"V": 4, "V7": 3, "I64": 1, "V42": 1},
    "ii65": {"V": 4, "V7": 1, "I64": 1}, "iii": {"vi": 3, "IV": 4},
    "IV": {"V": 4, "I": 3, "ii6": 2, "vii6": 2, "I6": 1, "V7": 1, "V42": 1, "V65/V": 1},
    "IV6": {"V": 2, "V65": 3, "I6": 2, "ii65": 1},
    "vi": {"ii6": 3, "IV": 4, "ii": 3, "V": 1, "I6": 1, "V65/V": 1, "ii65": 2},
    "V": {"I": 6, "vi": 2, "I6": 1, "IV6": 1, "V42": 1}, "V6": {"I": 5, "V65": 1}, "V7": {"I": 5, "vi": 1},
    "V65": {"I": 1}, "V42": {"I6": 1}, "vii6": {"I": 2, "I6": 3}, "V7/V": {"V": 1}, "V65/V": {"V": 1},
    "V7/vi": {"vi": 1}, "V65/vi": {"vi": 1}, "V7/IV": {"IV": 1}, "V65/ii": {"ii": 1},
}  # fmt: skip

_MINOR_STEPS: Final = {
    "i": {"iio6": 2, "iv": 4, "V": 3, "V6": 3, "VI": 4, "i6": 3, "viio6": 2, "V65": 2, "V7/iv": 1, "V65/iv": 1,
          "VII": 1, "iv6": 1},
    "i6": {"iv": 4, "iio6": 3, "V": 2, "i": 2, "viio6": 2, "iio65": 2, "V65": 1}, "i64": {"V7": 3, "V": 1},
    "iio6": {"V": 4, "V7": 3, "i64": 1, "V42": 1}, "iio65": {"V": 4, "V7": 1, "i64": 1},
    "iv": {"V": 4, "i": 2, "iio6": 2, "viio6": 2, "i6": 1, "V7": 1, "V42": 1, "VII": 1},
    "iv6": {"V": 4, "iio65": 1}, "VI": {"iio6": 3, "iv": 4, "III": 1, "V": 1, "iio65": 2},
    "III": {"VI": 3, "iv": 4}, "VII": {"III": 4}, "VII7": {"III": 1},
    "V": {"i": 6, "VI": 2, "i6": 1, "V42": 1}, "V6": {"i": 5, "V65": 1}, "V7": {"i": 5, "VI": 1},
    "V65": {"i": 1}, "V42": {"i6": 1}, "viio6": {"i": 2, "i6": 3}, "V7/iv": {"iv": 1}, "V65/iv": {"iv": 1},
}  # fmt: skip

_MAJOR_ENDS: Final = {
    "authentic": (("ii6", "V7", "I"), ("IV", "V", "I"), ("I64", "V7", "I"), ("ii65", "V", "I"), ("V7/V", "V", "I")),
    "half": (("I", "V"), ("ii6", "V"), ("IV", "V"), ("V65/V", "V"), ("vi", "V")),
    "deceptive": (("IV", "V7", "vi"), ("ii6", "V", "vi")),
}
_MINOR_ENDS: Final = {
    "authentic": (("iio6", "V7", "i"), ("iv", "V", "i"), ("i64", "V7", "i"), ("iio65", "V", "i")),
    "picardy": (("iv", "V7", "I"), ("iio6", "V", "I")),
    "half": (("i", "V"), ("iio6", "V"), ("iv", "V"), ("iv6", "V"), ("VI", "V")),
    "deceptive": (("iv", "V7", "VI"), ("iio6", "V", "VI")),
}


def chord(mode: str, symbol: str) -> Chord:
    """The chord of this name in `mode`, major or minor."""
    return (MAJOR if mode == "major" else MINOR)[symbol]


def phrase_chords(mode: str, count: int, ending: str, rng: np.random.Generator) -> tuple[str, ...]:
    """`count` chords from the tonic to a cadence: 'authentic', 'half', 'deceptive', or 'picardy' in minor."""
    endings = (_MAJOR_ENDS if mode == "major" else _MINOR_ENDS)[ending]
    close = endings[int(rng.integers(len(endings)))]
    opening = ["I" if mode == "major" else "i"]
    while len(opening) + len(close) < count:
        steps = _steps(mode)[opening[-1]]
        left = count - len(close) - len(opening) - 1
        # A chord repeated one step later sounds like a stutter, but is better than none.
        usable = {name: weight for name, weight in steps.items() if _reaches(mode, name, close[0], left)}
        fresh = {name: weight for name, weight in usable.items() if name not in opening[-2:]} or usable
        opening.append(_draw(fresh, rng))
    return (*opening, *close)


def _steps(mode: str) -> dict[str, dict[str, int]]:
    return _MAJOR_STEPS if mode == "major" else _MINOR_STEPS


@cache
def _reaches(mode: str, symbol: str, goal: str, between: int) -> bool:
    """Whether `goal` can follow `symbol` with exactly so many chords between."""
    steps = _steps(mode)[symbol]
    if between == 0:
        return goal in steps
    return any(_reaches(mode, following, goal, between - 1) for following in steps)


def _draw(weights: dict[str, int], rng: np.random.Generator) -> str:
    point = rng.random() * sum(weights.values())
    for name, weight in weights.items():
        point -= weight
        if point < 0:
            return name
    return next(reversed(weights))

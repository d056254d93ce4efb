"""English sentences and their French, made by rule, so that the best possible translation is known: all of it is right.

What a dictionary cannot do decides: adjectives that change place and agree, `ne … pas` around a verb, pronouns that go
before it, elisions, contractions. Every English sentence has one French one, so the ceiling is 100 % exactly right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import numpy as np

from seqtui.readers.pairs.made_phrase_words import (
    ANIMALS,
    NEVER_ELIDED,
    NUMBERS,
    OF_ANIMALS,
    OF_PEOPLE,
    OF_THINGS,
    PEOPLE,
    PLACES,
    THINGS,
    TIMES,
    WHERE,
    WITH_ANYBODY,
    WITH_THINGS,
    Adjective,
    Noun,
    Verb,
)
from seqtui.readers.pairs.pair_set import PairSet

_Choice = TypeVar("_Choice")
_Tense = Literal["present", "past", "future"]

_Domain = tuple[Sequence[Noun], Sequence[Adjective]]

_BEINGS: Final[tuple[_Domain, ...]] = ((PEOPLE, OF_PEOPLE), (PEOPLE, OF_PEOPLE), (ANIMALS, OF_ANIMALS))
_OBJECTS: Final[_Domain] = (THINGS, OF_THINGS)
_SPOTS: Final[_Domain] = (PLACES, OF_THINGS)
_TENSES: Final[tuple[_Tense, ...]] = ("present", "present", "past", "future")
_STREAM: Final = 0x0F2A
_VOWELS: Final = "aeiouyâàéèêëîïôœùh"  # all these words with h are mute
_PRONOUNS: Final = (("him", "le", ""), ("her", "la", "e"), ("them", "les", "s"))
_POSSESSIVES: Final = {
    "my": ("mon", "ma", "mes"), "his": ("son", "sa", "ses"), "her": ("son", "sa", "ses"),
    "our": ("notre", "notre", "nos"), "their": ("leur", "leur", "leurs"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Said:
    """The same in both languages; many: whether it is plural; indefinite: its French article is un, une or des."""

    english: str
    french: str
    many: bool = False
    indefinite: bool = False
    bare: str = ""  # French without its article


def make_phrases(number: int, *, seed: int) -> PairSet:
    """So many pairs with different English sides. The same seed gives the same ones on every machine."""
    writer = _Writer(_uniform(np.random.default_rng([seed, _STREAM])))
    said: dict[str, str] = {}
    while len(said) < number:
        english, french = writer.sentence()
        said.setdefault(english, french)
    names = [f"made by rule, pair {place}" for place in range(1, number + 1)]
    return PairSet(list(said), list(said.values()), names)


def _uniform(rng: np.random.Generator) -> Iterator[float]:
    while True:
        yield from rng.random(4096).tolist()


def _elided(word: str, following: str) -> str:
    """le chat, l'homme; ne voit, n'aime; que huit."""
    if following.startswith(NEVER_ELIDED):
        return f"{word} {following}"
    return f"{word[:-1]}'{following}" if following[0].lower() in _VOWELS else f"{word} {following}"


def _of(said: _Said) -> str:
    """de + le is du, de + les is des."""
    for article, contracted in (("le ", "du "), ("les ", "des ")):
        if said.french.startswith(article):
            return contracted + said.french.removeprefix(article)
    return _elided("de", said.french)


class _Writer:
    """Sentences from a stream of uniform numbers."""

    def __init__(self, uniform: Iterator[float]) -> None:
        self._uniform = uniform

    def sentence(self) -> tuple[str, str]:
        """English and French."""
        who = self._phrase(self._one(_BEINGS), 0.45)
        verb = self._one(WITH_ANYBODY if self._happens(0.55) else WITH_THINGS)
        tense = self._one(_TENSES)
        no, asked = self._happens(0.25), self._happens(0.2)
        english, french = self._clause(who, verb, tense, no=no, asked=asked)
        if self._happens(0.3):
            place = self._phrase(_SPOTS, 0.25, numbered=False)
            here, la, has_de = self._one(WHERE)
            english += f" {here} {place.english}"
            french += f" {la} {_of(place) if has_de else place.french}"
        if self._happens(0.25):
            when, quand = self._one(TIMES)
            if self._happens(0.5) and not asked:
                english, french = f"{when} {english}", f"{quand} {french}"
            else:
                english, french = f"{english} {when}", f"{french} {quand}"
        english, french = (text[0].upper() + text[1:] for text in (english, french))
        return (f"{english}?", f"{french} ?") if asked else (f"{english}.", f"{french}.")

    def _clause(self, who: _Said, verb: Verb, tense: _Tense, *, no: bool, asked: bool) -> tuple[str, str]:
        """Subject, verb and object, as a statement or a question."""
        anybody = verb in WITH_ANYBODY
        pronoun = self._one(_PRONOUNS if anybody else _PRONOUNS[-1:]) if self._happens(0.2) else None
        what = self._phrase(self._one(_BEINGS) if anybody and self._happens(0.6) else _OBJECTS, 0.4)
        helper = {"present": "do" if who.many else "does", "past": "did", "future": "will"}[tense]
        if asked or no or tense == "future":
            does = f"{who.english} {helper}{' not' * no} {verb.base}"
        else:
            does = f"{who.english} {verb.past if tense == 'past' else verb.base if who.many else verb.third}"
        if asked:
            does = f"{helper} {who.english}{' not' * no} {verb.base}"
        head, tail = self._french_verb(verb, tense, who.many)
        if pronoun is not None:
            tail += pronoun[2] if tense == "past" and tail[-1] + pronoun[2] != "ss" else ""
            head = f"les {head}" if pronoun[1] == "les" else _elided(pronoun[1], head)
        if no:
            head = f"{_elided('ne', head)} pas"
        made = f"{who.french} {head}{' ' if tail else ''}{tail}"
        if pronoun is None:
            # An indefinite object loses its article to a negation: ne mange pas de pomme.
            made += f" {_elided('de', what.bare) if no and what.indefinite else what.french}"
        if asked:
            made = f"est-ce {_elided('que', made)}"
        return f"{does} {what.english if pronoun is None else pronoun[0]}", made

    def _french_verb(self, verb: Verb, tense: _Tense, many: bool) -> tuple[str, str]:
        """What is bent, and the participle behind it."""
        match tense:
            case "present":
                return (verb.many if many else verb.one), ""
            case "past":
                return ("ont" if many else "a"), verb.done
            case "future":
                return verb.future + ("ont" if many else "a"), ""

    def _phrase(self, of: _Domain, described: float, *, numbered: bool = True) -> _Said:
        """Article, adjectives, noun."""
        noun, adjectives = self._one(of[0]), of[1]
        kind = self._one(("the", "the", "the", "a", "this", "my", "number" if numbered else "the"))
        many = kind == "number" or (kind != "a" and self._happens(0.35)) or (kind == "a" and self._happens(0.3))
        chosen = [self._one(adjectives)] if self._happens(described) else []
        if chosen and self._happens(0.25):
            chosen += [each for each in [self._one(adjectives)] if each.before != chosen[0].before]
        english = " ".join([*(each.english for each in chosen), noun.many if many else noun.one])
        french = noun.des if many else noun.un
        for each in chosen:
            form = (each.desf if many else each.une) if noun.gender == "f" else each.des if many else each.un
            if each.before and noun.gender == "m" and not many and french[0] in _VOWELS:
                form = each.vowel
            french = f"{form} {french}" if each.before else f"{french} {form}"
        front = next((each for each in chosen if each.before), None)
        return self._with_article(kind, english, french, noun.gender == "f", many=many, front=front is not None)

    def _with_article(
        self, kind: str, english: str, french: str, feminine: bool, *, many: bool, front: bool
    ) -> _Said:  # fmt: skip
        vowel = french[0] in _VOWELS
        match kind:
            case "the":
                whole = f"les {french}" if many else _elided("la" if feminine else "le", french)
                return _Said(f"the {english}", whole, many, False, french)
            case "a":
                # des is de before an adjective: de grands chats.
                several = _elided("de", french) if front else f"des {french}"
                whole = several if many else f"{'une' if feminine else 'un'} {french}"
                article = "some" if many else "an" if english[0] in "aeiou" else "a"
                return _Said(f"{article} {english}", whole, many, True, french)
            case "this":
                this = "ces" if many else "cette" if feminine else "cet" if vowel else "ce"
                return _Said(f"{'these' if many else 'this'} {english}", f"{this} {french}", many, False, french)
            case "number":
                number, nombre = self._one(NUMBERS)
                return _Said(f"{number} {english}", f"{nombre} {french}", True, False, french)
        whose = self._one(tuple(_POSSESSIVES))
        mon, ma, mes = _POSSESSIVES[whose]
        mine = mes if many else ma if feminine and not vowel else mon
        return _Said(f"{whose} {english}", f"{mine} {french}", many, False, french)

    def _happens(self, chance: float) -> bool:
        return next(self._uniform) < chance

    def _one(self, options: Sequence[_Choice]) -> _Choice:
        return options[int(next(self._uniform) * len(options))]

"""Opinions of one sentence made by rule, where the order of words decides, so that the best possible accuracy is known.

What a sentence says follows from its grammar alone: who is negated, twice or once, and which clause has the last word.
One label in twenty is turned over at random, which nobody can know: the best rule is right in 95 % of cases.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.labeled.text_set import TextSet
from seqtui.readers.random_half import half

_Choice = TypeVar("_Choice")

LABELS: Final = ("negative", "positive")
NOISE: Final = 0.05

_STREAM: Final = 0x0911


@dataclass(frozen=True, slots=True)
class Domain:
    """What is talked about: things, and what only they are called, by polarity; any thing is also called _GENERAL."""

    things: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]


def _domain(things: str, good: str, bad: str) -> Domain:
    return Domain(tuple(things.split()), tuple(good.split()), tuple(bad.split()))


_GENERAL: Final = _domain(
    "", "good great lovely excellent wonderful pleasant nice superb impressive memorable",
    "bad poor awful terrible disappointing horrible dreadful mediocre unpleasant forgettable",
)  # fmt: skip
_DOMAINS: Final = (
    _domain(
        "film plot ending script story play sequel scene", "gripping funny clever moving original charming",
        "boring dull predictable silly tedious shallow",
    ),
    _domain(
        "soup bread curry salad pasta cake pizza breakfast", "tasty fresh delicious crisp healthy hot",
        "bland stale greasy cold salty soggy",
    ),
    _domain(
        "room lobby bathroom apartment cabin hostel kitchen lounge", "clean quiet comfortable spacious cozy bright",
        "dirty noisy cramped shabby damp drafty",
    ),
    _domain(
        "phone laptop tablet camera printer headset keyboard router", "fast reliable sturdy handy robust responsive",
        "slow flimsy fragile useless clumsy faulty",
    ),
    _domain(
        "book novel chapter poem essay memoir preface biography", "thoughtful witty vivid absorbing elegant honest",
        "confusing wordy lifeless pompous sloppy dreary",
    ),
    _domain(
        "waiter host driver guide clerk teacher nurse plumber", "friendly polite helpful patient kind careful",
        "rude careless arrogant impatient lazy grumpy",
    ),
)  # fmt: skip
_INTENSIFIERS: Final = ("very", "really", "truly", "quite", "so", "rather")
_NEGATORS: Final = ("not", "not", "never", "hardly", "anything but", "far from", "by no means")
_LIKED: Final = (("loved", "love"), ("enjoyed", "enjoy"), ("liked", "like"), ("adored", "adore"))
_DISLIKED: Final = (("hated", "hate"), ("disliked", "dislike"), ("despised", "despise"), ("detested", "detest"))
_DENIALS: Final = (
    "nobody could say that", "i would not say that", "it is not true that", "i do not think that", "i doubt that",
    "nobody here claims that",
)  # fmt: skip
_CLAIMS: Final = (
    "everybody could see that", "i would say that", "it is true that", "i do think that", "i know that",
    "everybody here says that",
)  # fmt: skip
_ASIDES: Final = ("to be honest", "in the end", "all in all", "as expected", "to my surprise", "this time")
_CONCESSIONS: Final = ("although", "even though", "though")
# How often a sentence has each form, and a clause a negation.
_FORMS: Final = (
    ("plain", 0.3), ("denied", 0.12), ("and", 0.18), ("but", 0.18), ("conceded first", 0.11), ("conceded last", 0.11),
)  # fmt: skip
_NEGATED: Final = 0.25


@dataclass(frozen=True, slots=True)
class Opinions:
    """Sentences with their classes. positive: (sentences,) what each says; its label is the other with chance NOISE."""

    texts: TextSet
    positive: NDArray[np.bool_]

    @property
    def chances(self) -> NDArray[np.float64]:
        """(sentences, 2) of the best possible rule, exact."""
        positive = np.where(self.positive, 1 - NOISE, NOISE)
        return np.stack([1 - positive, positive], axis=1)


def make_opinions(number: int, *, seed: int) -> Opinions:
    """Different sentences, half of which say something good, shuffled.

    Only raw uniform numbers of PCG64 are used, so a seed gives the same text on every machine and NumPy version.
    """
    # A stream of its own: splits are drawn from the plain stream of a seed, and would sort by what is drawn here.
    rng = np.random.default_rng([seed, _STREAM])
    positive = half(number, rng)
    turned = rng.random(number) < NOISE
    writer = _Writer(_uniform(rng))
    said: dict[str, None] = {}
    for wanted in positive.tolist():
        while (sentence := writer.sentence(wanted)) in said:
            pass
        said[sentence] = None
    labels = [LABELS[int(each)] for each in positive ^ turned]
    names = [f"made by rule, sentence {place}" for place in range(1, number + 1)]
    return Opinions(TextSet(list(said), labels, names), positive)


def _uniform(rng: np.random.Generator) -> Iterator[float]:
    while True:
        yield from rng.random(4096).tolist()


class _Writer:
    """Sentences from a stream of uniform numbers."""

    def __init__(self, uniform: Iterator[float]) -> None:
        self._uniform = uniform

    def sentence(self, good: bool) -> str:
        """One that says something good, or bad."""
        domain = _DOMAINS[int(next(self._uniform) * len(_DOMAINS))]
        text = self._form(domain, good)
        if self._happens(0.25):
            text = f"{self._one(_ASIDES)}, {text}"
        end = "." if self._happens(0.85) else "!"
        return f"{text[0].upper()}{text[1:].replace(' i ', ' I ')}{end}"

    def _form(self, domain: Domain, good: bool) -> str:
        first, second = self._two(domain.things)
        form = self._form_name()
        if form == "plain":
            return self._clause(domain, first, good)
        if form == "denied":
            if self._happens(0.5):
                return f"{self._one(_DENIALS)} {self._clause(domain, first, not good)}"
            return f"{self._one(_CLAIMS)} {self._clause(domain, first, good)}"
        said, other = self._clause(domain, first, good), self._clause(domain, second, good == (form == "and"))
        match form:
            case "and":
                return f"{said}, and {other}"
            case "but":
                return f"{other}, but {said}"
            case "conceded first":
                return f"{self._one(_CONCESSIONS)} {other}, {said}"
        return f"{said}, {self._one(_CONCESSIONS)} {other}"

    def _clause(self, domain: Domain, thing: str, good: bool) -> str:
        """That a thing was, or was not, of some quality; or that somebody liked it, or not."""
        negated = self._happens(_NEGATED)
        praised = good != negated
        if self._happens(0.2):
            who, (past, plain) = self._one(("i", "we")), self._one(_LIKED if praised else _DISLIKED)
            return f"{who} did not {plain} the {thing}" if negated else f"{who} {past} the {thing}"
        quality = self._one(self._of(domain, praised) if self._happens(0.6) else self._of(_GENERAL, praised))
        if not negated:
            degree = f"{self._one(_INTENSIFIERS)} " if self._happens(0.4) else ""
            return f"the {thing} was {degree}{quality}"
        negator, end = self._one(_NEGATORS), ""
        if negator == "not":
            end = self._one(("", "", " at all"))
            negator = self._one(("not", "not", "not very", "not really")) if not end else "not"
        return f"the {thing} was {negator} {quality}{end}"

    def _of(self, domain: Domain, good: bool) -> tuple[str, ...]:
        return domain.good if good else domain.bad

    def _form_name(self) -> str:
        draw = next(self._uniform)
        for name, share in _FORMS:
            draw -= share
            if draw < 0:
                return name
        return _FORMS[-1][0]

    def _two(self, things: Sequence[str]) -> tuple[str, str]:
        """Two different ones."""
        first = self._one(things)
        return first, self._one([thing for thing in things if thing != first])

    def _happens(self, chance: float) -> bool:
        return next(self._uniform) < chance

    def _one(self, options: Sequence[_Choice]) -> _Choice:
        return options[int(next(self._uniform) * len(options))]

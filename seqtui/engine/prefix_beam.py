"""Prefix beam search for CTC: the likeliest texts, each by the sum over its paths (Graves & Jaitly 2014; Hannun et al.
2014), with a language model where there is one. With room for all prefixes the sums are exact.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log1p
from typing import Final

import numpy as np
from numpy.typing import NDArray

Prefix = tuple[int, ...]
NEVER: Final = float("-inf")
LEAST: Final = -7.0  # log chance of a symbol at a step below which it is not looked at

# The log chance of a symbol after a prefix, under a language model.
Expects = Callable[[Prefix], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Text:
    """symbols; log_probability: of them given the sound, summed over the paths that were kept; score: what ranks it."""

    symbols: Prefix
    log_probability: float
    score: float


@dataclass(frozen=True, slots=True)
class Guide:
    """A language model: score = log p(text | sound) + weight · log p(text) + bonus · symbols."""

    expects: Expects
    weight: float
    bonus: float = 0.0


@dataclass(frozen=True, slots=True)
class Listening:
    """How texts are found. beam 0: greedily, along the likeliest path; else prefixes that are kept."""

    beam: int = 0
    guide: Guide | None = None


GREEDY: Final = Listening()


def prefix_beam(
    log_chances: NDArray[np.float64], *, beam: int, guide: Guide | None = None, least: float = LEAST
) -> list[Text]:
    """log_chances (steps, symbols + 1), the blank last -> at most `beam` texts, the best first."""
    blank = log_chances.shape[1] - 1
    kept: dict[Prefix, tuple[float, float]] = {(): (0.0, NEVER)}  # log chance, ending in a blank and in a symbol
    merits: dict[Prefix, float] = {(): 0.0}  # of the guide
    for row in log_chances.tolist():
        lively = [symbol for symbol in range(blank) if row[symbol] > least]
        found: dict[Prefix, list[float]] = {}
        for prefix, (in_blank, in_symbol) in kept.items():
            total = _add(in_blank, in_symbol)
            _gain(found, prefix, 0, total + row[blank])
            if prefix:
                _gain(found, prefix, 1, in_symbol + row[prefix[-1]])
            for symbol in lively:
                longer = (*prefix, symbol)
                # After the same symbol a new one begins only where a blank stood between.
                before = in_blank if prefix and symbol == prefix[-1] else total
                _gain(found, longer, 1, before + row[symbol])
        if guide is not None:
            _judge(found, merits, guide)
        ranked = sorted(found, key=lambda each: -(_add(*found[each]) + merits.get(each, 0.0)))[:beam]
        kept = {each: (found[each][0], found[each][1]) for each in ranked}
    texts = [Text(each, _add(*ends), _add(*ends) + merits.get(each, 0.0)) for each, ends in kept.items()]
    return sorted(texts, key=lambda text: -text.score)


def _gain(found: dict[Prefix, list[float]], prefix: Prefix, ending: int, chance: float) -> None:
    if chance == NEVER:
        return
    ends = found.setdefault(prefix, [NEVER, NEVER])
    ends[ending] = _add(ends[ending], chance)


def _judge(found: dict[Prefix, list[float]], merits: dict[Prefix, float], guide: Guide) -> None:
    """The guide's merit of every prefix that is new."""
    for prefix in found:
        if prefix not in merits:
            before = merits[prefix[:-1]]
            merits[prefix] = before + guide.weight * float(guide.expects(prefix[:-1])[prefix[-1]]) + guide.bonus


def _add(one: float, other: float) -> float:
    """log(exp(one) + exp(other))."""
    if one < other:
        one, other = other, one
    return one if other == NEVER else one + log1p(exp(other - one))

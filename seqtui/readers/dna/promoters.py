"""Sigma-70 promoters against background, made by rule, so that the best possible accuracy is known.

A promoter is a -35 box, a spacer and a -10 box somewhere in a sequence of background bases; a background sequence has
neither. Boxes lie on the strand that is given, never on the other one.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.dna.alphabet import MIXTURES, Codes
from seqtui.readers.dna.known_set import KnownSet, bayes_scores, draw, made_by_rule
from seqtui.readers.random_half import half

LABELS: Final = ("promoter", "background")
LENGTH: Final = 60
MINUS_35, MINUS_10 = "TTGACA", "TATAAT"
# Percent of promoters with the consensus base at each place, as textbooks reprint them (Lewin, Genes), probably from
# Hawley and McClure, Nucleic Acids Res. 11:2237 (1983), not compared with it; the other bases share the rest evenly.
_SHARE_35: Final = (82, 84, 78, 65, 54, 45)
_SHARE_10: Final = (80, 95, 45, 60, 50, 96)
# 92 % have 17 ± 1 bases between the boxes: Harley and Reynolds, Nucleic Acids Res. 15:2343 (1987).
SPACERS: Final = (15, 16, 17, 18, 19)
_SPACER_SHARES: Final = np.array([0.04, 0.21, 0.50, 0.21, 0.04])
# A host of 70 % G+C, as Streptomyces: at 50 % the published boxes are too weak for more than 82 % accuracy.
BACKGROUND: Final = np.array([0.15, 0.35, 0.35, 0.15])
_SPAN: Final = len(MINUS_35) + max(SPACERS) + len(MINUS_10)


def _box(consensus: str, percent: tuple[int, ...]) -> NDArray[np.float64]:
    """(6, 4) the chance of each base at each place."""
    chances = np.repeat((1 - np.array(percent) / 100)[:, None] / 3, 4, axis=1)
    chances[np.arange(len(consensus)), ["ACGT".index(base) for base in consensus]] = np.array(percent) / 100
    return chances


def _log_ratios(box: NDArray[np.float64]) -> NDArray[np.float64]:
    """(6, 15) log P(code | box) / P(code | background); an ambiguity code says that one of its bases is there."""
    held = (np.array(MIXTURES) > 0).astype(np.float64)  # (15, 4)
    ratios: NDArray[np.float64] = np.log((box @ held.T) / (held @ BACKGROUND))
    return ratios


_BOX_35: Final = _box(MINUS_35, _SHARE_35)
_BOX_10: Final = _box(MINUS_10, _SHARE_10)
_RATIOS_35: Final = _log_ratios(_BOX_35)
_RATIOS_10: Final = _log_ratios(_BOX_10)


def make_promoters(records: int, *, seed: int) -> KnownSet:
    """Sequences of 60 bases, half of them promoters (one fewer where records is odd), shuffled.

    Only raw uniform numbers of PCG64 are used, so a seed gives the same bases on every machine and NumPy version.
    """
    rng = np.random.default_rng(seed)
    rows = draw(rng.random((records, LENGTH)), BACKGROUND)
    positives = half(records, rng)
    chosen = np.flatnonzero(positives)
    starts = np.floor(rng.random(len(chosen)) * (LENGTH - _SPAN + 1)).astype(np.int64)
    spacers = np.array(SPACERS)[draw(rng.random(len(chosen)), _SPACER_SHARES)]
    motifs = np.full((records, 2, 2), -1, np.int64)
    for index, (box, begins) in enumerate(((_BOX_35, starts), (_BOX_10, starts + len(MINUS_35) + spacers))):
        for place, chances in enumerate(box):
            rows[chosen, begins + place] = draw(rng.random(len(chosen)), chances)
        motifs[chosen, index] = np.stack([begins, begins + len(box)], axis=1)
    made = made_by_rule(rows, positives, LABELS)
    return KnownSet(made, motifs, log_likelihood_ratio(made.codes, made.lengths), LABELS[0])


def log_likelihood_ratio(codes: Codes, lengths: NDArray[np.int64]) -> NDArray[np.float64]:
    """(records,) log P(record | promoter) / P(record | background), exact: summed over every start and spacer.

    Starts are uniform over those where the longest spacer fits; a record under 31 bases holds no promoter: -inf.
    """
    scores, counts = _placements(codes, lengths)
    ratios = np.full(len(lengths), -np.inf)
    if not scores.size:
        return ratios
    by_start = np.logaddexp.reduce(scores + np.log(_SPACER_SHARES)[:, None], axis=0)
    fits = counts > 0
    ratios[fits] = np.logaddexp.reduceat(by_start, _begins(counts[fits])) - np.log(counts[fits])
    return ratios


def site_strengths(codes: Codes, lengths: NDArray[np.int64]) -> NDArray[np.float64]:
    """(records,) the log-odds in nats of the best start and spacer; -inf for a record under 31 bases."""
    scores, counts = _placements(codes, lengths)
    best = np.full(len(lengths), -np.inf)
    if scores.size:
        best[counts > 0] = np.maximum.reduceat(scores.max(axis=0), _begins(counts[counts > 0]))
    return best


def bayes_optimum(records: int = 20_000, *, seed: int = 1) -> dict[str, float]:
    """bayes_scores of the optimal rule on records freshly made from `seed`, with standard errors."""
    made = make_promoters(records, seed=seed)
    return bayes_scores(made.log_ratio, made.positives)


def _placements(codes: Codes, lengths: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(spacers, starts) log-odds of the two boxes at every start of every record, and (records,) starts a record."""
    counts = np.maximum(lengths - _SPAN + 1, 0)
    within = np.arange(counts.sum()) - np.repeat(_begins(counts), counts)
    starts = np.repeat(_begins(lengths), counts) + within
    first, second = _box_scores(codes, _RATIOS_35), _box_scores(codes, _RATIOS_10)
    offsets = len(MINUS_35) + np.array(SPACERS)
    return first[starts] + second[starts + offsets[:, None]], counts


def _box_scores(codes: Codes, ratios: NDArray[np.float64]) -> NDArray[np.float64]:
    """(total,) log-odds of a box that begins here; what runs over the end is not a box and is never asked for."""
    scores = np.zeros(len(codes))
    for place, ratio in enumerate(ratios):
        scores[: len(codes) - place] += ratio[codes[place:]]
    return scores


def _begins(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.cumsum(counts) - counts

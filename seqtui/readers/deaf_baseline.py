"""What a transcript costs without listening: the same chances at every step, which the training texts choose.

A model that has learned nothing of the sound stands here: it has learned how often something is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

BLANKS: Final = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99)  # chances that are tried
FITTED_CELLS: Final = 1_000_000  # of training texts: texts × states × steps
SCORED_CELLS: Final = 10_000_000  # of test texts: about two seconds

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """targets: symbols end to end; lengths: (texts,) of them; steps: (texts,) that each has in the sound."""

    targets: Integers
    lengths: Integers
    steps: Integers

    def row(self, number: int) -> Integers:
        """The symbols of one text."""
        end = int(self.lengths[: number + 1].sum())
        return self.targets[end - int(self.lengths[number]) : end]


def deaf_loss(train: Texts, test: Texts, symbols: int) -> float:
    """Nats a symbol of the test texts, by CTC; nan where no text has a path."""
    counts = np.bincount(train.targets, minlength=symbols) + 1.0
    shares = counts / counts.sum()
    known = _evenly(train, FITTED_CELLS)
    tried = {blank: _total(train, known, _log_chances(shares, blank)) for blank in BLANKS}
    best = min(tried, key=lambda blank: tried[blank][0])
    nats, told = _total(test, _evenly(test, SCORED_CELLS), _log_chances(shares, best))
    return nats / told if told else float("nan")


def _log_chances(shares: NDArray[np.float64], blank: float) -> NDArray[np.float64]:
    """(symbols + 1,), the blank last."""
    found: NDArray[np.float64] = np.log(np.append((1 - blank) * shares, blank))
    return found


def _evenly(texts: Texts, most: int) -> Integers:
    """As many of them, evenly spaced, as have at most so many cells."""
    cells = (2 * texts.lengths.max(initial=0) + 1) * texts.steps.max(initial=1)
    count = min(len(texts.lengths), max(most // int(cells), 1))
    return np.unique(np.linspace(0, len(texts.lengths) - 1, count).round().astype(np.int64))


def _total(texts: Texts, chosen: Integers, log_chances: NDArray[np.float64]) -> tuple[float, int]:
    """Nats of all chosen texts that have a path, and their symbols."""
    rows = [texts.row(each) for each in chosen.tolist()]
    nats = _nats(rows, texts.steps[chosen], log_chances)
    possible = np.isfinite(nats)
    return float(nats[possible].sum()), sum(len(row) for row, can in zip(rows, possible, strict=True) if can)


def _nats(rows: Sequence[Integers], steps: Integers, log_chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """(texts,) the forward sums of Graves et al. (2006), equation 6, with blanks between all symbols."""
    lengths = np.array([len(row) for row in rows], np.int64)
    blank = len(log_chances) - 1
    states = np.full((len(rows), 2 * int(lengths.max(initial=0)) + 1), blank)
    for number, row in enumerate(rows):
        states[number, 1 : 2 * len(row) : 2] = row
    emits = log_chances[states]
    skips = np.zeros(states.shape, bool)  # from the symbol before, over the blank between
    skips[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
    alpha = np.full(states.shape, -np.inf)
    alpha[:, :2] = emits[:, :2]
    for step in range(1, int(steps.max(initial=1))):
        before = np.pad(alpha, ((0, 0), (2, 0)), constant_values=-np.inf)
        moved = np.logaddexp(alpha, before[:, 1:-1])
        moved = np.where(skips, np.logaddexp(moved, before[:, :-2]), moved) + emits
        alpha = np.where((step < steps)[:, None], moved, alpha)
    order = np.arange(len(rows))
    last = alpha[order, 2 * lengths]
    ends = np.where(lengths > 0, np.logaddexp(last, alpha[order, np.maximum(2 * lengths - 1, 0)]), last)
    return -ends

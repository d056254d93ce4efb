"""Sequences made by rule, and how the best possible rule does on them: the ceiling that no model can beat."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.dna.sequence_set import SequenceSet


@dataclass(frozen=True, slots=True)
class KnownSet:
    """Sequences made by rule, half of each class, with the answer that nobody can beat.

    motifs: (records, 2, 2) where each box begins and ends (end exclusive), -1 where there is none; None for no boxes
    log_ratio: (records,) float64, log P(record | positive) / P(record | the other class), exact
    positive: the label of the class that log_ratio speaks for
    """

    sequences: SequenceSet
    motifs: NDArray[np.int64] | None
    log_ratio: NDArray[np.float64]
    positive: str

    @property
    def positives(self) -> NDArray[np.bool_]:
        """(records,) whether a record is of the positive class."""
        return np.array([label == self.positive for label in self.sequences.labels or ()], bool)


def made_by_rule(rows: NDArray[np.int64], positives: NDArray[np.bool_], labels: tuple[str, str]) -> SequenceSet:
    """rows: (records, length) codes, of the first label where positives says so."""
    records, length = rows.shape
    words = [labels[0] if here else labels[1] for here in positives.tolist()]
    names = [f"{label} {number}" for number, label in enumerate(words, 1)]
    places = [f"made by rule, record {number}" for number in range(1, records + 1)]
    lengths = np.full(records, length, np.int64)
    return SequenceSet(rows.astype(np.uint8).reshape(-1), lengths, names, names, places, words)


def draw(uniform: NDArray[np.float64], chances: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which outcome each uniform number of [0, 1) stands for."""
    return np.searchsorted(np.cumsum(chances)[:-1], uniform, side="right")


def bayes_scores(log_ratio: NDArray[np.float64], positives: NDArray[np.bool_]) -> dict[str, float]:
    """How the optimal rule does on records it is given, both classes being equally likely beforehand.

    accuracy, auroc, loss (nats a record), and the standard errors of the mean for accuracy and loss.
    """
    from sklearn.metrics import roc_auc_score

    right = (log_ratio > 0) == positives
    losses = np.logaddexp(0, np.where(positives, -log_ratio, log_ratio))
    root = np.sqrt(len(right))
    return {
        "accuracy": float(right.mean()),
        "accuracy_error": float(right.std() / root),
        # exp keeps the order and makes a ratio of -inf (impossible for the positive class) a number
        "auroc": float(roc_auc_score(positives, np.exp(np.minimum(log_ratio, 700)))),
        "loss": float(losses.mean()),
        "loss_error": float(losses.std() / root),
    }

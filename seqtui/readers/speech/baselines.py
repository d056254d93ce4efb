"""Who is to be beaten without a memory: the commonest class, and what mean and deviation of a recording tell."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.metrics import error_rates
from seqtui.readers.label_baselines import (
    Labels,
    class_shares,
    evenly_spaced,
    fit_logistic,
    logistic_chances,
)
from seqtui.readers.label_baselines import scores as scored
from seqtui.readers.speech.audio_features import Features

WITHOUT_LISTENING: Final = "without listening"

Scores = dict[str, dict[str, float]]
Split = tuple[Features, Labels, Labels]  # values (steps, width), lengths and classes (recordings,)


def summaries(values: Features, lengths: NDArray[np.int64]) -> NDArray[np.float64]:
    """(recordings, 2 · width) mean and deviation of each recording's numbers over its steps."""
    ends = np.cumsum(lengths)
    rows = [values[end - count : end] for end, count in zip(ends.tolist(), lengths.tolist(), strict=True)]
    return np.array([np.concatenate([row.mean(0), row.std(0)]) for row in rows], np.float64)


def word_baselines(train: Split, test: Split, classes: int) -> Scores:
    """loss (nats a word) and metrics of each predictor on the test split."""
    shares = class_shares(train[2], classes)
    found = {"majority class": scored(np.tile(shares, (len(test[2]), 1)), test[2])}
    chosen = evenly_spaced(len(train[2]))
    known, asked = summaries(train[0], train[1])[chosen], summaries(test[0], test[1])
    mean, deviation = known.mean(0), np.maximum(known.std(0), 1e-6)
    known, asked = (known - mean) / deviation, (asked - mean) / deviation
    labels = train[2][chosen]
    if len(np.unique(labels)) > 1:
        model = fit_logistic(known, labels)
        found["logistic regression on mean and deviation"] = scored(logistic_chances(model, asked, shares), test[2])
    return found


def transcript_baselines(train: Sequence[str], test: Sequence[str]) -> Scores:
    """Error rates of saying always the same: what was said most often in training, or nothing."""
    often = Counter(train).most_common(1)[0][0]
    return {
        "most frequent text": error_rates(test, [often] * len(test)),
        WITHOUT_LISTENING: error_rates(test, [""] * len(test)),
    }

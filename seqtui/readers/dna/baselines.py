"""What trivial predictors of a label score on the test split: losses are nats a record, as the engine scores labels.

Counts and fits come from the training split alone.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.dna.alphabet import Codes
from seqtui.readers.label_baselines import class_shares, evenly_spaced, fit_logistic, logistic_chances, scores

_CHUNK: Final = 20_000
_BASES: Final = 2**20  # that are counted at once
_KMERS: Final = (1, 2, 3)
_LONGEST_ALIGNED: Final = 200

Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LabeledCodes:
    """codes: (total,) laid end to end; lengths: (records,); labels: (records,) classes counted from 0."""

    codes: Codes
    lengths: NDArray[np.int64]
    labels: NDArray[np.int64]

    def take(self, records: NDArray[np.int64]) -> "LabeledCodes":
        """These records, in this order."""
        ends = np.cumsum(self.lengths)
        begins, lengths = ends - self.lengths, self.lengths[records]
        spans = zip(begins[records].tolist(), ends[records].tolist(), strict=True)
        taken = [self.codes[begin:end] for begin, end in spans]
        return LabeledCodes(np.concatenate([self.codes[:0], *taken]), lengths, self.labels[records])


def label_baselines(train: LabeledCodes, test: LabeledCodes) -> dict[str, dict[str, float]]:
    """Name of a predictor -> loss (nats a record) and seqtui.metrics.label_metrics on test.

    majority class: the shares of the training labels. k-mer logistic: frequencies of 1-, 2- and 3-mers, standardized.
    position logistic, where all sequences have one length of at most 200: one-hot bases. Both L2, C = 1, L-BFGS, on at
    most 20,000 training records, evenly spaced; left out where train has one class only.
    """
    classes = int(max(train.labels.max(), test.labels.max())) + 1
    shares = class_shares(train.labels, classes)
    found = {"majority class": scores(np.tile(shares, (len(test.labels), 1)), test.labels)}
    if len(np.unique(train.labels)) == 1:
        return found
    fitted = train.take(evenly_spaced(len(train.labels)))
    found["k-mer logistic"] = _logistic(fitted, test, shares, aligned=False)
    lengths = np.unique(np.concatenate([train.lengths, test.lengths]))
    if len(lengths) == 1 and 0 < lengths[0] <= _LONGEST_ALIGNED:
        found["position logistic"] = _logistic(fitted, test, shares, aligned=True)
    return found


def kmer_counts(codes: Codes, lengths: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """(records, 4**k) how often each k-mer occurs, AA…A first; windows with an ambiguity code are skipped."""
    counts = np.zeros(len(lengths) * 4**k, np.int64)
    ends = np.cumsum(lengths)
    for begin in range(0, len(codes) - k + 1, _BASES):
        piece = codes[begin : begin + _BASES + k - 1]
        windows = len(piece) - k + 1
        number, clear = np.zeros(windows, np.int64), np.ones(windows, bool)
        for place in range(k):
            here = piece[place : place + windows]
            number = number * 4 + here
            clear &= here < 4
        record = np.searchsorted(ends, np.arange(begin, begin + len(piece)), "right")
        clear &= record[:windows] == record[k - 1 :]
        first = int(record[0]) * 4**k
        kept = np.bincount(record[:windows][clear] * 4**k + number[clear] - first)
        counts[first : first + len(kept)] += kept
    return counts.reshape(len(lengths), 4**k)


def _kmer_features(part: LabeledCodes) -> Features:
    blocks = [kmer_counts(part.codes, part.lengths, k) for k in _KMERS]
    shares = [block / np.maximum(block.sum(1, keepdims=True), 1) for block in blocks]
    return np.concatenate(shares, axis=1, dtype=np.float32)


def _position_features(part: LabeledCodes) -> Features:
    rows = part.codes.reshape(len(part.lengths), -1)  # (records, length)
    hot: Features = (rows[:, :, None] == np.arange(4)).astype(np.float32)
    return hot.reshape(len(rows), -1)


def _logistic(
    train: LabeledCodes, test: LabeledCodes, shares: NDArray[np.float64], *, aligned: bool
) -> dict[str, float]:
    features = _position_features if aligned else _kmer_features
    known = features(train)
    mean, scale = known.mean(0), known.std(0)
    if aligned:
        mean, scale = np.zeros_like(mean), np.ones_like(scale)
    scale[scale == 0] = 1
    model = fit_logistic((known - mean) / scale, train.labels)
    chances = np.empty((len(test.labels), len(shares)))
    for begin in range(0, len(test.labels), _CHUNK):
        chunk = np.arange(begin, min(begin + _CHUNK, len(test.labels)))
        chances[chunk] = logistic_chances(model, (features(test.take(chunk)) - mean) / scale, shares)
    return scores(chances, test.labels)

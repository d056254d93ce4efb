"""Sequences as a task loads them, and what a model says of them: plain arrays and tuples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Records:
    """Sequences of one split laid end to end: encoded once, gathered into batches ever after.

    values: (total,) integers for tokens, or (total, features) 0/1 uint8 for frames, or floating numbers for
        vectors; may be mapped from a file
    lengths: (records,) int64; they sum to total, unless `starts` says where each record begins
    names: one a record (or one a parent), as a person knows it: file and, where there is one, record or line
    labels: (records,) int64, the class of each record, for heads that label whole sequences
    starts: (records,) int64, where records overlap or lie scattered, such as the windows of a long sequence
    parents: (records,) int64, of what each record is a part or a view: their predictions are pooled into one
    wholes: (parents, 2) int64, where in values each of those begins and ends
    tags: (total,) int64, the tag of each step, PADDING where it is not known, for heads that tag steps
    texts: the text that each record was read from, where the values do not tell it; several may share one text
    spans: (total, 2) int32, where in its record's text each step begins and ends, in characters
    references: of each record, the texts that it may become, for heads that write sequences; () where none is known
    targets: (total targets,) int64, for heads that write sequences: what each record is to be turned into, end to end
    target_lengths: (records,) int64; they sum to the number of targets; a record may have none
    """

    values: Values
    lengths: NDArray[np.int64]
    names: Sequence[str]
    labels: NDArray[np.int64] | None = None
    starts: NDArray[np.int64] | None = None
    parents: NDArray[np.int64] | None = None
    wholes: NDArray[np.int64] | None = None
    tags: NDArray[np.int64] | None = None
    texts: Sequence[str] | None = None
    spans: NDArray[np.int32] | None = None
    references: Sequence[tuple[str, ...]] | None = None
    targets: NDArray[np.int64] | None = None
    target_lengths: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.lengths)

    def begins(self) -> NDArray[np.int64]:
        """(records,) where each record begins in values."""
        if self.starts is not None:
            return self.starts
        return np.concatenate([[0], np.cumsum(self.lengths)[:-1]]).astype(np.int64)

    def record(self, index: int) -> Values:
        """The values of one record, as a view."""
        start = int(self.lengths[:index].sum()) if self.starts is None else int(self.starts[index])
        return self.values[start : start + int(self.lengths[index])]

    def target(self, index: int) -> NDArray[np.int64]:
        """What one record is to be turned into, as a view; empty where that is not known."""
        if self.targets is None or self.target_lengths is None:
            return np.zeros(0, np.int64)
        start = int(self.target_lengths[:index].sum())
        return self.targets[start : start + int(self.target_lengths[index])]

    def whole(self, parent: int) -> Values:
        """The values of what was cut into parts, as a view; of a record where nothing was."""
        if self.wholes is None:
            return self.record(parent)
        begin, end = self.wholes[parent]
        return self.values[begin:end]

    def name(self, index: int) -> str:
        """The name of one record, or of what it is a part of."""
        return self.names[index if self.parents is None else int(self.parents[index])]

    def text_of(self, index: int) -> "TextOf | None":
        """What one record was read from; None where it was not kept."""
        if self.texts is None or self.spans is None:
            return None
        start = int(self.begins()[index])
        return TextOf(self.texts[index], self.spans[start : start + int(self.lengths[index])])


@dataclass(frozen=True, slots=True)
class TextOf:
    """The text that a record was read from, and where in it each step stands: spans (steps, 2), end exclusive."""

    text: str
    spans: NDArray[np.int32]

    def words(self) -> list[str]:
        """One a step."""
        return [self.text[begin:end] for begin, end in self.spans.tolist()]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says of one sequence: a chance for each class, in the head's order.

    name: the record's; values: its own, a view; truth: its class where it is known.
    """

    name: str
    values: Values
    chances: tuple[float, ...]
    truth: int | None = None

    @property
    def guess(self) -> int:
        """The likeliest class."""
        return max(range(len(self.chances)), key=lambda each: self.chances[each])


@dataclass(frozen=True, slots=True)
class TagPrediction:
    """What a model says of each step of one sequence.

    name, values: the record's; tags: the likeliest path, numbers in the head's order; chances: of each of these tags by
    itself; truth: the true tags, PADDING where one is not known; None where none is. read_from: Records.text_of.
    """

    name: str
    values: Values
    tags: tuple[int, ...]
    chances: tuple[float, ...]
    truth: tuple[int, ...] | None = None
    read_from: TextOf | None = None


@dataclass(frozen=True, slots=True)
class TranscriptPrediction:
    """What a model hears in one sequence.

    name, values: the record's; symbols: numbers in the head's order; begins: the step of each on the likeliest path,
    -1 where it is not on it; chances: of each at that step, nan likewise; log_probability: of the text, in nats, summed
    over the paths that were kept; truth: where it is known.
    """

    name: str
    values: Values
    symbols: tuple[int, ...]
    begins: tuple[int, ...]
    chances: tuple[float, ...]
    log_probability: float
    truth: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One sequence that a model makes of another.

    tokens: numbers of the target's vocabulary, the end left out; log_probability: of all of it, the end counted, nats;
    score: by which hypotheses are ranked; chances: of each token, and of the end where it was reached.
    attention: (tokens + 1, source steps) float32, rows sum to one, the last for the end; None without attention.
    copied: for each token, the source step whose word stands there instead of an unknown one, -1 where none does.
    """

    tokens: tuple[int, ...]
    log_probability: float
    score: float
    chances: tuple[float, ...]
    attention: NDArray[np.float32] | None = None
    copied: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TranslationPrediction:
    """What a model makes of one sequence: hypotheses, the best first.

    name, values: the record's; truth: its target's tokens where they are known; references: Records.references;
    read_from: Records.text_of.
    """

    name: str
    values: Values
    hypotheses: tuple[Hypothesis, ...]
    truth: tuple[int, ...] | None = None
    references: tuple[str, ...] = ()
    read_from: TextOf | None = None

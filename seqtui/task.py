"""The contract of an application: `tasks/NAME.py` holds one final subclass of Task.

Nothing here or in a task may import torch or Textual. A task turns files into flat arrays of numbers, and numbers
back into something a person hears, reads or opens; the engine does the rest.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from seqtui.config import Settings
from seqtui.shapes import Head, IOShape, is_causal

Values = NDArray[Any]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Records:
    """Sequences of one split laid end to end: encoded once, gathered into batches ever after.

    values: (total,) integers for tokens, or (total, features) 0/1 uint8 for frames
    lengths: (records,) int64; they sum to total
    names: one a record, as a person knows it: file and, where there is one, record or line
    """

    values: Values
    lengths: NDArray[np.int64]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.lengths)

    def record(self, index: int) -> Values:
        """The values of one record, as a view."""
        start = int(self.lengths[:index].sum())
        return self.values[start : start + int(self.lengths[index])]


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a task loaded: three splits, the head that predicts them, and what it takes to read values back.

    encoding: JSON; stored with the model, and all that `decode`, `prime` and `export` may rely on
    source: where the data came from, in a few words; split_rule: how the splits were made
    notes: what was skipped, changed or odd, a sentence each
    fingerprint: changes when the data change; a resumed run compares it
    baselines: name of a trivial predictor -> its loss on the test split, in loss_unit
    loss_unit: of the loss that the engine reports; it depends on the head, so it stands here and not in the task
    """

    train: Records
    valid: Records
    test: Records
    head: Head
    encoding: dict[str, Any]
    source: str
    split_rule: str
    fingerprint: str
    notes: tuple[str, ...] = ()
    baselines: Mapping[str, float] = field(default_factory=dict)
    loss_unit: str = "nats/step"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the data doctor saw. level: 'info', 'warning' or 'error'; where: file and line, record or byte."""

    level: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Checkup:
    """The data doctor's report: findings, and facts by name (counts, histograms) as JSON."""

    findings: tuple[Finding, ...]
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NoOptions:
    """For a task that has no options of its own."""


class Task(ABC):
    """One application. Class attributes are facts for `seqtui apps`, the set-up screen and the help.

    defaults: fields of RunConfig that this application sets otherwise; they train to a visible result in two minutes
    on two cores.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    reads: ClassVar[str]
    trains_as: ClassVar[IOShape]
    samples_as: ClassVar[IOShape | None] = None
    head_kind: ClassVar[str]
    causal: ClassVar[bool] = True
    length_unit: ClassVar[str] = "steps"
    default_length: ClassVar[int] = 100
    sample_suffixes: ClassVar[tuple[str, ...]] = ()
    predict_suffixes: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[type[Settings]] = NoOptions
    defaults: ClassVar[Mapping[str, Any]] = {}

    @abstractmethod
    def load(self, data: str | None, options: Mapping[str, Any], *, seed: int, progress: Progress) -> Corpus:
        """Read `data` (None: the offline default) into three splits. Raises BadInput or NotFound with the culprit.

        progress(what, done, total) may be called often; total is 0 when unknown. Same data, options and seed give the
        same corpus to the byte.
        """

    @abstractmethod
    def load_for_scoring(
        self, data: str, encoding: Mapping[str, Any], *, progress: Progress
    ) -> tuple[Records, tuple[str, ...]]:
        """All of `data` as one split, in the encoding of a trained model, for evaluate and predict; and notes."""

    @abstractmethod
    def check(self, paths: Sequence[Path]) -> Checkup:
        """The data doctor: look at files without training; never raises for what is wrong inside them."""

    @abstractmethod
    def prime(self, source: str | None, encoding: Mapping[str, Any], *, rng: np.random.Generator) -> Values:
        """What a sample starts from: a file or text given by the user, or an opening of the task's own choice."""

    @abstractmethod
    def is_long_enough(self, length: int, encoding: Mapping[str, Any]) -> Callable[[Values], bool]:
        """A meter for one sample: fed each new value in order, it says whether `length` length_units are reached."""

    @abstractmethod
    def show(self, values: Values, encoding: Mapping[str, Any], *, width: int, height: int) -> str:
        """A sample drawn as plain text, at most `width` cells by `height` lines: a piano roll, bases, a sentence."""

    @abstractmethod
    def export_samples(self, samples: Sequence[Values], encoding: Mapping[str, Any], path: Path) -> tuple[Path, ...]:
        """Write samples as a real file (or numbered files, where the format holds one each); the paths written."""

    def check_causality(self, head: Head) -> None:
        """Guard against a task that says one thing and loads another."""
        assert is_causal(head) == self.causal, f"{self.name} says causal={self.causal} but loads {head}"

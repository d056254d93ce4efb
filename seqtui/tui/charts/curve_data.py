"""What a curve chart shows, as plain arrays, and how a run's own records become it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from seqtui.runs.curve import Bucket
from seqtui.runs.events import Evaluated, KnobChanged
from seqtui.tui.drawing.axes import Floats
from seqtui.tui.drawing.columns import NAN, Flags, flags_of
from seqtui.tui.drawing.curves import Edit

Role = Literal["train", "validation", "third"]
_LETTERS: Final = {"lr": "l", "clip": "c", "max_grad_norm": "c", "temperature": "t"}


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One series. x: steps, rising; y, low, high: (points,); flags: see drawing.columns.columns_of."""

    name: str
    role: Role
    x: Floats
    y: Floats
    low: Floats | None = None
    high: Floats | None = None
    flags: Flags | None = None

    def same_as(self, other: "Trace") -> bool:
        """Whether a picture of it would be the same."""
        mine, theirs = (self.x, self.y, self.low, self.high, self.flags), (
            other.x, other.y, other.low, other.high, other.flags,
        )  # fmt: skip
        alike = (
            one is two or (one is not None and two is not None and np.array_equal(one, two, equal_nan=True))
            for one, two in zip(mine, theirs, strict=True)
        )
        return self.name == other.name and self.role == other.role and all(alike)


@dataclass(frozen=True, slots=True, eq=False)
class CurveData:
    """Everything in one chart. best: (step, value). threshold: a value."""

    traces: tuple[Trace, ...] = ()
    best: tuple[float, float] | None = None
    edits: tuple[Edit, ...] = ()
    threshold: float | None = None

    def same_as(self, other: "CurveData") -> bool:
        """Whether a picture of it would be the same."""
        return (
            (self.best, self.edits, self.threshold) == (other.best, other.edits, other.threshold)
            and len(self.traces) == len(other.traces)
            and all(one.same_as(two) for one, two in zip(self.traces, other.traces, strict=True))
        )


def trace_of_buckets(name: str, role: Role, buckets: Sequence[Bucket]) -> Trace:
    """A run's curve: means with their band, at the last step of each bucket; a bucket with news is flagged."""
    table = np.array(
        [(part.last, part.low, part.mean, part.high, part.nonfinite) for part in buckets], np.float64
    ).reshape(-1, 5)
    flags = np.where(table[:, 4] > 0, NAN, 0).astype(np.uint8)
    return Trace(name, role, table[:, 0], table[:, 2], table[:, 1], table[:, 3], flags)


def trace_of_evaluations(name: str, role: Role, evaluations: Iterable[Evaluated], *, metric: str = "") -> Trace:
    """Losses of the passes over a split, or one metric of them; a pass without the metric is a gap."""
    kept = list(evaluations)
    x = np.array([found.step for found in kept], np.float64)
    known = np.array([not metric or metric in found.metrics for found in kept], np.bool_)
    values = [found.metrics.get(metric, np.nan) if metric else found.loss for found in kept]
    y = np.array(values, np.float64)
    return Trace(name, role, x, y, flags=np.where(known, flags_of(y), 0).astype(np.uint8))


def edits_of(knobs: Iterable[KnobChanged]) -> tuple[Edit, ...]:
    """Every change of a knob, with the letter of its key."""
    return tuple(Edit(float(knob.step), _LETTERS.get(knob.name, knob.name[:1] or "?")) for knob in knobs)


def loss_data(
    buckets: Sequence[Bucket],
    validation: Iterable[Evaluated],
    *,
    best: Evaluated | None = None,
    knobs: Iterable[KnobChanged] = (),
) -> CurveData:
    """The loss panel of a run: training with its band, validation, best, edits."""
    traces = (trace_of_buckets("train", "train", buckets), trace_of_evaluations("validation", "validation", validation))
    mark = (float(best.step), best.loss) if best else None
    return CurveData(tuple(trace for trace in traces if len(trace.x)), mark, edits_of(knobs))

"""Clipping: the norm before it with the threshold drawn on it, the share that was clipped, and a suggestion."""

import math
from collections.abc import Sequence
from typing import ClassVar, Final, final

import numpy as np
from textual.binding import Binding, BindingType
from textual.message import Message

from seqtui.runs.curve import Bucket
from seqtui.runs.events import Step
from seqtui.tui.charts.chart import Chart
from seqtui.tui.charts.curve_data import Trace, trace_of_buckets
from seqtui.tui.charts.view import View, x_axis_of
from seqtui.tui.drawing.axes import Axis, settle
from seqtui.tui.drawing.bars import draw_side_histogram
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.columns import columns_of
from seqtui.tui.drawing.curves import Figure, Line, draw_curves, plot_box
from seqtui.tui.drawing.numbers import number, percent

FACTOR: Final = 1.25
SUGGESTED_QUANTILE: Final = 0.9
_HISTOGRAM: Final = 12
_HISTOGRAM_FROM: Final = 40


def clipped_share(recent: Sequence[Step]) -> tuple[float, int]:
    """Share of the steps in these reports that were clipped, and how many steps they are."""
    steps = sum(report.count for report in recent)
    return (sum(report.clipped * report.count for report in recent) / steps if steps else math.nan), steps


def suggestion(recent: Sequence[Step]) -> float:
    """The norm under which nine tenths of the recent reports' means lie; NaN while there are fewer than ten."""
    means = [report.grad_norm.mean for report in recent if math.isfinite(report.grad_norm.mean)]
    return float(np.quantile(means, SUGGESTED_QUANTILE)) if len(means) >= 10 else math.nan


@final
class ClipChart(Chart):
    """Takes the run's norms and its recent reports; sends Wanted when a person asks for another threshold."""

    HELP = (
        "The gradient's total norm before clipping (band: minimum to maximum) with the threshold across it.\n"
        "Equation: g ← g · min(1, threshold / ‖g‖). At the right: how often each size occurred, on the same axis.\n"
        "Good: a few percent clipped, the spikes. Bad: nearly all clipped: the threshold is the learning rate then.\n"
        "Bad: norms that grow and grow, or ▲ × (not finite; that step was left out).\n"
        "Suggestion: the 90th percentile of recent norms (of reports' means, so an underestimate of spikes).\n"
        "Do: + raise, - lower, u use the suggestion."
    )
    EMPTY = "The gradient's norm and the clipping threshold appear here with the first step of training."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign", "scale(1.25)", "raise", id="clip.raise", tooltip="Threshold up by a quarter"),
        Binding("minus", "scale(0.8)", "lower", id="clip.lower", tooltip="Threshold down by a fifth"),
        Binding("u", "use", "use suggestion", id="clip.use", tooltip="Take the suggested threshold"),
        Binding("w", "window", "window", id="clip.window", tooltip="All steps, or the most recent"),
    ]

    class Wanted(Message):
        """A person wants this threshold."""

        def __init__(self, threshold: float) -> None:
            super().__init__()
            self.threshold = threshold

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.view = View(log=True)
        self._trace: Trace | None = None
        self._threshold: float | None = None
        self._share: tuple[float, int] = (math.nan, 0)
        self._suggested = math.nan
        self._x_axis: Axis | None = None
        self._y_axis: Axis | None = None

    def show(self, norms: Sequence[Bucket], threshold: float | None, recent: Sequence[Step]) -> None:
        """norms: of the whole run; threshold: None if nothing is clipped; recent: reports for share and suggestion."""
        trace = trace_of_buckets("norm", "train", norms)
        share = clipped_share(recent)
        if self._trace and trace.same_as(self._trace) and (threshold, share) == (self._threshold, self._share):
            return
        self._trace, self._threshold, self._share = trace, threshold, share
        self._suggested = suggestion(recent)
        self.changed()

    def has_nothing(self) -> bool:
        return self._trace is None or not len(self._trace.x)

    def state_text(self) -> str:
        return self.view.text

    def action_scale(self, factor: float) -> None:
        if self._threshold:
            self.post_message(self.Wanted(self._threshold * factor))

    def action_use(self) -> None:
        if math.isfinite(self._suggested):
            self.post_message(self.Wanted(float(f"{self._suggested:.2g}")))

    def action_window(self) -> None:
        self.view = View(log=True, recent=not self.view.recent)
        self._x_axis = self._y_axis = None
        self.changed()

    def draw(self, canvas: Canvas) -> None:
        assert self._trace is not None
        words = int(canvas.height >= 4)
        histogram = _HISTOGRAM if canvas.width >= _HISTOGRAM_FROM else 0
        box = Box(0, words, canvas.width - histogram, canvas.height - words)
        figure = self._figure(canvas, self._trace)
        draw_curves(canvas, box, figure)
        if words:
            self._draw_words(canvas)
        if histogram:
            plot = plot_box(box, newest=False)
            right = Box(box.x + box.width + 1, plot.y, histogram - 1, plot.height)
            inside = self._trace.x >= figure.x_axis.low
            draw_side_histogram(canvas, right, self._trace.y[inside], figure.y_axis, canvas.look.roles.band)

    def _figure(self, canvas: Canvas, trace: Trace) -> Figure:
        roles = canvas.look.roles
        first, last = float(trace.x[0]), float(trace.x[-1])
        self._x_axis = x_axis_of(self.view, first if self.view.recent else min(first, 0.0), last, self._x_axis)
        line = Line("norm", trace.x, trace.y, roles.train, "solid", roles.band, trace.low, trace.high, trace.flags)
        shown = columns_of(
            trace.x, trace.y, start=self._x_axis.low, stop=self._x_axis.high, count=max(2 * canvas.width, 2), log=True,
            low=trace.low, high=trace.high, flags=trace.flags,
        )  # fmt: skip
        bounds = [value for value in (*shown.bounds(), self._threshold) if value and math.isfinite(value)]
        self._y_axis = settle(self._y_axis, min(bounds, default=0.1), max(bounds, default=1.0), log=True)
        return Figure([line], self._x_axis, self._y_axis, threshold=self._threshold)

    def _draw_words(self, canvas: Canvas) -> None:
        roles, (share, steps) = canvas.look.roles, self._share
        if self._threshold is None:
            canvas.write(0, 0, fit("nothing is clipped", canvas.width), roles.label)
            return
        much = roles.warning
        parts = [
            (f"clipped {percent(share)}" if steps else "share not known yet", much if share > 0.5 else roles.value),
            (f"threshold {number(self._threshold).strip()}", roles.threshold),
            (f"suggested {number(self._suggested).strip()}" if math.isfinite(self._suggested) else "", roles.best),
            (f"of {steps:,} steps" if steps else "", roles.axis),
        ]  # fmt: skip
        x = 0
        for text, style in parts:
            if text and x + len(text) <= canvas.width:
                x = canvas.write(x, 0, text, style) + 2

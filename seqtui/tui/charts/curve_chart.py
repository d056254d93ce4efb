"""Curves over steps: training with its band, validation, the best, edits; zoom, window, log axis, smoothing, cursor."""

from dataclasses import replace
from typing import ClassVar, final

import numpy as np
from textual.binding import Binding, BindingType

from seqtui.tui.charts.curve_data import CurveData, Trace
from seqtui.tui.charts.view import smooth, x_axis_of
from seqtui.tui.charts.viewed_chart import ViewedChart
from seqtui.tui.drawing.axes import Axis, settle
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.curves import Figure, Line, columns_in, draw_curves, plot_box
from seqtui.tui.drawing.numbers import count, number
from seqtui.tui.drawing.strokes import Pattern

_PATTERNS: dict[str, Pattern] = {"train": "solid", "validation": "dashed", "third": "dotted"}
_SETTLED = 0.1  # the first tenth of a run does not stretch the axis of the rest


@final
class CurveChart(ViewedChart):
    """Takes CurveData."""

    HELP = (
        "Loss at every step: the band is minimum to maximum of what a column stands for, the bright line its mean.\n"
        "Equation: L = -1/T Σₜ log p(yₜ | x₁…xₜ), per real time step; smoothing sₜ = w·sₜ₋₁ + (1-w)·yₜ.\n"
        "Good: both lines fall together. ▾ is the best validation so far.\n"
        "Bad: training falls while validation rises (overfitting): more dropout, earlier stop, more data.\n"
        "Bad: a flat line from the start (rate too low) or jumps and × marks (rate too high, not finite).\n"
        "Letters on lines │ are your edits: l rate, c clip. Move the cursor over a step to read its numbers."
    )
    EMPTY = "The loss appears here with the first step of training, and validation with the first evaluation."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "log", "log", id="curve.log", tooltip="Logarithmic or linear axis"),
        Binding("w", "window", "window", id="curve.window", tooltip="All steps, or the most recent"),
        Binding("plus,equals_sign", "zoom(0.6)", "zoom in", id="curve.nearer", tooltip="Fewer steps, wider"),
        Binding("minus", "zoom(1.67)", "zoom out", id="curve.farther", tooltip="More steps"),
        Binding("m", "smooth", "smooth", id="curve.smooth", tooltip="Moving average: off, 0.6, 0.9, 0.98"),
        Binding("0", "reset", "reset", id="curve.reset", tooltip="Everything, linear, not smoothed"),
        Binding("left,h", "cursor(-1)", "cursor", id="curve.left", tooltip="Cursor to the left", show=False),
        Binding("right,l", "cursor(1)", "cursor", id="curve.right", tooltip="Cursor to the right", show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._data = CurveData()
        self._smoothed: tuple[Trace, ...] = ()

    def show(self, data: CurveData) -> None:
        """Draw this from now on; nothing happens if it looks the same."""
        if data.same_as(self._data):
            return
        self._data = data
        self.smooth_anew()
        self.changed()

    def has_nothing(self) -> bool:
        return not any(len(trace.x) for trace in self._data.traces)

    def state_text(self) -> str:
        return self.view.text

    def draw(self, canvas: Canvas) -> None:
        legend = int(canvas.height >= 5)
        box = Box(0, legend, canvas.width, canvas.height - legend)
        figure = self._figure(canvas, box)
        draw_curves(canvas, box, figure)
        if legend:
            self._draw_legend(canvas, figure, named=plot_box(box).width + 7 < canvas.width)

    def plot(self) -> Box:
        legend = int(self.size.height >= 5)
        return plot_box(Box(0, legend, self.size.width, self.size.height - legend))

    def newest(self) -> float:
        return max(float(trace.x[-1]) for trace in self._data.traces if len(trace.x))

    def smooth_anew(self) -> None:
        weight = self.view.smoothing
        self._smoothed = tuple(
            replace(trace, y=smooth(trace.y, weight)) if trace.role == "train" else trace for trace in self._data.traces
        )

    def _figure(self, canvas: Canvas, box: Box) -> Figure:
        roles = canvas.look.roles
        ends = [(float(trace.x[0]), float(trace.x[-1])) for trace in self._smoothed if len(trace.x)]
        first, last = min(end[0] for end in ends), max(end[1] for end in ends)
        self._x_axis = x_axis_of(self.view, first if self.view.recent else min(first, 0.0), last, self._x_axis)
        styles = {"train": roles.train, "validation": roles.validation, "third": roles.third}
        lines = [
            Line(
                trace.name, trace.x, trace.y, styles[trace.role], _PATTERNS[trace.role],
                roles.band if trace.role == "train" else None, trace.low, trace.high, trace.flags,
            )
            for trace in self._smoothed
        ]  # fmt: skip
        self._y_axis = self._y_axis_for(lines, plot_box(box).width, last)
        data = self._data
        return Figure(
            lines, self._x_axis, self._y_axis, data.edits, data.best, data.threshold, self.view.cursor
        )  # fmt: skip

    def _y_axis_for(self, lines: list[Line], width: int, last: float) -> Axis:
        """Bounds of what is shown; of all steps, the first tenth may leave through the top."""
        assert self._x_axis is not None
        window = self._x_axis
        if not self.view.recent and not self.view.zoom and not self.view.log:
            window = Axis(window.low + _SETTLED * (last - window.low), window.high)
        bounds = [columns_in(line, window, max(2 * width, 2), log=self.view.log).bounds() for line in lines]
        bounds.append((float(self._data.best[1]),) * 2 if self._data.best else (np.nan, np.nan))
        if self._data.threshold is not None:
            bounds.append((self._data.threshold,) * 2)
        lows = [low for low, _ in bounds if np.isfinite(low)]
        highs = [high for _, high in bounds if np.isfinite(high)]
        return settle(self._y_axis, min(lows, default=0.0), max(highs, default=1.0), log=self.view.log)

    def _draw_legend(self, canvas: Canvas, figure: Figure, *, named: bool) -> None:
        """What each line is; with a cursor, the numbers at its step."""
        roles, marks = canvas.look.roles, canvas.look.marks
        x = 7
        if figure.cursor is not None:
            x = canvas.write(x, 0, f"step {round(figure.cursor):,}", roles.value) + 2
        for place, line in enumerate(figure.lines):
            text = f"{marks.samples[place % 3]} {line.name}"
            if figure.cursor is not None:
                text += number(_value_at(line, figure.cursor), 7)
            elif not named:
                text += number(float(line.y[-1]), 7) if len(line.y) else ""
            if x + len(text) > canvas.width:
                text = text.replace(f" {line.name}", "", 1)
            if x + len(text) <= canvas.width:
                x = canvas.write(x, 0, text, line.style) + 2
        if figure.best and figure.cursor is None:
            text = f"{marks.best} best {number(figure.best[1]).strip()} at {count(figure.best[0])}"
            x = canvas.write(x, 0, text, roles.best) + 2 if x + len(text) <= canvas.width else x
        if figure.threshold is not None:
            text = f"{marks.threshold} threshold {number(figure.threshold).strip()}"
            canvas.write(x, 0, text if x + len(text) <= canvas.width else "", roles.threshold)


def _value_at(line: Line, step: float) -> float:
    """The value that holds at a step: of the newest point not after it."""
    place = int(np.searchsorted(line.x, step, side="right")) - 1
    return float(line.y[max(place, 0)]) if len(line.y) else float("nan")

"""The curves of several runs on the same axes. A run is told by its letter, on its line and at its end, by the pattern
of the line, and only then by a color.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final, final

import numpy as np
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.content import Content

from seqtui.runs.comparison import AGAINST, CURVES, Against, CurveName, RunCurves
from seqtui.text_safety import clean
from seqtui.tui.charts.view import smooth, x_axis_of
from seqtui.tui.charts.viewed_chart import ViewedChart
from seqtui.tui.drawing.axes import Axis, settle
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.curves import RIGHT, Figure, Line, columns_in, draw_curves, plot_box
from seqtui.tui.drawing.numbers import count, number
from seqtui.tui.drawing.strokes import Pattern
from seqtui.tui.runs.letters import draw_letters, draw_newest, style_of

MOST: Final = 12
_PATTERNS: Final[tuple[Pattern, ...]] = ("solid", "dashed", "dotted")
_SETTLED: Final = 0.1  # the first tenth of a run does not stretch the axis of the rest


@dataclass(frozen=True, slots=True)
class Drawn:
    """A run in the picture. letter: one cell; label: its id or name."""

    letter: str
    label: str
    curves: RunCurves


@final
class OverlayChart(ViewedChart):
    """Takes runs; owns which curve is drawn, and over what."""

    HELP = (
        "The marked runs on the same axes, each with its letter; without marks, the run under the cursor.\n"
        "v shows another curve (validation, training, gradient norm before clipping), x another axis.\n"
        "Over steps: which learns more from a step. Over seconds: which is faster on this machine.\n"
        "Good: the lowest validation loss, reached early. Differences as small as those between seeds are luck.\n"
        "Smoothing: sₜ = w·sₜ₋₁ + (1-w)·yₜ, over 1 - wᵗ. What is not finite stays, as × ▲ ▼."
    )
    EMPTY = "The curve appears here with the first evaluation. Mark runs with space to have theirs on the same axes."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "curve", "curve", id="overlay.curve", tooltip="Validation, training, gradient norm"),
        Binding("x", "against", "axis", id="overlay.axis", tooltip="Over steps, epochs or seconds"),
        Binding("y", "log", "log", id="overlay.log", tooltip="Logarithmic or linear axis"),
        Binding("m", "smooth", "smooth", id="overlay.smooth", tooltip="Moving average: off, 0.6, 0.9, 0.98"),
        Binding("w", "window", "window", id="overlay.window", tooltip="All, or the most recent"),
        Binding("0", "reset", "reset", id="overlay.reset", tooltip="All, linear, as it is"),
        Binding("plus,equals_sign", "zoom(0.6)", "zoom in", id="overlay.nearer", show=False, tooltip="Wider"),
        Binding("minus", "zoom(1.67)", "zoom out", id="overlay.farther", show=False, tooltip="More steps"),
        Binding("left,h", "cursor(-1)", "cursor", id="overlay.left", show=False),
        Binding("right,l", "cursor(1)", "cursor", id="overlay.right", show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.curve: CurveName = "validation"
        self.against: Against = "steps"
        self._runs: tuple[Drawn, ...] = ()
        self._of = 0
        self._lines: tuple[Line, ...] = ()
        self._make_lines()

    def show(self, runs: Sequence[Drawn], *, of: int) -> None:
        """Draw these from now on, of so many marked ones; nothing happens if they are the same."""
        if (tuple(runs), of) != (self._runs, self._of):
            self._of = of
            if [each.letter for each in runs] != [each.letter for each in self._runs]:
                self._x_axis = self._y_axis = None
            self._runs = tuple(runs)
            self._make_lines()

    @property
    def shown(self) -> tuple[Drawn, ...]:
        """The runs that are drawn."""
        return self._runs

    def has_nothing(self) -> bool:
        return not any(len(line.x) for line in self._lines)

    def state_text(self) -> str:
        return f"over {self.against} · {self.view.text}".replace("·", self._dot)

    @property
    def _dot(self) -> str:
        return "-" if self.look.ascii else "·"

    def action_curve(self) -> None:
        """Validation, training, gradient norm, round and round."""
        names = list(CURVES)
        self.curve = names[(names.index(self.curve) + 1) % len(names)]
        self._y_axis = None
        self._make_lines()

    def action_against(self) -> None:
        """Steps, epochs, seconds, round and round; a zoom does not outlive its axis."""
        self.against = AGAINST[(AGAINST.index(self.against) + 1) % len(AGAINST)]
        self.view = replace(self.view, zoom=None, cursor=None)
        self._x_axis = None
        self._make_lines()

    def plot(self) -> Box:
        right = RIGHT if self.size.width >= 44 else 0
        return plot_box(Box(0, 0, self.size.width - right, self.size.height), newest=False)

    def newest(self) -> float:
        return max(float(line.x[-1]) for line in self._lines if len(line.x))

    def smooth_anew(self) -> None:
        self._make_lines()

    def draw(self, canvas: Canvas) -> None:
        legend = self._draw_legend(canvas)
        box = Box(0, legend, canvas.width - (RIGHT if canvas.width >= 44 else 0), canvas.height - legend)
        lines = [replace(line, style=style_of(canvas.look, place)) for place, line in enumerate(self._lines)]
        figure = self._figure(lines, plot_box(box, newest=False).width)
        draw_curves(canvas, box, figure)
        plot = plot_box(box, newest=False)
        if plot.width >= 4 and plot.height >= 2:
            draw_letters(canvas, plot, figure)
            draw_newest(canvas, plot, figure)

    def _make_lines(self) -> None:
        self._lines = tuple(self._line(place, run) for place, run in enumerate(self._runs))
        units = {run.curves.loss_unit for run in self._runs if run.curves.loss_unit and self.curve != "gradient"}
        unit = f" {self._dot} {clean(units.pop(), limit=40)}" if len(units) == 1 else ""
        part = f" {self._dot} {len(self._runs)} of {self._of} marked" if self._of > len(self._runs) else ""
        self.border_title = Content(f"{CURVES[self.curve].capitalize()}{unit}{part}")
        self.changed()

    def _line(self, place: int, run: Drawn) -> Line:
        points = run.curves.curves[self.curve]
        x = np.array([point.at(self.against) for point in points], np.float64)
        y = np.array([point.value for point in points], np.float64)
        return Line(run.letter, x, smooth(y, self.view.smoothing), Style.null(), _PATTERNS[place % len(_PATTERNS)])

    def _figure(self, lines: Sequence[Line], width: int) -> Figure:
        ends = [(float(line.x[0]), float(line.x[-1])) for line in lines if len(line.x)]
        first, last = min(end[0] for end in ends), max(end[1] for end in ends)
        self._x_axis = x_axis_of(self.view, first if self.view.recent else 0.0, last, self._x_axis)
        window = self._x_axis
        if not self.view.recent and not self.view.zoom and not self.view.log:
            window = Axis(window.low + _SETTLED * (last - window.low), window.high)
        # Each by its own settled part: a short run must not leave the picture because another is long.
        bounds = [
            columns_in(line, Axis(min(window.low, _SETTLED * float(line.x[-1])), window.high), 2 * max(width, 1),
                       log=self.view.log).bounds()
            for line in lines if len(line.x)
        ]  # fmt: skip
        known = [pair for pair in bounds if np.isfinite(pair[0])]
        low, high = min((pair[0] for pair in known), default=0.0), max((pair[1] for pair in known), default=1.0)
        self._y_axis = settle(self._y_axis, low, high, log=self.view.log)
        return Figure(lines, self._x_axis, self._y_axis, cursor=self.view.cursor, newest=False)

    def _draw_legend(self, canvas: Canvas) -> int:
        """Letters and labels from left to right, with a cursor the values there; the rows that were used."""
        rows, x, y = max(min(canvas.height // 4, 4), int(canvas.height >= 5)), 1, 0
        if not rows:
            return 0
        if self.view.cursor is not None:
            at = count(round(self.view.cursor, 2 if self.against == "epochs" else 0))
            x = canvas.write(x, 0, f"{self.against} {at}", canvas.look.roles.value) + 2
        for place, (run, line) in enumerate(zip(self._runs, self._lines, strict=True)):
            text = self._label(run, line, canvas.width - 6)
            if x + len(text) > canvas.width and x > 1:
                x, y = 1, y + 1
            if y == rows:
                canvas.write(canvas.width - 2, y - 1, "…", canvas.look.roles.axis)
                break
            sample = canvas.look.marks.samples[place % len(_PATTERNS)]
            x = canvas.write(x, y, f"{run.letter} {sample} ", style_of(canvas.look, place))
            x = canvas.write(x, y, text, canvas.look.roles.label) + 2
        return min(y + 1, rows)

    def _label(self, run: Drawn, line: Line, width: int) -> str:
        if self.view.cursor is None or not len(line.x):
            return fit(run.label, width)
        place = int(np.searchsorted(line.x, self.view.cursor, side="right")) - 1
        return number(float(line.y[place]), 6) if place >= 0 else "     -"

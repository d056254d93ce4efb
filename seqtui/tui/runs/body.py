"""The three panels of the runs screen, and the keys of the chart, which work wherever the focus is."""

from collections.abc import Sequence
from typing import ClassVar, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from seqtui.runs.comparison import LETTERS, RunCurves
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.present_look import present_look
from seqtui.tui.runs.columns import RunRow
from seqtui.tui.runs.details import RunDetails
from seqtui.tui.runs.overlay import MOST, Drawn, OverlayChart
from seqtui.tui.runs.panel import RunsPanel


@final
class RunsBody(Container):
    """Table, curves, differences."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "chart('curve')", "curve", id="runs.curve", show=False, tooltip="Validation, training, norm"),
        Binding("x", "chart('against')", "axis", id="runs.axis", show=False, tooltip="Steps, epochs, seconds"),
        Binding("y", "chart('log')", "log", id="runs.log", show=False, tooltip="Logarithmic or linear axis"),
        Binding("m", "chart('smooth')", "smooth", id="runs.smooth", show=False, tooltip="Off, 0.6, 0.9, 0.98"),
        Binding("0", "chart('reset')", "reset", id="runs.reset", show=False, tooltip="All, linear, as it is"),
    ]

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="body")
        self._glyphs = glyphs
        self.panel = RunsPanel(glyphs)
        self.chart = OverlayChart(id="overlay", classes="panel")
        self._details = RunDetails(glyphs)

    def compose(self) -> ComposeResult:
        """Table, curves, differences."""
        yield self.panel
        yield self.chart
        yield self._details

    def on_mount(self) -> None:
        """The chart in the colors of the app."""
        self.watch(self.app, "theme", self._dress)

    @property
    def to_draw(self) -> list[RunRow]:
        """The marked runs, as many as can be told apart; without marks, the one under the cursor."""
        current = self.panel.current
        return self.panel.marked[:MOST] or ([current] if current else [])

    def draw(self, rows: Sequence[RunRow], curves: Sequence[RunCurves]) -> None:
        """The curves of these runs, and what differs between them or what the one is."""
        marked = len(self.panel.marked)
        pictures = zip(LETTERS if marked else self._glyphs.dot, rows, curves, strict=False)
        self.chart.show([Drawn(letter, row.label, read) for letter, row, read in pictures], of=marked)
        if len(rows) > 1:
            self._details.show_differences(rows, curves)
        else:
            self._details.show_run(rows[0] if rows else None)

    def action_chart(self, what: str) -> None:
        """What the chart does with the same key when it has the focus."""
        getattr(self.chart, f"action_{what}")()

    def _dress(self, theme: str) -> None:
        self.chart.look = present_look(theme, self._glyphs)

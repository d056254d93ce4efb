"""One gate of one layer on the probe sequence: units by time, and how much of it is saturated."""

from typing import ClassVar, Final, final

import numpy as np
from textual.binding import Binding, BindingType

from seqtui.runs.events import GateMap, Gates
from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.bars import draw_meter
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.grid import Scale, draw_grid, draw_legend

_TITLES: Final = {
    "forget": "forget Γf", "input": "input Γu (update)", "output": "output Γo", "update": "update Γu",
    "reset": "reset Γr", "candidate": "candidate c~", "activation": "activation h",
}  # fmt: skip
_SIGNED: Final = ("candidate", "activation")
_FULL_SCALE: Final = 255.0


@final
class GateChart(Chart):
    """Takes the newest Gates; keeps its place among them."""

    HELP = (
        "One gate on a fixed probe sequence: a row a unit, time to the right; the legend says what is closed.\n"
        "LSTM: c = Γf·c + Γu·c~, h = Γo·tanh(c). GRU: h = Γu·c~ + (1-Γu)·h, with c~ seeing Γr·h.\n"
        "Saturated: under 0.1 or over 0.9. A gate must close and open: some of it is good.\n"
        "Good: patterns that follow the sequence; Γf mostly open (long memory). Bad: rows that never change.\n"
        "Bad: nearly all saturated: gradients through the gate vanish, since Γ·(1-Γ) does.\n"
        "Do: lower the rate, or another forget bias. g next gate, G the one before."
    )
    EMPTY = "Gates of a probe sequence appear here at the first evaluation."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "next(1)", "next gate", id="gates.next", tooltip="Next gate, then next layer"),
        Binding("G", "next(-1)", "gate before", id="gates.before", tooltip="The gate before", show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._gates: Gates | None = None
        self._place = 0

    def show(self, gates: Gates | None) -> None:
        """Draw this from now on; None: no evaluation yet."""
        if gates is self._gates or (gates and self._gates and gates == self._gates):
            return
        self._gates = gates
        self.changed()

    def has_nothing(self) -> bool:
        return not (self._gates and self._gates.maps)

    def state_text(self) -> str:
        if self._gates is None or not self._gates.maps:
            return ""
        return f"{self._place % len(self._gates.maps) + 1}/{len(self._gates.maps)} · step {self._gates.step:,}"

    def action_next(self, by: int) -> None:
        if self._gates and self._gates.maps:
            self._place = (self._place + by) % len(self._gates.maps)
            self.changed()

    def draw(self, canvas: Canvas) -> None:
        assert self._gates is not None
        shown = self._gates.maps[self._place % len(self._gates.maps)]
        roles, look = canvas.look.roles, canvas.look
        x = canvas.write(0, 0, title_of(shown), roles.value)
        canvas.write(x + 2, 0, f"{self._gates.probe}", roles.axis, width=max(canvas.width - x - 2, 0))
        values = np.array(shown.values, np.float64) / _FULL_SCALE
        if values.ndim != 2 or 0 in values.shape:
            return
        foot = 2 if canvas.height >= 6 else 1
        draw_grid(
            canvas, Box(0, 1, canvas.width, canvas.height - 1 - foot), values, Scale(0.0, 1.0), pool="mean",
            ramp=look.diverging,
        )  # fmt: skip
        self._draw_foot(canvas, shown, foot)

    def _draw_foot(self, canvas: Canvas, shown: GateMap, foot: int) -> None:
        look, y = canvas.look, canvas.height - foot
        low, high = (
            ("|value| under 0.1", "over 0.9") if shown.gate in _SIGNED else ("closed, under 0.1", "open, over 0.9")
        )
        half = (canvas.width - 2) // 2
        draw_meter(canvas, 0, y, half, low if half >= 30 else "low", shown.low, look.roles.train)
        draw_meter(
            canvas, canvas.width - half, y, half, high if half >= 30 else "high", shown.high, look.roles.validation
        )
        if foot == 2:
            bounds = Scale(-1.0, 1.0) if shown.gate in _SIGNED else Scale(0.0, 1.0)
            draw_legend(canvas, 0, y + 1, canvas.width, bounds, ramp=look.diverging, finite=True)


def title_of(shown: GateMap) -> str:
    """Layer, direction and gate, in both notations."""
    arrow = "←" if shown.direction == "backward" else "→"
    return f"l{shown.layer} {arrow} {_TITLES.get(shown.gate, shown.gate)}"

"""The gradient's norm, tensor by tensor: sparklines with the newest number, or a map over time."""

from collections.abc import Sequence
from typing import ClassVar, final

import numpy as np
from textual.binding import Binding, BindingType

from seqtui.runs.events import Gradients
from seqtui.tui.charts.chart import Chart
from seqtui.tui.charts.gradient_history import GradientTable, short_name, table_of, worst_first
from seqtui.tui.charts.heat_chart import draw_map
from seqtui.tui.drawing.bars import draw_sparkline
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.grid import draw_legend, scale_of
from seqtui.tui.drawing.numbers import count, number

_RATIO_FROM = 52  # width from which the update ratio has a column of its own
_TALLEST = 3


@final
class NormsChart(Chart):
    """Takes the history of Gradients, oldest first."""

    HELP = (
        "‖∂L/∂W‖ of every tensor before clipping; the number is the newest. Each line has its own scale, in logs.\n"
        "Update ratio: ‖ΔW‖ / ‖W‖ of one step. About 1e-3 is healthy; 1e-5 hardly learns, 1e-1 destroys.\n"
        "Good: norms of one size, slowly falling. Bad: one tensor far off the others (▲ ▼ a factor of 100).\n"
        "0: an exact zero, nothing reaches it. ×: NaN or infinity. Both stand first when sorted by worst.\n"
        "This cannot show vanishing over time: recent steps outweigh the rest. See gradient against lag.\n"
        "Do: lower the rate if norms grow, clip if they jump. v map over time, s sort by worst."
    )
    EMPTY = "Gradient norms appear here with the first step that is looked into, a moment after training begins."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "sort", "sort", id="norms.sort", tooltip="Worst first, or in the model's order"),
        Binding("v", "map", "map", id="norms.map", tooltip="Sparklines, or a map over time"),
        Binding("0", "reset", "reset", id="norms.reset", tooltip="Sparklines in the model's order"),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._table: GradientTable = table_of(())
        self._seen: tuple[int, Gradients | None] = (0, None)
        self.by_worst = False
        self.as_map = False

    def show(self, history: Sequence[Gradients]) -> None:
        """Draw this from now on."""
        seen = (len(history), history[-1] if history else None)
        if seen == self._seen:
            return
        self._seen, self._table = seen, table_of(history)
        self.changed()

    def has_nothing(self) -> bool:
        return not self._table.names

    def state_text(self) -> str:
        return f"{'worst first' if self.by_worst else 'model order'} · {'map' if self.as_map else 'lines'}"

    def action_sort(self) -> None:
        self.by_worst = not self.by_worst
        self.changed()

    def action_map(self) -> None:
        self.as_map = not self.as_map
        self.changed()

    def action_reset(self) -> None:
        self.by_worst = self.as_map = False
        self.changed()

    def draw(self, canvas: Canvas) -> None:
        table = self._table
        order = worst_first(table.newest) if self.by_worst else list(range(len(table.names)))
        if self.as_map:
            self._draw_map(canvas, order)
            return
        header = int(canvas.height > len(order))
        tall = min(max((canvas.height - header) // max(len(order), 1), 1), _TALLEST)
        wide = canvas.width >= _RATIO_FROM
        room = min(max(len(short_name(name)) for name in table.names), max(canvas.width // 3, 6))
        right = canvas.width - (16 if wide else 8)
        roles = canvas.look.roles
        if header:
            canvas.write(right + 4, 0, "norm", roles.axis)
            canvas.write(right + 10, 0, "update" if wide else "", roles.axis)
        middle = _median(table)
        for place, tensor in enumerate(order):
            y = header + place * tall
            hidden = len(order) - place
            if y + tall > canvas.height or (hidden > 1 and y + 2 * tall > canvas.height):
                canvas.write(0, min(y, canvas.height - 1), f"… {hidden} more", roles.axis, width=canvas.width)
                break
            line = y + tall - 1
            canvas.write(0, line, fit(short_name(table.names[tensor]), room, keep_end=True), roles.label)
            self._draw_spark(canvas, Box(room + 1, y, max(right - room - 2, 0), tall), tensor)
            self._draw_number(canvas, right, line, float(table.newest[tensor]), middle)
            if wide:
                ratio = table.ratios[tensor]
                canvas.write(canvas.width - 6, line, "     -" if ratio is None else number(ratio), roles.axis)

    def _draw_spark(self, canvas: Canvas, box: Box, tensor: int) -> None:
        draw_sparkline(canvas, box, self._table.norms[tensor], canvas.look.roles.train, log=True)

    def _draw_number(self, canvas: Canvas, x: int, y: int, norm: float, middle: float) -> None:
        roles, marks = canvas.look.roles, canvas.look.marks
        if not np.isfinite(norm):
            canvas.write(x, y, f"{marks.nan} {number(norm)}", roles.nonfinite)
            return
        far = norm > 100 * middle or norm < middle / 100
        mark = " " if not far else marks.plus_inf if norm > middle else marks.minus_inf
        canvas.write(x, y, mark, roles.warning)
        canvas.write(x + 2, y, number(norm), roles.zero if norm == 0 else roles.value)

    def _draw_map(self, canvas: Canvas, order: list[int]) -> None:
        table = self._table
        values = table.norms[order]
        scale = scale_of(values, log=True, zeros=True)
        names = [short_name(table.names[tensor]) for tensor in order]
        ends = (count(float(table.steps[0])), f"step {count(float(table.steps[-1]))}")
        box = Box(0, 0, canvas.width, canvas.height - 1)
        draw_map(canvas, box, names, values, scale, pool="max", ends=ends)
        draw_legend(canvas, 0, canvas.height - 1, canvas.width, scale)


def _median(table: GradientTable) -> float:
    known = table.newest[np.isfinite(table.newest) & (table.newest > 0)]
    return float(np.median(known)) if len(known) else 1.0

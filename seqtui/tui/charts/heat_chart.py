"""A map of rows by steps in colors: units, tensors or lags down, time across; the number under the mouse."""

from collections.abc import Sequence
from typing import final

import numpy as np
from textual import events

from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.axes import Floats
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.grid import Pool, Scale, draw_grid, draw_legend, pixel_rows
from seqtui.tui.drawing.numbers import number


def draw_map(
    canvas: Canvas, box: Box, names: Sequence[str], values: Floats, scale: Scale, *, pool: Pool, ends: tuple[str, str]
) -> Box:
    """values (rows, columns) with the rows' names at the left and what the first and last column are below.

    Returns where the grid itself stands. Names are left out where several rows share a line.
    """
    named = len(names) == values.shape[0] and values.shape[0] <= box.height - 1
    left = min(max((len(name) for name in names), default=0) + 1, box.width // 3) if named else 0
    grid = Box(box.x + left, box.y, max(box.width - left, 0), max(box.height - 1, 0))
    draw_grid(canvas, grid, values, scale, pool=pool)
    roles = canvas.look.roles
    for row, name in enumerate(names if named else ()):
        # A row of the grid begins at the first line that falls to it.
        y = -(-row * grid.height // len(names))
        canvas.write(box.x, box.y + y, fit(name, left - 1, keep_end=True), roles.label)
    canvas.write(grid.x, box.y + grid.height, fit(ends[0], grid.width), roles.axis)
    if len(ends[0]) + len(ends[1]) + 2 <= grid.width:
        canvas.write(grid.x + grid.width - len(ends[1]), box.y + grid.height, ends[1], roles.axis)
    return grid


@final
class HeatChart(Chart):
    """Any grid of numbers."""

    HELP = (
        "A map: one row a name, steps across, one color a number; the legend tells the bounds.\n"
        "Shrinking keeps the largest of what falls into a pixel: a spike is never averaged away.\n"
        "0 is an exact zero (nothing arrives there), × is NaN or infinity: neither is a shade of the ramp.\n"
        "Move the mouse over a cell to read its number."
    )
    EMPTY = "A map appears here as soon as the run has sent its first numbers."

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._values: Floats = np.zeros((0, 0))
        self._names: tuple[str, ...] = ()
        self._scale = Scale(0.0, 1.0)
        self._pool: Pool = "max"
        self._ends = ("", "")
        self._grid = Box(0, 0, 0, 0)
        self._under: tuple[int, int] | None = None

    def show(
        self, values: Floats, scale: Scale, *, names: Sequence[str] = (), ends: tuple[str, str] = ("", ""),
        pool: Pool = "max",
    ) -> None:  # fmt: skip
        """values (rows, columns), the first row at the top. ends: what the first and last column are."""
        same = np.array_equal(values, self._values, equal_nan=True)
        if same and (tuple(names), scale, ends, pool) == (self._names, self._scale, self._ends, self._pool):
            return
        self._values, self._scale, self._names, self._ends, self._pool = values, scale, tuple(names), ends, pool
        self.changed()

    def has_nothing(self) -> bool:
        return 0 in self._values.shape

    def draw(self, canvas: Canvas) -> None:
        box = Box(0, 0, canvas.width, canvas.height - 1)
        self._grid = draw_map(
            canvas, box, self._names, self._values, self._scale, pool=self._pool, ends=self._ends
        )  # fmt: skip
        if self._under is None:
            draw_legend(canvas, 0, canvas.height - 1, canvas.width, self._scale)
            return
        row, column = self._under
        name = self._names[row] if row < len(self._names) else f"row {row}"
        text = f"{name} · column {column} · {number(float(self._values[row, column])).strip()}"
        canvas.write(0, canvas.height - 1, text, canvas.look.roles.value, width=canvas.width)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self._point_at(self._cell(event))

    def on_leave(self, _: events.Leave) -> None:
        self._point_at(None)

    def _point_at(self, under: tuple[int, int] | None) -> None:
        if under != self._under:
            self._under = under
            self.changed()

    def _cell(self, event: events.MouseEvent) -> tuple[int, int] | None:
        """The row and column of the values under the mouse; the first where several share a cell."""
        offset, grid = event.get_content_offset(self), self._grid
        if offset is None or self.has_nothing():
            return None
        x, y = offset.x - grid.x, offset.y - grid.y
        if not (0 <= x < grid.width and 0 <= y < grid.height):
            return None
        rows, columns = self._values.shape
        lines = grid.height if rows <= grid.height else grid.height * pixel_rows(self.look)
        y *= lines // grid.height
        return y * rows // lines, x * columns // grid.width

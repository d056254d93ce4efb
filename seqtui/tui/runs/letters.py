"""What tells several curves apart: a letter here and there on each line, another at its end, and a color last."""

from typing import Final

import numpy as np
from rich.style import Style

from seqtui.tui.drawing.axes import Floats
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.columns import columns_of
from seqtui.tui.drawing.curves import RIGHT, Figure, Line
from seqtui.tui.drawing.look import Look
from seqtui.tui.drawing.numbers import number
from seqtui.tui.drawing.strokes import rows_of

_BETWEEN: Final = 28


def style_of(look: Look, place: int) -> Style:
    """The color of a run by its place. On a chart of several runs colors mean runs, and letters say the same."""
    roles = look.roles
    styles = (roles.train, roles.validation, roles.best, roles.threshold, roles.edit, roles.warning, roles.label)
    return styles[place % len(styles)]


def draw_letters(canvas: Canvas, plot: Box, figure: Figure) -> None:
    """The name of each line, one cell, on the line itself; those of one line not above those of another."""
    if len(figure.lines) < 2:
        return
    period = max(_BETWEEN, 4 * len(figure.lines))
    # Where a line leaves through the top, the first row says how high it went.
    top = int(any(bool((line.y > figure.y_axis.high).any()) for line in figure.lines))
    for place, line in enumerate(figure.lines):
        columns = columns_of(
            line.x, line.y, start=figure.x_axis.low, stop=figure.x_axis.high, count=plot.width, log=figure.y_axis.log
        )
        rows = _cells_of(canvas, plot, figure, columns.mean)
        for x in range(2 + place * period // len(figure.lines), plot.width, period):
            if top <= rows[x] < plot.height:
                canvas.write(plot.x + x, plot.y + rows[x], line.name, line.style + Style(bold=True))


def draw_newest(canvas: Canvas, plot: Box, figure: Figure) -> None:
    """At the right edge letters with the newest values, as near to the heights of their lines as there is room."""
    if plot.x + plot.width + RIGHT > canvas.width:
        return
    free = list(range(plot.height))
    newest = [_newest(line) for line in figure.lines]
    heights = _cells_of(canvas, plot, figure, np.array(newest, np.float64))
    for place in sorted(range(len(newest)), key=lambda each: heights[each]):
        if not free:
            return
        if np.isfinite(newest[place]):
            y = min(free, key=lambda each: (abs(each - heights[place]), each))
            free.remove(y)
            line = figure.lines[place]
            canvas.write(plot.x + plot.width + 1, plot.y + y, f"{line.name} {number(newest[place], 6)}", line.style)


def _cells_of(canvas: Canvas, plot: Box, figure: Figure, values: Floats) -> list[int]:
    """The row of cells that holds each value, as the line itself has it."""
    down = canvas.look.dots[1]
    rows: list[int] = (rows_of(values, figure.y_axis, plot.height * down) // down).tolist()
    return rows


def _newest(line: Line) -> float:
    known: Floats = line.y[np.isfinite(line.y)]
    return float(known[-1]) if len(known) else float("nan")

"""The band between a curve's minimum and maximum, drawn as ground, so that bright lines stand on it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.style import Style

from seqtui.tui.drawing.axes import Axis, Floats
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.columns import Columns

_EIGHTHS: Final = np.array([ord(glyph) for glyph in " ▁▂▃▄▅▆▇█"], np.uint32)
_HANGING: Final = np.array([ord(glyph) for glyph in " ▔▔▀▀▀███"], np.uint32)
_SHADE: Final = ord("░")
_PLAIN: Final = ord(".")


def draw_band(canvas: Canvas, plot: Box, columns: Columns, axis: Axis, style: Style) -> None:
    """Cells by how much of them the band covers: with colors to an eighth of a cell, else a light shade."""
    low, high = (_per_cell(part, canvas.look.dots[0]) for part in (columns.low, columns.high))
    top, bottom = (_depth(values, axis, plot.height) for values in (high, low))
    row = np.arange(plot.height)[:, None]
    begin, end = np.clip(top - row, 0, 1), np.clip(bottom - row, 0, 1)
    covered = np.nan_to_num(end - begin)
    if canvas.look.depth != "full" or canvas.look.ascii:
        glyph = np.full(covered.shape, _PLAIN if canvas.look.ascii else _SHADE, np.uint32)
        canvas.paint(plot.x, plot.y, glyph, canvas.ink(style), covered >= 0.5)
        return
    color = style.color
    ground = canvas.ink(Style(bgcolor=color))
    blank = np.full(covered.shape, ord(" "), np.uint32)
    canvas.paint(plot.x, plot.y, blank, ground, covered >= 0.5)
    upper = (begin > 0.06) & (end >= 1) & (covered > 0.06)
    fill = _EIGHTHS[np.rint(8 * covered).astype(np.intp)]
    canvas.paint(plot.x, plot.y, fill, canvas.ink(style), upper)
    # Blocks that hang from above exist as an eighth and a half only; no reversed ones, which leave seams.
    lower = (end < 0.94) & (begin <= 0) & (covered > 0.06)
    rest = _HANGING[np.rint(8 * covered).astype(np.intp)]
    canvas.paint(plot.x, plot.y, rest, canvas.ink(style), lower)


def _per_cell(values: Floats, across: int) -> Floats:
    """The mean of a cell's pixel columns; where one is missing, the other."""
    if across == 1:
        return values
    one, two = values[::2], values[1::2]
    with np.errstate(all="ignore"):
        middle = one / 2 + two / 2
    return np.where(np.isfinite(middle), middle, np.where(np.isfinite(one), one, two))


def _depth(values: Floats, axis: Axis, rows: int) -> NDArray[np.float64]:
    """Cells from the top of the plot, in pixels' terms: the middle of the first pixel row is the axis' high end."""
    with np.errstate(all="ignore"):
        return np.asarray(np.clip((1 - axis.fraction(values)) * rows, -1.0, rows + 1.0), dtype=np.float64)

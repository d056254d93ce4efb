"""Columns of a line as pixels, and pixels as braille (or ASCII) glyphs."""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from seqtui.tui.drawing.axes import Axis, Floats
from seqtui.tui.drawing.canvas import Glyphs, Mask
from seqtui.tui.drawing.columns import Columns

Pattern = Literal["solid", "dashed", "dotted"]
PATTERNS: Final[dict[Pattern, tuple[int, int]]] = {"solid": (1, 1), "dashed": (4, 6), "dotted": (1, 3)}  # on, period
_DOT_BITS: Final = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.uint32)
_BRAILLE: Final = 0x2800
_FAR: Final = 1_000_000  # pixels outside: more than any screen has


def rows_of(values: Floats, axis: Axis, rows: int) -> NDArray[np.int64]:
    """The pixel row of each value, 0 at the top; rows under 0 or from `rows` on are off the axis. NaN becomes _FAR."""
    with np.errstate(all="ignore"):
        places = (1 - axis.fraction(values)) * (rows - 1)
    bounded = np.clip(np.nan_to_num(places, nan=float(_FAR), posinf=_FAR, neginf=-_FAR), -_FAR, _FAR)
    return np.asarray(np.rint(bounded), dtype=np.int64)


def line_pixels(columns: Columns, axis: Axis, rows: int, *, mean: bool, pattern: Pattern = "solid") -> Mask:
    """(rows, columns) pixels of the line: through the means, or from lowest to highest in every column."""
    upper, lower = (columns.mean, columns.mean) if mean else (columns.high, columns.low)
    known = np.isfinite(columns.mean)
    top, bottom = rows_of(upper, axis, rows), rows_of(lower, axis, rows)
    both = known[1:] & known[:-1]
    falls = np.flatnonzero(both & (bottom[:-1] < top[1:] - 1))
    rises = np.flatnonzero(both & (top[:-1] > bottom[1:] + 1))
    to_bottom, to_top = bottom.copy(), top.copy()
    middle = (bottom[falls] + top[falls + 1]) // 2
    to_bottom[falls] = middle
    to_top[falls + 1] = np.minimum(to_top[falls + 1], middle + 1)
    middle = (top[rises] + bottom[rises + 1]) // 2
    to_top[rises] = np.minimum(to_top[rises], middle + 1)
    to_bottom[rises + 1] = np.maximum(to_bottom[rises + 1], middle)
    on, period = PATTERNS[pattern]
    drawn = known & (np.arange(len(known)) % period < on)
    row = np.arange(rows)[:, None]
    pixels: Mask = (row >= to_top) & (row <= to_bottom) & drawn
    return pixels


def glyphs_of(pixels: Mask, dots: tuple[int, int], plain: str) -> Glyphs:
    """Pixels as cells of dots[0] × dots[1]: braille, or `plain` where a cell is one pixel. 0: an empty cell."""
    across, down = dots
    if (across, down) == (1, 1):
        return np.where(pixels, ord(plain), 0).astype(np.uint32)
    height, width = pixels.shape[0] // down, pixels.shape[1] // across
    blocks = pixels.reshape(height, down, width, across)
    bits = np.einsum("hdwa,da->hw", blocks.astype(np.uint32), _DOT_BITS)
    return np.where(bits > 0, bits + _BRAILLE, 0).astype(np.uint32)

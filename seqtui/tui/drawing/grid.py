"""A grid of values as pixels, two in a cell (half blocks), shrunk or stretched to fit.

An exact zero and a value that is not finite are never a shade of the ramp: each has its own mark.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.style import Style

from seqtui.tui.drawing.axes import Floats
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.look import RAMP_STEPS, Look, Ramp, Rgb

Pool = Literal["max", "mean"]
Levels = NDArray[np.int64]

NOTHING: Final = -1
EXACT_ZERO: Final = -2
NOT_FINITE: Final = -3
_SPECIAL: Final = 3
_UPPER_HALF: Final = ord("▀")


@dataclass(frozen=True, slots=True)
class Scale:
    """What the ends of the ramp stand for. zeros: whether an exact zero has a mark of its own."""

    low: float
    high: float
    log: bool = False
    zeros: bool = False


def scale_of(values: Floats, *, log: bool = False, zeros: bool = False) -> Scale:
    """Bounds of the finite values; whole powers of ten on a log scale, so that they change in steps."""
    known = values[np.isfinite(values) & ((values > 0) | (not log))]
    if not len(known):
        return Scale(0.1 if log else 0.0, 1.0, log, zeros)
    low, high = float(known.min()), float(known.max())
    if log:
        least, most = (
            min(max(power, -300), 300) for power in (math.floor(math.log10(low)), math.ceil(math.log10(high)))
        )
        return Scale(10.0**least, 10.0 ** max(most, least + 1), log, zeros)
    return Scale(low, high if high > low else low + max(abs(low), 1.0), log, zeros)


def shrink(values: Floats, rows: int, columns: int, *, pool: Pool) -> Floats:
    """(rows, columns) of a larger or smaller grid: pooled where it is larger, repeated where it is smaller.

    A block with anything not finite is not finite; it is zero only if all of it is.
    """
    if 0 in values.shape or rows < 1 or columns < 1:
        return np.full((max(rows, 0), max(columns, 0)), np.nan)
    for axis, size in ((0, rows), (1, columns)):
        length = values.shape[axis]
        places = np.arange(size) * length // size
        if length <= size:
            values = np.take(values, places, axis=axis)
            continue
        odd = np.logical_or.reduceat(~np.isfinite(values), places, axis=axis)
        with np.errstate(all="ignore"):
            pooled = (np.maximum if pool == "max" else np.add).reduceat(values, places, axis=axis)
            if pool == "mean":
                sizes = np.diff(places, append=length)
                pooled = pooled / (sizes[:, None] if axis == 0 else sizes)
        values = np.where(odd, np.nan, pooled)
    return values


def levels_of(values: Floats, scale: Scale) -> Levels:
    """Each value as a step of the ramp from 0, or EXACT_ZERO or NOT_FINITE. What is off the scale is at its end."""
    with np.errstate(all="ignore"):
        if scale.log:
            low, high = math.log10(scale.low), math.log10(scale.high)
            shares = (np.log10(np.where(values > 0, values, scale.low)) - low) / (high - low)
        else:
            shares = values / (scale.high - scale.low) - scale.low / (scale.high - scale.low)
    steps = np.rint(np.clip(np.nan_to_num(shares, nan=0.0), 0, 1) * (RAMP_STEPS - 1)).astype(np.int64)
    if scale.zeros:
        steps[values == 0] = EXACT_ZERO
    steps[~np.isfinite(values)] = NOT_FINITE
    return steps


def pixel_rows(look: Look) -> int:
    """Rows of pixels in a cell: two where colors tell the steps apart, else one."""
    return 2 if look.depth == "full" and not look.ascii else 1


def draw_grid(canvas: Canvas, box: Box, values: Floats, scale: Scale, *, pool: Pool, ramp: Ramp | None = None) -> None:
    """values (rows, columns), the first row at the top, over the whole box. Few rows have whole cells."""
    if box.width < 1 or box.height < 1 or 0 in values.shape:
        return
    per_cell = pixel_rows(canvas.look)
    whole = values.shape[0] <= box.height
    rows = box.height if whole else box.height * per_cell
    levels = levels_of(shrink(values, rows, box.width, pool=pool), scale)
    if per_cell == 1:
        _draw_shades(canvas, box, levels)
        return
    if whole:
        levels = np.repeat(levels, 2, axis=0)
    _draw_halves(canvas, box, levels[0::2], levels[1::2], ramp or canvas.look.ramp)


def _draw_halves(canvas: Canvas, box: Box, upper: Levels, lower: Levels, ramp: Ramp) -> None:
    same = upper == lower
    glyphs = np.where(same, ord(" "), _UPPER_HALF).astype(np.uint32)
    marks = canvas.look.marks
    glyphs[same & (upper == EXACT_ZERO)] = ord(marks.zero)
    glyphs[same & (upper == NOT_FINITE)] = ord(marks.nan)
    keys = (upper + _SPECIAL) * 64 + lower + _SPECIAL
    kinds, place = np.unique(keys, return_inverse=True)
    inks = []
    for kind in kinds.tolist():
        top, bottom = kind // 64 - _SPECIAL, kind % 64 - _SPECIAL
        inks.append(canvas.ink(_pair_style(canvas.look, top, bottom, ramp)))
    table = np.array(inks, np.int32)[place].reshape(keys.shape)
    canvas.paint(box.x, box.y, glyphs, table, np.ones(keys.shape, np.bool_))


def _draw_shades(canvas: Canvas, box: Box, levels: Levels) -> None:
    """One glyph a cell, denser for more."""
    roles, marks = canvas.look.roles, canvas.look.marks
    shades = np.array([ord(glyph) for glyph in canvas.look.shades], np.uint32)
    glyphs = shades[np.clip(levels, 0, None) * len(shades) // RAMP_STEPS]
    inks = np.full(levels.shape, canvas.ink(roles.label), np.int32)
    for special, glyph, style in (
        (EXACT_ZERO, marks.zero, roles.zero),
        (NOT_FINITE, marks.nan, roles.nonfinite),
    ):
        glyphs[levels == special] = ord(glyph)
        inks[levels == special] = canvas.ink(style)
    canvas.paint(box.x, box.y, glyphs, inks, np.ones(levels.shape, np.bool_))


def _pair_style(look: Look, top: int, bottom: int, ramp: Ramp) -> Style:
    if top == bottom == EXACT_ZERO:
        return look.roles.zero
    if top == bottom == NOT_FINITE:
        return look.roles.nonfinite
    return _two_colors(_color(look, top, ramp), _color(look, bottom, ramp))


def _color(look: Look, level: int, ramp: Ramp) -> Rgb:
    if level >= 0:
        return ramp[level]
    style = look.roles.nonfinite.bgcolor if level == NOT_FINITE else look.roles.grid.color
    red, green, blue = style.get_truecolor() if style else (128, 128, 128)
    return red, green, blue


@lru_cache(4096)
def _two_colors(fore: Rgb, back: Rgb) -> Style:
    return Style.from_color(Color.from_rgb(*fore), Color.from_rgb(*back))


def draw_legend(
    canvas: Canvas, x: int, y: int, width: int, scale: Scale, *, ramp: Ramp | None = None, finite: bool = False
) -> None:
    """The bounds with the ramp between them, and the two marks, as far as they fit. finite: all values must be."""
    roles, marks, look = canvas.look.roles, canvas.look.marks, canvas.look
    if width < 16:
        return
    x = canvas.write(x, y, f"{_bound(scale.low)} ", roles.axis)
    steps = RAMP_STEPS if width >= 60 else RAMP_STEPS // 2
    steps = steps // 2 if pixel_rows(look) == 2 else len(look.shades)
    shown = np.linspace(0.0, 1.0, steps)[None, :]
    draw_grid(canvas, Box(x, y, steps, 1), shown, Scale(0.0, 1.0), pool="max", ramp=ramp)
    x = canvas.write(x + steps, y, f" {_bound(scale.high)}", roles.axis)
    for wanted, mark, style, text in (
        (scale.zeros, marks.zero, roles.zero, "exact zero"),
        (not finite, marks.nan, roles.nonfinite, "not finite"),
    ):
        if wanted and x + len(text) + 4 <= width:
            x = canvas.write(x + 2, y, mark, style)
            x = canvas.write(x + 1, y, text, roles.axis)


def _bound(value: float) -> str:
    mantissa, e, power = f"{value:.3g}".partition("e")
    return f"{mantissa}e{int(power)}" if e else mantissa

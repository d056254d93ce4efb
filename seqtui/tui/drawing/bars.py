"""Bars, meters, histograms and sparklines; every number right-aligned at a constant width."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.style import Style

from seqtui.tui.drawing.axes import Axis, Floats, settle
from seqtui.tui.drawing.canvas import Box, Canvas, Glyphs
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.columns import ZERO, columns_of
from seqtui.tui.drawing.numbers import number, percent
from seqtui.tui.drawing.strokes import glyphs_of, line_pixels, rows_of

_LEFT_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
_PLAIN_HEIGHTS: Final = "_.-=+*#@"


def bar_text(share: float, width: int, *, ascii_only: bool) -> str:
    """A bar of a share 0 … 1 of `width` cells, to an eighth of a cell; a share over 0 is never invisible."""
    if not math.isfinite(share) or width < 1:
        return " " * max(width, 0)
    share = min(max(share, 0.0), 1.0)
    if ascii_only:
        full = max(round(share * width), int(share > 0))
        return "#" * full + " " * (width - full)
    eighths = max(round(share * width * 8), int(share > 0))
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_LEFT_EIGHTHS[rest] if rest else "")).ljust(width)


def draw_bars(
    canvas: Canvas, box: Box, names: Sequence[str], values: Sequence[float], style: Style, *, top: float | None = None
) -> None:
    """One line each: name, bar, number. top: the value of a full bar; the largest if not given."""
    finite = [value for value in values if math.isfinite(value)]
    full = top if top is not None else max(finite, default=1.0)
    roles = canvas.look.roles
    room = min(max((len(name) for name in names), default=0), max(box.width // 3, 0))
    width = box.width - room - 8
    for row, (name, value) in enumerate(zip(names, values, strict=True)):
        if row >= box.height:
            break
        canvas.write(box.x, box.y + row, fit(name, room), roles.label)
        share = value / full if full > 0 else 0.0
        canvas.write(box.x + room + 1, box.y + row, bar_text(share, width, ascii_only=canvas.look.ascii), style)
        odd = not math.isfinite(value)
        if box.width >= 7:
            canvas.write(
                box.x + box.width - 6, box.y + row, number(value), roles.nonfinite if odd else roles.value
            )  # fmt: skip


def draw_meter(canvas: Canvas, x: int, y: int, width: int, name: str, share: float, style: Style) -> None:
    """A named share 0 … 1 on a track: name, bar, percentage, together `width` cells."""
    roles = canvas.look.roles
    room = min(len(name), max(width - 10, 0))
    canvas.write(x, y, fit(name, room), roles.label)
    track = width - room - 7
    if track > 0:
        rest = ("." if canvas.look.ascii else "·") * track
        canvas.write(x + room + 1, y, rest, roles.axis)
        bar = bar_text(share, track, ascii_only=canvas.look.ascii).rstrip()
        canvas.write(x + room + 1, y, bar, style)
    canvas.write(x + width - 5, y, percent(share), roles.value)


def histogram(values: Floats, axis: Axis, bins: int) -> NDArray[np.int64]:
    """How many finite values fall into each of `bins` equal parts of the axis; what is off it counts at its ends."""
    known = values[np.isfinite(values) & ((values > 0) | (not axis.log))]
    places = np.clip((axis.fraction(known) * bins).astype(np.int64), 0, bins - 1)
    return np.bincount(places, minlength=bins).astype(np.int64)


def draw_side_histogram(canvas: Canvas, box: Box, values: Floats, axis: Axis, style: Style) -> None:
    """Counts along a vertical axis, its high end at the top: one bar a line, growing to the right."""
    if box.height < 1 or box.width < 1:
        return
    counts = histogram(values, axis, box.height)[::-1]
    most = max(int(counts.max()), 1)
    for row, count in enumerate(counts.tolist()):
        bar = bar_text(count / most, box.width, ascii_only=canvas.look.ascii)
        canvas.write(box.x, box.y + row, bar.rstrip(), style)


def draw_sparkline(canvas: Canvas, box: Box, values: Floats, style: Style, *, log: bool = False) -> None:
    """The values over the whole width between the bounds of their last nine tenths, a mark for what is not finite.

    log: draw their logs, with a mark for what is not over zero.
    """
    if box.width < 1 or box.height < 1 or not len(values):
        return
    roles, marks, (across, down) = canvas.look.roles, canvas.look.marks, canvas.look.dots
    x = np.arange(len(values), dtype=np.float64)
    width = box.width * across
    columns = columns_of(x, values, start=0.0, stop=float(max(len(values) - 1, 1)), count=width, log=log)
    if log:
        with np.errstate(all="ignore"):
            logs = [np.log10(part) for part in (columns.low, columns.mean, columns.high)]
        columns = replace(columns, low=logs[0], mean=logs[1], high=logs[2])
    # The first tenth does not set the scale of the rest: what is off it stands at the edge.
    later = slice(width // 10, None)
    low, high = replace(columns, low=columns.low[later], high=columns.high[later]).bounds()
    axis = settle(None, low, high) if not low < high else Axis(low, high)
    if canvas.look.ascii:
        levels = len(_PLAIN_HEIGHTS) * box.height
        rows = np.where(np.isfinite(columns.mean), np.clip(rows_of(columns.mean, axis, levels), 0, levels - 1), -1)
        glyphs = _plain_heights(rows, box.height)
    else:
        held = np.clip(columns.mean, axis.low, axis.high)
        pixels = line_pixels(replace(columns, mean=held), axis, box.height * down, mean=True)
        glyphs = glyphs_of(pixels, (across, down), ".")
    canvas.paint(box.x, box.y, glyphs, canvas.ink(style), glyphs > 0)
    for column in np.flatnonzero(columns.flags).tolist():
        only_zero = columns.flags[column] == ZERO
        mark, role = (marks.zero, roles.zero) if only_zero else (marks.nan, roles.nonfinite)
        canvas.write(box.x + column // across, box.y + box.height - 1, mark, role)


def _plain_heights(rows: NDArray[np.int64], height: int) -> Glyphs:
    """(height, columns): in each column one glyph that says how high it stands in its cell."""
    table = np.array([ord(glyph) for glyph in _PLAIN_HEIGHTS[::-1]], np.uint32)
    glyphs: Glyphs = np.zeros((height, len(rows)), np.uint32)
    known = np.flatnonzero((rows >= 0) & (rows < height * len(table)))
    glyphs[rows[known] // len(table), known] = table[rows[known] % len(table)]
    return glyphs

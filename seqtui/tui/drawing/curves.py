"""A figure of curves: a dim band of minimum to maximum under a bright mean line, marks, thresholds, round ticks.

Nothing finite is left out of its column, and nothing that is not finite is left unmarked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rich.style import Style

from seqtui.tui.drawing.axes import Axis, Floats, step_texts, tick_texts
from seqtui.tui.drawing.bands import draw_band
from seqtui.tui.drawing.canvas import Box, Canvas, Glyphs
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.columns import MINUS_INF, NAN, PLUS_INF, ZERO, Columns, Flags, columns_of
from seqtui.tui.drawing.numbers import number
from seqtui.tui.drawing.strokes import Pattern, glyphs_of, line_pixels, rows_of

LEFT: Final = 7  # six cells of a number and the axis
RIGHT: Final = 9  # a sample of the line and its newest number
_NUMBER: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One series. x: rising; y: (points,). low, high: what each point stands for, drawn as a band.

    flags: see columns_of. show_range: draw from lowest to highest of every column, not its mean.
    """

    name: str
    x: Floats
    y: Floats
    style: Style
    pattern: Pattern = "solid"
    band: Style | None = None
    low: Floats | None = None
    high: Floats | None = None
    flags: Flags | None = None
    show_range: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """A knob changed at x: a line down the figure, with a letter."""

    x: float
    letter: str


@dataclass(frozen=True, slots=True)
class Figure:
    """What is drawn, and within which axes. best: (x, y). threshold: y. cursor: x."""

    lines: Sequence[Line]
    x_axis: Axis
    y_axis: Axis
    edits: Sequence[Edit] = ()
    best: tuple[float, float] | None = None
    threshold: float | None = None
    cursor: float | None = None
    newest: bool = True


def plot_box(box: Box, *, newest: bool = True) -> Box:
    """The part of a box that holds the curves: beside the numbers at the left (and right), over the axis."""
    right = RIGHT if newest and box.width >= 44 else 0
    return Box(box.x + LEFT, box.y, max(box.width - LEFT - right, 0), max(box.height - 1, 0))


def columns_in(line: Line, x_axis: Axis, width: int, *, log: bool) -> Columns:
    """A line in `width` pixel columns of an axis."""
    return columns_of(
        line.x, line.y, start=x_axis.low, stop=x_axis.high, count=width, log=log, low=line.low, high=line.high,
        flags=line.flags,
    )  # fmt: skip


def draw_curves(canvas: Canvas, box: Box, figure: Figure) -> None:
    """The whole figure with its axes. In a box too small for any curve, the newest numbers alone."""
    plot = plot_box(box, newest=figure.newest)
    if plot.width < 4 or plot.height < 2:
        for row, line in enumerate(figure.lines):
            if row < box.height:
                canvas.write(box.x, box.y + row, f"{fit(line.name, 6)} {_newest(line)}", line.style, width=box.width)
        return
    _draw_frame(canvas, box, plot, figure)
    across, down = canvas.look.dots
    drawn = [columns_in(line, figure.x_axis, plot.width * across, log=figure.y_axis.log) for line in figure.lines]
    for line, columns in zip(figure.lines, drawn, strict=True):
        if line.band is not None:
            draw_band(canvas, plot, columns, figure.y_axis, line.band)
    _draw_rules(canvas, plot, figure)
    for place, (line, columns) in enumerate(zip(figure.lines, drawn, strict=True)):
        pixels = line_pixels(
            columns, figure.y_axis, plot.height * down, mean=not line.show_range, pattern=line.pattern
        )  # fmt: skip
        samples = canvas.look.marks.samples
        glyphs = glyphs_of(pixels, (across, down), samples[place % len(samples)])
        _lay_over(canvas, plot, glyphs, line, first=place == 0)
    for columns in drawn:
        _draw_marks(canvas, plot, columns, figure.y_axis)
    _draw_what_is_above(canvas, plot, drawn, figure)
    _draw_letters_and_best(canvas, plot, figure)
    if plot.x + plot.width < box.x + box.width:
        _draw_newest(canvas, box, plot, figure)


def _lay_over(canvas: Canvas, plot: Box, glyphs: Glyphs, line: Line, *, first: bool) -> None:
    """Line over band: where the band fills a cell, it stays as the ground; where lines meet, their dots add up."""
    under = canvas.glyphs[plot.y : plot.y + plot.height, plot.x : plot.x + plot.width]
    drawn = glyphs > 0
    if not first and not canvas.look.ascii:
        braille = drawn & (under >= 0x2800) & (under < 0x2900)
        glyphs = np.where(braille, glyphs | under, glyphs)
    canvas.lay_over(plot.x, plot.y, glyphs, line.style, drawn)


def _draw_frame(canvas: Canvas, box: Box, plot: Box, figure: Figure) -> None:
    roles, marks = canvas.look.roles, canvas.look.marks
    ticks = figure.y_axis.ticks(max(plot.height // 3, 2))
    rows = rows_of(np.asarray(ticks, np.float64), figure.y_axis, plot.height).tolist()
    for y in range(plot.height):
        canvas.write(plot.x - 1, plot.y + y, "│", roles.axis)
    for text, row in zip(tick_texts(ticks, LEFT - 1, log=figure.y_axis.log), rows, strict=True):
        if 0 <= row < plot.height:
            canvas.write(box.x, plot.y + row, f"{text}┤", roles.axis)
            if marks.grid != " ":
                canvas.write(plot.x, plot.y + row, marks.grid * plot.width, roles.grid)
    bottom = plot.y + plot.height
    canvas.write(plot.x - 1, bottom, "└" + "─" * plot.width, roles.axis)
    free = plot.x
    ticks = figure.x_axis.ticks(max(plot.width // 10, 2))
    for tick, text in zip(ticks, step_texts(ticks), strict=True):
        at = plot.x + _cell(tick, figure.x_axis, plot.width)
        begin = min(max(at - len(text) // 2, plot.x), plot.x + plot.width - len(text))
        if begin >= free:
            canvas.write(begin, bottom, text, roles.axis)
            free = begin + len(text) + 2


def _draw_rules(canvas: Canvas, plot: Box, figure: Figure) -> None:
    """The straight lines between band and curves: threshold, edits, cursor."""
    roles, marks = canvas.look.roles, canvas.look.marks
    across = np.ones((1, plot.width), np.bool_)
    if figure.threshold is not None:
        row = int(rows_of(np.array([figure.threshold]), figure.y_axis, plot.height)[0])
        if 0 <= row < plot.height:
            rule = np.full(across.shape, ord(marks.threshold), np.uint32)
            canvas.lay_over(plot.x, plot.y + row, rule, roles.threshold, across)
    uprights = [(edit.x, marks.edit, roles.edit) for edit in figure.edits]
    if figure.cursor is not None:
        uprights.append((figure.cursor, "│", roles.cursor))
    for x, glyph, style in uprights:
        if x in figure.x_axis:
            rule = np.full((plot.height, 1), ord(glyph), np.uint32)
            at = plot.x + _cell(x, figure.x_axis, plot.width)
            canvas.lay_over(at, plot.y, rule, style, np.ones(rule.shape, np.bool_))


def _draw_marks(canvas: Canvas, plot: Box, columns: Columns, y_axis: Axis) -> None:
    """What is not finite: +inf at the top edge, -inf at the bottom, NaN at the height of its neighbors."""
    marks, roles = canvas.look.marks, canvas.look.roles
    across = canvas.look.dots[0]
    known = np.flatnonzero(np.isfinite(columns.mean))
    bottom = plot.height - 1
    for column in np.flatnonzero(columns.flags).tolist():
        flag, x = int(columns.flags[column]), plot.x + column // across
        if flag & ZERO:
            canvas.write(x, plot.y + bottom, marks.zero, roles.zero)
        if flag & MINUS_INF:
            canvas.write(x, plot.y + bottom, marks.minus_inf, roles.nonfinite)
        if flag & PLUS_INF:
            canvas.write(x, plot.y, marks.plus_inf, roles.nonfinite)
        if flag & NAN:
            row = bottom // 2
            if len(known):
                near = known[max(int(np.searchsorted(known, column, side="right")) - 1, 0)]
                row = int(rows_of(columns.mean[near : near + 1], y_axis, plot.height)[0])
            canvas.write(x, plot.y + min(max(row, 0), bottom), marks.nan, roles.nonfinite)


def _draw_what_is_above(canvas: Canvas, plot: Box, drawn: Sequence[Columns], figure: Figure) -> None:
    """A curve that leaves through the top (its first fall may) is told with how far it went: ↑ 59.3."""
    for line, columns in zip(figure.lines, drawn, strict=True):
        with np.errstate(invalid="ignore"):
            beyond = np.flatnonzero(columns.mean > figure.y_axis.high)
        if len(beyond):
            text = f"↑ {number(float(np.max(columns.high[beyond]))).strip()}"
            x = plot.x + int(beyond[0]) // canvas.look.dots[0]
            canvas.write(min(x, plot.x + plot.width - len(text)), plot.y, text, line.style)
            return


def _draw_letters_and_best(canvas: Canvas, plot: Box, figure: Figure) -> None:
    for edit in figure.edits:
        if edit.x in figure.x_axis:
            at = plot.x + _cell(edit.x, figure.x_axis, plot.width)
            canvas.write(at, plot.y, fit(edit.letter, 1), canvas.look.roles.edit)
    if figure.best is None or figure.best[0] not in figure.x_axis:
        return
    row = int(rows_of(np.array([figure.best[1]]), figure.y_axis, plot.height)[0])
    if 0 <= row < plot.height:
        at = plot.x + _cell(figure.best[0], figure.x_axis, plot.width)
        canvas.write(at, plot.y + max(row - 1, 0), canvas.look.marks.best, canvas.look.roles.best)


def _draw_newest(canvas: Canvas, box: Box, plot: Box, figure: Figure) -> None:
    """At the right of the last points, their numbers; numbers that would meet are moved apart."""
    samples = canvas.look.marks.samples
    rows = [
        int(rows_of(_last_finite(line), figure.y_axis, plot.height)[0]) if len(line.y) else plot.height
        for line in figure.lines
    ]
    taken: set[int] = set()
    order = sorted(range(len(rows)), key=lambda place: rows[place])
    for place in order:
        row = min(max(rows[place], 0), plot.height - 1)
        free = [y for y in range(plot.height) if y not in taken]
        if not free or not len(figure.lines[place].y):
            continue
        row = min(free, key=lambda y: (abs(y - row), y))
        taken.add(row)
        line = figure.lines[place]
        text = f"{samples[place % len(samples)]} {_newest(line)}"
        canvas.write(box.x + box.width - RIGHT + 1, plot.y + row, text, line.style)


def _last_finite(line: Line) -> Floats:
    known = np.flatnonzero(np.isfinite(line.y[-256:]))
    return line.y[-256:][known[-1:]] if len(known) else np.array([np.nan])


def _newest(line: Line) -> str:
    return number(float(line.y[-1]), _NUMBER) if len(line.y) else " " * _NUMBER


def _cell(x: float, axis: Axis, width: int) -> int:
    share = float(axis.fraction(np.array([x], np.float64))[0])
    return min(max(int(share * width), 0), width - 1) if np.isfinite(share) else 0

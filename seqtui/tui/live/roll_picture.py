"""A piano roll that an event brings as plain text, drawn anew in the size and colors at hand.

The text is that of seqtui.readers.music.roll_text: four cells of note name, a rule, half blocks; bars below.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.style import Style

from seqtui.tui.drawing.canvas import Box, Canvas

MARGIN: Final = 5
_RULE, _CORNER = "│", "└"
_HALVES: Final = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
_MOST_STRETCHED: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class RollText:
    """pixels: (keys, cells), highest key first, two a line of the text; names: one a line; bars: the line below."""

    pixels: NDArray[np.bool_]
    names: tuple[str, ...]
    bars: str


def read_roll(drawing: str) -> RollText | None:
    """The roll in a drawing, or None where it holds something else."""
    lines = drawing.split("\n")
    rows = [line for line in lines if line[MARGIN - 1 : MARGIN] == _RULE]
    axis = next((line for line in lines if line[MARGIN - 1 : MARGIN] == _CORNER), "")
    if not rows or len(rows) + bool(axis) < len([line for line in lines if line.strip()]):
        return None
    width = max(*(len(line) for line in rows), len(axis), MARGIN + 1) - MARGIN
    pixels = np.zeros((2 * len(rows), width), np.bool_)
    for row, line in enumerate(rows):
        for column, glyph in enumerate(line[MARGIN:]):
            if glyph not in _HALVES:
                return None
            pixels[2 * row : 2 * row + 2, column] = _HALVES[glyph]
    return RollText(pixels, tuple(line[: MARGIN - 1].strip() for line in rows), axis[MARGIN:])


def draw_roll_picture(canvas: Canvas, box: Box, roll: RollText) -> None:
    """The whole range of notes over the whole height; bars from the first on, as many as there is room for."""
    if box.width < MARGIN + 2 or box.height < 2:
        return
    lines, (keys, cells) = box.height - 1, roll.pixels.shape
    if keys > 2 * lines:
        held = np.arange(2 * lines) * keys // (2 * lines)  # the first key of each half line
        pooled = np.logical_or.reduceat(roll.pixels, held, axis=0)
    else:
        tall = min(2 * lines // keys, 2)
        held, pooled = np.repeat(np.arange(keys), tall), np.repeat(roll.pixels, tall, axis=0)
    wide = min(max((box.width - MARGIN) // cells, 1), _MOST_STRETCHED)
    pooled = np.repeat(pooled, wide, axis=1)[:, : box.width - MARGIN]
    rows = len(pooled) // 2
    above = (lines - rows) // 2
    ends = np.append(held[2::2], keys)
    # A name is that of the first of two keys: a line with only the second has none.
    names = [
        [roll.names[key // 2] for key in range(first, end) if key % 2 == 0]
        for first, end in zip(held[0::2].tolist(), ends.tolist(), strict=True)
    ]
    _draw_names(canvas, box, [[]] * above + names + [[]] * (lines - rows - above))
    _draw_cells(canvas, Box(box.x + MARGIN, box.y + above, box.width - MARGIN, rows), pooled)
    _draw_bars(canvas, box, roll.bars, y=box.y + lines, wide=wide)
    if cells * wide > box.width - MARGIN:
        canvas.write(box.x + box.width - 2, box.y + lines, " ▸", canvas.look.roles.value)


def _draw_names(canvas: Canvas, box: Box, names: list[list[str]]) -> None:
    """A line's name is that of its C, if it has one: something for the eye to hold on to."""
    roles = canvas.look.roles
    for row, held in enumerate(names):
        here = next((name for name in held if _is_c(name)), held[0] if held else "")
        canvas.write(box.x, box.y + row, f"{here:>{MARGIN - 1}}", roles.label if _is_c(here) else roles.axis)
        canvas.write(box.x + MARGIN - 1, box.y + row, _RULE, roles.axis)


def _is_c(name: str) -> bool:
    return name.startswith("C") and "#" not in name


def _draw_cells(canvas: Canvas, box: Box, pixels: NDArray[np.bool_]) -> None:
    """Half blocks, high notes in the bright end of the ramp."""
    look = canvas.look
    upper, lower = pixels[0::2], pixels[1::2]
    marks = " '.#" if look.ascii else " ▀▄█"
    glyphs = np.array([ord(mark) for mark in marks], np.uint32)[upper + 2 * lower]
    rows = len(glyphs)
    for row in range(rows):
        style = look.roles.value
        if look.depth == "full":
            step = (len(look.ramp) - 1) * (2 * (rows - 1 - row) + rows) // max(3 * rows, 1)
            style = Style(color=Color.from_rgb(*look.ramp[step]))
        line = glyphs[row : row + 1]
        canvas.paint(box.x, box.y + row, line, canvas.ink(style), line != ord(" "))


def _draw_bars(canvas: Canvas, box: Box, bars: str, *, y: int, wide: int) -> None:
    """The rule below with the numbers of the bars, each where its bar begins."""
    roles = canvas.look.roles
    room = box.width - MARGIN
    canvas.write(box.x + MARGIN - 1, y, _CORNER + "─" * room, roles.axis)
    free, begin = 0, 0
    while begin < len(bars):
        if not bars[begin].isdigit():
            begin += 1
            continue
        end = begin
        while end < len(bars) and bars[end].isdigit():
            end += 1
        at = begin * wide
        if at >= free and at + end - begin <= room:
            canvas.write(box.x + MARGIN + at, y, bars[begin:end], roles.axis)
            free = at + end - begin + 1
        begin = end

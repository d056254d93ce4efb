"""A frame of a clip as half blocks, two pixels a cell, with its number; and under it which frames decided.

Honest about size: where a frame has more pixels than fit, it says at how many it is shown.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.style import Style

from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.grid import pixel_rows
from seqtui.tui.drawing.look import Look

LEVELS: Final = 32  # of each channel that are told apart: styles are few then, and kept
MOST_ZOOM: Final = 3
LOW: Final = 4  # lines from which on there is room for words and bars beside a frame
BESIDE: Final = 28  # cells that these take
_BARS: Final = " ▁▂▃▄▅▆▇█"
_BARS_ASCII: Final = " .:-=+*##"
_UPPER_HALF: Final = ord("▀")


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """frames (time, height, width, 1 or 3) of 0 … 255; rate: frames a second; given: so many first frames were given
    and not made, 0 where all are real; scores: how much each frame spoke for what the model said, where it said it.
    """

    frames: NDArray[np.uint8]
    rate: float = 12.0
    given: int = 0
    scores: tuple[float, ...] = ()

    def __len__(self) -> int:
        return len(self.frames)


def draw_film(canvas: Canvas, box: Box, film: Film, at: int) -> None:
    """Frame `at` in the middle, its number above it; saliency in time below where there are scores. In a low and wide
    room, where it would lose pixels so, the frame at the left and the others at its right.
    """
    if box.width < 4 or box.height < 2 or not len(film):
        return
    at = min(max(at, 0), len(film) - 1)
    bars = 2 if film.scores and box.height >= 6 else 0
    height, width = film.frames.shape[1:3]
    per_cell = pixel_rows(canvas.look)
    loses = (box.height - 1 - bars) * per_cell < (height if per_cell == 2 else -(-height // 2))
    wide = _fitted(width, height, box, per_cell)[0]
    if loses and box.height >= LOW and box.width - wide - 2 >= BESIDE:
        shown = _draw_frame(canvas, Box(box.x, box.y, wide, box.height), film.frames[at])
        right = Box(box.x + wide + 2, box.y, box.width - wide - 2, box.height)
        _draw_words(canvas, right, film, at, shown)
        if film.scores:
            _draw_scores(canvas, Box(right.x, right.y + right.height // 2, right.width, 2), film.scores, at)
        return
    room = Box(box.x, box.y + 1, box.width, box.height - 1 - bars)
    shown = _draw_frame(canvas, room, film.frames[at])
    _draw_words(canvas, box, film, at, shown)
    if bars:
        _draw_scores(canvas, Box(box.x, box.y + box.height - bars, box.width, bars), film.scores, at)


def _draw_words(canvas: Canvas, box: Box, film: Film, at: int, shown: tuple[int, int]) -> None:
    roles = canvas.look.roles
    height, width = film.frames.shape[1:3]
    x = canvas.write(box.x, box.y, f"frame {at + 1} of {len(film)}", roles.value, width=box.width)
    if film.given:
        made = at >= film.given
        mark = roles.train if made else roles.axis
        x = canvas.write(x + 1, box.y, "made" if made else "given", mark, width=max(box.x + box.width - x - 1, 0))
    size = f"{width} × {height}" if shown == (height, width) else f"{width} × {height} shown at {shown[1]} × {shown[0]}"
    size = size.replace("×", "x") if canvas.look.ascii else size
    left = box.x + box.width - x - 2
    if left >= 5:
        canvas.write(x + 2, box.y, fit(size, left), roles.axis)


def _draw_frame(canvas: Canvas, box: Box, frame: NDArray[np.uint8]) -> tuple[int, int]:
    """Height and width in pixels at which it was drawn, a whole number of times larger counting as its own size."""
    height, width = frame.shape[:2]
    per_cell = pixel_rows(canvas.look)
    if box.width < 1 or box.height < 1:
        return 0, 0
    wide, high, shown = _fitted(width, height, box, per_cell)
    pixels = resized(frame, high, wide)
    left, top = box.x + (box.width - wide) // 2, box.y + max((box.height - -(-high // per_cell)) // 2, 0)
    if per_cell == 1:
        _draw_shades(canvas, left, top, pixels)
    else:
        _draw_halves(canvas, left, top, pixels)
    return shown


def _fitted(width: int, height: int, box: Box, per_cell: int) -> tuple[int, int, tuple[int, int]]:
    """Columns and rows of pixels to draw. With one row of pixels a cell, cells are twice as high as wide."""
    tall = height if per_cell == 2 else -(-height // 2)
    rows = box.height * per_cell
    zoom = min(box.width // width, rows // tall, MOST_ZOOM)
    if zoom >= 1:
        shown = (height, width) if per_cell == 2 else (tall, width)
        return width * zoom, tall * zoom, shown
    share = min(box.width / width, rows / tall)
    wide, high = max(int(width * share), 1), max(int(tall * share), 1)
    return wide, high, (high, wide)


def resized(frame: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """(height, width, 3): the mean of the pixels that fall on each; repeated where there are fewer."""
    found = frame.astype(np.float64)
    for axis, wanted in ((0, height), (1, width)):
        have = found.shape[axis]
        if wanted >= have:
            found = np.take(found, np.arange(wanted) * have // wanted, axis)
            continue
        places = np.arange(wanted) * have // wanted
        counts = np.diff(places, append=have)
        found = np.add.reduceat(found, places, axis) / (counts[:, None, None] if axis == 0 else counts[:, None])
    found = found.repeat(3, 2) if found.shape[2] == 1 else found
    return np.asarray(np.rint(found), np.uint8)


def _draw_halves(canvas: Canvas, x: int, y: int, pixels: NDArray[np.uint8]) -> None:
    if len(pixels) % 2:
        pixels = np.concatenate([pixels, np.zeros_like(pixels[:1])])
    steps = pixels.astype(np.int64) * LEVELS // 256  # (rows, columns, 3)
    keys = (steps[..., 0] * LEVELS + steps[..., 1]) * LEVELS + steps[..., 2]
    pairs = keys[0::2] * LEVELS**3 + keys[1::2]
    kinds, place = np.unique(pairs, return_inverse=True)
    inks = np.array([canvas.ink(_two_colors(*divmod(kind, LEVELS**3))) for kind in kinds.tolist()], np.int32)
    glyphs = np.full(pairs.shape, _UPPER_HALF, np.uint32)
    canvas.paint(x, y, glyphs, inks[place].reshape(pairs.shape), np.ones(pairs.shape, np.bool_))


def _draw_shades(canvas: Canvas, x: int, y: int, pixels: NDArray[np.uint8]) -> None:
    shades = np.array([ord(glyph) for glyph in canvas.look.shades], np.uint32)
    grey = pixels.mean(2)
    glyphs = shades[np.minimum((grey * len(shades) / 256).astype(np.int64), len(shades) - 1)]
    canvas.paint(x, y, glyphs, canvas.ink(canvas.look.roles.label), np.ones(glyphs.shape, np.bool_))


@lru_cache(16384)
def _two_colors(upper: int, lower: int) -> Style:
    return Style.from_color(_color(upper), _color(lower))


def _color(key: int) -> Color:
    rest, blue = divmod(key, LEVELS)
    red, green = divmod(rest, LEVELS)
    return Color.from_rgb(*(each * 255 // (LEVELS - 1) for each in (red, green, blue)))


def _draw_scores(canvas: Canvas, box: Box, scores: tuple[float, ...], at: int) -> None:
    """A bar a frame, as high as it matters, in the color of for and against; a mark under the frame that is shown."""
    favors, opposes = for_and_against(canvas.look)
    marks = _BARS_ASCII if canvas.look.ascii else _BARS
    wide = max(min(box.width // len(scores), 4), 1)
    most = min(len(scores), box.width)
    first = min(max(at - most // 2, 0), len(scores) - most) if wide == 1 else 0
    top = max((abs(score) for score in scores if math.isfinite(score)), default=0.0) or 1.0
    left = box.x + max((box.width - wide * min(len(scores), most)) // 2, 0)
    for place, score in enumerate(scores[first : first + most]):
        x = left + place * wide
        if not math.isfinite(score):
            canvas.write(x, box.y, canvas.look.marks.nan, canvas.look.roles.nonfinite)
            continue
        mark = marks[max(round(abs(score) / top * (len(marks) - 1)), int(score != 0))]
        canvas.write(x, box.y, mark * max(wide - 1, 1), favors if score > 0 else opposes)
    canvas.write(left + (at - first) * wide, box.y + 1, ("^" if canvas.look.ascii else "▴"), canvas.look.roles.value)


def for_and_against(look: Look) -> tuple[Style, Style]:
    """The styles of what speaks for and against a class."""
    if look.depth != "full":
        return look.roles.validation, look.roles.train
    return Style(color=Color.from_rgb(*look.diverging[-1])), Style(color=Color.from_rgb(*look.diverging[0]))

"""What a model hears: a spectrogram as half blocks, and over it the symbols where they are heard, as bars and letters.

A color never says what a mark does not say too: a letter stands where its bar is, a sign where a bar speaks against.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.color import Color
from rich.style import Style

from seqtui.runs.speech_events import Heard, HeardUtterance
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.film import for_and_against
from seqtui.tui.drawing.grid import pixel_rows
from seqtui.tui.drawing.look import RAMP_STEPS, Look
from seqtui.tui.drawing.numbers import percent

LEAST_LINES: Final = 8  # of an utterance: its texts, symbols, bars, five of the picture
MOST_LINES: Final = 15
LEAST_CELLS: Final = 16
OVER: Final = 3  # lines over the picture
MOST_ROWS_A_BAND: Final = 2  # two rows are a cell
LOUDEST: Final = 15
_BARS: Final = " ▁▂▃▄▅▆▇█"
_BARS_ASCII: Final = " .:-=+*##"
_SPACE: Final = "␣"
_UPPER_HALF: Final = ord("▀")


def draw_heard(canvas: Canvas, box: Box, found: Heard) -> None:
    """As many utterances one under another as have room, a second as wide in all of them."""
    fitting = max(min(len(found.utterances), (box.height + 1) // (LEAST_LINES + 1)), 1)
    tall = min((box.height + 1) // fitting - 1, MOST_LINES)
    shown = found.utterances[:fitting]
    longest = max((each.seconds for each in shown), default=0.0)
    for place, each in enumerate(shown):
        wide = max(round(box.width * each.seconds / longest), LEAST_CELLS) if longest > 0 else box.width
        draw_utterance(canvas, Box(box.x, box.y + place * (tall + 1), box.width, tall), each, wide=wide)


def utterance_height(heard: HeardUtterance, look: Look) -> int:
    """The lines that it can fill."""
    return OVER + -(-MOST_ROWS_A_BAND * len(heard.picture) // pixel_rows(look))


def draw_utterance(canvas: Canvas, box: Box, heard: HeardUtterance, *, wide: int | None = None) -> None:
    """Texts, symbols, bars, picture. wide: cells of the picture, all if left out."""
    if box.width < 8 or box.height < 2:
        return
    _draw_texts(canvas, box, heard)
    columns = len(heard.picture[0]) if heard.picture else 0
    if not columns:
        return
    wide = min(wide or box.width, box.width)
    places = np.arange(wide) * columns // wide  # the column that stands in each cell
    if box.height >= OVER + 1:
        _draw_over(canvas, Box(box.x, box.y + 1, wide, 2), heard, places)
    top = box.y + min(OVER, box.height - 1)
    _draw_picture(canvas, Box(box.x, top, wide, box.y + box.height - top), heard.picture, places)


def _draw_texts(canvas: Canvas, box: Box, heard: HeardUtterance) -> None:
    roles, right = canvas.look.roles, heard.text == heard.truth
    mark, style = ("✓ ", roles.best) if right else ("✕ ", roles.warning)
    x = canvas.write(box.x, box.y, mark, style) if heard.truth else box.x
    sure = f" {percent(heard.chance).strip()}" if math.isfinite(heard.chance) else ""
    said = (heard.text or "(nothing)") + sure
    x = canvas.write(x, box.y, fit(said, box.x + box.width - x), roles.value) + 2
    if heard.truth and not right:
        x = canvas.write(x, box.y, fit(f"≠ {heard.truth}", max(box.x + box.width - x, 0)), roles.warning) + 2
    about = f"{heard.name} · {heard.seconds:.2f} s"
    canvas.write(x, box.y, fit(about, max(box.x + box.width - x, 0)), roles.axis)


def _draw_over(canvas: Canvas, box: Box, heard: HeardUtterance, places: NDArray[np.int64]) -> None:
    """Letters where symbols begin; under them bars: how sure it is that there is one, or what speaks for a word."""
    roles = canvas.look.roles
    free = box.x
    for spike in heard.spikes:
        x = box.x + int(np.searchsorted(places, spike.column))
        text = ("_" if canvas.look.ascii else _SPACE) if spike.text == " " else spike.text
        x = max(min(x, box.x + box.width - cell_len(text)), free)
        if x + cell_len(text) > box.x + box.width:
            break
        free = canvas.write(x, box.y, text, roles.value) + int(cell_len(text) > 1)
    if heard.blank:
        levels = [1 - heard.blank[place] for place in places.tolist()]
        _draw_bars(canvas, box.x, box.y + 1, levels, roles.train)
    elif heard.speaks:
        _draw_speaks(canvas, box, [heard.speaks[place] for place in places.tolist()])


def _draw_speaks(canvas: Canvas, box: Box, speaks: Sequence[float]) -> None:
    """Bars of what speaks for the word, and in the line over them a sign where it speaks against, strongly."""
    favors, opposes = for_and_against(canvas.look)
    top = max((abs(each) for each in speaks if math.isfinite(each)), default=0.0) or 1.0
    for place, each in enumerate(speaks):
        _draw_bars(canvas, box.x + place, box.y + 1, [abs(each) / top], favors if each > 0 else opposes)
        if each < -top / 3:
            canvas.write(box.x + place, box.y, "-", opposes)


def _draw_bars(canvas: Canvas, x: int, y: int, levels: Sequence[float], style: Style) -> None:
    """levels: 0 … 1."""
    bars = _BARS_ASCII if canvas.look.ascii else _BARS
    for place, level in enumerate(levels):
        if math.isfinite(level):
            canvas.write(x + place, y, bars[min(max(math.ceil(level * 8 - 0.4), 0), 8)], style)
        else:
            canvas.write(x + place, y, canvas.look.marks.nan, canvas.look.roles.nonfinite)


def _draw_picture(canvas: Canvas, box: Box, picture: Sequence[str], places: NDArray[np.int64]) -> None:
    """The highest band above; two bands a cell where colors can tell them apart."""
    if box.height < 1:
        return
    levels = np.array([[int(digit, LOUDEST + 1) for digit in row] for row in picture])[:, places]
    per_cell = pixel_rows(canvas.look)
    rows = min(MOST_ROWS_A_BAND * len(levels), box.height * per_cell)
    chosen = levels[np.arange(rows) * len(levels) // rows]
    if per_cell == 1:
        shades = np.array([ord(glyph) for glyph in canvas.look.shades], np.uint32)
        glyphs = shades[chosen * (len(shades) - 1) // LOUDEST]
        canvas.paint(box.x, box.y, glyphs, canvas.ink(canvas.look.roles.label), np.ones(glyphs.shape, np.bool_))
        return
    if len(chosen) % 2:
        chosen = np.concatenate([chosen, chosen[-1:]])
    upper, lower = chosen[0::2], chosen[1::2]
    inks = np.array([[canvas.ink(_ground(each, canvas.look)) for each in range((LOUDEST + 1) ** 2)]], np.int32)[0]
    glyphs = np.full(upper.shape, _UPPER_HALF, np.uint32)
    canvas.paint(box.x, box.y, glyphs, inks[upper * (LOUDEST + 1) + lower], np.ones(upper.shape, np.bool_))


def _ground(pair: int, look: Look) -> Style:
    """Two levels as the colors of one cell."""
    upper, lower = (look.ramp[level * (RAMP_STEPS - 1) // LOUDEST] for level in divmod(pair, LOUDEST + 1))
    return Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))

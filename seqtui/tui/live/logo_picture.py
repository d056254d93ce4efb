"""What in a sequence spoke for a class: its symbols with their signed scores as bars, up for and down against."""

import math
from typing import Final

import numpy as np
from rich.color import Color
from rich.style import Style

from seqtui.runs.events import Attribution, Watched
from seqtui.tui.drawing.axes import Floats
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.look import Look
from seqtui.tui.drawing.numbers import percent

_MARGIN: Final = 6
_MARGIN_FROM: Final = 40
_TALLEST: Final = 6
_WIDEST: Final = 3


def draw_logo(canvas: Canvas, box: Box, found: Attribution) -> None:
    """One line of words, then the sequence in as many lines as it takes; where it does not fit, the part around its
    largest score.
    """
    if box.height < 4 or box.width < 8 or not found.symbols:
        return
    draw_verdict(canvas, box, found)
    margin = _MARGIN if box.width >= _MARGIN_FROM else 0
    room, height = box.width - margin, box.height - 1
    length = len(found.symbols)
    wide = min(max(room // length, 1), _WIDEST)
    per_line = room // wide
    blocks = -(-length // per_line)
    fitting = max(min(blocks, height // 3), 1)
    tall = min(max((height // fitting - 1) // 2, 1), _TALLEST)
    scores = np.array(found.scores[:length], np.float64)
    scores = np.pad(scores, (0, length - len(scores)), constant_values=np.nan)
    begin = _start(scores, shown=fitting * per_line)
    top = float(np.max(np.abs(scores[np.isfinite(scores)]), initial=0.0)) or 1.0
    for block in range(fitting):
        first = begin + block * per_line
        part = slice(first, min(first + per_line, length))
        y = box.y + 1 + block * (2 * tall + 1)
        if margin and first < length:
            canvas.write(box.x, y + tall, f"{first + 1:>{margin - 1},}", canvas.look.roles.axis)
        where = Box(box.x + margin, y, room, 2 * tall + 1)
        _draw_block(canvas, where, found.symbols[part], scores[part] / top, wide=wide)


def base_style(symbol: str, look: Look) -> Style:
    """The usual colors of bases, as far as the theme has them; other symbols are plain."""
    roles = look.roles
    found = {"A": roles.best, "C": roles.train, "G": roles.warning, "T": roles.validation, "U": roles.validation}
    return found.get(symbol.upper(), roles.label)


def draw_verdict(canvas: Canvas, box: Box, found: Attribution | Watched) -> None:
    """What the model said of a record, and what it is, in one line."""
    roles = canvas.look.roles
    right = found.truth == found.predicted
    x = canvas.write(box.x, box.y, "✓ " if right else "✕ ", roles.best if right else roles.warning)
    said = f"says {fit(found.predicted, 16)} {percent(found.probability).strip()}"
    x = canvas.write(x, box.y, said, roles.value) + 2
    if not right:
        x = canvas.write(x, box.y, f"is {fit(found.truth, 16)}", roles.warning) + 2
    left = box.x + box.width - x
    canvas.write(x, box.y, fit(found.record, max(left, 0)), roles.axis)


def _start(scores: Floats, *, shown: int) -> int:
    """The first symbol to show, so that the largest score is in the middle if not all can be shown."""
    if shown >= len(scores) or not np.isfinite(scores).any():
        return 0
    peak = int(np.nanargmax(np.where(np.isfinite(scores), np.abs(scores), np.nan)))
    return min(max(peak - shown // 2, 0), len(scores) - shown)


def _draw_block(canvas: Canvas, box: Box, symbols: list[str], shares: Floats, *, wide: int) -> None:
    """shares: scores over the largest, -1 … 1."""
    look = canvas.look
    tall = box.height // 2
    favors, opposes = _ends(look)
    full, half, low, high = ("#", "#", " ", " ") if look.ascii else ("█", "", "▁", "▔")
    for place, (symbol, share) in enumerate(zip(symbols, shares.tolist(), strict=True)):
        x = box.x + place * wide
        style = base_style(symbol, look)
        canvas.write(x, box.y + tall, fit(symbol, 1) or " ", style)
        if not math.isfinite(share):
            canvas.write(x, box.y + tall - 1, look.marks.nan, look.roles.nonfinite)
            continue
        up = share > 0
        halves = round(2 * tall * abs(share))
        for step in range(tall):
            left = halves - 2 * step
            mark = full if left >= 2 else (half or ("▄" if up else "▀")) if left == 1 else ""
            if step == 0 and left == 0 and share:
                mark = low if up else high
            y = box.y + tall - 1 - step if up else box.y + tall + 1 + step
            if mark:
                canvas.write(x, y, mark * max(wide - 1, 1), favors if up else opposes)


def _ends(look: Look) -> tuple[Style, Style]:
    """The styles of what speaks for and against."""
    if look.depth != "full":
        return look.roles.validation, look.roles.train
    return Style(color=Color.from_rgb(*look.diverging[-1])), Style(color=Color.from_rgb(*look.diverging[0]))

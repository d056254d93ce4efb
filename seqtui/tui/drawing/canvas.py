"""A rectangle of cells to draw into, and out of it the strips that Textual shows.

The one door for text: everything written is cleaned, and every line is exactly as wide as the canvas.
"""

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from seqtui.text_safety import clean
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.look import Look

Glyphs = NDArray[np.uint32]
Inks = NDArray[np.int32]
Mask = NDArray[np.bool_]

SPACE: Final = 32
_AFTER_WIDE: Final = 0  # the second cell of a wide character
_PLAIN: Final = {
    ord(glyph): ord(plain)
    for glyphs, plain in (
        ("│┃┆▏▕‖", "|"), ("─━╌╍┄┅┈—–·", "-"), ("└┘┌┐┴┤├┼╵", "+"), ("…", "~"), ("▾▼⌄↓", "v"), ("▴▲↑", "^"), ("→▸", ">"),
        ("←◂", "<"), ("×", "x"), ("•●○", "o"), ("Γ", "G"), ("∂", "d"), ("σ", "s"), ("≤", "<"), ("≥", ">"), ("Δ", "D"),
        ("█▉▇▆", "#"), ("▓▅▄▊▋", "+"), ("▒▃▌▍", "="), ("░▂▁▎", "-"), ("₀", "0"), ("²", "2"), ("✓", "+"), ("✕", "x"),
    )
    for glyph in glyphs
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a canvas, in cells."""

    x: int
    y: int
    width: int
    height: int


@final
class Canvas:
    """height × width cells, each a glyph (code point) and an ink (number of a style); both may be read and painted."""

    def __init__(self, width: int, height: int, look: Look) -> None:
        self.width, self.height, self.look = max(width, 0), max(height, 0), look
        self.glyphs: Glyphs = np.full((self.height, self.width), SPACE, np.uint32)
        self.inks: Inks = np.zeros((self.height, self.width), np.int32)
        self._palette: list[Style] = [Style.null()]
        self._numbers: dict[Style, int] = {Style.null(): 0}

    @property
    def box(self) -> Box:
        """All of it."""
        return Box(0, 0, self.width, self.height)

    def ink(self, style: Style) -> int:
        """The number of a style on this canvas."""
        number = self._numbers.get(style)
        if number is None:
            number = self._numbers[style] = len(self._palette)
            self._palette.append(style)
        return number

    def write(self, x: int, y: int, text: str, style: Style, *, width: int | None = None) -> int:
        """Text at a cell, cut at `width` cells and at the edges; returns the cell after it."""
        if width is not None:
            text = fit(text, width)
        text = clean(text, limit=4 * max(self.width, 1))
        if not 0 <= y < self.height:
            return x + cell_len(text)
        ink, begin = self.ink(style), max(x, 0)
        if text.isascii():
            shown = text[max(-x, 0) : max(self.width - x, 0)]
            if shown:
                self._open(y, begin, begin + len(shown))
                self.glyphs[y, begin : begin + len(shown)] = np.frombuffer(shown.encode("utf-32-le"), np.uint32)
                self.inks[y, begin : begin + len(shown)] = ink
            return x + len(text)
        for character in text:
            size = cell_len(character)
            if size and x >= 0 and x + size <= self.width:
                self._open(y, x, x + size)
                self.glyphs[y, x] = ord(character)
                self.glyphs[y, x + 1 : x + size] = _AFTER_WIDE
                self.inks[y, x : x + size] = ink
            x += size
        return x

    def paint(self, x: int, y: int, glyphs: Glyphs, inks: Inks | int, where: Mask) -> None:
        """Cells (height, width) laid down with their corner at x, y, where the mask says; what sticks out is cut."""
        left, top = max(-x, 0), max(-y, 0)
        height, width = min(glyphs.shape[0], self.height - y), min(glyphs.shape[1], self.width - x)
        if height <= top or width <= left:
            return
        here = (slice(y + top, y + height), slice(x + left, x + width))
        part = (slice(top, height), slice(left, width))
        chosen = where[part]
        self.glyphs[here][chosen] = glyphs[part][chosen]
        self.inks[here][chosen] = inks if isinstance(inks, int) else inks[part][chosen]

    def lay_over(self, x: int, y: int, glyphs: Glyphs, style: Style, where: Mask) -> None:
        """Like paint, in one style, and every cell keeps the background it has."""
        here = self.inks[y : y + glyphs.shape[0], x : x + glyphs.shape[1]]
        inks = np.full(glyphs.shape, self.ink(style), np.int32)
        for under in np.unique(here[where]).tolist():
            ground = self._palette[under].bgcolor
            if ground is not None:
                inks[where & (here == under)] = self.ink(style + Style(bgcolor=ground))
        self.paint(x, y, glyphs, inks, where)

    def lines(self) -> list[str]:
        """The text alone, one string a line, each `width` cells wide."""
        return ["".join(map(chr, row)).replace("\0", "") for row in self._shown().tolist()]

    def strips(self, background: Style) -> list[Strip]:
        """What Textual shows, `background` under every style."""
        styles = [background + style for style in self._palette]
        rows = self._shown()
        strips = []
        for row, inks in zip(rows, self.inks, strict=True):
            text = row.tobytes().decode("utf-32-le")
            cuts = [0, *(np.flatnonzero(inks[1:] != inks[:-1]) + 1).tolist(), self.width]
            wide = "\0" in text
            segments = []
            for begin, end, ink in zip(cuts, cuts[1:], inks[cuts[:-1]].tolist() if self.width else (), strict=False):
                part = text[begin:end]
                segments.append(Segment(part.replace("\0", "") if wide else part, styles[ink]))
            strips.append(Strip(segments, self.width))
        return strips

    def _open(self, y: int, begin: int, end: int) -> None:
        """Blanks the other half of a wide character that is about to be cut."""
        if self.glyphs[y, begin] == _AFTER_WIDE and begin:
            self.glyphs[y, begin - 1] = SPACE
        if end < self.width and self.glyphs[y, end] == _AFTER_WIDE:
            self.glyphs[y, end] = SPACE

    def _shown(self) -> Glyphs:
        if not self.look.ascii or not (self.glyphs > 126).any():
            return self.glyphs
        shown = self.glyphs.copy()
        for y, x in np.argwhere(shown > 126).tolist():
            shown[y, x] = _PLAIN.get(int(shown[y, x]), ord("?"))
        shown[shown == _AFTER_WIDE] = ord("?")
        return shown

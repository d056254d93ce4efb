"""Symbols of a text laid out in lines of cells: every one has a place of its own, so that it can be pointed at.

Lines break at spaces. What cannot be seen has a mark. A text that grows is laid on from where it ended.
"""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final, final

from rich.cells import cell_len

from seqtui.text_safety import clean

LONGEST: Final = 24  # cells of one symbol
LINE_END: Final = "\u21b5"
UNSEEN: Final = "\u25cc"


def visible(part: str) -> str:
    """A symbol as it stands in a line: at least one cell, at most LONGEST."""
    if part == "\n":
        return LINE_END
    shown = clean(part, limit=4 * LONGEST)
    if not cell_len(shown):
        return UNSEEN
    while cell_len(shown) > LONGEST:
        shown = f"{shown[:-2]}…"
    return shown


@final
class Flow:
    """The places of symbols in lines of `width` cells. parts: what each symbol adds to the text."""

    def __init__(self, width: int) -> None:
        self.width = max(width, 4)
        self.texts: list[str] = []
        self.lines: list[int] = []
        self.columns: list[int] = []
        self.starts: list[int] = [0]  # the first symbol of each line
        self._break = 0  # the symbol that a line too long breaks before
        self._column = 0
        self._has_ended = False
        self._known: dict[str, str] = {}

    def extend(self, parts: Iterable[str]) -> None:
        """Lay these behind those that are there."""
        for part in parts:
            self._add(part)

    def last(self, line: int) -> int:
        """The number after the last symbol of a line."""
        return self.starts[line + 1] if line + 1 < len(self.starts) else len(self.texts)

    def at(self, line: int, column: int) -> int | None:
        """The symbol that stands in a line at a column, or before it."""
        if not 0 <= line < len(self.starts) or not self.texts:
            return None
        first, last = self.starts[line], self.last(line)
        return min(max(bisect_right(self.columns, column, first, last) - 1, first), len(self.texts) - 1)

    def _add(self, part: str) -> None:
        place = len(self.texts)
        text = self._known.get(part)
        if text is None:
            text = self._known[part] = visible(part)
        is_space, is_word = part.isspace(), len(part) > 1 and part[0] == " "
        if self._has_ended:
            self._turn(place)
        limit = self.width if is_space else self.width - 1
        while self._column and self._column + cell_len(text) > limit:
            self._turn(place if is_space or is_word or self._break <= self.starts[-1] else self._break)
        if is_word and not self._column:
            text = text[1:] or text
        self.texts.append(text)
        self.lines.append(len(self.starts) - 1)
        self.columns.append(self._column)
        self._column += cell_len(text)
        self._break = place + 1 if is_space else place if is_word else self._break
        self._has_ended = part == "\n"

    def _turn(self, first: int) -> None:
        """A new line, with the symbols from `first` on."""
        self.starts.append(first)
        self._column, self._break, self._has_ended = 0, first, False
        for place in range(first, len(self.texts)):
            text = self.texts[place]
            if place == first and len(text) > 1 and text[0] == " ":
                text = self.texts[place] = text[1:]
            self.lines[place], self.columns[place] = len(self.starts) - 1, self._column
            self._column += cell_len(text)

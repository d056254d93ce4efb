"""A drawing of a task's `show`, colored without knowing what it shows: an axis, blocks, letters, and where one stands.

A line that begins with └ is an axis with the numbers of units in it; else letters are steps in their order.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from textual.content import Content, Span

BASES: Final = {"A": "$success", "C": "$train", "G": "$warning", "T": "$validation", "U": "$validation"}
_AXIS: Final = re.compile(r"^( *)└")
_NUMBER: Final = re.compile(r"\d+")
_NAME: Final = re.compile(r" *([A-G])(-?\d+)")
_NATURALS: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_UPPER: Final = str.maketrans("▀▄", "█ ")
_LOWER: Final = str.maketrans("▀▄", " █")
_NUCLEOTIDES: Final = frozenset("ACGTUN")


def colored(drawing: str, *, kept: int, cursor: int | None) -> Content:
    """kept: units that were there before the model went on; cursor: a unit, counted from 1, to be marked."""
    lines = drawing.split("\n")
    found = _AXIS.match(lines[-1])
    if found:
        return _roll(lines, len(found[1]), kept, cursor)
    if set(drawing) & _NUCLEOTIDES and _is_bases(drawing):
        return _letters(drawing, kept, cursor)
    return Content(drawing)


def unit_at(drawing: str, x: int, y: int) -> int | None:
    """The unit, counted from 1, that stands at a cell of the drawing."""
    lines = drawing.split("\n")
    found = _AXIS.match(lines[-1])
    if found:
        starts = _starts(lines[-1], len(found[1]))
        return sum(start <= x for start in starts) or None if x > len(found[1]) else None
    if not 0 <= y < len(lines) or not _is_bases(drawing):
        return None
    letters = sum(line.count(letter) for line in lines[:y] for letter in _NUCLEOTIDES)
    return letters + sum(lines[y][: x + 1].count(letter) for letter in _NUCLEOTIDES) or None


def tall(drawing: str, height: int) -> str:
    """A roll that leaves half of `height` empty at twice its height: a line for every key, each name beside its key."""
    lines = drawing.split("\n")
    found = _AXIS.match(lines[-1])
    if not found or 2 * len(lines) - 1 > height:
        return drawing
    # A name of E or B always means the upper key of its line; so then does every name of the same parity.
    sure = next((_pitch(line) for line in lines[:-1] if line.lstrip()[:1] in ("E", "B")), None)
    if sure is None:
        return drawing
    margin, taller = len(found[1]) + 1, []
    for line in lines[:-1]:
        name, keys = line[:margin], line[margin:]
        nameless = " " * (margin - 1) + name[-1:]
        upper = (_pitch(line) - sure) % 2 == 0
        taller.append((name if upper else nameless) + keys.translate(_UPPER))
        taller.append((nameless if upper else name) + keys.translate(_LOWER))
    return "\n".join([*taller, lines[-1]])


def _pitch(line: str) -> int:
    """The number of the key that a line is named after, 0 where it has no name."""
    found = _NAME.match(line)
    return 12 * int(found[2]) + _NATURALS[found[1]] if found else 0


def _roll(lines: Sequence[str], margin: int, kept: int, cursor: int | None) -> Content:
    starts = _starts(lines[-1], margin)
    width = max(map(len, lines))
    until = starts[kept] if 0 <= kept < len(starts) else width if kept else margin + 1
    marked = range(0)
    if cursor is not None and 1 <= cursor <= len(starts):
        marked = range(starts[cursor - 1], starts[cursor] if cursor < len(starts) else width)
    edges = sorted({0, margin + 1, min(until, width), marked.start, marked.stop, width})
    styles = [
        f"{'$quiet' if begin < until else '$train'}{' on $panel' if begin in marked else ''}" for begin in edges[:-1]
    ]
    drawn = [_line(line.ljust(width), edges, styles, starts[1:]) for line in lines[:-1]]
    axis, foot = lines[-1], slice(marked.start, marked.stop)
    low = Content.styled(axis, "$quiet")
    if marked:
        low = Content.assemble(
            Content.styled(axis[: marked.start], "$quiet"), Content.styled(axis[foot], "bold $accent"),
            Content.styled(axis[marked.stop :], "$quiet"),
        )  # fmt: skip
    return Content("\n").join([*drawn, low])


def _line(line: str, edges: Sequence[int], styles: Sequence[str], bars: Sequence[int]) -> Content:
    """A line in its styles from edge to edge, with a faint mark where a bar begins and nothing sounds."""
    spans = [Span(begin, end, style) for (begin, end), style in zip(pairwise(edges), styles, strict=True)]
    cells = list(line)
    for at in bars:
        if at < len(cells) and cells[at] == " ":
            cells[at] = "┊"
            spans.append(Span(at, at + 1, "$border-blurred"))
    return Content("".join(cells), spans)


def _starts(axis: str, margin: int) -> list[int]:
    """The column where each unit begins: as its number says, or where between its neighbors' numbers."""
    known = [(int(found[0]), found.start()) for found in _NUMBER.finditer(axis, margin)]
    if not known:
        return []
    starts = [known[0][1]] * known[0][0]
    for (number, column), (next_number, next_column) in pairwise(known):
        between = next_number - number
        if between < 1:
            return starts
        starts[number - 1 :] = [column + (next_column - column) * part // between for part in range(between + 1)]
    # Units behind the last number are as wide as those before it.
    a_unit = (known[-1][1] - known[0][1]) / max(known[-1][0] - known[0][0], 1)
    while a_unit >= 1 and starts[-1] + a_unit <= len(axis) - 1:
        starts.append(round(starts[-1] + a_unit))
    return starts


def _is_bases(drawing: str) -> bool:
    lines = [line for line in drawing.split("\n") if "…" not in line]
    letters = [character for line in lines for character in line if character.isalpha()]
    return bool(letters) and all(letter in _NUCLEOTIDES for letter in letters)


def _letters(drawing: str, kept: int, cursor: int | None) -> Content:
    spans, step = [], 0
    more = drawing.rfind("…")
    for at, character in enumerate(drawing):
        if more >= 0 and at >= more:
            spans.append(Span(at, len(drawing), "$quiet"))
            break
        if character in _NUCLEOTIDES:
            step += 1
            style = "$quiet" if step <= kept else BASES.get(character, "")
            spans.append(Span(at, at + 1, f"reverse {style}".strip() if step == cursor else style))
        elif character.isdigit() or character == ",":
            spans.append(Span(at, at + 1, "$quiet"))
    return Content(drawing, spans)

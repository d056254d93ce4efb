"""A drawing of a task's `show`, colored without knowing what it shows: an axis, blocks, letters, and where one stands.

A line that begins with └ is an axis with the numbers of units in it; else letters are steps in their order.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from textual.content import Content, Span

BASES: Final = {"A": "$success", "C": "$train", "G": "$warning", "T": "$error", "U": "$error"}
_AXIS: Final = re.compile(r"^( *)└")
_NUMBER: Final = re.compile(r"\d+")
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


def _roll(lines: Sequence[str], margin: int, kept: int, cursor: int | None) -> Content:
    starts = _starts(lines[-1], margin)
    width = max(map(len, lines))
    until = starts[kept] if 0 <= kept < len(starts) else width if kept else margin + 1
    spans, at = [], 0
    for number, line in enumerate(lines):
        end = at + len(line)
        axis = number == len(lines) - 1
        spans.append(Span(at, end if axis else min(at + margin + 1, end), "$quiet"))
        if not axis:
            spans.append(Span(min(at + margin + 1, end), min(at + until, end), "$quiet"))
            spans.append(Span(min(at + until, end), end, "$train"))
        at = end + 1
    text = "\n".join(lines)
    if cursor is None or not 1 <= cursor <= len(starts):
        return Content(text, spans)
    begin = starts[cursor - 1]
    stop = starts[cursor] if cursor < len(starts) else width
    padded = [line.ljust(width) for line in lines]
    moved = _moved(spans, lines, width)
    marks = [
        Span(row * (width + 1) + begin, row * (width + 1) + stop, "on $panel") for row in range(len(padded) - 1)
    ]  # fmt: skip
    foot = (len(padded) - 1) * (width + 1)
    return Content("\n".join(padded), [*moved, *marks, Span(foot + begin, foot + stop, "bold $accent")])


def _moved(spans: Sequence[Span], lines: Sequence[str], width: int) -> list[Span]:
    """The spans of lines as they are, for the same lines when each is `width` long."""
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    moved = []
    for span in spans:
        row = sum(start <= span.start for start in starts) - 1
        shift = row * (width + 1) - starts[row]
        moved.append(Span(span.start + shift, span.end + shift, span.style))
    return moved


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

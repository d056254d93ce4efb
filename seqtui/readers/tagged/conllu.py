"""CoNLL-U (Universal Dependencies): ten columns parted by TABs; the tag stands in MISC, as NE=B-PER, or in XPOS.

Ranges of multiword tokens (3-4) and empty nodes (3.1) are left out, as the words themselves have lines of their own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput
from seqtui.readers.tagged.conll import NOTHING, looks_like_a_tag
from seqtui.readers.tagged.schemes import OUTSIDE
from seqtui.readers.tagged.tagged_set import Sentence, TagCheck
from seqtui.readers.text_file import Tally, text_lines
from seqtui.readers.unpacked_file import Progress, silent
from seqtui.text_safety import clean

COLUMNS: Final = 10
KEYS: Final = ("NE", "NER", "Entity", "NamedEntity", "Tag")
_ID, _FORM, _UPOS, _XPOS, _MISC = 0, 1, 3, 4, 9
_NUMBER: Final = re.compile(r"\d+")
_LEFT_OUT: Final = re.compile(r"\d+-\d+|\d+\.\d+")
_LOOKED_AT: Final = 2000  # tokens


@dataclass(slots=True)
class _Rows:
    """The sentence that the lines so far are in. place: "xpos", "upos" or a key of MISC; None: there are no tags."""

    name: str
    place: str | None
    document: int = 0
    tokens: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    last: int = 0  # number of the last word
    glued: list[bool] = field(default_factory=list)
    check: TagCheck = field(default_factory=TagCheck)

    def add(self, number: int, cells: list[str]) -> None:
        self.tokens.append(cells[_FORM])
        self.last = int(cells[_ID])
        self.lines.append(number)
        self.glued.append("SpaceAfter=No" in cells[_MISC].split("|"))
        if self.place is not None:
            self.tags.append(self.check.checked(_tag(cells, self.place), f"{self.name}, line {number:,}"))

    def taken(self) -> Iterator[Sentence]:
        """The sentence that ends here, if there is one, with its text as SpaceAfter says."""
        if not self.lines:
            return
        offsets, at = [], 0
        for token, glued in zip(self.tokens, self.glued, strict=True):
            offsets.append((at, at + len(token)))
            at += len(token) + (not glued)
        text = "".join(token + " " * (not glued) for token, glued in zip(self.tokens, self.glued, strict=True))
        name, tags = f"{self.name}:{self.lines[0]}", None if self.place is None else self.tags
        yield Sentence(name, self.tokens, tags, self.lines, self.document, text.rstrip(" "), offsets)
        self.tokens, self.tags, self.lines, self.glued, self.last = [], [], [], [], 0


def read_conllu(
    path: Path, tag_column: str | None = None, *, tally: Tally | None = None, progress: Progress = silent
) -> Iterator[Sentence]:
    """Every sentence; one begins behind a blank line, and where the words' numbers begin anew.

    tag_column: xpos, upos or misc:KEY; None: found, and where nothing is, there are no tags.

    BadInput for a line that has not ten columns, or whose ID is none.
    """
    rows = _Rows(clean(path.name), tag_column.lower() if tag_column in ("xpos", "upos", "XPOS", "UPOS") else None)
    if rows.place is None:
        rows.place = tag_column.partition(":")[2] if tag_column else _found_place(path)
    for number, line in text_lines(path, tally=tally, progress=progress):
        if line.startswith("#"):
            rows.document += line.startswith("# newdoc")
        elif not line.strip(" \t"):
            yield from rows.taken()
        elif (cells := _cells(line, rows.name, number)) is not None:
            if int(cells[_ID]) <= rows.last:
                yield from rows.taken()
            rows.add(number, cells)
    yield from rows.taken()


def is_conllu(line: str) -> bool:
    """Whether a line that is no comment is one of CoNLL-U."""
    cells = line.split("\t")
    return len(cells) == COLUMNS and bool(_NUMBER.fullmatch(cells[0]) or _LEFT_OUT.fullmatch(cells[0]))


def _cells(line: str, name: str, number: int) -> list[str] | None:
    """None for a range and for an empty node."""
    cells = line.split("\t")
    if len(cells) != COLUMNS:
        raise BadInput(f"{name}, line {number:,}: {len(cells)} columns, and CoNLL-U has {COLUMNS}, parted by TABs")
    if _LEFT_OUT.fullmatch(cells[0]):
        return None
    if not _NUMBER.fullmatch(cells[0]) or not cells[_FORM].strip():
        raise BadInput(
            f"{name}, line {number:,}: CoNLL-U begins a line with a number and a word, not {clean(line)[:40]!r}"
        )
    return cells


def _tag(cells: list[str], place: str) -> str:
    if place in ("xpos", "upos"):
        value = cells[_XPOS if place == "xpos" else _UPOS]
        return OUTSIDE if value in (NOTHING, "") else value
    for pair in cells[_MISC].split("|"):
        key, _, value = pair.partition("=")
        if key.lower() == place.lower() and value not in ("", NOTHING):
            return value
    return OUTSIDE


def _found_place(path: Path) -> str | None:
    """The first of KEYS that is in MISC, or XPOS where it holds spans' tags."""
    seen: set[str] = set()
    spans = looked = 0
    for number, line in text_lines(path):
        cells = None if line.startswith("#") or not line.strip(" \t") else _cells(line, clean(path.name), number)
        if cells is not None:
            looked += 1
            seen |= {pair.partition("=")[0].lower() for pair in cells[_MISC].split("|")}
            spans += looks_like_a_tag(cells[_XPOS])
        if looked >= _LOOKED_AT:
            break
    found = [key for key in KEYS if key.lower() in seen]
    return found[0] if found else "xpos" if looked and spans == looked else None

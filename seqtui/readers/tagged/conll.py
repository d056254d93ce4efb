"""CoNLL columns: a token a line with its tag in the last column or another, a blank line between sentences.

Columns are parted by TAB, or else by blanks; -DOCSTART- lines part documents. Every fault is named by file and line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput, Usage
from seqtui.readers.tagged.schemes import OUTSIDE, is_prefixed, parted
from seqtui.readers.tagged.tagged_set import Sentence, TagCheck
from seqtui.readers.text_file import Tally, text_lines
from seqtui.readers.unpacked_file import Progress, silent
from seqtui.text_safety import clean

_BLANKS: Final = re.compile(r"[ \t]+")
_METADATA: Final = re.compile(r"#\s*[\w.:-]+\s*=|#\s*newdoc\b|#\s*newpar\b")
_DOCUMENT: Final = "-DOCSTART-"
_LOOKED_AT: Final = 2000  # lines that tell whether a model wrote the last column
NOTHING: Final = "_"  # what many column formats write into a cell that is empty


@dataclass(slots=True)
class _Columns:
    """What the lines so far have shown of the file, and the sentence that they are in."""

    name: str
    tag_column: int | None
    count: int = 0
    first_line: int = 0
    tabs: bool = False
    document: int = 0
    tokens: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    check: TagCheck = field(default_factory=TagCheck)

    def add(self, number: int, line: str) -> None:
        """One line that is not blank."""
        cells = self._cells(number, line)
        if cells is None:
            self.document += line.startswith("# newdoc")
            return
        token, tag = self._token_and_tag(number, cells)
        self.tokens.append(token)
        self.lines.append(number)
        if tag is not None:
            self.tags.append(tag)

    def taken(self) -> Iterator[Sentence]:
        """The sentence that ends here, if there is one."""
        if not self.lines:
            return
        first, last = self.lines[0], self.lines[-1]
        lines = range(first, last + 1) if last - first == len(self.lines) - 1 else self.lines
        yield Sentence(f"{self.name}:{first}", self.tokens, self.tags or None, lines, self.document)
        self.tokens, self.tags, self.lines = [], [], []

    def _cells(self, number: int, line: str) -> list[str] | None:
        """None for a comment."""
        cells = self._parted(line)
        if line.startswith("#") and self._is_comment(line, cells):
            return None
        if not self.count:
            self.count, self.first_line, self.tabs = len(cells), number, "\t" in line
            if self.tag_column is not None and not 1 <= self.tag_column <= self.count:
                raise Usage(
                    f"{self.name}, line {number:,} has {_columns(self.count)}, so there is no tag column "
                    f"{self.tag_column}"
                )
        if len(cells) != self.count:
            raise BadInput(
                f"{self.name}, line {number:,}: {_columns(len(cells))} where line {self.first_line:,} has "
                f"{self.count}; a line holds a token and its tag, parted by one TAB or by blanks"
            )
        return cells

    def _token_and_tag(self, number: int, cells: list[str]) -> tuple[str, str | None]:
        if self.count == 1:
            return cells[0], None
        place = (self.tag_column or self.count) - 1
        token, tag = cells[0], cells[place]
        if not token or not tag:
            raise BadInput(f"{self.name}, line {number:,}: the {'token' if not token else 'tag'} is missing")
        return token, self.check.checked(OUTSIDE if tag == NOTHING else tag, f"{self.name}, line {number:,}")

    def _parted(self, line: str) -> list[str]:
        if "\t" in line:
            return [cell.strip(" ") for cell in line.rstrip(" \t").split("\t")]
        cells = _BLANKS.split(line.strip(" "))
        # In a file of TABs, a token with a blank in it and no tag must not pass for a token and a tag.
        return cells if not self.tabs or looks_like_a_tag(cells[-1]) else [line.strip(" ")]

    def _is_comment(self, line: str, cells: list[str]) -> bool:
        if _METADATA.match(line) and not looks_like_a_tag(cells[-1]):
            return True
        return len(cells) != self.count if self.count else not looks_like_a_tag(cells[-1])


def looks_like_a_tag(cell: str) -> bool:
    """O, or a type with a prefix."""
    return cell == OUTSIDE or is_prefixed(cell)


def holds_predictions(path: Path) -> bool:
    """Whether the columns are what conlleval reads: token, true tag, and the tag that a model gave.

    Two columns of tags of the same types; tags of chunks beside those of entities have types of their own.
    """
    lines = (line for _, line in text_lines(path) if line.strip(" \t") and not line.startswith((_DOCUMENT, "#")))
    cells = [re.split(r"\t" if "\t" in line else _BLANKS, line.strip()) for line in islice(lines, _LOOKED_AT)]
    if any(len(each) != 3 or not all(map(looks_like_a_tag, each[1:])) for each in cells):
        return False
    true, given = ({parted(each[at])[1] for each in cells if each[at] != OUTSIDE} for at in (1, 2))
    return bool(true & given)


def read_conll(
    path: Path, tag_column: int | None = None, *, tally: Tally | None = None, progress: Progress = silent
) -> Iterator[Sentence]:
    """Every sentence of the file. tag_column: counted from 1; None is the last. One column alone has no tags.

    BadInput for a line with more or fewer columns than the first, a token without tag, or tags that cannot be; Usage
    for a column that is not there.
    """
    columns = _Columns(clean(path.name), tag_column)
    for number, line in text_lines(path, tally=tally, progress=progress):
        if line.startswith(_DOCUMENT) or not line.strip(" \t"):
            yield from columns.taken()
            columns.document += line.startswith(_DOCUMENT)
        else:
            columns.add(number, line)
    yield from columns.taken()


def _columns(count: int) -> str:
    return f"{count} column{'' if count == 1 else 's'}"

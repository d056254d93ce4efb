"""FASTA and multi-FASTA in blocks: a line may be as long as the file, and memory stays that of a few blocks."""

import re
from typing import Final

import numpy as np

from seqtui.errors import BadInput
from seqtui.readers.dna.blocks import Blocks
from seqtui.readers.dna.intake import Intake
from seqtui.readers.dna.parting import Bytes, Numbers, titles_at, within
from seqtui.readers.dna.policy import FOREIGN, MARK
from seqtui.readers.dna.titles import NO_TITLES
from seqtui.text_safety import clean

LONGEST_TITLE: Final = 2**20
_NO_LINES: Final = np.zeros(0, np.int64)
_COMMENT: Final = re.compile(rb"(?<=\n);[^\n]*")


def read_fasta(blocks: Blocks, intake: Intake) -> None:
    """Every record of the file into `intake`. BadInput for what is no FASTA, or no nucleotides."""
    # The newline before a line is read with it, and so is one before the first line: "\n>" begins a record anywhere.
    carried, line = b"\n", 0
    for block in blocks:
        data, carried = _whole_lines(carried + block, blocks.name, line)
        line = _take(data, line, blocks.name, intake)
    _take(carried, line, blocks.name, intake)
    if not intake.begun:
        raise BadInput(f"{blocks.name} holds no FASTA record: no line begins with '>'")
    intake.close()


def _whole_lines(data: bytes, name: str, line: int) -> tuple[bytes, bytes]:
    """What can be read now, and what waits: a title or comment whose end is not there yet, with its newline before."""
    last = data.rfind(b"\n")
    if last < 0 or data[last + 1 : last + 2] not in (b"", b">", b";"):
        return data, b""
    if len(data) - last > LONGEST_TITLE:
        raise _long_title(name, line + data.count(b"\n"))
    return data[:last], data[last:]


def _take(data: bytes, line: int, name: str, intake: Intake) -> int:
    """One stretch of text; `line` newlines came before it. The newlines up to its end."""
    # A single byte is looked for six times as fast as two.
    if b";" in data and b"\n;" in data:
        data, comments = _COMMENT.subn(b"", data)
        intake.comments += comments

    def line_of(place: int) -> int:
        return line + data.count(b"\n", 0, place)

    if b">" not in data:
        _check_begun(data, line, name, intake)
        intake.take(data.replace(MARK, FOREIGN), NO_TITLES, _NO_LINES, line_of)
        return line + data.count(b"\n")
    given = np.frombuffer(data, np.uint8)
    newlines = np.append(np.flatnonzero(given == ord("\n")), len(data))
    of_titles = np.flatnonzero(given[np.minimum(newlines[:-1] + 1, len(data) - 1)] == ord(">"))
    begins, ends = newlines[of_titles] + 2, newlines[of_titles + 1]
    lines = line + 1 + of_titles
    long = np.flatnonzero(ends - begins > LONGEST_TITLE)
    if len(long):
        raise _long_title(name, int(lines[long[0]]))
    _check_begun(data[: begins[0] - 2] if len(begins) else data, line, name, intake)
    intake.take(_letters(data, given, begins, ends), titles_at(given, begins, ends), lines, line_of)
    return line + len(newlines) - 1


def _letters(data: bytes, given: Bytes, begins: Numbers, ends: Numbers) -> bytes:
    """As many bytes: a MARK for each '>', a HOLE for each byte of a title. begins: of the titles, behind the '>'."""
    letters = given * ~within(len(given), begins, ends)
    if MARK in data:
        letters[letters == MARK[0]] = FOREIGN[0]
    letters[begins - 1] = MARK[0]
    return letters.tobytes()


def _check_begun(going_on: bytes, line: int, name: str, intake: Intake) -> None:
    """Before the first title there may be blank lines, and no letters."""
    if not intake.begun and going_on.strip():
        blank = len(going_on) - len(going_on.lstrip())
        at, found = line + going_on.count(b"\n", 0, blank), going_on.split()[0]
        raise BadInput(
            f"{name}, line {at}: a FASTA file begins with a title line ('>name'), "
            f"this one with {clean(found, limit=30)!r}"
        )


def _long_title(name: str, line: int) -> BadInput:
    return BadInput(
        f"{name}, line {line}: a title of more than {LONGEST_TITLE:,} bytes; is a newline missing after it?"
    )

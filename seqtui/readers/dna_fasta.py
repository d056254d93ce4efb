"""FASTA and multi-FASTA in blocks: a line may be as long as the file, and memory stays that of a few blocks."""

import re
from itertools import accumulate
from typing import Final

from seqtui.errors import BadInput
from seqtui.readers.dna_blocks import Blocks
from seqtui.readers.dna_intake import Intake
from seqtui.text_safety import clean

LONGEST_TITLE: Final = 2**20
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
    if b"\n;" in data:
        data, comments = _COMMENT.subn(b"", data)
        intake.comments += comments
    going_on, *records = data.split(b"\n>")
    if not intake.begun and going_on.strip():
        blank = len(going_on) - len(going_on.lstrip())
        at, found = line + going_on.count(b"\n", 0, blank), going_on.split()[0]
        raise BadInput(
            f"{name}, line {at}: a FASTA file begins with a title line ('>name'), "
            f"this one with {clean(found, limit=30)!r}"
        )
    counts = [going_on.count(b"\n"), *(record.count(b"\n") + 1 for record in records)]
    ends = list(accumulate(counts, initial=line))
    parts = [record.partition(b"\n") for record in records]
    titles = [title.strip() for title, _, _ in parts]
    for number, title in enumerate(titles):
        if len(title) > LONGEST_TITLE:
            raise _long_title(name, ends[number + 1] + 1)
    lines = [before + 1 for before in ends[1:-1]]
    intake.add([going_on, *(body for _, _, body in parts)], titles, lines, goes_on_at=line)
    return ends[-1]


def _long_title(name: str, line: int) -> BadInput:
    return BadInput(
        f"{name}, line {line}: a title of more than {LONGEST_TITLE:,} bytes; is a newline missing after it?"
    )

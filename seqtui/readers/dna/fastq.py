"""FASTQ: records of four lines many at once, all others by Biopython's parser, in batches.

Qualities are checked for their number, counted, and not kept.
"""

from collections.abc import Iterator
from itertools import chain
from typing import IO, Final, cast

import numpy as np

from seqtui.errors import BadInput
from seqtui.readers.dna.blocks import Blocks, Lines
from seqtui.readers.dna.intake import Intake
from seqtui.readers.dna.parting import Bytes, Numbers, titles_at, within
from seqtui.readers.dna.policy import MARK
from seqtui.text_safety import clean

LONGEST_RECORD: Final = 64 * 2**20
_BATCH: Final = 2**20
_BLANK: Final = ord(" ")


def read_fastq(blocks: Blocks, intake: Intake) -> None:
    """Every record of the file into `intake`. BadInput for what is no FASTQ, or no nucleotides."""
    text = iter(blocks)
    waiting, line = b"", 0
    for block in text:
        waiting += block
        taken = _take_plain(waiting, line, intake)
        if taken is None or len(waiting) > LONGEST_RECORD:
            break
        line += waiting.count(b"\n", 0, taken)
        waiting = waiting[taken:]
    lines = Lines(chain([waiting], text), blocks.name, at_most=LONGEST_RECORD, before=line)
    _take_by_biopython(lines, blocks.name, intake)
    if not intake.begun:
        raise BadInput(f"{blocks.name} holds no FASTQ record: there is nothing but blank lines")
    intake.close()


def _take_plain(data: bytes, before: int, intake: Intake) -> int | None:
    """The records that `data` begins with, but for the last one; how many bytes they are. before: lines read already.

    None where one of them is not four lines, @title, letters, + or +title, and as many qualities, all of it ASCII
    without blanks among letters or qualities.
    """
    given = np.frombuffer(data, np.uint8)
    newlines = np.flatnonzero(given == ord("\n"))
    records = len(newlines) // 4 - 1
    if records < 1:
        return 0
    ends = newlines[: 4 * records].reshape(-1, 4)
    begins = np.append(0, newlines[: 4 * records - 1] + 1).reshape(-1, 4)
    size = int(ends[-1, 3]) + 1
    given = given[:size]
    if data[size : size + 1] != b"@" or not _is_plain(data[:size], given, begins, ends):
        return None
    titles = titles_at(given, begins[:, 0] + 1, ends[:, 0])
    # A record's letters are read with the newline before them, which counts as one.
    letters = given.copy()
    letters[begins[:, 0]] = MARK[0]
    kept = within(size, np.stack([begins[:, 0], ends[:, 0]], 1), np.stack([begins[:, 0] + 1, ends[:, 1]], 1))
    intake.qualities += int((ends[:, 3] - begins[:, 3]).sum())
    intake.take_whole(letters[kept].tobytes(), titles, before + 1 + 4 * np.arange(records))
    return size


def _is_plain(data: bytes, given: Bytes, begins: Numbers, ends: Numbers) -> bool:
    """begins, ends: (records, 4), of the lines."""
    sizes = ends - begins
    if MARK in data or not data.isascii() or (sizes[:, 1] != sizes[:, 3]).any() or (sizes < 1).any():
        return False
    if (given[begins[:, 0]] != ord("@")).any() or (given[begins[:, 2]] != ord("+")).any():
        return False
    read = given[within(len(given), begins[:, 1::2], ends[:, 1::2])]
    if (given[begins[:, 1]] == ord("+")).any() or (read <= _BLANK).any():
        return False
    of_title, again = (given[within(len(given), begins[:, at] + 1, ends[:, at])] for at in (0, 2))
    return not len(again) or (np.array_equal(sizes[:, 0], sizes[:, 2]) and np.array_equal(of_title, again))


def _take_by_biopython(lines: Lines, name: str, intake: Intake) -> None:
    bodies: list[bytes] = []
    titles: list[bytes] = []
    numbers: list[int] = []
    letters = 0
    for title, body, number in _records(lines, name):
        bodies.append(b"\n" + body)  # the letters stand in the line after the title's
        titles.append(title)
        numbers.append(number)
        letters += len(body)
        intake.qualities += len(body)
        if letters + 100 * len(titles) >= _BATCH:
            intake.add(bodies, titles, np.array(numbers))
            bodies, titles, numbers, letters = [], [], [], 0
    intake.add(bodies, titles, np.array(numbers, np.int64))


def _records(lines: Lines, name: str) -> Iterator[tuple[bytes, bytes, int]]:
    """Title, letters and line of each record."""
    from Bio.SeqIO.QualityIO import FastqGeneralIterator

    begins = lines.number + 1
    try:
        for title, body, _ in FastqGeneralIterator(cast(IO[str], lines)):
            yield title.strip().encode(), body.encode(), begins
            # It has read one line on: the title of the next record.
            begins = lines.number
            lines.next_record()
    except ValueError as error:
        raise BadInput(
            f"{name}, line {lines.number}, in the record of line {begins}: {clean(str(error), limit=200)} "
            "(a record is a line @name, the letters, a line +, and as many qualities as letters)"
        ) from error

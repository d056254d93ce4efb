"""FASTQ by Biopython's parser, in batches. Qualities are checked by it for length, counted, and not kept."""

from collections.abc import Iterator
from typing import IO, Final, cast

import numpy as np

from seqtui.errors import BadInput
from seqtui.readers.dna.blocks import Blocks, Lines
from seqtui.readers.dna.intake import Intake
from seqtui.text_safety import clean

LONGEST_RECORD: Final = 64 * 2**20
_BATCH: Final = 2**20


def read_fastq(blocks: Blocks, intake: Intake) -> None:
    """Every record of the file into `intake`. BadInput for what is no FASTQ, or no nucleotides."""
    bodies: list[bytes] = [b""]
    titles: list[bytes] = []
    numbers: list[int] = []
    letters = 0
    for title, body, number in _records(blocks):
        bodies.append(body)
        titles.append(title)
        numbers.append(number)
        letters += len(body)
        intake.qualities += len(body)
        if letters + 100 * len(titles) >= _BATCH:
            intake.add(bodies, titles, np.array(numbers), goes_on_at=0)
            bodies, titles, numbers, letters = [b""], [], [], 0
    intake.add(bodies, titles, np.array(numbers, np.int64), goes_on_at=0)
    if not intake.begun:
        raise BadInput(f"{blocks.name} holds no FASTQ record: there is nothing but blank lines")
    intake.close()


def _records(blocks: Blocks) -> Iterator[tuple[bytes, bytes, int]]:
    """Title, letters and line of each record."""
    from Bio.SeqIO.QualityIO import FastqGeneralIterator

    lines = Lines(blocks, at_most=LONGEST_RECORD)
    begins = 1
    try:
        for title, body, _ in FastqGeneralIterator(cast(IO[str], lines)):
            yield title.strip().encode(), body.encode(), begins
            # It has read one line on: the title of the next record.
            begins = lines.number
            lines.next_record()
    except ValueError as error:
        raise BadInput(
            f"{blocks.name}, line {lines.number}, in the record of line {begins}: {clean(str(error), limit=200)} "
            "(a record is a line @name, the letters, a line +, and as many qualities as letters)"
        ) from error

"""GenBank records by Biopython, one at a time; whole records as sequences."""

import warnings
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from seqtui.errors import BadInput
from seqtui.readers.dna.blocks import Blocks, Lines
from seqtui.readers.dna.intake import Intake
from seqtui.text_safety import clean

# Biopython holds a record as text, and as objects, at once: this is a human chromosome with its annotation.
LONGEST_RECORD: Final = 512 * 2**20
_REMARKS: Final = 5


def read_genbank(blocks: Blocks, intake: Intake) -> None:
    """Every record of the file into `intake`, titled 'NAME DEFINITION'. BadInput for what is no GenBank."""
    for record, line in genbank_records(blocks, intake):
        title = f"{record_name(record)} {record.description}"
        intake.add([record_letters(record)], [title.encode(errors="replace")], np.array([line]))
    intake.close()


def genbank_records(blocks: Blocks, intake: Intake) -> Iterator[tuple[Any, int]]:
    """Each Bio.SeqRecord with its line. What Biopython warns of becomes a remark of `intake`."""
    from Bio import SeqIO

    lines = _LocusLines(blocks, at_most=LONGEST_RECORD)
    records = SeqIO.parse(lines, "genbank")  # type: ignore[no-untyped-call]
    found = 0
    while True:
        lines.next_record()
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                record = next(records, None)
            except (ValueError, AssertionError, LookupError, TypeError, AttributeError) as error:
                raise BadInput(
                    f"{blocks.name}, line {lines.number}, record {found + 1}: "
                    f"{clean(str(error) or type(error).__name__, limit=200)}; this is not what GenBank writes"
                ) from error
        _remember(intake, [str(warning.message) for warning in warned])
        if record is None:
            break
        if lines.at_end and lines.last != "//":
            raise BadInput(
                f"{blocks.name}, line {lines.number}, record {found + 1}: the file is cut off here, as no line // ends "
                "the record; copy or download it again"
            )
        yield record, lines.starts[found] if found < len(lines.starts) else lines.number
        found += 1
    if not found:
        raise BadInput(f"{blocks.name} holds no GenBank record: no line begins with LOCUS")


def record_name(record: Any) -> str:
    """Accession and version, or the LOCUS name where they are missing."""
    return str(record.name if record.id in ("", "<unknown id>") else record.id)


def record_letters(record: Any) -> bytes:
    """The letters of a record; none where the file gives the annotation only."""
    from Bio.Seq import UndefinedSequenceError

    try:
        return bytes(record.seq)
    except UndefinedSequenceError:
        return b""


class _LocusLines(Lines):
    """Lines that remember where records begin, and the last one that is not blank."""

    def __init__(self, blocks: Blocks, *, at_most: int) -> None:
        super().__init__(blocks, blocks.name, at_most=at_most)
        self.starts: list[int] = []
        self.last = ""
        self.at_end = False

    def __next__(self) -> str:
        try:
            line = super().__next__()
        except StopIteration:
            self.at_end = True
            raise
        if line.startswith("LOCUS "):
            self.starts.append(self.number)
        self.last = line.rstrip() or self.last
        return line


def _remember(intake: Intake, warned: list[str]) -> None:
    for message in warned:
        remark = f"Biopython: {clean(message, limit=200)}"
        if len(intake.remarks) < _REMARKS and remark not in intake.remarks:
            intake.remarks = (*intake.remarks, remark)

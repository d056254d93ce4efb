"""Nucleotide files in: FASTA, FASTQ and GenBank, plain or gzip, of any size, as one SequenceSet with its tally."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput
from seqtui.readers.dna.blocks import Blocks
from seqtui.readers.dna.fasta import read_fasta
from seqtui.readers.dna.fastq import read_fastq
from seqtui.readers.dna.genbank import read_genbank
from seqtui.readers.dna.intake import Intake
from seqtui.readers.dna.names import LazyText, as_text, shown_name
from seqtui.readers.dna.policy import Tally, notes_of
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.store import Store, Stored, reopen
from seqtui.readers.unpacked_file import CutShort, Progress, silent
from seqtui.text_safety import clean

_FORMATS: Final = {
    ".fa": "FASTA", ".fasta": "FASTA", ".fna": "FASTA", ".ffn": "FASTA", ".fas": "FASTA",
    ".fq": "FASTQ", ".fastq": "FASTQ",
    ".gb": "GenBank", ".gbk": "GenBank", ".gbff": "GenBank", ".genbank": "GenBank",
}  # fmt: skip
SUFFIXES: Final[tuple[str, ...]] = (*_FORMATS, *(f"{suffix}.gz" for suffix in _FORMATS))
_FIRST_BYTES: Final = {b">": "FASTA", b";": "FASTA", b"@": "FASTQ", b"LOCUS": "GenBank"}


def read_sequences(path: Path, *, progress: Progress = silent) -> SequenceSet:
    """The records of a file, without labels. progress: what, bytes done, bytes in all. Errors as `survey`."""
    return survey(path, progress=progress)[0]


def survey(path: Path, *, progress: Progress = silent) -> tuple[SequenceSet, Tally]:
    """The records of a file, and what was seen and done while they were read, in one pass.

    Names are the first words of the titles. From 64 MiB on the codes are mapped from a cache, which is read again while
    the file stays as it is. NotFound; BadInput for what is no nucleotide file, with the line.
    """
    blocks = Blocks(path, progress=progress)
    kind = format_of(blocks)

    def place(line: int) -> str:
        return f"{blocks.name}, line {line}"

    stored = reopen(blocks, progress=progress)
    if stored is None:
        with Store(blocks) as store:
            intake = Intake(store, place)
            read = {"FASTA": read_fasta, "FASTQ": read_fastq, "GenBank": read_genbank}[kind]
            stored = store.finish(fill(blocks, intake, lambda: read(blocks, intake)))
    if not stored.tally.records:
        raise BadInput(f"{blocks.name} has titles but no letters, the first at {stored.tally.first_empty}")
    notes = notes_of(stored.tally)
    return sequence_set(stored, place, labels=None, notes=notes, definitions_only=kind == "GenBank"), stored.tally


def format_of(blocks: Blocks) -> str:
    """'FASTA', 'FASTQ' or 'GenBank': by the first bytes, else by the suffix. BadInput where neither tells."""
    name = blocks.path.name.lower().removesuffix(".gz")
    by_suffix = next((kind for suffix, kind in _FORMATS.items() if name.endswith(suffix)), "")
    try:
        first = blocks.first().lstrip()
    except CutShort as cut:
        if by_suffix:
            return by_suffix
        raise BadInput(f"{blocks.name} is cut off before its first letters; copy or download it again") from cut
    found = next((kind for begin, kind in _FIRST_BYTES.items() if first.startswith(begin)), by_suffix)
    if not found:
        begins = f"it begins with {clean(first, limit=20)!r}" if first else "it holds only blanks"
        raise BadInput(f"{blocks.name} is not FASTA ('>'), FASTQ ('@') or GenBank ('LOCUS'): {begins}")
    return found


def fill(blocks: Blocks, intake: Intake, read: Callable[[], None]) -> Tally:
    """Runs a reading to its end. BadInput where gzip data end early."""
    try:
        read()
    except CutShort as cut:
        raise BadInput(
            f"{blocks.name} is cut off: its gzip data end after {intake.so_far}; copy or download it again"
        ) from cut
    return replace(
        intake.tally(),
        byte_order_mark=blocks.byte_order_mark,
        windows_newlines=blocks.windows_newlines,
        old_mac_newlines=blocks.old_mac_newlines,
    )


def sequence_set(
    stored: Stored,
    place: Callable[[int], str],
    *,
    labels: Sequence[str | None] | None,
    notes: tuple[str, ...],
    definitions_only: bool,
) -> SequenceSet:
    """What was stored as the bricks pass it on; headers are as in the file, to be cleaned before they are shown.

    place: of a number of the lines column; definitions_only: titles are 'NAME DEFINITION', headers without NAME.
    """
    columns = stored.columns
    titles, ends, lines, copies = (columns[name] for name in ("titles", "title_ends", "lines", "copies"))
    records = len(columns["lengths"])

    def title(index: int) -> bytes:
        begin = ends[index - 1] if index else 0
        return titles[begin : ends[index]].tobytes()

    def header(index: int) -> str:
        text = as_text(title(index))
        return text.partition(" ")[2] if definitions_only else text

    def name(index: int) -> str:
        copy = int(copies[index]) if len(copies) else 1
        return shown_name(title(index), index + 1) + (f" ({copy})" if copy > 1 else "")

    return SequenceSet(
        codes=columns["codes"],
        lengths=columns["lengths"],
        names=LazyText(records, name),
        headers=LazyText(records, header),
        places=LazyText(records, lambda index: place(int(lines[index]))),
        labels=labels,
        notes=notes,
    )

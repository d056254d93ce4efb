"""The data doctor for DNA: what each file holds and what is odd about it, and what a run would make of the whole.

Never raises for what is wrong inside a file; every sentence names the file and, where there is one, line and record.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from seqtui.errors import SeqtuiError
from seqtui.readers.dna.doctor_copies import examine_copies, joined
from seqtui.readers.dna.doctor_file import Examined, examine_file, facts_of, remarks_on
from seqtui.readers.dna.doctor_labels import load_as_a_run, remarks_on_lengths, remarks_on_names
from seqtui.readers.dna.files import SUFFIXES
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.tables import TABLE_SUFFIXES, is_sequence_table
from seqtui.readers.dna.together import laid_together
from seqtui.readers.remark import Remark
from seqtui.text_safety import clean

MOST_RECORDS: Final = 3_000_000
MOST_BASES: Final = 2**31
_FILES_IN_FULL: Final = 20


def examine(paths: Sequence[Path], label_from: str | None) -> tuple[list[Remark], dict[str, Any]]:
    """Remarks path by path, then on all of them; facts by name as JSON, under each path where there are several.

    label_from: as of load_set. Titles and letters of every file are read. Classes and copies are looked for in at most
    3 million records of 2 GiB of bases in all; beyond, a remark says so.
    """
    remarks: list[Remark] = []
    facts: dict[str, Any] = {}
    looked: list[tuple[Path, SequenceSet]] = []
    left_records, left_bases = MOST_RECORDS, MOST_BASES
    for path in paths:
        files, own = _examine_files(path, remarks)
        if files:
            records, bases = own["records"], own["bases"]
            if records <= left_records and bases <= left_bases:
                left_records, left_bases = left_records - records, left_bases - bases
                looked.append((path, _examine_set(path, label_from, files, own, remarks)))
            else:
                remarks.append(_too_many(path, records, bases))
        facts |= own if len(paths) == 1 else {clean(str(path)): own}
    if looked:
        said, copies = examine_copies([path for path, _ in looked], [each for _, each in looked])
        remarks += said
        facts["duplicates"] = copies
    return remarks, facts


def _examine_files(path: Path, remarks: list[Remark]) -> tuple[list[Examined], dict[str, Any]]:
    """Every file of a path that can be read, and facts of all of them together and of each."""
    where = clean(str(path))
    try:
        found = _files(path)
    except OSError as error:
        remarks.append(Remark("error", where, f"cannot be read: {error.strerror or error}"))
        return [], {"files": 0, "readable": 0}
    if not found:
        remarks.append(Remark("error", where, "holds no file of sequences, by the ends of their names"))
    read: list[Examined] = []
    _, sets = laid_together(_sets(found, read, remarks))
    read = [replace(each, sequences=sequences) for each, sequences in zip(read, sets, strict=True)]
    facts: dict[str, Any] = {"files": len(found), "readable": len(read)}
    if len(read) == 1:
        facts |= read[0].facts()
    elif read:
        facts |= facts_of(read)
        facts["each"] = {clean(each.path.name): each.facts() for each in read[:_FILES_IN_FULL]}
    if len(read) > _FILES_IN_FULL:
        text = f"facts are given of all files together and of the first {_FILES_IN_FULL} of {len(read):,}"
        remarks.append(Remark("info", where, text))
    return read, facts


def _sets(files: Sequence[Path], read: list[Examined], remarks: list[Remark]) -> Iterator[SequenceSet]:
    """Of every file that can be read, which is put in `read` without its letters."""
    for file in files:
        try:
            examined = examine_file(file)
        except SeqtuiError as error:
            remarks.append(Remark("error", clean(str(file)), str(error)))
            continue
        remarks += remarks_on(examined)
        read.append(replace(examined, sequences=replace(examined.sequences, codes=np.zeros(0, np.uint8))))
        yield examined.sequences


def _examine_set(
    path: Path, label_from: str | None, files: list[Examined], facts: dict[str, Any], remarks: list[Remark]
) -> SequenceSet:
    """The set as a run would load it, or else all records that could be read, without labels."""
    labelled = None
    if len(files) < facts["files"]:
        text = "classes were not looked for: a run would refuse the folder until all its files can be read"
        remarks.append(Remark("warning", clean(str(path)), text))
    else:
        labelled, said, found = load_as_a_run(path, label_from, files)
        remarks += said
        facts |= found
    if labelled is None:
        remarks += remarks_on_names(path, files)
    remarks += remarks_on_lengths(path, np.concatenate([each.sequences.lengths for each in files]))
    return joined([each.sequences for each in files]) if labelled is None else labelled


def _too_many(path: Path, records: int, bases: int) -> Remark:
    text = (
        f"classes and copies were not looked for: {records:,} records with {bases:,} bases are too many, as at most "
        f"{MOST_RECORDS:,} with {MOST_BASES:,} are compared in all; check a part of them"
    )
    return Remark("warning", clean(str(path)), text)


def _files(path: Path) -> list[Path]:
    """The file itself, or the folder's files that a run would read: its tables only where it has no sequence files."""
    if not path.is_dir():
        return [path]
    inside = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
    tables = (*TABLE_SUFFIXES, *(f"{suffix}.gz" for suffix in TABLE_SUFFIXES))
    found = [each for each in inside if each.name.lower().endswith(SUFFIXES)]
    return found or [each for each in inside if each.name.lower().endswith(tables) and _is_table(each)]


def _is_table(path: Path) -> bool:
    try:
        return is_sequence_table(path)
    except SeqtuiError:
        # A folder may hold other text beside its tables.
        return False

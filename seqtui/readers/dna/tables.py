"""Tables of labelled sequences (the form of the UCI sets, or CSV and TSV with a header), and tables of labels.

Letters, names and places are treated as in FASTA, by the same code. Never guesses a column from what stands in it,
but for the three columns of the UCI form.
"""

import csv
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from seqtui.errors import BadInput
from seqtui.readers.dna.blocks import Blocks
from seqtui.readers.dna.files import fill, sequence_set
from seqtui.readers.dna.intake import Intake
from seqtui.readers.dna.names import as_text
from seqtui.readers.dna.policy import LEFT_OUT, TO_CODE, UNKNOWN_CODE, UNKNOWN_SHARE, Tally, notes_of
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.store import Store, Stored
from seqtui.readers.listing import listed
from seqtui.readers.unpacked_file import CutShort, Progress, silent
from seqtui.text_safety import clean

TABLE_SUFFIXES: Final = (".data", ".csv", ".tsv", ".txt")
MAX_BYTES: Final = 2**28
SEQUENCE_COLUMNS: Final = (b"sequence", b"seq", b"dna")
LABEL_COLUMNS: Final = (b"label", b"class", b"target", b"y")
NAME_COLUMNS: Final = (b"name", b"id", b"record")
_SURE_SUFFIXES: Final = (".data", ".csv", ".tsv")  # .txt may be anything
_OTHER_FORMATS: Final = (b">", b";", b"@")
_NOTHING: Final = (b"na", b"nan", b"n/a", b"<na>", b"#n/a", b"null")
_SHOWN: Final = 10
_DELIMITERS: Final = (b",", b"\t", b";")


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where what stands in a row; label and name are -1 where no column has them."""

    delimiter: bytes
    columns: int
    sequence: int
    label: int
    name: int
    has_header: bool


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    fields: list[bytes]


def reads_as_table(path: Path) -> bool:
    """Whether a file that was asked for is read as a table: by its name, or else by its first line."""
    return path.name.lower().endswith(_SURE_SUFFIXES) or is_sequence_table(path)


def is_sequence_table(path: Path) -> bool:
    """Whether the first line is that of a table of sequences."""
    try:
        lines = Blocks(path).first().split(b"\n")
    except CutShort:
        return False
    return _layout(next((line for line in lines if line.strip()), b"")) is not None


def read_sequence_table(path: Path, *, label_column: str | None = None, progress: Progress = silent) -> SequenceSet:
    """As `survey_table`, without the tally."""
    return survey_table(path, label_column=label_column, progress=progress)[0]


def survey_table(
    path: Path, *, label_column: str | None = None, progress: Progress = silent
) -> tuple[SequenceSet, Tally]:
    """CLASS, NAME, SEQUENCE without a header, or CSV or TSV whose header names a sequence column; with the labels, and
    what was seen and done while the sequences were read.

    Labels are None as a whole where no column is named label_column, or without one label, class, target or y. A cell
    of NA, NaN or NULL is empty. BadInput names file and line.
    """
    blocks = Blocks(path, progress=progress)
    lines = _lines(blocks)
    layout, where = _layout(lines[0][1]), f"{blocks.name}, line {lines[0][0]}"
    if layout is None:
        raise BadInput(
            f"{where}: neither a header that names a sequence column (sequence, seq or dna) "
            "nor a row CLASS, NAME, SEQUENCE; give one of them, or FASTA"
        )
    if layout.has_header:
        layout = _checked(layout, _names(lines[0][1], layout.delimiter), label_column, where)
    rows = [
        _Row(number, _fields(line, layout.delimiter, layout.columns, f"{blocks.name}, line {number}"))
        for number, line in lines[layout.has_header :]
    ]
    stored = _store(blocks, rows, layout)
    if not stored.tally.records:
        raise BadInput(f"{blocks.name} holds no sequence; it must have rows with letters in the sequence column")
    labels = None
    if layout.label >= 0:
        label_of = {row.line: clean(as_text(_filled(row.fields[layout.label]))) or None for row in rows}
        labels = [label_of[line] for line in stored.columns["lines"].tolist()]
    found = sequence_set(
        stored,
        lambda line: f"{blocks.name}, line {line}",
        labels=labels,
        notes=notes_of(stored.tally),
        definitions_only=True,
    )
    return found, stored.tally


def read_label_table(path: Path) -> Mapping[str, str]:
    """Record name -> label: two columns, or CSV or TSV whose header names a name and a label column.

    Rows without a label are passed over. BadInput where a name has two labels.
    """
    blocks = Blocks(path)
    lines = _lines(blocks)
    delimiter, columns, name_at, label_at, has_header = _label_columns(
        lines[0][1], f"{blocks.name}, line {lines[0][0]}"
    )
    labels: dict[str, str] = {}
    for number, line in lines[has_header:]:
        fields = _fields(line, delimiter, columns, f"{blocks.name}, line {number}")
        name, label = as_text(fields[name_at]), clean(as_text(_filled(fields[label_at])))
        if label and labels.setdefault(name, label) != label:
            raise BadInput(
                f"{blocks.name}, line {number}: {clean(name, limit=80)} is {label} here and {labels[name]} further up; "
                "give every name one label"
            )
    if not labels:
        raise BadInput(f"{blocks.name} gives no label; it must have rows of a record's name and its label")
    return labels


def _lines(blocks: Blocks) -> list[tuple[int, bytes]]:
    """Those with text, each with its number, at least one."""
    parts: list[bytes] = []
    size = 0
    try:
        for block in blocks:
            parts.append(block)
            size += len(block)
            if size > MAX_BYTES:
                raise BadInput(
                    f"{blocks.name} has more than {MAX_BYTES // 2**20} MiB of text; save so many sequences as FASTA"
                )
    except CutShort:
        raise BadInput(f"{blocks.name} is cut off in the middle of its gzip data; copy it again") from None
    text = b"".join(parts)
    lines = [(number, line) for number, line in enumerate(text.split(b"\n"), 1) if line.strip()]
    if not lines:
        raise BadInput(f"{blocks.name} holds blank lines only; it must have a row a record")
    return lines


def _layout(line: bytes) -> _Layout | None:
    """What the first line says; None where it is not that of a table of sequences."""
    if line.startswith(_OTHER_FORMATS):
        return None
    for delimiter in _DELIMITERS:
        names = _names(line, delimiter)
        sequence = _find(names, SEQUENCE_COLUMNS)
        if sequence >= 0:
            label, name = _find(names, LABEL_COLUMNS), _find(names, NAME_COLUMNS)
            return _Layout(delimiter, len(names), sequence, label, name, True)
    for delimiter in _DELIMITERS:
        fields = line.split(delimiter)
        if len(fields) == 3 and _is_nucleotides(fields[2]):
            return _Layout(delimiter, 3, sequence=2, label=0, name=1, has_header=False)
    return None


def _checked(layout: _Layout, names: list[bytes], label_column: str | None, where: str) -> _Layout:
    """With the column of labels that was asked for. BadInput where it is not there, or a column used is named twice."""
    if label_column is not None:
        label = _find(names, (label_column.strip().lower().encode(),))
        if label < 0:
            there = listed((clean(as_text(name), limit=30) for name in names), _SHOWN)
            raise BadInput(f"{where}: no column is named {clean(label_column, limit=30)!r}; there are {there}")
        layout = replace(layout, label=label)
    for place in (layout.sequence, layout.label, layout.name):
        if place >= 0 and names.count(names[place]) > 1:
            twice = clean(as_text(names[place]), limit=30)
            raise BadInput(
                f"{where}: {names.count(names[place])} columns are named {twice}; give each a name of its own"
            )
    return layout


def _label_columns(line: bytes, where: str) -> tuple[bytes, int, int, int, bool]:
    """Delimiter, how many columns, which holds the name, which the label, and whether the line is a header."""
    for delimiter in _DELIMITERS:
        names = _names(line, delimiter)
        name, label = _find(names, NAME_COLUMNS), _find(names, LABEL_COLUMNS)
        if name >= 0 and label >= 0:
            return delimiter, len(names), name, label, True
    for delimiter in _DELIMITERS:
        if len(line.split(delimiter)) == 2:
            return delimiter, 2, 0, 1, False
    raise BadInput(
        f"{where}: neither two columns, name and label, nor a header that names them (name, id or record; label, "
        "class, target or y)"
    )


def _names(line: bytes, delimiter: bytes) -> list[bytes]:
    return [field.strip(b' \t"').lower() for field in line.removeprefix(b"#").split(delimiter)]


def _find(names: list[bytes], wanted: tuple[bytes, ...]) -> int:
    return next((names.index(name) for name in wanted if name in names), -1)


def _is_nucleotides(field: bytes) -> bool:
    codes = field.translate(TO_CODE, LEFT_OUT)
    return 0 < len(codes) >= UNKNOWN_SHARE * codes.count(UNKNOWN_CODE)


def _fields(line: bytes, delimiter: bytes, columns: int, where: str) -> list[bytes]:
    """The fields of a row, without the blanks around them."""
    fields = line.split(delimiter)
    if b'"' in line:
        # Latin-1 stands for the bytes as they are.
        row = csv.reader([line.decode("latin-1")], delimiter=delimiter.decode(), strict=True, skipinitialspace=True)
        try:
            fields = [field.encode("latin-1") for field in next(row)]
        except csv.Error as error:
            raise BadInput(f"{where}: {error}; a field in quotes must end on its line") from error
    if len(fields) != columns:
        raise BadInput(f"{where}: {len(fields)} columns where the first line has {columns}; give every row as many")
    return [field.strip() for field in fields]


def _store(blocks: Blocks, rows: list[_Row], layout: _Layout) -> Stored:
    def take() -> None:
        # A name of several words is one name, and what follows the first word of a title is the header.
        names = [_name(row, layout) for row in rows]
        titles = [b"_".join(name.split()) + b" " + name if name else b"" for name in names]
        letters = [_filled(row.fields[layout.sequence]) for row in rows]
        intake.add(letters, titles, np.array([row.line for row in rows], np.int64))
        intake.close()

    with Store(blocks, in_memory=sys.maxsize) as store:
        intake = Intake(store, lambda line: f"{blocks.name}, line {line}")
        return store.finish(fill(blocks, intake, take))


def _name(row: _Row, layout: _Layout) -> bytes:
    return row.fields[layout.name] if layout.name >= 0 else b""


def _filled(field: bytes) -> bytes:
    """What stands in a cell; nothing where a program wrote that nothing does."""
    return b"" if field.lower() in _NOTHING else field

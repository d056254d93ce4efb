"""Where DNA comes from: a file, a table or a folder of them, as one set with or without labels. Holds no task."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from seqtui.errors import BadInput, NotFound, Usage
from seqtui.readers.dna.alphabet import Codes
from seqtui.readers.dna.features import read_features
from seqtui.readers.dna.files import SUFFIXES, read_sequences
from seqtui.readers.dna.labels import (
    LabelSource,
    apply_labels,
    find_labels,
    header_labels,
    keep_labelled,
    parse_label_source,
)
from seqtui.readers.dna.names import LazyText
from seqtui.readers.dna.repeats import copy_numbers
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.tables import TABLE_SUFFIXES, is_sequence_table, read_sequence_table, reads_as_table
from seqtui.readers.dna.together import laid_together
from seqtui.readers.listing import shortened
from seqtui.text_safety import clean

Progress = Callable[[str, int, int], None]

_TABLES: Final = (*TABLE_SUFFIXES, *(f"{suffix}.gz" for suffix in TABLE_SUFFIXES))
_ENDS: Final = (
    f"{', '.join(suffix for suffix in SUFFIXES if not suffix.endswith('.gz'))}, or for tables "
    f"{', '.join(TABLE_SUFFIXES)}, each also with .gz"
)
_SPLIT_WORDS: Final = {"train", "training", "valid", "validation", "val", "dev", "test", "testing"}
_TOLD: Final = 20


def load_set(data: str, label_from: str | None, *, seed: int, progress: Progress) -> SequenceSet:
    """The labeled records of a file or folder; those without a label are left out with a note.

    Where label_from is None, tables bring their labels, a folder of several files has one class a file, and of all else
    the titles are asked. seed: of the background beside GenBank features. NotFound or BadInput where nothing is there,
    or no two classes; Usage for a label_from that does not fit the data.
    """
    source = None if label_from is None else parse_label_source(label_from)
    files = _files(data)
    if source is not None and source.kind == "file" and len(files) < 2:
        raise Usage(f"labels from file need a folder with a file of sequences a class; {clean(data)} has one file")
    if source is not None and source.kind == "feature":
        pieces = (read_features(path, source.features, seed=seed) for path in files)
        return keep_labelled(_joined(files, *laid_together(pieces)))
    column = source.value if source is not None and source.kind == "column" else None
    codes, parts = laid_together(_read(path, progress, column) for path in files)
    if source is None and any(part.labels is not None for part in parts):
        return keep_labelled(_joined(files, codes, parts))
    if source is None and len(files) > 1:
        _refuse_splits(data, files)
        source = LabelSource("file")
    if source is not None and source.kind == "file":
        parts = [replace(part, labels=[_class_of(path)] * len(part)) for path, part in zip(files, parts, strict=True)]
    return apply_labels(_joined(files, codes, parts), source or LabelSource("header"))


def load_unlabelled(data: str, *, progress: Progress) -> SequenceSet:
    """Every record of a file, or of all files of a folder in the order of their names; labels are those of tables."""
    files = _files(data)
    return _joined(files, *laid_together(_read(path, progress) for path in files))


def load_as_trained(
    data: str, label_from: str | None, classes: Sequence[str], *, seed: int, progress: Progress
) -> SequenceSet:
    """Every record of a file or folder, labeled as the training data of these classes were, as far as that is possible.

    Labels are None for a record that has none, and as a whole where there are none. Files are classes only where one
    of them is named as a class is; GenBank files without a feature of the kinds are whole records.
    """
    source = None if label_from is None else parse_label_source(label_from)
    files = _files(data)
    codes, parts = laid_together(_read_as_trained(path, source, seed, progress) for path in files)
    whole = _joined(files, codes, parts)
    if source is not None and source.kind in ("header", "table"):
        try:
            return replace(whole, labels=find_labels(whole, source))
        except (BadInput, NotFound):
            return replace(whole, labels=None)  # unlabeled data are what a model is asked about
    if whole.labels is not None:
        return whole
    titled, named = header_labels(whole), [_class_of(path) for path in files]
    is_by_file = len(files) > 1 or source is not None or not set(classes) & set(titled or ())
    if is_by_file and set(classes) & set(named):
        titled = [name for name, part in zip(named, parts, strict=True) for _ in range(len(part))]
    return replace(whole, labels=titled)


def _read_as_trained(path: Path, source: LabelSource | None, seed: int, progress: Progress) -> SequenceSet:
    if source is not None and source.kind in ("column", "feature"):
        with suppress(BadInput, Usage):
            if source.kind == "column":
                return _read(path, progress, source.value)
            return read_features(path, source.features, seed=seed)
    return _read(path, progress)


def _files(data: str) -> list[Path]:
    """The file itself, or the folder's files that are read: its tables only where it has no sequence files."""
    path = Path(data)
    try:
        if not path.exists():
            raise NotFound(f"there is no file or folder {clean(data)}; files end in {_ENDS}")
        if not path.is_dir():
            return [path]
        inside = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(f"{clean(data)} cannot be read: {reason}") from error
    files = [each for each in inside if each.name.lower().endswith(SUFFIXES)]
    if not files:
        files = [each for each in inside if each.name.lower().endswith(_TABLES) and _is_table(each)]
    if not files:
        raise BadInput(f"{clean(data)} holds no file of sequences; they end in {_ENDS}")
    return files


def _is_table(path: Path) -> bool:
    try:
        return is_sequence_table(path)
    except BadInput:
        # A folder may hold other text beside its tables.
        return False


def _read(path: Path, progress: Progress, label_column: str | None = None) -> SequenceSet:
    if reads_as_table(path):
        return read_sequence_table(path, label_column=label_column, progress=progress)
    if label_column is not None:
        raise Usage(f"labels from column need a table of sequences, which {clean(path.name)} is not")
    return read_sequences(path, progress=progress)


def _class_of(path: Path) -> str:
    """The file's name without the suffix that says its format."""
    ends = sorted((*SUFFIXES, *_TABLES), key=len, reverse=True)
    end = next((end for end in ends if path.name.lower().endswith(end)), path.suffix)
    return clean(path.name[: len(path.name) - len(end)]) or clean(path.name)


def _refuse_splits(data: str, files: Sequence[Path]) -> None:
    names = [_class_of(path) for path in files]
    if {name.lower() for name in names} <= _SPLIT_WORDS:
        raise Usage(
            f"the files of {clean(data)} are named {', '.join(names)}, as splits are and classes are not; say "
            "--label-from header where the titles name the classes, or --label-from file if these are the classes"
        )


def _joined(files: Sequence[Path], codes: Codes, parts: Sequence[SequenceSet]) -> SequenceSet:
    """All records in the order of the files; a name that an earlier file has gets its file's name before it.

    codes: of all of them, as `laid_together` gives them.
    """
    if len(parts) == 1:
        return parts[0]
    bounds = np.cumsum([0, *map(len, parts)])
    records = int(bounds[-1])
    hashes = (np.fromiter(map(hash, part.names), np.int64, len(part)) for part in parts)
    copies = [*copy_numbers(hashes, records)]
    repeated = np.concatenate(copies) > 1 if copies else np.zeros(records, np.bool_)
    file_names = [clean(path.name).replace(" ", "_") for path in files]

    def in_part(index: int) -> tuple[int, int]:
        part = int(np.searchsorted(bounds, index, "right")) - 1
        return part, index - int(bounds[part])

    def name(index: int) -> str:
        part, at = in_part(index)
        return f"{file_names[part]}:{parts[part].names[at]}" if repeated[index] else parts[part].names[at]

    def chained(texts: Sequence[Sequence[str]]) -> LazyText:
        def text(index: int) -> str:
            part, at = in_part(index)
            return texts[part][at]

        return LazyText(records, text)

    labels = [label for part in parts for label in part.labels or [None] * len(part)]
    return SequenceSet(
        codes,
        np.concatenate([part.lengths for part in parts]),
        LazyText(records, name),
        chained([part.headers for part in parts]),
        chained([part.places for part in parts]),
        labels if any(part.labels is not None for part in parts) else None,
        _shortened([f"{file}: {note}" for file, part in zip(file_names, parts, strict=True) for note in part.notes]),
    )


def _shortened(notes: Sequence[str]) -> tuple[str, ...]:
    return tuple(shortened(notes, _TOLD, "notes like these"))

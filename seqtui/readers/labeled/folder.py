"""A folder of texts with classes: files that bring their own, a file a class, a folder a class; with or without splits.

rt-polarity.neg and rt-polarity.pos are two classes by their endings, spam.txt and ham.txt by their stems.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput
from seqtui.readers.labeled.columns import Columns
from seqtui.readers.labeled.text import looks_labeled, plain_suffix, read_labeled
from seqtui.readers.labeled.text_set import Gathering, TextSet, joined
from seqtui.readers.listing import listed
from seqtui.readers.split_folder import data_files, splits_of
from seqtui.readers.text_file import Tally, text_lines
from seqtui.readers.unpacked_file import Progress, silent
from seqtui.text_safety import clean

_NO_CLASS: Final = ("unsup", "unsupervised", "unlabeled", "unlabelled")
_TOLD: Final = 3


def read_folder(folder: Path, columns: Columns, *, progress: Progress = silent) -> TextSet:
    """All texts with their classes, and their splits where the names of files or folders say them."""
    paths = data_files(folder)
    if not paths:
        raise BadInput(f"{clean(str(folder))} holds no file with texts; give CSV, TSV, JSON lines, or a file a class")
    splits, others = splits_of(paths)
    if not splits:
        return _one_set(folder, paths, "", columns, progress)
    parts = []
    for path in splits.values():
        name = clean(path.name)
        if path.is_dir():
            parts.append(_one_set(path, data_files(path), f"{name}/", columns, progress))
        else:
            parts.append(read_labeled(path, columns, progress=progress))
    found = joined(parts, list(splits))
    return found if not others else TextSet(
        found.texts, found.labels, found.names, found.splits, (*found.notes, _aside(others, "say no split"))
    )  # fmt: skip


def _one_set(folder: Path, paths: Sequence[Path], prefix: str, columns: Columns, progress: Progress) -> TextSet:
    """prefix: of names of texts, where the folder is itself a part."""
    folders = [path for path in paths if path.is_dir() and path.name.lower() not in _NO_CLASS]
    if folders:
        return joined([_class_folder(path, f"{prefix}{clean(path.name)}", progress) for path in folders])
    files = [path for path in paths if path.is_file()]
    labeled = [path for path in files if looks_labeled(path)]
    plain = [path for path in files if path not in labeled]
    if labeled:
        parts = [read_labeled(path, columns, name=prefix + clean(path.name), progress=progress) for path in labeled]
        if plain:
            notes = TextSet([], [], [], None, (_aside(plain, "bring no classes"),))
            parts.append(notes)
        return joined(parts)
    if len(plain) < 2:
        raise BadInput(
            f"{clean(str(folder))} holds texts of one class only; give a file a class, a folder a class, or a table "
            "with a column of classes"
        )
    classes = class_names(plain)
    return joined([
        _class_file(path, label, prefix + clean(path.name), progress)
        for path, label in zip(plain, classes, strict=True)
    ])  # fmt: skip


def class_names(files: Sequence[Path]) -> list[str]:
    """The class that each of several files is: its ending where all have one stem, else its stem."""
    stems = [path.name.lower().removesuffix(".gz").removesuffix(plain_suffix(path)) for path in files]
    endings = [plain_suffix(path).removeprefix(".") for path in files]
    names = endings if len(set(stems)) == 1 and all(endings) else stems
    for name in names:
        if names.count(name) > 1:
            twice = [clean(path.name) for path, each in zip(files, names, strict=True) if each == name]
            raise BadInput(f"{' and '.join(twice[:_TOLD])} would both be the class {clean(name)}; leave one of them")
    return [clean(name) for name in names]


def _class_file(path: Path, label: str, name: str, progress: Progress) -> TextSet:
    """A text a line."""
    gathering, tally = Gathering(), Tally()
    for number, line in text_lines(path, progress=progress, tally=tally):
        if line.strip():
            gathering.take(line, label, f"{name}, line {number}")
    gathering.notes += tally.notes(name)
    return gathering.whole()


def _class_folder(folder: Path, name: str, progress: Progress) -> TextSet:
    """A text a file, its lines one after the other."""
    gathering = Gathering()
    files = [path for path in data_files(folder) if path.is_file()]
    for done, path in enumerate(files):
        progress(f"reading {name}", done, len(files))
        text = "" if path.stat().st_size == 0 else "\n".join(line for _, line in text_lines(path))
        gathering.take(text, clean(folder.name), f"{name}/{clean(path.name)}")
    return gathering.whole()


def _aside(paths: Sequence[Path], why: str) -> str:
    names = listed((clean(path.name) for path in paths), _TOLD)
    return f"left out, as their names or contents {why}: {names}"

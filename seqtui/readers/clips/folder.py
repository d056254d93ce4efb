"""What of a folder is a clip: a film, an array or a folder of frames each; its class by the folder it is in, its split
by the folder above, or both by a manifest (a table with a column of paths).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput
from seqtui.readers.clips.files import GIVE, kind_of
from seqtui.readers.clips.frames import frame_files
from seqtui.readers.clips.tables import column_of, path_column, read_table
from seqtui.readers.split_folder import data_files, splits_of
from seqtui.readers.unpacked_file import silent
from seqtui.text_safety import clean

MOST_CLIPS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where one clip is: kind film, array or frames (a folder of them)."""

    path: Path
    kind: str
    name: str
    label: str | None = None
    split: str | None = None


def places_in(folder: Path) -> list[Place]:
    """Every clip of a folder. BadInput where there is none, or a manifest names what is not there."""
    inside = data_files(folder)
    for table in (path for path in inside if kind_of(path) == "table" and path.is_file()):
        found = _manifest(table)
        if found:
            return found
    folders = [path for path in inside if path.is_dir()]
    splits, others = splits_of(folders) if folders else ({}, [])
    if splits and not _holds_clips(inside):
        found = [
            replace(place, split=split) for split, path in splits.items() for place in _in_one(path, f"{path.name}/")
        ]
        # Folders that name no split beside those that do are left aside.
        del others
    else:
        found = _in_one(folder, "")
    if not found:
        raise BadInput(f"{clean(str(folder))} holds no clip: {GIVE}")
    if len(found) > MOST_CLIPS:
        raise BadInput(f"{clean(str(folder))} holds {len(found):,} clips; at most {MOST_CLIPS:,} are read")
    return found


def _in_one(folder: Path, prefix: str) -> list[Place]:
    """prefix: of names, where the folder is itself a part."""
    if frame_files(folder):
        return [Place(folder, "frames", prefix.rstrip("/") or clean(folder.name))]
    found = []
    for path in data_files(folder):
        name = prefix + clean(path.name)
        if path.is_dir() and frame_files(path):
            found.append(Place(path, "frames", name))
        elif path.is_dir():
            found += [replace(place, label=clean(path.name)) for place in _clips_of_class(path, name)]
        elif kind_of(path) in ("film", "array"):
            found.append(Place(path, kind_of(path), name))
    return found


def _clips_of_class(folder: Path, name: str) -> list[Place]:
    found = []
    for path in data_files(folder):
        own = f"{name}/{clean(path.name)}"
        if path.is_dir() and frame_files(path):
            found.append(Place(path, "frames", own))
        elif kind_of(path) in ("film", "array"):
            found.append(Place(path, kind_of(path), own))
    return found


def _holds_clips(paths: Sequence[Path]) -> bool:
    return any(kind_of(path) in ("film", "array", "picture") and not path.is_dir() for path in paths)


def _manifest(path: Path) -> list[Place]:
    """The clips that a table names, by paths from the table's own folder; none where it is no manifest."""
    table = read_table(path, progress=silent)
    column = path_column(table)
    if column is None:
        return []
    label, split = column_of(table, "label"), column_of(table, "split")
    root, found = path.parent.resolve(), []
    for number, row in table.rows:
        where = f"{clean(path.name)}, line {number}"
        target = (root / row[column]).resolve()
        if not target.is_relative_to(root):
            raise BadInput(f"{where}: {clean(row[column])} is not within {clean(str(path.parent))}")
        if not target.exists():
            raise BadInput(f"{where}: there is no {clean(row[column])}")
        kind = "frames" if target.is_dir() else kind_of(target)
        if kind not in ("frames", "film", "array"):
            raise BadInput(f"{where}: {clean(row[column])} is no clip: {GIVE}")
        said = None if split is None else _SPLITS.get(row[split].strip().lower())
        if split is not None and said is None:
            raise BadInput(f"{where}: {clean(row[split])!r} is no split; write train, valid or test")
        own = None if label is None else clean(row[label]) or None
        found.append(Place(target, kind, clean(row[column]), own, said))
    return found


_SPLITS: Final = {
    "train": "train", "training": "train", "valid": "valid", "val": "valid", "validation": "valid", "dev": "valid",
    "test": "test", "testing": "test",
}  # fmt: skip

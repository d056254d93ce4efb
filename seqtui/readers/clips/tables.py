"""Tables of vectors: a clip a row (frame after frame, the class last), or a frame a row with the clip's name.

UCI Libras movement is of the first kind: 45 times x and y, then the class, without a heading.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from seqtui.errors import BadInput
from seqtui.readers.clips.clip_set import Clip
from seqtui.readers.text_file import text_lines
from seqtui.text_safety import clean

_CLIP: Final = ("clip", "sequence", "video", "record", "sample", "id", "clip_id", "sequence_id")
_FRAME: Final = ("frame", "time", "step", "t", "frame_id")
_LABEL: Final = ("label", "class", "y", "target", "category", "action", "gesture")
_SPLIT: Final = ("split", "set", "part", "fold", "subset")
_PATH: Final = ("path", "file", "filename", "video", "clip")
MOST_COLUMNS: Final = 100_000
LARGEST: Final = 1e30  # of a number; nan is not less than it either

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Table:
    """names: of the columns in lower case, none where there is no heading; rows: with the number of their line."""

    names: tuple[str, ...]
    rows: list[tuple[int, list[str]]]


def read_table(path: Path, *, progress: Progress) -> Table:
    """All rows, which must be of one width. BadInput names the line that is not."""
    name, separator = clean(path.name), ""
    rows: list[tuple[int, list[str]]] = []
    for number, line in text_lines(path, progress=progress):
        if not line.strip():
            continue
        separator = separator or ("\t" if "\t" in line else ";" if line.count(";") > line.count(",") else ",")
        try:
            cells = [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]
        except csv.Error as error:
            raise BadInput(f"{name}, line {number}: {clean(str(error))}") from error
        if len(cells) > MOST_COLUMNS:
            raise BadInput(f"{name}, line {number} has {len(cells):,} columns; at most {MOST_COLUMNS:,} are read")
        if rows and len(cells) != len(rows[0][1]):
            raise BadInput(f"{name}, line {number} has {len(cells)} columns and line {rows[0][0]} {len(rows[0][1])}")
        rows.append((number, cells))
    if not rows:
        raise BadInput(f"{name} holds no row")
    first = rows[0][1]
    headed = sum(_number(cell) is None for cell in first) > len(first) / 2
    return Table(tuple(cell.lower() for cell in first) if headed else (), rows[1:] if headed else rows)


def path_column(table: Table) -> int | None:
    """The column of a manifest that names files; None where the table is none."""
    if not table.rows:
        return None
    for name in _PATH:
        if name in table.names:
            column = table.names.index(name)
            if all(_number(row[column]) is None for _, row in table.rows[:20]):
                return column
    return None


def column_of(table: Table, kind: str) -> int | None:
    """The column of labels or splits by its name."""
    names = {"label": _LABEL, "split": _SPLIT, "clip": _CLIP, "frame": _FRAME}[kind]
    return next((table.names.index(name) for name in names if name in table.names), None)


def clips_of_table(table: Table, name: str, per_frame: int | None) -> tuple[list[Clip], list[str]]:
    """Clips of vectors, and what a person should know of how they were read."""
    if column_of(table, "clip") is not None and column_of(table, "frame") is not None:
        return _frame_a_row(table, name), []
    return _clip_a_row(table, name, per_frame)


def _clip_a_row(table: Table, name: str, per_frame: int | None) -> tuple[list[Clip], list[str]]:
    label, split = _label_column(table, per_frame), column_of(table, "split")
    taken = [each for each in range(len(table.rows[0][1])) if each not in (label, split, column_of(table, "clip"))]
    width = per_frame or (2 if len(taken) % 2 == 0 else 1)
    if not taken or len(taken) % width:
        raise BadInput(
            f"{name} has {len(taken)} numbers a row, which is no multiple of {width} a frame: give --per-frame"
        )
    clips = []
    for number, row in table.rows:
        frames = _numbers(row, taken, name, number).reshape(-1, width)
        said = None if label is None else clean(row[label]) or None
        clips.append(Clip(frames, f"{name}, line {number}", said, _split(row, split, name, number)))
    frames_each = len(taken) // width
    note = f"{name} was read as a clip a row, of {frames_each} frames of {width} numbers"
    note += ", the class last" if label is not None and not table.names else ""
    return clips, [note + ("" if per_frame else "; --per-frame says otherwise")]


def _label_column(table: Table, per_frame: int | None) -> int | None:
    """By its name; without a heading the last one, where it holds names, or whole numbers beside others that are not,
    or whole numbers that are one too many for the frames (two numbers each, if it is not said).
    """
    named = column_of(table, "label")
    if named is not None or table.names:
        return named
    last = [row[-1] for _, row in table.rows]
    if not all(_number(cell) is None or cell.lstrip("+-").isdecimal() for cell in last):
        return None
    width = len(table.rows[0][1])
    are_names = all(_number(cell) is None for cell in last)
    is_too_many = width > 1 and width % (per_frame or 2) == 1
    has_fractions = any("." in cell for _, row in table.rows[:50] for cell in row[:-1])
    return width - 1 if are_names or is_too_many or has_fractions else None


def _frame_a_row(table: Table, name: str) -> list[Clip]:
    """Rows of one clip stand in the order of their frames."""
    clip, frame = column_of(table, "clip"), column_of(table, "frame")
    label, split = column_of(table, "label"), column_of(table, "split")
    assert clip is not None and frame is not None, "asked before"
    taken = [each for each in range(len(table.names)) if each not in (clip, frame, label, split)]
    if not taken:
        raise BadInput(f"{name} has no column of numbers beside the clip and the frame")
    of: dict[str, list[tuple[float, int, list[str]]]] = {}
    for number, row in table.rows:
        moment = _numbers(row, [frame], name, number)[0]
        of.setdefault(row[clip], []).append((float(moment), number, row))
    clips = []
    for known, rows in of.items():
        rows.sort(key=lambda each: each[:2])
        frames = np.stack([_numbers(row, taken, name, number) for _, number, row in rows])
        said = {row[label] for _, _, row in rows} if label is not None else {""}
        if len(said) > 1:
            raise BadInput(
                f"{name}: clip {clean(known)} has the classes {', '.join(map(clean, sorted(said)))}; give one"
            )
        _, number, row = rows[0]
        clips.append(
            Clip(frames, f"{name}, {clean(known)}", clean(said.pop()) or None, _split(row, split, name, number))
        )
    return clips


def _numbers(
    row: Sequence[str], columns: Sequence[int], name: str, line: int
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    found = [_number(row[each]) for each in columns]
    if None in found:
        column = columns[found.index(None)]
        raise BadInput(
            f"{name}, line {line}, column {column + 1}: {clean(row[column], limit=40)!r} is no finite number"
        )
    return np.array(found, np.float32)


def _split(row: Sequence[str], column: int | None, name: str, line: int) -> str | None:
    if column is None:
        return None
    said = {"training": "train", "val": "valid", "validation": "valid", "dev": "valid", "testing": "test"}
    found = row[column].strip().lower()
    found = said.get(found, found)
    if found not in ("train", "valid", "test"):
        raise BadInput(f"{name}, line {line}: {clean(row[column])!r} is no split; write train, valid or test")
    return found


def _number(cell: str) -> float | None:
    try:
        found = float(cell)
    except ValueError:
        return None
    return found if abs(found) < LARGEST else None

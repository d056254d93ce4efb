"""One file of texts, with a class each where it has them: CSV, TSV, JSON lines, `text TAB class`, or a text a line.

A quote that is never closed, ragged rows and other damage are refused by line: what is skipped in silence is missed.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

from seqtui.errors import BadInput
from seqtui.readers.labeled.columns import LABEL_NAMES, TEXT_NAMES, Columns, Row, find_layout, same_width
from seqtui.readers.labeled.text_set import Gathering, TextSet
from seqtui.readers.text_file import Tally, text_lines
from seqtui.readers.unpacked_file import Progress, silent
from seqtui.text_safety import clean

TABLES: Final = (".csv", ".tsv", ".tab")
JSON_LINES: Final = (".jsonl", ".ndjson", ".json")

_SEPARATORS: Final = ",;\t|"


def read_labeled(
    path: Path, columns: Columns, *, name: str | None = None, strict: bool = True, progress: Progress = silent
) -> TextSet:
    """All texts of a file. name: of the file in sentences and names of texts; its own if left out.

    strict: lines with TABs must all have as many, else a file of no known ending is read as a text a line. BadInput
    with the line for what is damaged, NotFound.
    """
    name = name or clean(path.name)
    gathering, tally = Gathering(), Tally()
    lines = text_lines(path, progress=progress, tally=tally)
    ending = plain_suffix(path)
    if ending in JSON_LINES:
        _take_json(lines, columns, name, gathering)
    elif ending in TABLES or _has_tabs(path):
        _take_table(lines, ending, columns, name, gathering, strict=strict)
    else:
        _take_lines(lines, name, gathering)
    gathering.notes += tally.notes(name)
    if not (gathering.texts or gathering.empty.count):
        raise BadInput(f"{name} holds no text; give a file with a text a line, CSV, TSV or JSON lines")
    return gathering.whole()


def plain_suffix(path: Path) -> str:
    """The ending of a file name in lower case, without .gz."""
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix


def looks_labeled(path: Path) -> bool:
    """Whether a file may bring its own classes: a table, JSON lines, or lines with TABs."""
    return plain_suffix(path) in (*TABLES, *JSON_LINES) or _has_tabs(path)


def _has_tabs(path: Path) -> bool:
    """Whether the first line that is not blank has a TAB inside."""
    lines = text_lines(path)
    return "\t" in next((line.strip() for _, line in lines if line.strip()), "")


def _take_lines(lines: Iterable[tuple[int, str]], name: str, gathering: Gathering) -> None:
    for number, line in lines:
        if line.strip():  # blank lines between texts are no empty texts
            gathering.take(line, None, f"{name}, line {number}")


def _take_table(
    lines: Iterator[tuple[int, str]], ending: str, columns: Columns, name: str, gathering: Gathering, *, strict: bool
) -> None:
    if ending == ".csv":
        rows = list(_csv_rows(lines, name))
    else:
        rows = [(number, line.split("\t")) for number, line in lines if line.strip()]
    if not rows:
        return
    if not strict and ending not in TABLES and len({len(cells) for _, cells in rows}) > 1:
        _take_lines(((number, "\t".join(cells)) for number, cells in rows), name, gathering)
        return
    same_width(rows, name)
    layout = find_layout(rows, columns, name)
    for line, cells in rows[layout.first :]:
        label = None if layout.label is None else cells[layout.label]
        gathering.take(cells[layout.text], label, f"{name}, line {line}")


def _csv_rows(lines: Iterator[tuple[int, str]], name: str) -> Iterator[Row]:
    """Rows that are not blank, of the separator that the first line has most of."""
    first = next((each for each in lines if each[1].strip()), None)
    if first is None:
        return
    separator = max(_SEPARATORS, key=lambda each: _fields(first[1], each))
    last = first[0] - 1

    def fed() -> Iterator[str]:
        nonlocal last
        for number, line in chain([first], lines):
            last = number
            yield line + "\n"

    reader = csv.reader(fed(), delimiter=separator, strict=True)
    while True:
        begin = last + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadInput(f"{name}, line {begin:,}: {_plainly(str(error))}") from error
        if any(cell.strip() for cell in cells):
            yield begin, cells


def _fields(line: str, separator: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=separator)))
    except csv.Error:
        return 0


def _plainly(error: str) -> str:
    if "unexpected end" in error:
        return "a quote is opened in this row and never closed; close it, or double quotes inside a quoted text"
    if "field limit" in error:
        return f"a quote is never closed, or a text has over {csv.field_size_limit():,} characters; mend it"
    return "text follows a closing quote; double the quotes inside a quoted text"


def _take_json(lines: Iterable[tuple[int, str]], columns: Columns, name: str, gathering: Gathering) -> None:
    """An object a line; the keys of text and class are those of the first object that has them."""
    for number, line in lines:
        if not line.strip():
            continue
        found = _object(line, f"{name}, line {number:,}")
        keys = {key.strip().lower(): key for key in found}
        text = _key(keys, columns.text, TEXT_NAMES)
        if text is None:
            there = ", ".join(clean(key, limit=30) for key in found) or "none"
            raise BadInput(
                f"{name}, line {number:,}: no key {columns.text or 'text'} with a text; it has {there}: say which it "
                "is with --text-column"
            )
        label = _key(keys, columns.label, LABEL_NAMES)
        where = f"{name}, line {number}"
        gathering.take(_text(found[text], where), None if label is None else _label(found[label], where), where)


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{where}: is no JSON object ({clean(str(error), limit=80)}); give one object a line") from error
    if not isinstance(found, dict):
        raise BadInput(f"{where}: is JSON but no object; give one object a line, such as {{'text': …, 'label': …}}")
    return found


def _key(keys: dict[str, str], asked: str | None, names: tuple[str, ...]) -> str | None:
    wanted = names if asked is None else (asked.strip().lower(),)
    return next((keys[each] for each in wanted if each in keys), None)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise BadInput(f"{where}: the text is {clean(repr(value), limit=40)}, not a string; mend the line")
    # A lone surrogate can be escaped in JSON and is no character.
    return value.encode(errors="replace").decode()


def _label(value: object, where: str) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"  # as it stands in the file
        case str() | int() | float():
            return str(value)
    raise BadInput(f"{where}: the class is {clean(repr(value), limit=40)}; give one class a text")

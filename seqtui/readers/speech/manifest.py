"""A manifest: a table (CSV, TSV), a JSON array or JSON lines that names sound files, what is said, by whom, the split.

Columns by their usual names, those of Common Voice, LJ Speech and NeMo among them; paths are relative to the manifest.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from seqtui.errors import BadInput
from seqtui.readers.regular_file import read_regular
from seqtui.readers.speech.audio_file import AUDIO_SUFFIXES
from seqtui.readers.speech.recording_set import SpeechSet, Utterance
from seqtui.readers.split_folder import split_of
from seqtui.text_safety import clean

MANIFEST_SUFFIXES: Final = (".csv", ".tsv", ".json", ".jsonl")
MOST_BYTES: Final = 256 * 2**20
PATHS: Final = ("path", "file", "filename", "file_name", "wav", "audio", "audio_filepath", "audio_path", "recording")
TEXTS: Final = ("text", "transcript", "transcription", "sentence", "words", "utterance", "normalized_text")
LABELS: Final = ("label", "class", "word", "command", "target", "digit")
SPEAKERS: Final = ("speaker", "speaker_id", "spk", "client_id", "reader")
SPLITS: Final = ("split", "subset", "partition", "set", "fold")

Row = Mapping[str, Any]


def read_manifest(path: Path, *, split: str | None = None) -> SpeechSet:
    """The utterances of a manifest. split: of all of them, where the manifest does not say; else its name may say it.

    BadInput with the line where a row has no path, or the file does not exist.
    """
    name = clean(path.name)
    utterances = []
    for place, row in _rows(path, name):
        file = _cell(row, PATHS)
        if file is None:
            raise BadInput(f"{name}, {place}: names no sound file; its column must be called one of {', '.join(PATHS)}")
        found = path.parent / file
        if not found.suffix:
            found = found.with_suffix(AUDIO_SUFFIXES[0])
        if not found.is_file():
            raise BadInput(f"{name}, {place}: there is no file {clean(str(found))}")
        said = _cell(row, SPLITS)
        utterances.append(
            Utterance(
                clean(file), (found,), _cell(row, LABELS), _cell(row, TEXTS), _cell(row, SPEAKERS) or "",
                (split_of(said) if said else None) or split,
            )
        )  # fmt: skip
    if not utterances:
        raise BadInput(f"{name} names no sound file")
    return SpeechSet(tuple(utterances), "the manifest" if any(each.split for each in utterances) else "")


def is_manifest(path: Path) -> bool:
    """By its name, and that its first row names a sound file."""
    if path.suffix.lower() not in MANIFEST_SUFFIXES or not path.is_file():
        return False
    try:
        _, row = next(_rows(path, path.name))
    except (BadInput, StopIteration):
        return False
    return _cell(row, PATHS) is not None


def _cell(row: Row, names: tuple[str, ...]) -> str | None:
    found = next((row[name] for name in names if row.get(name) not in (None, "")), None)
    return None if found is None else str(found).strip()


def _rows(path: Path, name: str) -> Iterator[tuple[str, Row]]:
    """Where a row stands, and its cells by the lower-case names of their columns."""
    text = read_regular(path, at_most=MOST_BYTES).decode("utf-8-sig", errors="replace")
    match path.suffix.lower():
        case ".csv" | ".tsv":
            return _table(text, name)
        case ".jsonl":
            return _lines(text, name)
    return _array(text, name) if text.lstrip()[:1] in ("[", "") else _lines(text, name)


def _table(text: str, name: str) -> Iterator[tuple[str, Row]]:
    head = text.partition("\n")[0]
    separator = max(",\t;|", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        columns = [cell.strip().lower() for cell in next(reader, [])]
        for cells in reader:
            if any(cells):
                if len(cells) != len(columns):
                    raise BadInput(
                        f"{name}, line {reader.line_num:,}: has {len(cells)} columns where the first line names "
                        f"{len(columns)}"
                    )
                yield f"line {reader.line_num:,}", dict(zip(columns, cells, strict=True))
    except csv.Error as error:
        raise BadInput(f"{name}, line {reader.line_num:,} is no row of a table: {error}") from error


def _lines(text: str, name: str) -> Iterator[tuple[str, Row]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield f"line {number:,}", _object(_parsed(line, f"{name}, line {number:,}"), f"{name}, line {number:,}")


def _array(text: str, name: str) -> Iterator[tuple[str, Row]]:
    for number, each in enumerate(_parsed(text, name), 1):
        yield f"entry {number:,}", _object(each, f"{name}, entry {number:,}")


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{where} is no JSON: {error}") from error


def _object(given: Any, where: str) -> Row:
    if not isinstance(given, dict):
        raise BadInput(f"{where} is no JSON object; give one a sound file, with its path and what is said")
    return {str(key).strip().lower(): value for key, value in given.items()}

"""What was heard, as files: CSV, JSON with times, or a line of text a recording."""

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from seqtui.readers.prediction_files import spreadsheet_safe, write_whole_text


@dataclass(frozen=True, slots=True)
class HeardText:
    """One recording. log_probability: of the text, nats; truth: None where it is not known.

    symbols: with the second at which each begins and its chance there, nan where it has no place of its own.
    """

    record: str
    text: str
    truth: str | None
    log_probability: float
    symbols: Sequence[tuple[str, float, float]]


def write_heard_csv(heard: Iterable[HeardText], path: Path) -> None:
    """Columns record, text, truth (empty where unknown), log_probability. BadInput where it cannot be written."""
    write_whole_text(path, _csv_rows(heard))


def write_heard_json(heard: Iterable[HeardText], path: Path) -> None:
    """An array with an object a recording; its symbols with second and probability, null where they have no place."""
    write_whole_text(path, _json_rows(heard))


def write_heard_text(heard: Iterable[HeardText], path: Path) -> None:
    """A line a recording."""
    write_whole_text(path, (each.text + "\n" for each in heard))


def as_json(each: HeardText) -> dict[str, object]:
    """One recording as JSON values."""
    return {
        "record": each.record,
        "text": each.text,
        "truth": each.truth,
        "log_probability": _number(each.log_probability),
        "symbols": [
            {"symbol": symbol, "second": _number(second), "probability": _number(chance)}
            for symbol, second, chance in each.symbols
        ],
    }


def _number(value: float) -> float | None:
    return round(value, 6) if math.isfinite(value) else None


def _csv_rows(heard: Iterable[HeardText]) -> Iterator[str]:
    row = io.StringIO()
    writer = csv.writer(row, lineterminator="\n")

    def line(cells: Sequence[str]) -> str:
        row.seek(0)
        row.truncate()
        writer.writerow(cells)
        return row.getvalue()

    yield line(["record", "text", "truth", "log_probability"])
    for each in heard:
        named = [spreadsheet_safe(text) for text in (each.record, each.text, each.truth or "")]
        yield line([*named, f"{each.log_probability:.9g}"])


def _json_rows(heard: Iterable[HeardText]) -> Iterator[str]:
    before = "[\n"
    for each in heard:
        yield before + json.dumps(as_json(each))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"

"""Predictions of models that label whole sequences, as CSV, TSV and JSON files; and text files that are whole or not.

Records are written as they come, one at a time, so that memory does not grow with them.
"""

import csv
import gzip
import io
import json
import math
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any, Final, Protocol, cast

from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.text_safety import clean

_FORMULA: Final = re.compile(r"[=+\-@\t\r].", re.S)
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.I)


class Labeled(Protocol):
    """One sequence with a chance for each class, such as seqtui.task.Prediction."""

    @property
    def name(self) -> str:
        """The record's."""

    @property
    def values(self) -> NDArray[Any]:
        """(steps, …) what the model read."""

    @property
    def chances(self) -> tuple[float, ...]:
        """One a class, in the order of the classes."""

    @property
    def truth(self) -> int | None:
        """The number of its class, where it is known."""

    @property
    def guess(self) -> int:
        """The number of the likeliest class."""


def write_predictions_csv(predictions: Iterable[Labeled], classes: Sequence[str], path: Path) -> None:
    """Columns record, label, probability, truth (empty where unknown), and p_CLASS for every class.

    A chance has nine digits, which tell all 32-bit floats apart. BadInput where the file cannot be written.
    """
    write_whole_text(path, _csv_rows(predictions, classes))


def write_predictions_tsv(predictions: Iterable[Labeled], classes: Sequence[str], path: Path) -> None:
    """The columns of write_predictions_csv with TABs between; BadInput where the file cannot be written."""
    write_whole_text(path, _csv_rows(predictions, classes, separator="\t"))


def write_predictions_json(predictions: Iterable[Labeled], classes: Sequence[str], path: Path) -> None:
    """One array with an object a record: record, label, probability, truth (null where unknown), probabilities.

    A chance that is not finite is a string, which JSON can hold. BadInput where the file cannot be written.
    """
    write_whole_text(path, _json_rows(predictions, classes))


def spreadsheet_safe(text: str) -> str:
    """`text` with a quote before it where a spreadsheet would run it as a formula; numbers and lone signs stay."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def write_whole_text(path: Path, parts: Iterable[str]) -> None:
    """Replace the file at `path` by `parts` as UTF-8, in gzip where it ends in .gz; the same parts, the same bytes.

    Written aside and renamed: whatever goes wrong, errors of `parts` included, the old file stands and nothing is left.
    BadInput where the disk refuses.
    """
    target = Path(os.path.realpath(path))
    aside = target.with_name(f"{target.name}.tmp-{os.getpid()}")
    with ExitStack() as undo:
        undo.callback(_remove, aside)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            file = undo.enter_context(aside.open("wb"))
        except OSError as error:
            raise _unwritable(path, error) from error
        packed = gzip.GzipFile("", "wb", 6, file, mtime=0) if target.suffix.lower() == ".gz" else None
        sink = cast(IO[bytes], packed or file)
        # What the parts raise is not the disk's fault, so only the writing stands in a try.
        for part in parts:
            try:
                sink.write(part.encode(errors="backslashreplace"))
            except OSError as error:
                raise _unwritable(path, error) from error
        try:
            if packed:
                packed.close()
            file.flush()
            os.fsync(file.fileno())
            aside.replace(target)
        except OSError as error:
            raise _unwritable(path, error) from error


def _remove(aside: Path) -> None:
    with suppress(OSError):
        aside.unlink()


def _unwritable(path: Path, error: OSError) -> BadInput:
    return BadInput(f"{clean(str(path))} cannot be written: {error.strerror or error}")


def _csv_rows(predictions: Iterable[Labeled], classes: Sequence[str], *, separator: str = ",") -> Iterator[str]:
    row = io.StringIO()
    writer = csv.writer(row, lineterminator="\n", delimiter=separator)

    def line(cells: Sequence[str]) -> str:
        row.seek(0)
        row.truncate()
        writer.writerow(cells)
        return row.getvalue()

    yield line(["record", "label", "probability", "truth", *(f"p_{name}" for name in classes)])
    for each in predictions:
        chances = [f"{chance:.9g}" for chance in each.chances]
        truth = "" if each.truth is None else classes[each.truth]
        named = [spreadsheet_safe(text) for text in (each.name, classes[each.guess], truth)]
        yield line([*named[:2], chances[each.guess], named[2], *chances])


def _json_rows(predictions: Iterable[Labeled], classes: Sequence[str]) -> Iterator[str]:
    before = "[\n"
    for each in predictions:
        chances = [chance if math.isfinite(chance) else str(chance) for chance in map(float, each.chances)]
        row = {
            "record": each.name,
            "label": classes[each.guess],
            "probability": chances[each.guess],
            "truth": None if each.truth is None else classes[each.truth],
            "probabilities": dict(zip(classes, chances, strict=True)),
        }
        yield before + json.dumps(row)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"

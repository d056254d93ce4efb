"""The one place that prints: data on stdout, talk on stderr, errors as one sentence.

What may hold somebody else's text is cleaned here; markup and colors are never made from it.
"""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import IO, Any

from seqtui.text_safety import AS_ASCII, clean

LONGEST: int = 1_000_000


class ReaderGone(Exception):
    """Nobody reads stdout any more. Not an OSError: click would make exit code 1 of that."""


def out(text: str) -> None:
    """Data: lines on stdout. ReaderGone where nobody reads them."""
    _write_data(clean(text, keep_newlines=True, limit=LONGEST))


def json_line(value: Any) -> None:
    """Data: one JSON value on one line, at once."""
    _write_data(json.dumps(value, separators=(", ", ": ")))
    flush()


def say(text: str) -> None:
    """Talk: a line on stderr. Nobody need listen."""
    try:
        _write(sys.stderr, clean(text, keep_newlines=True))
    except OSError:
        # The terminal is gone; what there was to say cannot be said, and the work goes on.
        _to_nowhere(sys.stderr)


def error(sentence: str) -> None:
    """The one sentence of a failure."""
    say(f"seqtui: error: {clean(sentence).strip()}")


def warning(sentence: str) -> None:
    """Something to know that does not stop the work."""
    say(f"seqtui: warning: {clean(sentence).strip()}")


def flush() -> None:
    """Have the data leave the process now."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise ReaderGone from error


def abandon() -> None:
    """The reader of stdout has gone: nothing more is printed, nothing complains at the exit."""
    _to_nowhere(sys.stdout)


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether a person with a terminal that can move its cursor is at the other end."""
    return stream is not None and stream.isatty() and os.environ.get("TERM", "") not in ("", "dumb")


def is_plain(stream: IO[str] | None) -> bool:
    """Whether the stream takes ASCII only (LANG=C on an old system)."""
    encoding = (getattr(stream, "encoding", None) or "ascii").lower().replace("-", "")
    return not encoding.startswith("utf")


def width() -> int:
    """Cells of a line: the terminal's, $COLUMNS, or 80."""
    # Here, for it brings the compression libraries, which `seqtui --help` has no use for.
    import shutil

    return max(shutil.get_terminal_size((80, 24)).columns, 20)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, right: frozenset[int] = frozenset()) -> str:
    """Columns of plain text; those in `right` are aligned to the right. On a terminal lines are cut to its width."""
    cells = [list(headings), *([clean(cell, limit=200) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    lines = []
    for row in cells:
        parts = [
            cell.rjust(wide) if index in right else cell.ljust(wide)
            for index, (cell, wide) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(parts).rstrip())
    if is_terminal(sys.stdout):
        lines = [line[: width()] for line in lines]
    return "\n".join(lines)


def _write_data(text: str) -> None:
    try:
        _write(sys.stdout, text)
    except BrokenPipeError as error:
        raise ReaderGone from error


def _write(stream: IO[str] | None, text: str) -> None:
    if stream is None:
        return
    try:
        stream.write(text + "\n")
    except UnicodeEncodeError:
        encoding = getattr(stream, "encoding", None) or "ascii"
        stream.write(text.translate(AS_ASCII).encode(encoding, "replace").decode(encoding) + "\n")


def _to_nowhere(stream: IO[str] | None) -> None:
    if stream is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)

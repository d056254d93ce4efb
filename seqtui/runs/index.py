"""Summaries of all runs, quickly: what has not changed since the last look is not read again, and sqlite remembers it
from one session to the next. The folders are the truth: an index that is damaged, locked or lost costs time, no more.
"""

import contextlib
import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final, final

from seqtui import __version__
from seqtui.config import RunConfig
from seqtui.errors import SeqtuiError
from seqtui.paths import home
from seqtui.runs.finding import folders
from seqtui.runs.folder import RunFolder
from seqtui.runs.lock import holder
from seqtui.runs.notes import NOTE_FILE, named, read_note
from seqtui.runs.state import Status
from seqtui.runs.summary import Summary, summarize

FORMAT: Final = f"1 {__version__}"
PATIENCE_SECONDS: Final = 0.2
_ENDED: Final = frozenset({Status.FINISHED, Status.STOPPED, Status.FAILED, Status.DEAD})
# A table of other columns needs another name.
_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS runs_1 (path TEXT PRIMARY KEY, format TEXT, stamp TEXT, summary TEXT, crc INT)"
)
_FILES: Final = ("config.json", "events.jsonl", NOTE_FILE)


def index_file() -> Path:
    """Where the index lies."""
    return home() / "state" / "runs.sqlite"


@final
class RunIndex:
    """All runs, as far as known. One thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, tuple[str, Summary]] = {}
        self._fresh: set[str] = set()
        self._gone: set[str] = set()

    def load(self) -> None:
        """What earlier sessions knew; nothing, where that cannot be read. A damaged index is removed."""
        try:
            with closing(sqlite3.connect(self._path, timeout=PATIENCE_SECONDS)) as base:
                rows = base.execute(
                    "SELECT path, stamp, summary, crc FROM runs_1 WHERE format = ?", (FORMAT,)
                ).fetchall()
            self._known = {path: (stamp, _from_text(path, text, crc)) for path, stamp, text, crc in rows}
        except (sqlite3.OperationalError, OSError):
            return  # none yet, locked, or the disk says no
        except (sqlite3.DatabaseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            _remove(self._path)

    def scan(self) -> Iterator[Summary]:
        """Every run under the runs folder, in no order; what is gone is forgotten."""
        seen = set()
        for folder in folders():
            seen.add(str(folder.path))
            yield self.look(folder)
        lost = self._known.keys() - seen
        self._gone |= lost
        for path in lost:
            del self._known[path]

    def look(self, folder: RunFolder) -> Summary:
        """One run as it stands now, under the name that it has now."""
        path, stamp = str(folder.path), _stamp(folder)
        known = self._known.get(path)
        if known and known[0] == stamp and not _may_live(known[1]):
            return known[1]
        summary = _read(folder)
        self._known[path] = (stamp, summary)
        self._fresh.add(path)
        self._gone.discard(path)
        return summary

    def save(self) -> None:
        """Remember for the next session, where that can be done. Living runs are read anew anyway."""
        known = {path: self._known[path] for path in self._fresh & self._known.keys()}
        rows = [_row(path, stamp, summary) for path, (stamp, summary) in known.items() if _is_over(summary)]
        gone = [(path,) for path in {*self._gone, *(path for path in known if not _is_over(known[path][1]))}]
        if not rows and not gone:
            return
        with contextlib.suppress(sqlite3.Error, OSError, UnicodeError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            _write(self._path, rows, gone)
            self._fresh, self._gone = set(), set()


def _write(path: Path, rows: Iterable[tuple[str, str, str, str, int]], gone: Iterable[tuple[str]]) -> None:
    with closing(sqlite3.connect(path, timeout=PATIENCE_SECONDS)) as base, base:
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")
        base.execute(_TABLE)
        base.execute("DELETE FROM runs_1 WHERE format != ?", (FORMAT,))
        base.executemany("DELETE FROM runs_1 WHERE path = ?", gone)
        base.executemany("INSERT OR REPLACE INTO runs_1 VALUES (?, ?, ?, ?, ?)", rows)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            Path(f"{path}{suffix}").unlink(missing_ok=True)


def _read(folder: RunFolder) -> Summary:
    try:
        summary = summarize(folder)
    except (SeqtuiError, OSError) as error:  # no rights, no locks: one run must not hide the others
        return Summary(folder, 0.0, None, "damaged", trouble=str(error))
    return replace(summary, config=named(summary.config, read_note(folder))) if summary.config else summary


def _is_over(summary: Summary) -> bool:
    return summary.status in _ENDED


def _may_live(summary: Summary) -> bool:
    """Whether a run may have changed its state without writing a byte: a child that begins or dies takes a lock."""
    if summary.status == Status.DEAD:
        with contextlib.suppress(SeqtuiError, OSError):
            return holder(summary.folder) is not None
    return not _is_over(summary)


def _stamp(folder: RunFolder) -> str:
    """What changes when a file does: time, size and number of each."""
    parts = []
    for name in _FILES:
        try:
            found = os.stat(f"{folder.path}/{name}")  # noqa: PTH116  a Path for each of 3,000 files costs 10 ms
            parts.append(f"{found.st_mtime_ns}.{found.st_size}.{found.st_ino}")
        except OSError:
            parts.append("-")
    return " ".join(parts)


def _row(path: str, stamp: str, summary: Summary) -> tuple[str, str, str, str, int]:
    values: dict[str, Any] = {name: getattr(summary, name) for name in Summary.__dataclass_fields__ if name != "folder"}
    text = json.dumps({**values, "config": asdict(summary.config) if summary.config else None})
    return path, FORMAT, stamp, text, zlib.crc32(text.encode())


def _from_text(path: str, text: str, crc: int) -> Summary:
    if zlib.crc32(text.encode()) != crc:
        raise ValueError(f"the row of {path} is damaged")
    values = json.loads(text)
    config = values.pop("config")
    return Summary(folder=RunFolder(Path(path)), config=RunConfig(**config) if config else None, **values)

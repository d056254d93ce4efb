"""What the runs screen knows of the disk. Everything here may wait for it: call it in a thread, one call at a time.

No Textual.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, final

from seqtui.errors import SeqtuiError
from seqtui.runs import trash
from seqtui.runs.comparison import CurveReader, RunCurves
from seqtui.runs.finding import find
from seqtui.runs.folder import RunFolder
from seqtui.runs.index import RunIndex, index_file
from seqtui.runs.notes import read_note
from seqtui.runs.summary import Summary
from seqtui.tui.runs.columns import RunRow

SLICE_SECONDS: Final = 0.15
READERS: Final = 40


@final
class RunStore:
    """All runs with their notes, their curves as far as they were asked for, and the trash."""

    def __init__(self) -> None:
        self._index = RunIndex(index_file())
        self._rows: dict[str, RunRow] = {}
        self._readers: dict[str, CurveReader] = {}
        self._thrown: list[list[trash.Trashed]] = []

    def load(self) -> None:
        """What earlier sessions knew."""
        self._index.load()

    def slices(self) -> Iterator[list[RunRow]]:
        """Every run, a slice at a time, so that the first are on the screen while the rest are read."""
        slice_: list[RunRow] = []
        seen: set[str] = set()
        deadline = time.monotonic() + SLICE_SECONDS
        for summary in self._index.scan():
            seen.add(str(summary.folder.path))
            slice_.append(self._row(summary))
            if time.monotonic() > deadline:
                yield slice_
                slice_, deadline = [], time.monotonic() + SLICE_SECONDS
        self._rows = {path: row for path, row in self._rows.items() if path in seen}
        self._index.save()
        yield slice_

    def look_at(self, folders: Sequence[RunFolder]) -> list[RunRow]:
        """Some runs as they stand now."""
        return [self._row(self._index.look(folder)) for folder in folders]

    def curves(self, folders: Sequence[RunFolder]) -> list[RunCurves]:
        """The curves of some runs; only what is new is read."""
        for folder in folders:
            path = str(folder.path)
            # Put back at the end: the first are those that were not asked for for the longest time.
            self._readers[path] = self._readers.pop(path) if path in self._readers else CurveReader(folder)
        found = [self._readers[str(folder.path)].read() for folder in folders]
        for path in list(self._readers)[: max(len(self._readers) - READERS, 0)]:
            del self._readers[path]
        return found

    def discard(self, folders: Sequence[RunFolder]) -> tuple[list[str], list[str]]:
        """Into the trash, all that can be; their ids, and a sentence for each that could not."""
        records, wrong = [], []
        for folder in folders:
            try:
                records.append(trash.discard(folder))
            except SeqtuiError as error:
                wrong.append(str(error))
        if records:
            self._thrown.append(records)
        return [record.id for record in records], wrong

    def undo(self) -> tuple[list[str], list[str]]:
        """What was thrown away last comes back, together as it went; after a restart, the newest in the trash."""
        there = trash.trashed()
        last = self._thrown.pop() if self._thrown else there[-1:]
        back, wrong = [], []
        for record in last:
            try:
                back.append(trash.restore(record).id)
            except SeqtuiError as error:
                wrong.append(str(error))
        return back, wrong

    def trash_size(self) -> tuple[list[trash.Trashed], int]:
        """What lies in the trash, and its bytes."""
        records = trash.trashed()
        return records, trash.size(records)

    def empty_trash(self, records: list[trash.Trashed]) -> None:
        """For good. RunFailed where something cannot be removed."""
        self._thrown = []
        trash.empty(records)

    def _row(self, summary: Summary) -> RunRow:
        path = str(summary.folder.path)
        known = self._rows.get(path)
        if known is None or known.run is not summary:
            known = self._rows[path] = RunRow(summary, read_note(summary.folder))
        return known


def wrong_path(text: str) -> str:
    """What speaks against writing a new file there, or ''."""
    if not text:
        return "Give the name of a file."
    path = Path(text).expanduser()
    try:
        if path.exists() or path.is_symlink():
            return f"{path} exists already; choose another name."
        if not path.parent.is_dir():
            return f"There is no folder {path.parent}."
    except (OSError, ValueError) as error:
        return f"That cannot be a file: {error}"
    return ""


def wrong_run(text: str) -> str:
    """Why there is no such run, or ''."""
    try:
        find(text).read_config()
    except (SeqtuiError, OSError) as error:
        return str(error)
    return ""


def file_size(size: int) -> str:
    """Bytes as people say them."""
    for unit, bytes_ in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= bytes_:
            return f"{size / bytes_:.3g} {unit}"
    return f"{size} bytes"

"""A few records of a run's log, evenly from its whole length: enough to draw a long run at once, before it is read."""

import os
from pathlib import Path
from typing import BinaryIO, Final

from seqtui.runs.events import Step
from seqtui.runs.journal import Record, read_events, read_line

HEAD: Final = 64 * 1024
TAIL: Final = 256 * 1024
CHUNK: Final = 64 * 1024
_STEP: Final = b'\n{"event":"Step"'


def sketch(path: Path, *, points: int) -> list[Record]:
    """In order of seq: all of the log's head, all of its tail, and about `points` steps between."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            found = {
                record.seq: record for record in _between(file, begin=HEAD, end=max(size - TAIL, HEAD), points=points)
            }
            tail_start = _next_line(file, max(size - TAIL, 0)) if size > TAIL else 0
    except FileNotFoundError:
        return []
    for reading in (read_events(path, at_most=HEAD), read_events(path, offset=tail_start)):
        found |= {record.seq: record for record in reading.records}
    return [found[seq] for seq in sorted(found)]


def loss_sketch(path: Path, *, points: int) -> list[float]:
    """The mean losses of about `points` reported steps from the whole of a log, in order."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            records = _between(file, begin=0, end=size, points=points)
    except OSError:
        return []
    return [record.event.loss.mean for record in records if isinstance(record.event, Step)]


def _between(file: BinaryIO, *, begin: int, end: int, points: int) -> list[Record]:
    found: list[Record] = []
    at = begin
    for index in range(points):
        at = max(at, begin + (end - begin) * index // points)
        if at >= end:
            break
        file.seek(at)
        data = file.read(CHUNK)  # longer than a map of gates, which may stand between two steps
        start = data.find(_STEP) + 1
        record = read_line(data[start : data.find(b"\n", start)]) if start else None
        if record and (not found or record.seq > found[-1].seq):
            found.append(record)
    return found


def _next_line(file: BinaryIO, offset: int) -> int:
    file.seek(offset)
    return offset + len(file.readline())

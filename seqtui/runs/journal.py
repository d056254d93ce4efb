"""The event log of a run: one writer, the child; any number of readers, now or in ten years.

A line is JSON that ends in the crc32 of what stands before it. Readers never block the writer and never trust a line.
"""

import json
import os
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from seqtui.runs.durable import REAL_DISK, Disk, crash_now
from seqtui.runs.event_json import from_json, to_json
from seqtui.runs.events import Event

BACKLOG: Final = 10_000
SLICE: Final = 8 * 1024 * 1024
_CRC_LENGTH: Final = len(',"crc":"00000000"}')
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the log. event: None for a kind that this version does not know; raw: the line's JSON object."""

    event: Event | None
    seq: int
    time: float
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a stretch of the log held. offset: where the next reading begins; skipped: lines that do not verify."""

    records: list[Record]
    offset: int
    skipped: int


class EventWriter:
    """Appends events. `seq` is the next event's number. Opening cuts the file to `offset`, at most to its whole lines.

    A disk that is full must not stop the training: what cannot be written waits in memory, `trouble` says so, and the
    next append tries again.
    """

    def __init__(self, path: Path, *, offset: int = 0, seq: int = 0, disk: Disk = REAL_DISK) -> None:
        self.trouble = ""
        self._path = path
        self._disk = disk
        self._seq = seq
        self._backlog: deque[bytes] = deque()
        self._lost = 0
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._offset = _whole_lines_end(self._descriptor, offset)
        os.ftruncate(self._descriptor, self._offset)

    def append(self, event: Event) -> int:
        """Write one event to the operating system (not to the platter: see sync); its seq."""
        seq = self._seq
        self._seq += 1
        self._backlog.append(_line(event, seq))
        if len(self._backlog) > BACKLOG:
            self._backlog.popleft()
            self._lost += 1
        self._flush()
        return seq

    def position(self) -> tuple[int, int]:
        """Bytes that stand in the file and the number of the event that goes there: what a checkpoint must remember."""
        return self._offset, self._seq - len(self._backlog)

    def sync(self) -> bool:
        """Flush to the platter, at a checkpoint; whether all events are there."""
        self._flush()
        if self._backlog:
            return False
        try:
            self._disk.fsync(self._descriptor)
        except OSError as error:
            self._report(error)
            return False
        return True

    def close(self) -> None:
        """Write what waits, if it can be written, and let go of the file."""
        if self._backlog:
            self._flush()
        os.close(self._descriptor)

    def _flush(self) -> None:
        data = b"".join(self._backlog)
        if crash_now("mid-append"):
            os.pwrite(self._descriptor, data[: len(data) // 2], self._offset)
            os._exit(137)
        try:
            if self.trouble:
                os.ftruncate(self._descriptor, self._offset)
            os.lseek(self._descriptor, self._offset, os.SEEK_SET)
            self._disk.write(self._descriptor, data)
        except OSError as error:
            self._report(error)
            return
        self._offset += len(data)
        self._backlog.clear()
        self.trouble = ""

    def _report(self, error: OSError) -> None:
        lost = f", {self._lost} are lost" if self._lost else ""
        self.trouble = f"cannot write {self._path}: {error.strerror}; {len(self._backlog)} events wait in memory{lost}"


def read_events(path: Path, *, offset: int = 0, at_most: int = 1 << 62) -> Reading:
    """The whole lines from `offset` on, of at most about `at_most` bytes. A torn last line is left for later."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read(min(at_most, max(os.fstat(file.fileno()).st_size - offset, 0)))
            if len(data) == at_most and b"\n" not in data:
                data += file.readline()
    except FileNotFoundError:
        return Reading([], offset, 0)
    end = data.rfind(b"\n") + 1
    records, skipped = [], 0
    for line in data[:end].split(b"\n")[:-1]:
        record = read_line(line)
        if record is None:
            skipped += bool(line)
        else:
            records.append(record)
    return Reading(records, offset + end, skipped)


def read_line(line: bytes) -> Record | None:
    """The record in a line without its newline; None if it does not verify."""
    # After a power cut a file may hold a stretch of NULs where its last lines were to be; what follows them is good.
    line = line.lstrip(b"\0")
    body = line[:-_CRC_LENGTH] + b"}"
    if line[-_CRC_LENGTH:] != b',"crc":"%08x"}' % zlib.crc32(body):
        return None
    try:
        raw = _DECODER.decode(line.decode(errors="surrogatepass"))
        return Record(from_json(raw), int(raw["seq"]), float(raw["time"]), raw)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def follow(
    path: Path, *, is_alive: Callable[[], bool], poll_seconds: float = 0.05, known: Iterable[Record] = ()
) -> Iterator[Record | None]:
    """Every record as it comes, and None at each poll that found nothing, so that the caller can draw or give up.

    Ends when `is_alive` says no and all is read. When a resumed run has cut the log, it is read again from the start
    and records that were yielded already are left out; a record of new history is yielded though its seq was seen.
    known: records that the caller has read before, and does not want again.
    """
    seen: dict[int, str] = {record.seq: record.raw["crc"] for record in known}
    offset, tail = 0, b""
    while True:
        alive = is_alive()
        if not _is_same_history(path, offset, tail):
            offset, tail = 0, b""
        reading = read_events(path, offset=offset, at_most=SLICE)
        for record in reading.records:
            if seen.get(record.seq) != record.raw["crc"]:
                seen[record.seq] = record.raw["crc"]
                yield record
        if reading.offset > offset:
            offset, tail = reading.offset, _bytes_before(path, reading.offset)
            continue
        if not alive:
            return
        yield None
        time.sleep(poll_seconds)


def _line(event: Event, seq: int) -> bytes:
    record = to_json(event)
    stamped = {"event": record.pop("event"), "seq": seq, "time": round(time.time(), 3), **record}
    body = json.dumps(stamped, separators=(",", ":"), allow_nan=False).encode()
    return body[:-1] + b',"crc":"%08x"}\n' % zlib.crc32(body)


def _whole_lines_end(descriptor: int, offset: int) -> int:
    # The file may be shorter than the checkpoint remembers (a power cut); never let truncate fill it up with NULs.
    end = min(offset, os.fstat(descriptor).st_size)
    while end > 0:
        start = max(end - 65536, 0)
        newline = os.pread(descriptor, end - start, start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0


def _is_same_history(path: Path, offset: int, tail: bytes) -> bool:
    # Size alone is not enough: between two looks a resumed run may cut the log and write past the old end.
    return not offset or not tail or _bytes_before(path, offset) == tail


def _bytes_before(path: Path, offset: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(max(offset - 2 * _CRC_LENGTH, 0))
            return file.read(min(offset, 2 * _CRC_LENGTH))
    except FileNotFoundError:
        return b""

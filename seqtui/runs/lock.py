"""Who holds a run: an flock on its `lock` file, freed by any death of the holder.

The process number in the file is for people to read. It must never decide anything: numbers are recycled, and the
holder may be on another host.
"""

import contextlib
import errno
import fcntl
import json
import os
import random
import socket
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

from seqtui.errors import Busy, RunFailed
from seqtui.runs.folder import RunFolder

_NO_LOCKS: Final = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL})
_PATIENCE_SECONDS: Final = 2.0
_NOTE_SECONDS: Final = 0.5  # a holder that has just begun writes its note within this, on a busy machine too


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds a run, as it described itself."""

    pid: int
    since: float
    host: str

    def __str__(self) -> str:
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self.since))
        return f"pid {self.pid} on {self.host} since {since}"


@contextlib.contextmanager
def hold(folder: RunFolder, held: int | None = None) -> Iterator[int]:
    """Hold the run while the block runs. Busy, naming the holder, if another process does.

    Yields the descriptor of the lock. held: one that this process already has, from before it replaced itself.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
    descriptor = os.open(folder.lock_file, flags, 0o644) if held is None else _own(held, folder)
    try:
        _take(descriptor, folder)
        note = json.dumps(asdict(Holder(os.getpid(), round(time.time(), 3), socket.gethostname()))).encode()
        os.pwrite(descriptor, note + b"\n", 0)
        os.ftruncate(descriptor, len(note) + 1)
        try:
            yield descriptor
        finally:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, 0)  # or the next holder would be taken for us until it writes its own note
    finally:
        os.close(descriptor)


def _own(held: int, folder: RunFolder) -> int:
    """The descriptor that was handed over, which must be one of this run's lock, and goes no further."""
    try:
        is_ours = os.path.samestat(os.fstat(held), folder.lock_file.stat())
    except OSError:
        is_ours = False
    if not is_ours:
        raise RunFailed(f"descriptor {held} is not the lock of run {folder.id}")
    os.set_inheritable(held, False)
    return held


def holder(folder: RunFolder) -> Holder | None:
    """Who holds the run, or None if nobody does. Does not disturb a process that is about to take it."""
    try:
        descriptor = os.open(folder.lock_file, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        return None if _try(descriptor, fcntl.LOCK_SH) else _read(descriptor)
    finally:
        os.close(descriptor)


def _take(descriptor: int, folder: RunFolder) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _try(descriptor, fcntl.LOCK_EX):
        # Somebody who only looks (holder) has a shared lock for a microsecond; that is no reason to be refused.
        if not _try(descriptor, fcntl.LOCK_SH) or time.monotonic() > deadline:
            raise Busy(f"run {folder.id} is in use by {_read_patiently(descriptor)}")
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        time.sleep(random.uniform(0.001, 0.01))


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        raise RunFailed(
            "the file system of the run folder has no locks (flock); choose another place with --run-dir DIR"
        ) from error
    return True


def _read_patiently(descriptor: int) -> Holder:
    """Who holds the run, even where the holder took it a moment ago and has yet to write its note."""
    deadline = time.monotonic() + _NOTE_SECONDS
    while not (found := _read(descriptor)).pid and time.monotonic() < deadline:
        time.sleep(0.002)
    return found


def _read(descriptor: int) -> Holder:
    # Between taking the lock and writing the note there is a moment in which the note is old, torn or missing.
    try:
        found = json.loads(os.pread(descriptor, 4096, 0))
        return Holder(int(found["pid"]), float(found["since"]), str(found["host"]))
    except (ValueError, KeyError, TypeError):
        return Holder(0, time.time(), "an unknown host")

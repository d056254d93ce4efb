"""Files that are whole or not there: write aside, sync, read back, rename, sync the folder.

Whatever kills the process, a reader sees the old file or the new one, never a torn one. Must never leave a
temporary file behind a failure, and never swallow one: a full disk is an OSError for the caller to tell of.
"""

import contextlib
import errno
import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any, Final, Protocol, final

from seqtui.errors import BadInput, NotFound

CRASH_VARIABLE: Final = "SEQTUI_CRASH_AT"
_TEMP_NAME: Final = re.compile(r".+\.tmp-(\d+)")
_hits: dict[str, int] = {}


class Disk(Protocol):
    """The operations that a disk can fail; a test hands in one whose n-th operation raises."""

    def open(self, path: Path) -> int:
        """A descriptor of a new or emptied file, for writing."""

    def write(self, descriptor: int, data: bytes) -> None:
        """All of `data`, at the descriptor's position."""

    def fsync(self, descriptor: int) -> None:
        """Return when the file's bytes are on the disk."""

    def replace(self, old: Path, new: Path) -> None:
        """Rename over whatever was there, atomically."""

    def fsync_folder(self, folder: Path) -> None:
        """Return when the folder's names are on the disk."""

    def unlink(self, path: Path) -> None:
        """Remove a file."""


@final
class RealDisk:
    """The machine's own file system."""

    def open(self, path: Path) -> int:
        """A descriptor of a new or emptied file, for writing."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)

    def write(self, descriptor: int, data: bytes) -> None:
        """All of `data`: os.write may take less than it is given."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def fsync(self, descriptor: int) -> None:
        """Return when the file's bytes are on the disk."""
        os.fsync(descriptor)

    def replace(self, old: Path, new: Path) -> None:
        """Rename over whatever was there, atomically."""
        old.replace(new)

    def fsync_folder(self, folder: Path) -> None:
        """Return when the folder's names are on the disk."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def unlink(self, path: Path) -> None:
        """Remove a file."""
        path.unlink()


REAL_DISK: Final = RealDisk()


def crash_now(name: str) -> bool:
    """Whether SEQTUI_CRASH_AT=name:n asks to die at this, the n-th, passing of a named point (n counts from 1)."""
    wanted = os.environ.get(CRASH_VARIABLE)
    if not wanted:
        return False
    point, _, count = wanted.rpartition(":")
    if point != name:
        return False
    _hits[name] = _hits.get(name, 0) + 1
    return _hits[name] == int(count)


def crash_point(name: str) -> None:
    """Die here as from kill -9, if a test asked for it."""
    if crash_now(name):
        os._exit(137)


def write_whole(path: Path, data: bytes, *, disk: Disk = REAL_DISK) -> None:
    """Replace the file at `path` by `data`, durably. OSError if it could not be done; then the old file stands."""
    temp = path.with_name(f"{path.name}.tmp-{os.getpid()}")
    crash_point("before-temp")
    try:
        _write_temp(temp, data, disk=disk)
        crash_point("before-replace")
        disk.replace(temp, path)
    except BaseException:
        with contextlib.suppress(OSError):
            disk.unlink(temp)
        raise
    crash_point("before-folder-fsync")
    disk.fsync_folder(path.parent)
    crash_point("after-replace")


def _write_temp(temp: Path, data: bytes, *, disk: Disk) -> None:
    descriptor = disk.open(temp)
    try:
        half = len(data) // 2
        disk.write(descriptor, data[:half])
        crash_point("half-write")
        disk.write(descriptor, data[half:])
        crash_point("before-fsync")
        disk.fsync(descriptor)
    finally:
        os.close(descriptor)
    # A disk that lies (quota on some network mounts, bad memory) is found here, while the old file still stands.
    written = temp.read_bytes()
    if len(written) != len(data) or hashlib.sha256(written).digest() != hashlib.sha256(data).digest():
        raise OSError(errno.EIO, "what was read back differs from what was written", str(temp))


def remove_stale_temps(folder: Path) -> list[Path]:
    """Remove what dead writers left in `folder`; those removed. Call it before this process writes there.

    A temp with this process's own number is a dead one's too: in containers every run may be process 7.
    """
    removed = []
    for path in folder.iterdir():
        match = _TEMP_NAME.fullmatch(path.name)
        if match and not _lives(int(match[1])):
            path.unlink(missing_ok=True)
            removed.append(path)
    return removed


def _lives(pid: int) -> bool:
    if pid == os.getpid() or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def write_json(path: Path, value: Any, *, disk: Disk = REAL_DISK) -> None:
    """Write a JSON document whole."""
    write_whole(path, (json.dumps(value, indent=1) + "\n").encode(), disk=disk)


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file; NotFound or BadInput, with the path, where there is none."""
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {path}") from error
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path} is damaged: it does not hold valid JSON") from error
    if not isinstance(value, dict):
        raise BadInput(f"{path} is damaged: it does not hold a JSON object")
    return value

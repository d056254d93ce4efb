"""Runs that were thrown away, and can be had back as they were, to the byte: a rename into `.trash` beside the run.

A record under the runs folder says where each came from. Must never touch a living run, and never a file inside one.
"""

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from seqtui.errors import Busy, NotFound, RunFailed, SeqtuiError
from seqtui.paths import runs_folder
from seqtui.runs.durable import read_json, write_json
from seqtui.runs.folder import RunFolder
from seqtui.runs.state import Status
from seqtui.runs.summary import summarize

TRASH: Final = ".trash"
PATIENCE_SECONDS: Final = 0.1
LIVING: Final = frozenset({Status.PREPARING, Status.TRAINING, Status.PAUSED})


@dataclass(frozen=True, slots=True)
class Trashed:
    """A run in the trash. origin: where it lay; place: where it lies; link: the runs folder's link to it, or ''."""

    id: str
    origin: str
    place: str
    link: str
    target: str
    time: float


def discard(folder: RunFolder) -> Trashed:
    """Throw a run away. folder.path may be the runs folder's link to it. Busy while it lives, NotFound where it is
    gone, RunFailed where it cannot be moved.
    """
    try:
        origin = folder.path.resolve(strict=True)
    except OSError as error:
        raise NotFound(f"run {folder.id} is no longer in {folder.path.parent}") from error
    status = summarize(RunFolder(origin)).status
    if status in LIVING:
        raise Busy(f"run {folder.id} is {status}; stop it before you delete it: seqtui stop {folder.id}")
    link, target = _link_to(folder, origin)
    try:
        place, record_file = _free_place(folder.id, origin.parent / TRASH)
        found = Trashed(folder.id, str(origin), str(place), link, target, time.time())
        with _unheld(RunFolder(origin)):
            _move(origin, place, record_file, found)
        if link:
            Path(link).unlink(missing_ok=True)
    except OSError as error:
        raise RunFailed(f"run {folder.id} cannot be moved to {origin.parent / TRASH}: {error.strerror}") from error
    return found


def trashed() -> list[Trashed]:
    """What can be had back, the newest last."""
    found = []
    with contextlib.suppress(OSError):
        for path in _records().glob("*.json"):
            if record := _read(path):
                found.append(record)
    return sorted(found, key=lambda record: record.time)


def restore(record: Trashed) -> RunFolder:
    """Put a run back where it lay, link and all. RunFailed where something else lies there now, or nothing can."""
    origin, place = Path(record.origin), Path(record.place)
    if os.path.lexists(origin):
        raise RunFailed(f"run {record.id} cannot come back: there is another {origin}; move that away first")
    try:
        origin.parent.mkdir(parents=True, exist_ok=True)
        place.rename(origin)
        if record.link and not os.path.lexists(record.link):
            Path(record.link).symlink_to(record.target)
        _record_file(place).unlink(missing_ok=True)
    except OSError as error:
        raise RunFailed(f"run {record.id} cannot come back to {origin}: {error.strerror}") from error
    return RunFolder(Path(record.link) if record.link else origin)


def empty(records: list[Trashed]) -> None:
    """Remove these for good. RunFailed at the first that cannot be removed; what is left can still be had back."""
    for record in records:
        place = Path(record.place)
        try:
            # What makes it a run goes last, so that half a removal can be seen and gone on with.
            for entry in sorted(place.iterdir(), key=lambda path: path.name == "config.json"):
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                else:
                    entry.unlink()
            place.rmdir()
            _record_file(place).unlink(missing_ok=True)
        except OSError as error:
            raise RunFailed(f"cannot remove {error.filename or place}: {error.strerror}") from error


def size(records: list[Trashed]) -> int:
    """Bytes of all their files."""
    total = 0
    for record in records:
        for parent, _, names in os.walk(record.place):
            for name in names:
                with contextlib.suppress(OSError):
                    total += Path(parent, name).lstat().st_size
    return total


def _records() -> Path:
    return runs_folder() / TRASH


def _record_file(place: Path) -> Path:
    return _records() / f"{place.name}.json"


def _read(path: Path) -> Trashed | None:
    """The record in a file, if what it speaks of is there and can be nothing but a run in a trash."""
    try:
        found: dict[str, Any] = read_json(path)
        record = Trashed(**{name: found[name] for name in Trashed.__dataclass_fields__})
        texts = (record.id, record.origin, record.place, record.link, record.target)
        if not all(isinstance(text, str) for text in texts) or not isinstance(record.time, int | float):
            return None
        origin, place = Path(record.origin), Path(record.place)
        sound = place.parent.name == TRASH and place.parent.parent == origin.parent and place.name == path.stem
        whole = place.is_dir() and not place.is_symlink() and (place / "config.json").is_file()
        return record if sound and whole and _is_in_runs(record.link) else None
    except (SeqtuiError, KeyError, OSError, ValueError):
        return None


def _is_in_runs(link: str) -> bool:
    return not link or Path(link).parent == runs_folder()


def _link_to(folder: RunFolder, origin: Path) -> tuple[str, str]:
    """The link under the runs folder that leads to a run elsewhere, and its text; two times '' if there is none."""
    link = runs_folder() / folder.id
    if link.is_symlink() and link.resolve() == origin:
        return str(link), str(link.readlink())
    return "", ""


def _move(origin: Path, place: Path, record_file: Path, found: Trashed) -> None:
    """The record first: a run that lies in the trash can always be had back."""
    write_json(record_file, {"format": 1, **asdict(found)})
    try:
        origin.rename(place)
    except OSError:
        record_file.unlink(missing_ok=True)
        raise


def _free_place(name: str, trash: Path) -> tuple[Path, Path]:
    trash.mkdir(exist_ok=True)
    _records().mkdir(parents=True, exist_ok=True)
    count = 1
    while True:
        place = trash / (name if count == 1 else f"{name}~{count}")
        record_file = _record_file(place)
        # A record whose run is not there is what a process left that died before the rename.
        if not os.path.lexists(place) and (not record_file.exists() or _read(record_file) is None):
            return place, record_file
        count += 1


@contextlib.contextmanager
def _unheld(folder: RunFolder) -> Iterator[None]:
    """Keep a child from taking the run while it moves: its lock, taken without a byte written into it."""
    try:
        descriptor = os.open(folder.lock_file, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield
        return
    try:
        _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: RunFolder) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            # Somebody who only looks holds it for a microsecond.
            if time.monotonic() > deadline:
                raise Busy(f"run {folder.id} is held by its training process; stop it before you delete it") from error
            time.sleep(0.002)
        except OSError:
            return  # no locks on this file system: then nothing can hold it either
        else:
            return

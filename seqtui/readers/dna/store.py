"""Where read sequences are put: in memory, or, from 64 MiB on, in a cache folder whose files are mapped.

A cache belongs to one path, size and modification time; it is written aside and renamed, checked by CRC-32 when it is
opened again, and made anew where anything differs.
"""

import hashlib
import io
import json
import os
import shutil
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.paths import data_folder
from seqtui.readers.dna.blocks import Blocks
from seqtui.readers.dna.policy import Tally
from seqtui.readers.room_on_disk import IN_MEMORY, no_room
from seqtui.readers.unpacked_file import Progress

_FORMAT: Final = 1
_FACTS: Final = "facts.json"
_PART: Final = 4 * 2**20
_DAY: Final = 86_400

# codes and lengths as in SequenceSet; titles end to end, and where each ends; lines: the number its place is made of;
# copies: 1, or 2 and more for a name that was there before (left empty where no name was).
COLUMNS: Final[dict[str, type[np.generic]]] = {
    "codes": np.uint8, "lengths": np.int64, "titles": np.uint8, "title_ends": np.int64, "lines": np.int64,
    "copies": np.int32,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """columns: an array for each of COLUMNS, read-only, in memory or mapped."""

    columns: dict[str, NDArray[Any]]
    tally: Tally


class Column:
    """Bytes that grow, in memory until they are moved to a file."""

    def __init__(self) -> None:
        self.size = self.crc = 0
        self._file: BinaryIO = io.BytesIO()

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self.size += len(data)
        self.crc = zlib.crc32(data, self.crc)

    def move_to(self, path: Path) -> None:
        moved = path.open("w+b")
        with self._file:
            self._file.seek(0)
            shutil.copyfileobj(self._file, moved)
        self._file = moved

    def parts(self) -> Iterator[bytes]:
        """All of it, in parts whose length is a multiple of 8 but for the last."""
        self._file.seek(0)
        while part := self._file.read(_PART):
            yield part

    def number_at(self, index: int) -> int:
        """The int64 number `index` of a column of such numbers."""
        self._file.seek(8 * index)
        return int(np.frombuffer(self._file.read(8), np.int64)[0])

    def close(self, *, to_disk: bool) -> None:
        if self._file.closed:
            return
        with self._file:
            self._file.flush()
            if to_disk:
                os.fsync(self._file.fileno())


class Store:
    """The columns of a reading. A context: what was written aside is removed unless it was installed."""

    def __init__(self, blocks: Blocks, *, in_memory: int = IN_MEMORY) -> None:
        """in_memory: bytes from which on the columns are files."""
        self.columns = {name: Column() for name in COLUMNS}
        self.hashes = Column()
        self._blocks, self._in_memory = blocks, in_memory
        self._aside: Path | None = None

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        for column in (*self.columns.values(), self.hashes):
            column.close(to_disk=False)
        if self._aside:
            shutil.rmtree(self._aside, ignore_errors=True)

    def write(self, name: str, data: bytes) -> None:
        """More of a column, or of the hashes, which nobody keeps."""
        try:
            (self.hashes if name == "hashes" else self.columns[name]).write(data)
            if self._aside is None and sum(column.size for column in self.columns.values()) >= self._in_memory:
                self._aside = self._move_aside()
        except OSError as error:
            raise no_room(self._blocks.name, error) from error

    def finish(self, tally: Tally) -> Stored:
        """The columns as arrays; a cache, where they are files."""
        if self._aside is None:
            return Stored(
                {name: _array(b"".join(self.columns[name].parts()), COLUMNS[name]) for name in COLUMNS}, tally
            )
        try:
            for column in self.columns.values():
                column.close(to_disk=True)
            self.hashes.close(to_disk=False)
            (self._aside / "hashes").unlink()
            sums = {name: [column.size, column.crc] for name, column in self.columns.items()}
            facts = {"source": _identity(self._blocks), "columns": sums, "tally": _as_json(tally)}
            (self._aside / _FACTS).write_text(json.dumps(facts))
            final = _folder(self._blocks.path)
            _install(self._aside, final)
            return Stored(_mapped(final), tally)
        except OSError as error:
            raise no_room(self._blocks.name, error) from error

    def _move_aside(self) -> Path:
        final = _folder(self._blocks.path)
        _sweep(final)
        aside = final.with_name(f".{final.name}.{os.getpid()}.{time.monotonic_ns()}")
        aside.mkdir(parents=True)
        for name, column in (*self.columns.items(), ("hashes", self.hashes)):
            column.move_to(aside / name)
        return aside


def reopen(blocks: Blocks, *, progress: Progress) -> Stored | None:
    """What an earlier reading of the same file stored; None where there is nothing, or it is damaged."""
    folder = _folder(blocks.path)
    try:
        facts = json.loads((folder / _FACTS).read_text())
        if facts["source"] != _identity(blocks):
            return None
        total = sum(size for size, _ in facts["columns"].values())
        done = 0
        for name in COLUMNS:
            size, crc = facts["columns"][name]
            if not _is_sound(folder / name, size, crc, lambda at: progress(f"checking {blocks.name}", at, total), done):
                return None
            done += size
        return Stored(_mapped(folder), _from_json(facts["tally"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _is_sound(path: Path, size: int, crc: int, progress: Callable[[int], None], done: int) -> bool:
    if path.stat().st_size != size:
        return False
    found = 0
    with path.open("rb", buffering=0) as file:
        while part := file.read(_PART):
            found = zlib.crc32(part, found)
            progress(done + file.tell())
    return found == crc


def _folder(path: Path) -> Path:
    """One for a path, so that a changed file's cache takes the place of the old one."""
    return data_folder() / "dna" / hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:24]


def _identity(blocks: Blocks) -> list[object]:
    return [_FORMAT, os.fsencode(blocks.path.resolve()).hex(), blocks.size, blocks.modified_ns]


def _sweep(final: Path) -> None:
    """What a killed reading of the same file left a day ago or more."""
    for left in final.parent.glob(f".{final.name}.*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _DAY:
                shutil.rmtree(left)


def _install(aside: Path, final: Path) -> None:
    old = aside.with_name(f"{aside.name}.old")
    with suppress(FileNotFoundError):
        final.rename(old)
    try:
        aside.rename(final)
    except OSError:
        # Another process read the same file and was faster: its cache is as good.
        if not (final / _FACTS).exists():
            raise
    shutil.rmtree(old, ignore_errors=True)


def _mapped(folder: Path) -> dict[str, NDArray[Any]]:
    columns: dict[str, NDArray[Any]] = {}
    for name, kind in COLUMNS.items():
        path = folder / name
        # An empty file cannot be mapped.
        columns[name] = np.memmap(path, kind, "r") if path.stat().st_size else _array(b"", kind)
    return columns


def _array(data: bytes, kind: type[np.generic]) -> NDArray[Any]:
    return np.frombuffer(data, kind)


def _as_json(tally: Tally) -> dict[str, Any]:
    return {**asdict(tally), "seen": tally.seen.tolist()}


def _from_json(given: dict[str, Any]) -> Tally:
    return Tally(**{**given, "seen": np.array(given["seen"], np.int64), "remarks": tuple(given["remarks"])})

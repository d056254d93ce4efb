"""Archives (zip; tar, plain or packed; a packed file) unpacked with nothing trusted: regular files and folders alone.

No link, device or pipe; names that every system can hold (archive_names); bounds on how many files, how many bytes, and
how well they are packed, counted as they come out and not as the archive declares them. All of it or nothing appears.
"""

import errno
import os
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

from seqtui.errors import BadInput
from seqtui.readers.archive_names import Names
from seqtui.readers.packed_stream import BLOCK, kind_of, unpacked_blocks
from seqtui.readers.tar_members import RECORD, Source, TarMember, members, padding
from seqtui.text_safety import clean

Choose = Callable[[str], str | None]

_ZIP_END: Final = b"PK\x05\x06"
_ZIP_STARTS: Final = (b"PK\x03\x04", _ZIP_END)
_ZIP_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ZIP_FAULTS: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    OverflowError, OSError,
)  # fmt: skip
_ZIP_ENTRY: Final = 300  # bytes of a member in a zip's directory, on the average, at most
_FREE_BYTES: Final = 16 * 2**20  # that may come out however small the archive is


@dataclass(frozen=True, slots=True)
class Bounds:
    """members: at most; total: bytes of all files; ratio: bytes out for each byte of the archive, beyond 16 MiB."""

    members: int = 20_000
    total: int = 4 * 2**30
    ratio: int = 100


USUAL: Final = Bounds()


def unpack(archive: Path, into: Path, *, bounds: Bounds = USUAL, choose: Choose = lambda name: name) -> list[str]:
    """Make the folder `into`, which must not exist, of the archive's files; their paths in it, in order.

    choose: under which path a member is wanted, or None. BadInput, and no folder, where anything is wrong.
    """
    name = clean(archive.name)
    into.parent.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix=f".{into.name}.tmp-", dir=into.parent))
    try:
        with archive.open("rb") as file:
            written = _Unpacking(file, name, room, bounds, choose).all()
        room.chmod(0o755)
        room.rename(into)
    except BaseException:
        shutil.rmtree(room, ignore_errors=True)
        raise
    return written


class _Unpacking:
    def __init__(self, file: BinaryIO, name: str, room: Path, bounds: Bounds, choose: Choose) -> None:
        self._file, self._name, self._room = file, name, room
        self._bounds, self._choose = bounds, choose
        self._names = Names(name)
        self._count = self._total = 0
        packed = os.fstat(file.fileno()).st_size
        self._most = min(bounds.total, _FREE_BYTES + bounds.ratio * packed)
        self._written: list[str] = []

    def all(self) -> list[str]:
        head = self._file.read(6)
        self._file.seek(0)
        if head.startswith(_ZIP_STARTS):
            self._zip()
            return self._written
        blocks = self._counted(unpacked_blocks(self._file, self._name))
        source = Source(blocks)
        first = source.exactly(RECORD)
        rest = chain([first], iter(lambda: source.take(BLOCK), b""))
        alone = self._name.rpartition(".")[0]
        if first[257:262] == b"ustar":
            self._tar(Source(rest))
        elif kind_of(head) and alone:
            wanted = self._wanted(alone, "file")
            if wanted is not None:
                self._write(wanted, rest)
        else:
            raise BadInput(f"{self._name} is no archive that can be unpacked; zip, tar, gzip, bzip2 and xz can be")
        return self._written

    def _tar(self, source: Source) -> None:
        for member in members(source, self._name):
            self._one_more()
            wanted = self._wanted(member.name, member.kind)
            body = self._body(source, member)
            if wanted is None:
                for _ in body:
                    pass
            else:
                self._write(wanted, body)
            source.exactly(padding(member.size))

    def _body(self, source: Source, member: TarMember) -> Iterator[bytes]:
        left = member.size
        while left:
            block = source.take(min(left, BLOCK))
            if not block:
                raise BadInput(f"{self._name} ends in the middle of {clean(member.name, limit=80)!r}; fetch it again")
            left -= len(block)
            yield block

    def _zip(self) -> None:
        self._check_directory()
        try:
            with zipfile.ZipFile(self._file) as archive:
                for member in archive.infolist():
                    self._one_more()
                    kind = _zip_kind(member)
                    # ZipInfo.filename is cut at a NUL; what the archive says is in orig_filename.
                    wanted = self._wanted(member.orig_filename, kind)
                    if wanted is not None:
                        with archive.open(member) as packed:
                            self._write(wanted, self._counted(iter(lambda: packed.read(BLOCK), b"")))
        except _ZIP_FAULTS as error:
            if isinstance(error, OSError) and error.errno != errno.EINVAL:
                raise  # the disk's; an offset before the file's beginning is the archive's
            reason = clean(str(error), limit=200)
            raise BadInput(f"{self._name} is damaged: {reason}; fetch or copy it again") from error

    def _check_directory(self) -> None:
        """A zip's directory is read as a whole; that of a million members is refused before."""
        size = self._file.seek(0, os.SEEK_END)
        self._file.seek(max(0, size - 2**16 - 22))
        tail = self._file.read()
        at = tail.rfind(_ZIP_END)
        if at < 0 or len(tail) < at + 22:
            raise BadInput(f"{self._name} ends too early for a zip file; fetch or copy it again")
        count, directory = int.from_bytes(tail[at + 10 : at + 12], "little"), tail[at + 12 : at + 16]
        if count > self._bounds.members or int.from_bytes(directory, "little") > self._bounds.members * _ZIP_ENTRY:
            raise BadInput(f"{self._name} holds more than {self._bounds.members:,} members; nothing of it was unpacked")

    def _wanted(self, name: str, kind: str) -> str | None:
        """The path to write a member to; None for a folder, or what is not wanted."""
        wanted = self._choose(name.removesuffix("/") if kind == "folder" else name)
        if wanted is None:
            return None
        if kind not in ("file", "folder"):
            shown = clean(name, limit=80)
            raise BadInput(f"{self._name} holds {shown!r}, which is {kind} and no file; nothing of it was unpacked")
        path = self._names.take(wanted, is_folder=kind == "folder")
        if kind == "folder":
            (self._room / path).mkdir(parents=True, exist_ok=True)
            return None
        return path

    def _write(self, path: str, blocks: Iterator[bytes]) -> None:
        target = self._room / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            for block in blocks:
                file.write(block)
        self._written.append(path)

    def _counted(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self._total += len(block)
            if self._total > self._most:
                raise BadInput(
                    f"{self._name} unpacks to more than {self._most:,} bytes, too many for what it is; "
                    "nothing of it was unpacked"
                )
            yield block

    def _one_more(self) -> None:
        self._count += 1
        if self._count > self._bounds.members:
            raise BadInput(f"{self._name} holds more than {self._bounds.members:,} members; nothing of it was unpacked")


def _zip_kind(member: zipfile.ZipInfo) -> str:
    mode = stat.S_IFMT(member.external_attr >> 16)
    if mode == stat.S_IFLNK:
        return "a link"
    if mode not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "a device or a pipe"
    if member.flag_bits & 1:
        return "encrypted"
    if member.orig_filename.endswith("/"):
        return "folder"
    return "file" if member.compress_type in _ZIP_METHODS and mode != stat.S_IFDIR else "packed in an unusual way"

"""The bytes of a regular file, plain or gzip, block by block: memory bounded however large it is or well packed.

Knows nothing of what the bytes mean. Never waits on a pipe, never reads a device.
"""

import os
import stat
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from seqtui.errors import BadInput, NotFound
from seqtui.text_safety import clean

BLOCK: Final = 2**19  # larger ones are no faster, and of very short records hold too many

Progress = Callable[[str, int, int], None]

_GZIP: Final = b"\x1f\x8b"
_PACKED: Final = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"PK\x03\x04": "zip", b"\x28\xb5\x2f\xfd": "zstd"}


class CutShort(Exception):
    """The gzip data end in the middle; what came before was handed out."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


class UnpackedFile:
    """One reading of a file. name: for sentences; size, modified_ns: of the file as opened."""

    def __init__(self, path: Path, *, wanted: str, progress: Progress = silent, block: int = BLOCK) -> None:
        """wanted: what sentences ask for instead. NotFound or BadInput where there is no regular file to read."""
        self.path, self.name = path, clean(path.name)
        self._wanted, self._progress, self._block = wanted, progress, block
        facts = _facts(path, wanted)
        self.size, self.modified_ns = facts.st_size, facts.st_mtime_ns

    def __iter__(self) -> Iterator[bytes]:
        """Blocks, none of them empty. BadInput for an empty, damaged or changing file; CutShort for cut-off gzip."""
        try:
            with self.path.open("rb", buffering=0) as file:
                for block in self._blocks(file):
                    yield block
                    self._progress(f"reading {self.name}", file.tell(), self.size)
                after = os.fstat(file.fileno())
        except OSError as error:
            raise BadInput(f"{self.name} cannot be read: {error.strerror or error}") from error
        if (after.st_size, after.st_mtime_ns) != (self.size, self.modified_ns):
            raise BadInput(f"{self.name} changed while it was read; wait until it is written, then read it again")

    def _blocks(self, file: BinaryIO) -> Iterator[bytes]:
        head = file.read(6)
        if not head:
            raise BadInput(f"{self.name} is empty; give {self._wanted}")
        file.seek(0)
        packed = next((kind for magic, kind in _PACKED.items() if head.startswith(magic)), "")
        if packed:
            raise BadInput(f"{self.name} is packed with {packed}; unpack it, or pack it with gzip")
        if head.startswith(_GZIP):
            yield from _not_packed_twice(_gunzip(file, self.name, self._block), self.name)
        # Not beyond the size it had: a file that grows while it is read has no end.
        while file.tell() < self.size and (block := file.read(self._block)):
            yield block


class Newlines:
    """CR LF and lone CR made LF. windows, old_mac: how many of each were met so far."""

    def __init__(self) -> None:
        self.windows = self.old_mac = 0

    def made_one(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The same blocks; a CR at the end of one waits for what follows."""
        held = b""
        for given in blocks:
            block = held + given if held else given
            held = b"\r" if block.endswith(b"\r") else b""
            if b"\r" in block:
                block = block.removesuffix(b"\r")
                both = block.count(b"\r\n")
                self.windows += both
                self.old_mac += block.count(b"\r") - both
                block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            yield block
        if held:
            self.old_mac += 1
            yield b"\n"


def _facts(path: Path, wanted: str) -> os.stat_result:
    try:
        facts = path.stat()
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {clean(str(path))}") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(f"{clean(str(path))} cannot be read: {reason}") from error
    if not stat.S_ISREG(facts.st_mode):
        raise BadInput(f"{clean(str(path))} is not a regular file; give {wanted}")
    return facts


def _not_packed_twice(blocks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """BadInput where gzip holds a packed file or an archive, of which no reader can make sense."""
    first = next(blocks, b"")
    inside = next((kind for magic, kind in (*_PACKED.items(), (_GZIP, "gzip")) if first.startswith(magic)), "")
    if not inside and first[257:262] == b"ustar":
        inside = "tar"
    if inside:
        raise BadInput(f"{name} holds {inside} inside its gzip; unpack it")
    if first:
        yield first
    yield from blocks


def _gunzip(file: BinaryIO, name: str, block: int) -> Iterator[bytes]:
    """All members, one after the other; at most `block` bytes at a time, however well they were packed."""
    member = zlib.decompressobj(31)
    try:
        while packed := file.read(block):
            while packed:
                if member.eof:
                    if not packed.strip(b"\0"):
                        break
                    member = zlib.decompressobj(31)
                if unpacked := member.decompress(packed, block):
                    yield unpacked
                packed = member.unused_data if member.eof else member.unconsumed_tail
        while not member.eof and (unpacked := member.decompress(b"", block)):
            yield unpacked
    except zlib.error as error:
        raise BadInput(f"{name} is damaged near byte {file.tell():,} of the gzip data; copy it again") from error
    if not member.eof:
        raise CutShort

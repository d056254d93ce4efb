"""The bytes inside a gzip, bzip2 or xz file, block by block: memory bounded however well they were packed.

Every decompressor is asked for so many bytes and no more. Knows nothing of what the bytes mean.
"""

import bz2
import lzma
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final, Protocol, final

from seqtui.errors import BadInput

BLOCK: Final = 2**16
GZIP: Final = b"\x1f\x8b"
BZIP2: Final = b"BZh"
XZ: Final = b"\xfd7zXZ\x00"
_MOST_XZ_MEMORY: Final = 256 * 2**20


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


@final
class _Gzip:
    """zlib's, in the manner of the other two."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(31)

    @property
    def eof(self) -> bool:
        return self._member.eof

    @property
    def needs_input(self) -> bool:
        return not self._member.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._member.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._member.decompress(self._member.unconsumed_tail + data, max_length)


def kind_of(head: bytes) -> str:
    """gzip, bzip2, xz, or '' for anything else, by the first bytes."""
    kinds = ((GZIP, "gzip"), (BZIP2, "bzip2"), (XZ, "xz"))
    return next((kind for magic, kind in kinds if head.startswith(magic)), "")


def unpacked_blocks(file: BinaryIO, name: str) -> Iterator[bytes]:
    """What is in `file`, which may be packed or not, in blocks of at most BLOCK bytes. name: for sentences.

    BadInput where it is damaged or ends too early.
    """
    head = file.read(6)
    file.seek(0)
    kind = kind_of(head)
    if not kind:
        while block := file.read(BLOCK):
            yield block
        return
    try:
        yield from _members(file, kind)
    except (zlib.error, lzma.LZMAError, OSError, EOFError) as error:
        reason = "it ends too early" if isinstance(error, EOFError) else f"its {kind} data are damaged"
        raise BadInput(f"{name} cannot be unpacked: {reason}; fetch or copy it again") from error


def _members(file: BinaryIO, kind: str) -> Iterator[bytes]:
    """One packed stream after the other, as `cat a.gz b.gz` makes them; zeros behind the last are padding."""
    given = b""
    while True:
        packed = _fresh(kind)
        while not packed.eof:
            ended = False
            if packed.needs_input and not given:
                given = file.read(BLOCK)
                ended = not given
            block = packed.decompress(given, BLOCK)
            given = b""
            if block:
                yield block
            elif ended and not packed.eof:  # not before it has given out what it still held
                raise EOFError
        given = (packed.unused_data or file.read(BLOCK)).lstrip(b"\0")
        while not given:
            more = file.read(BLOCK)
            if not more:
                return
            given = more.lstrip(b"\0")


def _fresh(kind: str) -> _Decompressor:
    if kind == "gzip":
        return _Gzip()
    return bz2.BZ2Decompressor() if kind == "bzip2" else lzma.LZMADecompressor(memlimit=_MOST_XZ_MEMORY)

"""A nucleotide file, plain or gzip, as blocks of bytes or as lines: newlines made one kind, memory bounded.

Knows nothing of FASTA, FASTQ or GenBank. Refuses what is no text before anybody parses it.
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
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


class CutShort(Exception):
    """The gzip data end in the middle; what came before was handed out."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


class Blocks:
    """One reading of a file, to be iterated once.

    name: for sentences; size, modified_ns: of the file as opened; windows_newlines, old_mac_newlines,
    byte_order_mark: what was met so far.
    """

    def __init__(self, path: Path, *, progress: Progress = silent, block: int = BLOCK) -> None:
        """NotFound or BadInput where there is no regular file to read."""
        self.path, self.name = path, clean(path.name)
        self.windows_newlines = self.old_mac_newlines = 0
        self.byte_order_mark = False
        self._progress, self._block, self._unpacked = progress, block, 0
        facts = _facts(path)
        self.size, self.modified_ns = facts.st_size, facts.st_mtime_ns

    def __iter__(self) -> Iterator[bytes]:
        """Blocks of text with \\n for newlines. BadInput for what is no text; CutShort at the end of cut-off gzip."""
        try:
            with self.path.open("rb", buffering=0) as file:
                yield from self._newlines(self._text(self._raw(file), file))
                after = os.fstat(file.fileno())
        except OSError as error:
            raise BadInput(f"{self.name} cannot be read: {error.strerror or error}") from error
        if (after.st_size, after.st_mtime_ns) != (self.size, self.modified_ns):
            raise BadInput(f"{self.name} changed while it was read; wait until it is written, then read it again")

    def first(self) -> bytes:
        """Some first bytes of the text, in a reading of its own."""
        for block in Blocks(self.path, block=2**16):
            if block.strip():
                return block
        return b""

    def _raw(self, file: BinaryIO) -> Iterator[bytes]:
        head = file.read(6)
        if not head:
            raise BadInput(f"{self.name} is empty; give a FASTA, FASTQ or GenBank file")
        file.seek(0)
        packed = next((kind for magic, kind in _PACKED.items() if head.startswith(magic)), "")
        if packed:
            raise BadInput(f"{self.name} is packed with {packed}; unpack it, or pack it with gzip")
        if head.startswith(_GZIP):
            yield from _gunzip(file, self.name, self._block)
        # Not beyond the size it had: a file that grows while it is read has no end.
        while file.tell() < self.size and (block := file.read(self._block)):
            yield block

    def _text(self, raw: Iterator[bytes], file: BinaryIO) -> Iterator[bytes]:
        for block in raw:
            if self._unpacked == 0:
                if block.startswith(_UTF_16):
                    raise BadInput(f"{self.name} is UTF-16 text (byte 0); save it as plain text or UTF-8")
                self.byte_order_mark = block.startswith(_BYTE_ORDER_MARK)
            if b"\0" in block:
                at = self._unpacked + block.index(b"\0")
                raise BadInput(f"{self.name} is not text: byte {at:,} is zero; save it as plain text, not UTF-16")
            first = len(_BYTE_ORDER_MARK) if self.byte_order_mark and self._unpacked == 0 else 0
            self._unpacked += len(block)
            yield block[first:] if first else block
            self._progress(f"reading {self.name}", file.tell(), self.size)

    def _newlines(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """CR LF and lone CR as LF; a CR at the end of a block waits for what follows."""
        held = b""
        for given in blocks:
            block = held + given if held else given
            held = b"\r" if block.endswith(b"\r") else b""
            if b"\r" in block:
                block = block.removesuffix(b"\r")
                both = block.count(b"\r\n")
                self.windows_newlines += both
                self.old_mac_newlines += block.count(b"\r") - both
                block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            yield block
        if held:
            self.old_mac_newlines += 1
            yield b"\n"


class Lines:
    """Blocks as a text file that Biopython reads by lines. number: of the line handed out last, from 1."""

    def __init__(self, blocks: Blocks, *, at_most: int) -> None:
        """at_most: characters a record, which `next_record` begins to count anew; BadInput beyond."""
        self.number = 0
        self._name, self._at_most, self._spent = blocks.name, at_most, 0
        self._lines = self._cut(blocks)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        self._spend(len(line))
        return line

    def readline(self) -> str:
        return next(self, "")

    def read(self, _size: int) -> str:
        """Biopython reads nothing (0 characters) to see whether this is text."""
        return ""

    def next_record(self) -> None:
        self._spent = 0

    def _spend(self, characters: int) -> None:
        self._spent += characters
        if self._spent > self._at_most:
            raise BadInput(
                f"{self._name}, line {self.number}: a record has more than {self._at_most // 2**20} MiB; "
                "save it as FASTA"
            )

    def _cut(self, blocks: Blocks) -> Iterator[str]:
        rest = b""
        for block in blocks:
            *whole, rest = (rest + block).split(b"\n")
            for line in whole:
                yield line.decode(errors="replace") + "\n"
            if len(rest) > self._at_most:
                self._spend(len(rest))
        if rest:
            yield rest.decode(errors="replace")


def _facts(path: Path) -> os.stat_result:
    try:
        facts = path.stat()
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {clean(str(path))}") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(f"{clean(str(path))} cannot be read: {reason}") from error
    if not stat.S_ISREG(facts.st_mode):
        raise BadInput(f"{clean(str(path))} is not a regular file; give a FASTA, FASTQ or GenBank file")
    return facts


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

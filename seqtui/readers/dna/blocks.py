"""A nucleotide file, plain or gzip, as blocks of bytes or as lines: newlines made one kind, memory bounded.

Knows nothing of FASTA, FASTQ or GenBank. Refuses what is no text before anybody parses it.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput
from seqtui.readers.unpacked_file import BLOCK, Newlines, Progress, UnpackedFile, silent

_WANTED: Final = "a FASTA, FASTQ or GenBank file"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


class Blocks:
    """One reading of a file, to be iterated once.

    name: for sentences; size, modified_ns: of the file as opened; windows_newlines, old_mac_newlines,
    byte_order_mark: what was met so far.
    """

    def __init__(self, path: Path, *, progress: Progress = silent, block: int = BLOCK) -> None:
        """NotFound or BadInput where there is no regular file to read."""
        self.path, self._unpacked = path, 0
        self._file = UnpackedFile(path, wanted=_WANTED, progress=progress, block=block)
        self.name, self.size, self.modified_ns = self._file.name, self._file.size, self._file.modified_ns
        self.byte_order_mark = False
        self._newlines = Newlines()

    def __iter__(self) -> Iterator[bytes]:
        """Blocks of text with \\n for newlines. BadInput for what is no text; CutShort at the end of cut-off gzip."""
        return self._newlines.made_one(self._text())

    @property
    def windows_newlines(self) -> int:
        """CR LF, so far."""
        return self._newlines.windows

    @property
    def old_mac_newlines(self) -> int:
        """Lone CR, so far."""
        return self._newlines.old_mac

    def first(self) -> bytes:
        """Some first bytes of the text, in a reading of its own."""
        for block in Blocks(self.path, block=2**16):
            if block.strip():
                return block
        return b""

    def _text(self) -> Iterator[bytes]:
        for block in self._file:
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


class Lines:
    """Blocks as a text file that Biopython reads by lines. number: of the line handed out last, from 1."""

    def __init__(self, text: Iterable[bytes], name: str, *, at_most: int, before: int = 0) -> None:
        """text: in blocks; name: of the file; before: lines that were read already.

        at_most: characters a record, which `next_record` begins to count anew; BadInput beyond.
        """
        self.number = before
        self._name, self._at_most, self._spent = name, at_most, 0
        self._lines = self._cut(text)

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

    def _cut(self, text: Iterable[bytes]) -> Iterator[str]:
        rest = b""
        for block in text:
            *whole, rest = (rest + block).split(b"\n")
            for line in whole:
                yield line.decode(errors="replace") + "\n"
            if len(rest) > self._at_most:
                self._spend(len(rest))
        if rest:
            yield rest.decode(errors="replace")

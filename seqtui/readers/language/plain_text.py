"""Text files as one long row of numbers, streamed, and mapped from an unlinked file where it grows large."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.paths import data_folder
from seqtui.readers.language.units import NEWLINE, Unit, cut
from seqtui.readers.text_file import Tally, text_lines
from seqtui.readers.unpacked_file import Progress
from seqtui.text_safety import clean

IN_MEMORY: Final = 64 * 2**20  # bytes of numbers, from which on they are kept on the disk
BLOCK: Final = 2**20  # characters, or numbers, that are worked on at once

Numbers = NDArray[Any]


@dataclass(slots=True)
class RawText:
    """codes (total,) int32: code points, or, where words were cut, places in `words`, which are in order of appearance.

    ends: where each file ends in codes; names: the files'; notes: a sentence for each thing that was odd.
    """

    codes: Numbers
    ends: list[int]
    names: list[str]
    words: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def symbols(self, codes: Numbers) -> list[str]:
        """What codes stand for."""
        return [self.words[code] for code in codes.tolist()] if self.words else [chr(code) for code in codes.tolist()]


class NumberRow:
    """Numbers of one type that are appended, in memory at first and then in a file that ends with the process."""

    def __init__(self, kind: type[np.generic]) -> None:
        self._kind = np.dtype(kind)
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._held = 0
        self.count = 0

    def append(self, numbers: Numbers) -> None:
        """Numbers that fit the type."""
        data = numbers.astype(self._kind).tobytes()
        self.count += len(numbers)
        if self._file is not None:
            self._file.write(data)
            return
        self._parts.append(data)
        self._held += len(data)
        if self._held > IN_MEMORY:
            self._move()

    def _move(self) -> None:
        folder = data_folder()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - it lives as long as its array
            for part in self._parts:
                self._file.write(part)
        except OSError as error:
            raise BadInput(
                f"a large text is kept in numbers in {folder}, which cannot be written: {error.strerror}; make room "
                "there, or set SEQTUI_HOME to a folder on another disk"
            ) from error
        self._parts = []

    def array(self) -> Numbers:
        """All of them, read-only."""
        if self._file is None:
            return np.frombuffer(b"".join(self._parts), self._kind)
        with self._file:
            self._file.flush()
            return np.memmap(self._file, self._kind, "r")


def read_text(paths: Sequence[Path], unit: Unit, *, progress: Progress) -> RawText:
    """The text of files, one after the other, every line with a newline at its end. Errors as text_lines has them."""
    row = NumberRow(np.int32)
    words: dict[str, int] = {}
    ends, names, notes = [], [], []
    for path in paths:
        tally = Tally()
        for text in _blocks(path, tally, progress):
            row.append(_codes(text, unit, words))
        names.append(clean(path.name))
        ends.append(row.count)
        notes += tally.notes(names[-1])
    if not row.count:
        raise BadInput(f"there is no text in {', '.join(names[:3]) or 'no file at all'}")
    return RawText(row.array(), ends, names, list(words), notes)


def raw_text(text: str, unit: Unit, name: str) -> RawText:
    """A text that is at hand already."""
    words: dict[str, int] = {}
    codes = _codes(text, unit, words)
    return RawText(codes, [len(codes)], [name], list(words))


def encode_symbols(text: str, unit: Unit, numbers: dict[str, int], unknown: int) -> Numbers:
    """A short text in a vocabulary: (symbols,) int32."""
    return np.array([numbers.get(symbol, unknown) for symbol in cut(text, unit)], np.int32)


def encode(raw: RawText, symbols: Sequence[str], unknown: int) -> Numbers:
    """The codes of a text as places in `symbols`, in the smallest type that holds them."""
    if raw.words:
        place = {symbol: number for number, symbol in enumerate(symbols)}
        table = np.array([place.get(word, unknown) for word in raw.words], np.int32)
    else:
        table = np.full(0x110000, unknown, np.int32)
        for number, symbol in enumerate(symbols):
            if len(symbol) == 1:
                table[ord(symbol)] = number
    kind: type[np.generic] = np.uint8 if len(symbols) <= 256 else np.int16 if len(symbols) <= 2**15 else np.int32
    row = NumberRow(kind)
    for begin in range(0, len(raw.codes), BLOCK):
        row.append(table[raw.codes[begin : begin + BLOCK]])
    return row.array()


def _codes(text: str, unit: Unit, words: dict[str, int]) -> Numbers:
    if unit == "character":
        return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int32)
    return np.array([words.setdefault(word, len(words)) for word in cut(text, unit)], np.int32)


def _blocks(path: Path, tally: Tally, progress: Progress) -> Iterator[str]:
    lines, size = [], 0
    for _, line in text_lines(path, progress=progress, tally=tally):
        lines.append(line)
        size += len(line) + 1
        if size >= BLOCK:
            yield NEWLINE.join([*lines, ""])
            lines, size = [], 0
    if lines:
        yield NEWLINE.join([*lines, ""])

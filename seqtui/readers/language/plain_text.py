"""Text files as one long row of numbers, streamed, and mapped from an unlinked file where it grows large."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.readers.language.units import NEWLINE, Unit, cut
from seqtui.readers.room_on_disk import NumberRow
from seqtui.readers.text_file import Tally, text_lines
from seqtui.readers.unpacked_file import Progress
from seqtui.text_safety import clean

BLOCK: Final = 2**20  # characters, or numbers, that are worked on at once
_WHAT: Final = "the numbers of a large text"

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


def read_text(paths: Sequence[Path], unit: Unit, *, progress: Progress) -> RawText:
    """The text of files, one after the other, every line with a newline at its end. Errors as text_lines has them."""
    row = NumberRow(np.int32, _WHAT)
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
    row = NumberRow(kind, _WHAT)
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

"""The titles of many records end to end, and hashes of the names in them, without an object for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.dna.names import LONGEST_NAME, shown_name

_BLANK: Final = ord(" ")
_PLAIN: Final = b"\t" + bytes(range(_BLANK, 127))
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio, as Fibonacci hashing has it
_HALF: Final = np.uint64(32)

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Titles:
    """text: all of them, without the blanks around each; ends: (titles,) int64, where each ends."""

    text: bytes
    ends: Numbers

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def begins(self) -> Numbers:
        """(titles,) where each begins."""
        return np.concatenate([np.zeros(1, np.int64), self.ends])[: len(self.ends)]

    def at(self, index: int) -> bytes:
        """One of them."""
        return self.text[self.ends[index - 1] if index else 0 : self.ends[index]]

    def before(self, index: int) -> "Titles":
        """The first `index` of them."""
        return Titles(self.text[: self.ends[index - 1] if index else 0], self.ends[:index])

    def listed(self) -> list[bytes]:
        """Each by itself."""
        return [
            self.text[begin:end] for begin, end in zip(self.begins.tolist(), self.ends.tolist(), strict=True)
        ]  # fmt: skip


NO_TITLES: Final = Titles(b"", np.zeros(0, np.int64))


def titles_of(titles: Sequence[bytes]) -> Titles:
    """Titles, with blanks around them or without."""
    bare = [title.strip() for title in titles]
    return Titles(b"".join(bare), np.cumsum(np.fromiter(map(len, bare), np.int64, len(bare))))


def name_hashes(titles: Titles, first_number: int) -> Numbers:
    """(titles,) a 64-bit hash of the shown name of each. first_number: of the first, where it may have no name."""
    begins, ends = titles.begins, _first_words(titles)
    # Nearly all names are shown as they are.
    sizes = ends - begins
    if titles.text.translate(None, _PLAIN) or sizes.min(initial=1) < 1 or sizes.max(initial=1) > LONGEST_NAME:
        names = [shown_name(title, first_number + index).encode() for index, title in enumerate(titles.listed())]
        titles = titles_of(names)
        begins, ends = titles.begins, titles.ends
    return _hashes(titles.text, begins, ends - begins)


def _first_words(titles: Titles) -> Numbers:
    """(titles,) where the first word of each ends."""
    blanks = np.flatnonzero(np.frombuffer(titles.text, np.uint8) <= _BLANK)
    if not len(blanks):
        return titles.ends
    following: Numbers = np.append(blanks, len(titles.text))[np.searchsorted(blanks, titles.begins)]
    return np.minimum(following, titles.ends)


def _hashes(text: bytes, begins: Numbers, lengths: Numbers) -> Numbers:
    """Of stretches of text without zero bytes: eight bytes at a time are mixed in, each time by a bijection."""
    padded = text + bytes(8)
    eights = np.ndarray((len(text) + 1,), np.dtype("<u8"), padded, strides=(1,))
    found = np.zeros(len(begins), np.uint64)
    going_on: slice | Numbers = slice(None)
    for place in range(0, int(lengths.max(initial=0)), 8):
        if place:
            going_on = np.flatnonzero(lengths > place)
        left = np.minimum(lengths[going_on] - place, 8)
        unused = (64 - 8 * left).astype(np.uint64)
        mixed = (found[going_on] ^ (eights[begins[going_on] + place] << unused)) * _ODD
        found[going_on] = mixed ^ (mixed >> _HALF)
    return found.view(np.int64)

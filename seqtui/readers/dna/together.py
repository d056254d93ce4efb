"""The letters of several sets as one row, which is mapped from the disk where it is too large for memory."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np

from seqtui.readers.dna.alphabet import Codes, reverse_complement
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.room_on_disk import NumberRow

_CHUNK: Final = 2**20
_NOTHING: Final = np.zeros(0, np.uint8)


def row_of_codes() -> NumberRow:
    """An empty one, to append to."""
    return NumberRow(np.uint8, "the letters of the sequences")


def laid_together(sets: Iterable[SequenceSet]) -> tuple[Codes, list[SequenceSet]]:
    """The codes of all sets, one after the other, and the sets, each with a part of them.

    One set is as it was; of several, one at a time has its own codes in memory.
    """
    row, held = row_of_codes(), list[SequenceSet]()
    for each in sets:
        if len(held) == 1:
            row.append(held[0].codes)
        if held:
            row.append(each.codes)
            held[0] = replace(held[0], codes=_NOTHING)
        held.append(replace(each, codes=_NOTHING) if held else each)
    if len(held) < 2:
        return held[0].codes if held else _NOTHING, held
    codes = row.array()
    ends = np.cumsum([int(each.lengths.sum()) for each in held]).tolist()
    begins = [0, *ends[:-1]]
    return codes, [
        replace(each, codes=codes[begin:end]) for each, begin, end in zip(held, begins, ends, strict=True)
    ]  # fmt: skip


def with_other_strand(codes: Codes) -> Codes:
    """(2 total,) the codes, and behind them their reverse complement."""
    row = row_of_codes()
    row.append(codes)
    for end in range(len(codes), 0, -_CHUNK):
        row.append(reverse_complement(np.asarray(codes[max(end - _CHUNK, 0) : end])))
    return row.array()

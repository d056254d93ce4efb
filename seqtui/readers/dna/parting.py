"""Titles and letters of many records at once, by arrays of where they begin and end: no object is made for each."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.dna.titles import Titles, titles_of

_BLANK: Final = ord(" ")

Numbers = NDArray[np.int64]
Bytes = NDArray[np.uint8]


def within(size: int, begins: Numbers, ends: Numbers) -> NDArray[np.bool_]:
    """(size,) whether a byte lies in one of the stretches, which follow each other, also from row to row."""
    edges = np.stack([begins, ends], axis=-1).reshape(-1)
    return np.repeat(np.arange(len(edges) + 1) % 2 == 1, np.diff(edges, prepend=0, append=size))


def titles_at(given: Bytes, begins: Numbers, ends: Numbers) -> Titles:
    """What stands in the stretches, which follow each other, but for the blanks around it."""
    full = np.minimum(begins, len(given) - 1)
    bare = (ends > begins) & (given[full] > _BLANK) & (given[ends - 1] > _BLANK)
    if bare.all():
        return Titles(given[within(len(given), begins, ends)].tobytes(), np.cumsum(ends - begins))
    return titles_of([given[begin:end].tobytes() for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)])

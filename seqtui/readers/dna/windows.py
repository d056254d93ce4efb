"""Long sequences cut into overlapping windows that cover every base; numbers only, no base is copied here."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import Usage


@dataclass(frozen=True, slots=True)
class Windows:
    """Stretches of the flat codes of a SequenceSet, in the order of its records.

    starts: (windows,) int64 into the flat codes; lengths: (windows,) int64; parents: (windows,) int64, the record
    """

    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    parents: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts)


def cut_windows(lengths: NDArray[np.int64], *, window: int, stride: int) -> Windows:
    """Windows over records of `lengths` (records,) bases, laid end to end.

    A record no longer than `window` is one window; an empty one has none. The last window of a record is flush with
    its end. Usage where the sizes would leave bases uncovered.
    """
    if window < 1:
        raise Usage(f"a window of {window} bases holds nothing; it must have at least 1")
    if not 1 <= stride <= window:
        raise Usage(f"a stride of {stride} bases must be 1 to {window}, the window: more would leave bases out")
    sizes = np.asarray(lengths, np.int64)
    counts = np.where(sizes > window, -(-(sizes - window) // stride) + 1, np.minimum(sizes, 1))
    parents = np.repeat(np.arange(len(sizes)), counts)  # (windows,)
    rank = np.arange(len(parents)) - np.repeat(np.cumsum(counts) - counts, counts)  # which window of its record
    offsets = np.minimum(rank * stride, np.maximum(sizes - window, 0)[parents])
    records = np.cumsum(sizes) - sizes  # (records,) where each begins
    return Windows(records[parents] + offsets, np.minimum(sizes, window)[parents], parents)

"""Some pairs as flat arrays, sources and targets laid end to end, and what each may become."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.pairs.pair_set import PairSet
from seqtui.readers.pairs.units import Numbers

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LaidPairs:
    """values: (total,) int32 source tokens; lengths: (pairs,); places: (total, 2), where each stands in its text;
    targets: (total targets,) int64; target_lengths: (pairs,), 0 where no target is known; names, texts: of sources;
    references: the texts that each may become, none where none is known.
    """

    values: NDArray[np.int32]
    lengths: Integers
    places: NDArray[np.int32]
    targets: Integers
    target_lengths: Integers
    names: Sequence[str]
    texts: Sequence[str]
    references: Sequence[tuple[str, ...]]

    def source_rows(self) -> list[NDArray[np.int32]]:
        """The tokens of each source, as views."""
        return np.split(self.values, np.cumsum(self.lengths)[:-1]) if len(self.lengths) else []

    def target_rows(self) -> list[Integers]:
        """The tokens of each target, as views."""
        return np.split(self.targets, np.cumsum(self.target_lengths)[:-1]) if len(self.target_lengths) else []


def lay(
    pairs: PairSet, sources: Numbers, targets: Numbers, kept: Sequence[int], references: Sequence[tuple[str, ...]]
) -> LaidPairs:  # fmt: skip
    """Of the kept pairs, in this order. references: of each of these."""
    rows, places = ([each[at] for at in kept] for each in (sources.rows, sources.places))
    made = [targets.rows[at] for at in kept]
    return LaidPairs(
        np.concatenate([np.zeros(0, np.int32), *rows]),
        np.array([len(row) for row in rows], np.int64),
        np.concatenate([np.zeros((0, 2), np.int32), *places]),
        np.concatenate([np.zeros(0, np.int32), *made]).astype(np.int64),
        np.array([len(row) for row in made], np.int64),
        [pairs.names[at] for at in kept],
        [pairs.sources[at] for at in kept],
        references,
    )


def cut_numbers(numbers: Numbers, longest: int) -> tuple[Numbers, int]:
    """The first `longest` tokens of each text, and how many texts lost some."""
    lost = sum(len(row) > longest for row in numbers.rows)
    if not lost:
        return numbers, 0
    return Numbers([row[:longest] for row in numbers.rows], [place[:longest] for place in numbers.places]), lost

"""How a model reads a set of DNA: long records in windows, and both strands where that is asked for.

All views point into one array of codes, which is mapped from the disk where it is long.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.dna.alphabet import Codes, reverse_complement
from seqtui.readers.dna.markov import AMBIGUOUS, END
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.together import row_of_codes
from seqtui.readers.dna.windows import cut_windows

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Views:
    """codes: (total,); starts, lengths, parents: (views,), parents counted from 0 among the chosen records.

    wholes: (chosen, 2) where in codes each chosen record begins and ends.
    """

    codes: Codes
    starts: Integers
    lengths: Integers
    parents: Integers
    wholes: Integers


def view_records(
    sequences: SequenceSet, chosen: Integers, *, window: int, stride: int, both_strands: Codes | None
) -> Views:
    """The chosen records in windows of at most `window` bases; with both_strands also their reverse complements.

    both_strands: the codes as seqtui.readers.dna.together.with_other_strand has them.
    """
    begins, sizes = sequences.starts[chosen], sequences.lengths[chosen]
    wholes = np.stack([begins, begins + sizes], axis=1)
    cut = cut_windows(sizes, window=window, stride=stride)
    within = cut.starts - (np.cumsum(sizes) - sizes)[cut.parents]
    starts = begins[cut.parents] + within
    if both_strands is None:
        return Views(sequences.codes, starts, cut.lengths, cut.parents, wholes)
    # A stretch begin … end of the one strand is total − end … total − begin of the other, behind the first.
    other = 2 * len(sequences.codes) - starts - cut.lengths
    return Views(
        both_strands, np.concatenate([starts, other]), np.tile(cut.lengths, 2), np.tile(cut.parents, 2), wholes
    )  # fmt: skip


def tokens_of(sequences: SequenceSet, chosen: Integers, *, both_strands: bool) -> tuple[Codes, Integers]:
    """The chosen records for a model of the next base: (total,) tokens and (records,) lengths, the ends included.

    A record of n bases is END, its bases, END; every ambiguity code is AMBIGUOUS.
    """
    row = row_of_codes()
    end = np.array([END], np.uint8)
    for begin, size in zip(sequences.starts[chosen].tolist(), sequences.lengths[chosen].tolist(), strict=True):
        codes = np.asarray(sequences.codes[begin : begin + size])
        for strand in (codes, reverse_complement(codes)) if both_strands else (codes,):
            for part in (end, np.minimum(strand, AMBIGUOUS), end):
                row.append(part)
    lengths = np.repeat(sequences.lengths[chosen] + 2, 2 if both_strands else 1)
    return row.array(), lengths

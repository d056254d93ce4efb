"""A set of nucleotide sequences as every DNA brick passes it on: flat codes, lengths, names, places, labels, notes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.dna.alphabet import Codes


@dataclass(frozen=True, slots=True)
class SequenceSet:
    """Sequences laid end to end.

    codes: (total,) uint8 of seqtui.readers.dna.alphabet, in memory or mapped from a file
    lengths: (records,) int64; they sum to total
    names: one a record, unique, text made safe for a terminal; may be lazy
    headers: one a record: the whole title line of a FASTA or FASTQ record, the definition of a GenBank one; may be lazy
    places: one a record, "FILE, line N" or the like, as an error sentence gives it; may be lazy
    labels: one a record, or None where no labels were asked for; None for a record that has none
    notes: what the policies changed or left out, a sentence each, with counts
    """

    codes: Codes
    lengths: NDArray[np.int64]
    names: Sequence[str]
    headers: Sequence[str]
    places: Sequence[str]
    labels: Sequence[str | None] | None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def starts(self) -> NDArray[np.int64]:
        """(records,) where each record begins in codes."""
        return np.concatenate([[0], np.cumsum(self.lengths)[:-1]]).astype(np.int64)

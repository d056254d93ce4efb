"""A few long records, such as one genome, as stretches: whole records could not be split into train, valid and test."""

import numpy as np

from seqtui.readers.dna.names import LazyText, chosen_texts
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.windows import cut_windows

FEWEST = 10  # records that are split as they are
WANTED = 40  # stretches of the whole set
SHORTEST, LONGEST = 100, 5_000  # bases of one


def in_stretches(sequences: SequenceSet) -> SequenceSet:
    """The set itself where it has FEWEST records, or too few bases; else its records cut into stretches side by side.

    A stretch is named as regions are: NAME:FIRST-LAST, counted from 1. The last of a record may be shorter, but never
    than SHORTEST.
    """
    total = int(sequences.lengths.sum())
    size = min(total // WANTED, LONGEST)
    if len(sequences) >= FEWEST or size < SHORTEST:
        return sequences
    # Windows that lie side by side; the last is flush with the end of its record, so it is cut to what is new in it.
    windows = cut_windows(sequences.lengths, window=size, stride=size)
    ends = windows.starts + windows.lengths
    follows = np.concatenate([[False], windows.parents[1:] == windows.parents[:-1]])
    starts = np.where(follows, np.maximum(windows.starts, np.concatenate([[0], ends[:-1]])), windows.starts)
    kept = (ends - starts >= SHORTEST) | ~follows
    # What is too short for a stretch of its own belongs to the one before.
    absorbed = np.concatenate([~kept[1:], [False]])
    ends = np.where(absorbed, np.concatenate([ends[1:], [0]]), ends)
    starts, ends, parents = starts[kept], ends[kept], windows.parents[kept]
    first = sequences.starts[parents]

    def name(index: int) -> str:
        begin, end = int(starts[index] - first[index]), int(ends[index] - first[index])
        return f"{sequences.names[int(parents[index])]}:{begin + 1}-{end}"

    note = (
        f"{len(sequences)} record{'s' if len(sequences) > 1 else ''} cut into {len(starts)} stretches of about "
        f"{size:,} bases, so that some are left for validation and test; the model learns that a sequence ends there"
    )
    return SequenceSet(
        codes=sequences.codes,
        lengths=ends - starts,
        names=LazyText(len(starts), name),
        headers=chosen_texts(sequences.headers, parents),
        places=chosen_texts(sequences.places, parents),
        labels=None,
        notes=(*sequences.notes, note),
    )

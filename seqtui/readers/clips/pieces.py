"""A few long films, such as a single one, as pieces: whole films could not be split into train, valid and test."""

from dataclasses import replace

import numpy as np

from seqtui.readers.clips.clip_set import ClipSet, Lengths

FEWEST = 10  # clips that are split as they are
WANTED = 20  # pieces of the whole set
SHORTEST = 8  # frames of one


def in_pieces(clips: ClipSet) -> ClipSet:
    """The set itself where it has FEWEST clips, names its splits, or has too few frames; else its clips cut into pieces
    side by side, named NAME:FIRST-LAST by their frames from 1. What is left at the end belongs to the last piece.
    """
    size = int(clips.lengths.sum()) // WANTED
    if len(clips) >= FEWEST or clips.splits is not None or size < SHORTEST:
        return clips
    counts: Lengths = np.maximum(clips.lengths // size, 1)  # (clips,) pieces of each
    parents = np.repeat(np.arange(len(clips)), counts)  # (pieces,)
    place = np.arange(len(parents)) - np.repeat(np.cumsum(counts) - counts, counts)  # of a piece in its clip
    is_last = place == counts[parents] - 1
    lengths: Lengths = np.where(is_last, clips.lengths[parents] - place * size, size).astype(np.int64)
    begins = (place * size).tolist()
    films = f"{len(clips)} films were" if len(clips) > 1 else "one film was"
    note = (
        f"{films} cut into {len(parents)} pieces of {size} frames, so that some are left for validation and test; "
        "pieces of one film are much alike, so scores say little of other films"
    )
    return replace(
        clips,
        lengths=lengths,
        names=[
            f"{clips.names[parent]}:{begin + 1}-{begin + length}"
            for parent, begin, length in zip(parents.tolist(), begins, lengths.tolist(), strict=True)
        ],
        labels=[clips.labels[parent] for parent in parents.tolist()],
        notes=(*clips.notes, note),
    )

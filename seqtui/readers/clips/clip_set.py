"""Clips as a model reads them: pictures of one size, or vectors of one width, laid end to end, and what is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.shapes import Pictures

Values = NDArray[Any]
Lengths = NDArray[np.int64]

MOST_BYTES: Final = 2 << 30  # of all clips of a set together


@dataclass(frozen=True, slots=True)
class ClipSet:
    """values: (total, pixels) uint8, or (total, width) float32; lengths: (clips,) frames of each; they sum to total.

    names: one a clip, as a person knows it; labels: its class, None where it has none; splits: train, valid or test of
    each, where the data say so. shape: of the pictures; None: vectors. rate: frames a second, 0 where it is not known.
    """

    values: Values
    lengths: Lengths
    names: Sequence[str]
    labels: Sequence[str | None]
    shape: Pictures | None
    splits: Sequence[str] | None = None
    rate: float = 0.0
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.lengths)

    def begins(self) -> Lengths:
        """(clips,) where each begins in values."""
        return np.concatenate([[0], np.cumsum(self.lengths)[:-1]]).astype(np.int64)

    def clip(self, index: int) -> Values:
        """(frames, pixels or width) of one, as a view."""
        start = int(self.lengths[:index].sum())
        return self.values[start : start + int(self.lengths[index])]

    def digests(self) -> list[bytes]:
        """16 bytes a clip, equal for clips of the same content."""
        edges = np.concatenate([[0], np.cumsum(self.lengths)]).tolist()
        return [
            blake2b(np.ascontiguousarray(self.values[begin:end]).tobytes(), digest_size=16).digest()
            for begin, end in pairwise(edges)
        ]


def take(clips: ClipSet, chosen: Sequence[int] | Lengths, *notes: str) -> ClipSet:
    """Some of the clips, in the order given, and more notes."""
    picked = [int(each) for each in chosen]
    begins, lengths = clips.begins(), clips.lengths
    parts = [clips.values[begins[each] : begins[each] + lengths[each]] for each in picked]
    return replace(
        clips,
        values=np.concatenate(parts) if parts else clips.values[:0],
        lengths=lengths[picked],
        names=[clips.names[each] for each in picked],
        labels=[clips.labels[each] for each in picked],
        splits=None if clips.splits is None else [clips.splits[each] for each in picked],
        notes=(*clips.notes, *notes),
    )


def joined(one: ClipSet, other: ClipSet) -> ClipSet:
    """Two sets of one kind, one after the other; facts and notes are those of the first."""
    return replace(
        one,
        values=np.concatenate([one.values, other.values]),
        lengths=np.concatenate([one.lengths, other.lengths]),
        names=[*one.names, *other.names],
        labels=[*one.labels, *other.labels],
        splits=None,
    )


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip before it is laid among the others: frames (frames, pixels or width)."""

    frames: Values
    name: str
    label: str | None = None
    split: str | None = None


def lay(clips: Sequence[Clip], shape: Pictures | None, *, rate: float = 0.0, notes: Sequence[str] = ()) -> ClipSet:
    """All clips end to end. BadInput where they would not fit in memory, or some name a split and others none."""
    splits = [clip.split for clip in clips]
    if any(splits) and not all(splits):
        stray = clips[splits.index(None)].name
        raise BadInput(f"{stray} is in no split while others are: name train, valid or test for all clips, or for none")
    check_bytes(sum(clip.frames.nbytes for clip in clips))
    width = 0 if not clips else clips[0].frames.shape[1]
    empty = np.zeros((0, width), np.uint8 if shape is not None else np.float32)
    return ClipSet(
        np.concatenate([clip.frames for clip in clips]) if clips else empty,
        np.array([len(clip.frames) for clip in clips], np.int64),
        [clip.name for clip in clips],
        [clip.label for clip in clips],
        shape,
        [str(split) for split in splits] if any(splits) else None,
        rate,
        tuple(notes),
    )


def check_bytes(count: int) -> None:
    """BadInput where clips of so many bytes together are too large to be held."""
    if count > MOST_BYTES:
        raise BadInput(
            f"the clips would take {count / 2**30:,.1f} GiB in memory, and at most {MOST_BYTES >> 30} GiB are read: "
            "ask for a smaller --size, fewer --max-frames or a lower --frame-rate"
        )

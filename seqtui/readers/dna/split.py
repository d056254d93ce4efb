"""Records into train, valid and test by label, so that a sequence and its other strand never stand in two splits.

Sequences are compared as numbers, never as text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import numpy as np

from seqtui.readers.dna.alphabet import Codes, reverse_complement
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.grouped_split import Indices, Plan, Split, group_numbers, split_groups, straddling_groups

_CHUNK: Final = 2**20


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Records that hold one sequence, on the same strand or on the other.

    records, names, places: two or more, in the order of the set; other_strand: which of them are the reverse complement
    of the first; labels: the different labels they have, sorted (none in a set without labels)
    """

    records: tuple[int, ...]
    names: tuple[str, ...]
    places: tuple[str, ...]
    other_strand: tuple[bool, ...]
    labels: tuple[str, ...]

    @property
    def across_classes(self) -> bool:
        """Whether one sequence is called two things, which no model can learn."""
        return len(self.labels) > 1


def group_of(sequences: SequenceSet) -> Indices:
    """(records,) group numbers, counted as they first appear: one group is one sequence on either strand."""
    return group_numbers(_digest(codes) for codes in _records(sequences))


def find_duplicates(sequences: SequenceSet) -> list[Duplicates]:
    """Every sequence that stands in more than one record, in the order in which they first appear."""
    groups = group_of(sequences)
    order = np.argsort(groups, kind="stable")
    sizes = np.bincount(groups)
    members = np.split(order, np.cumsum(sizes)[:-1]) if len(sizes) else []
    starts = sequences.starts
    return [_duplicates(sequences, starts, members[group].tolist()) for group in np.flatnonzero(sizes > 1)]


def notes_on_contradictions(sequences: SequenceSet, groups: Indices) -> tuple[str, ...]:
    """A sentence where one sequence, on either strand, has two labels. groups: (records,) of group_of."""
    classes = _classes(sequences)
    if classes is None:
        return ()
    order = np.lexsort((classes, groups))
    differs = (groups[order[1:]] == groups[order[:-1]]) & (classes[order[1:]] != classes[order[:-1]])
    torn = np.unique(groups[order[1:]][differs])
    if not len(torn):
        return ()
    members = np.flatnonzero(groups == torn[0])
    first, second = members[0], members[np.argmax(classes[members] != classes[members[0]])]
    told = [f"{sequences.names[at]} ({sequences.places[at]}: {(sequences.labels or ())[at]})" for at in (first, second)]
    verb = "sequence has" if len(torn) == 1 else "sequences have"
    return (f"{len(torn):,} {verb} two labels or more, which no model can learn, the first {told[0]} = {told[1]}",)


def split_records(
    sequences: SequenceSet, groups: Indices, *, folds: int, fold: int, valid_share: float, seed: int
) -> Split:
    """Whole groups into train, valid and test, stratified by label; a group counts as the label most of it has.

    groups: (records,) of group_of; the rest as in seqtui.readers.grouped_split.Plan. Usage for folds that cannot be,
    BadInput where a split would be empty.
    """
    return split_groups(
        groups, _classes(sequences), Plan(folds, fold, valid_share, seed), things="sequences",
        together="equal and reverse-complement sequences",
    )  # fmt: skip


def straddling(sequences: SequenceSet, split: Split) -> int:
    """How many sequences stand, on either strand, in more than one split; 0 for every split made here."""
    return straddling_groups(group_of(sequences), split)


def _records(sequences: SequenceSet) -> Iterator[Codes]:
    for start, length in zip(sequences.starts.tolist(), sequences.lengths.tolist(), strict=True):
        yield sequences.codes[start : start + length]


def _digest(codes: Codes) -> bytes:
    """Of the strand whose codes come first in order; a chromosome takes chunks, not a copy of itself."""
    digest = blake2b(digest_size=16)
    for piece in _strand(codes, _other_comes_first(codes)):
        digest.update(piece)
    return digest.digest()


def _other_comes_first(codes: Codes) -> bool:
    for ahead, behind in zip(_strand(codes, False), _strand(codes, True), strict=True):
        if ahead != behind:
            return behind < ahead
    return False


def _strand(codes: Codes, other: bool) -> Iterator[bytes]:
    for begin in range(0, len(codes), _CHUNK):
        if other:
            end = len(codes) - begin
            yield reverse_complement(codes[max(end - _CHUNK, 0) : end]).tobytes()
        else:
            yield codes[begin : begin + _CHUNK].tobytes()


def _duplicates(sequences: SequenceSet, starts: Indices, records: list[int]) -> Duplicates:
    codes = [sequences.codes[starts[record] :][: sequences.lengths[record]] for record in records]
    labels = {sequences.labels[record] for record in records} if sequences.labels is not None else set()
    return Duplicates(
        tuple(records),
        tuple(sequences.names[record] for record in records),
        tuple(sequences.places[record] for record in records),
        tuple(not np.array_equal(codes[0], other) for other in codes),
        tuple(sorted(label for label in labels if label is not None)),
    )


def _classes(sequences: SequenceSet) -> Indices | None:
    """(records,) a number for each label, and one for having none."""
    if sequences.labels is None:
        return None
    labels = ["" if label is None else label for label in sequences.labels]
    number = {label: index for index, label in enumerate(sorted(set(labels)))}
    return np.array([number[label] for label in labels], np.int64)

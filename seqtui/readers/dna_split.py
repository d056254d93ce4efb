"""Records into train, valid and test by label, so that a sequence and its other strand never stand in two splits.

Sequences are compared as numbers, never as text. The same seed gives the same splits on every machine: what is
shuffled is ordered by the raw stream of PCG64, which numpy does not change between versions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from heapq import heapify, heapreplace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput, Usage
from seqtui.readers.dna_alphabet import Codes, reverse_complement
from seqtui.readers.dna_set import SequenceSet

Indices = NDArray[np.int64]

TEST_SHARE: Final = 0.1
_CHUNK: Final = 2**20


@dataclass(frozen=True, slots=True)
class Split:
    """train, valid, test: record numbers, ascending; rule: how they were chosen, in words."""

    train: Indices
    valid: Indices
    test: Indices
    rule: str


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
    digests = b"".join(_digest(codes) for codes in _records(sequences))
    _, first, inverse = np.unique(np.frombuffer(digests, "V16"), return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


def find_duplicates(sequences: SequenceSet) -> list[Duplicates]:
    """Every sequence that stands in more than one record, in the order in which they first appear."""
    groups = group_of(sequences)
    order = np.argsort(groups, kind="stable")
    sizes = np.bincount(groups)
    members = np.split(order, np.cumsum(sizes)[:-1]) if len(sizes) else []
    starts = sequences.starts
    return [_duplicates(sequences, starts, members[group].tolist()) for group in np.flatnonzero(sizes > 1)]


def split_records(
    sequences: SequenceSet, groups: Indices, *, folds: int, fold: int, valid_share: float, seed: int
) -> Split:
    """Whole groups into train, valid and test, stratified by label; a group counts as the label most of it has.

    groups: (records,) of group_of; folds: 0 is one shuffled split with a tenth in test and `valid_share` of all in
    valid; k is k-fold cross-validation with `fold` (from 0) as test and `valid_share` of the rest in valid; as many
    folds as groups is leave-one-out. Usage for folds that cannot be, BadInput where a split would be empty.
    """
    sizes = np.bincount(groups)
    _check(folds, fold, valid_share, len(sizes))
    classes = _group_classes(sequences, groups)
    order = np.argsort(np.random.PCG64(seed).random_raw(len(sizes)), kind="stable")
    if folds:
        tested = _fold_of(order, sizes, classes, folds) == fold
        held = _drawn(order[~tested[order]], sizes, classes, valid_share)
    else:
        tested = _drawn(order, sizes, classes, TEST_SHARE)
        # Valid is a share of all records, of which the test has gone already.
        held = _drawn(order[~tested[order]], sizes, classes, valid_share / (1 - TEST_SHARE))
    where = np.where(tested, 2, np.where(held, 1, 0))[groups]  # (records,)
    train, valid, test = (np.flatnonzero(where == split) for split in range(3))
    if not (len(train) and len(test)) or (valid_share and not len(valid)):
        raise BadInput(
            f"{len(sizes)} different sequences are too few for train, valid and test; give at least 3 of every class, "
            "or ask for no valid split"
        )
    return Split(train, valid, test, _rule(sequences, folds, fold, len(sizes), valid_share, seed))


def straddling(sequences: SequenceSet, split: Split) -> int:
    """How many sequences stand, on either strand, in more than one split; 0 for every split made here."""
    groups = group_of(sequences)
    parts = [np.unique(groups[part]) for part in (split.train, split.valid, split.test)]
    return int((np.unique(np.concatenate(parts), return_counts=True)[1] > 1).sum())


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


def _check(folds: int, fold: int, valid_share: float, groups: int) -> None:
    if not 0 <= valid_share < 1 - TEST_SHARE:
        raise Usage(f"a valid share of {valid_share} cannot be; it must be 0 or more and under {1 - TEST_SHARE}")
    if folds == 0:
        return
    if folds < 2:
        raise Usage(f"{folds} folds cannot be; give 0 for one split, or 2 or more for cross-validation")
    if not 0 <= fold < folds:
        raise Usage(f"there is no fold {fold} of {folds}; the folds are 0 to {folds - 1}")
    if folds > groups:
        raise Usage(f"{folds} folds need as many different sequences, and there are {groups}; give {groups} at most")


def _group_classes(sequences: SequenceSet, groups: Indices) -> Indices:
    """(groups,) the class number that most records of each group have; the first in order where two are as many."""
    if sequences.labels is None:
        return np.zeros(int(groups.max(initial=-1)) + 1, np.int64)
    labels = ["" if label is None else label for label in sequences.labels]
    number = {label: index for index, label in enumerate(sorted(set(labels)))}
    classes = np.array([number[label] for label in labels], np.int64)
    pairs, counts = np.unique(groups * len(number) + classes, return_counts=True)
    group, label_of = np.divmod(pairs, max(len(number), 1))
    best = np.lexsort((label_of, -counts, group))
    _, first = np.unique(group[best], return_index=True)
    chosen: Indices = label_of[best][first]
    return chosen


def _fold_of(order: Indices, sizes: Indices, classes: Indices, folds: int) -> Indices:
    """(groups,) folds: class by class, the largest group first, each to the fold that has fewest of its class."""
    fold_of = np.empty(len(sizes), np.int64)
    totals = [0] * folds
    for one in np.unique(classes):
        groups = order[classes[order] == one]
        heap = [(0, totals[fold], fold) for fold in range(folds)]
        heapify(heap)
        for group in groups[np.argsort(-sizes[groups], kind="stable")].tolist():
            of_class, total, fold = heap[0]
            size = int(sizes[group])
            heapreplace(heap, (of_class + size, total + size, fold))
            totals[fold] += size
            fold_of[group] = fold
    return fold_of


def _drawn(order: Indices, sizes: Indices, classes: Indices, share: float) -> NDArray[np.bool_]:
    """(groups,) whether drawn: of each class `share` of its records, at least one group, and never its last one."""
    drawn = np.zeros(len(sizes), np.bool_)
    for one in np.unique(classes[order]) if share else ():
        groups = order[classes[order] == one].tolist()
        left = max(1, round(share * int(sizes[groups].sum())))
        taken: list[int] = []
        for group in groups:
            if sizes[group] <= left and len(taken) < len(groups) - 1:
                taken.append(group)
                left -= int(sizes[group])
        if not taken and len(groups) > 1:
            taken = [min(groups, key=lambda group: int(sizes[group]))]
        drawn[taken] = True
    return drawn


def _rule(sequences: SequenceSet, folds: int, fold: int, groups: int, valid_share: float, seed: int) -> str:
    if folds == 0:
        held, tested = round(100 * valid_share), round(100 * TEST_SHARE)
        how = f"{100 - held - tested}/{held}/{tested} by seed {seed}"
    else:
        name = "leave-one-out" if folds == groups else "cross-validation"
        how = f"fold {fold} of {folds} ({name}) by seed {seed}, {valid_share:.0%} of the rest in valid"
    balance = ", stratified by label" if sequences.labels is not None else ""
    return f"{how}{balance}; equal and reverse-complement sequences stay in one split"

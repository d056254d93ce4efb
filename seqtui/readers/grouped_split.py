"""Records into train, valid and test, so that records of one group (equal texts, one document) never part.

Stratified by class where there are classes. The same seed gives the same splits on every machine: what is shuffled is
ordered by the raw stream of PCG64, which numpy does not change between versions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heapify, heapreplace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput, Usage

Indices = NDArray[np.int64]

TEST_SHARE: Final = 0.1
TRAIN, VALID, TEST = range(3)


@dataclass(frozen=True, slots=True)
class Plan:
    """How records are split.

    folds: 0 is one shuffled split with a tenth in test and `valid_share` of all in valid; k is k-fold cross-validation
    with `fold` (from 0) as test and `valid_share` of the rest in valid; as many folds as groups is leave-one-out.
    """

    folds: int
    fold: int
    valid_share: float
    seed: int


@dataclass(frozen=True, slots=True)
class Split:
    """train, valid, test: record numbers, ascending; rule: how they were chosen, in words."""

    train: Indices
    valid: Indices
    test: Indices
    rule: str


def group_numbers(digests: Iterable[bytes]) -> Indices:
    """(records,) group numbers, counted as they first appear. digests: 16 bytes a record, equal within a group."""
    joined = bytearray()
    for digest in digests:
        joined += digest
    _, first, inverse = np.unique(np.frombuffer(joined, "V16"), return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


def split_groups(groups: Indices, classes: Indices | None, plan: Plan, *, things: str, together: str) -> Split:
    """Whole groups into train, valid and test; a group counts as the class that most of it has.

    groups: (records,) of group_numbers; classes: (records,) from 0, or None; things: what a group is, in the plural,
    such as "sequences"; together: what stays in one split, for the rule. Usage for folds that cannot be, BadInput where
    a split would be empty.
    """
    sizes = np.bincount(groups)
    _check(plan, len(sizes), things)
    of_group = _group_classes(groups, classes)
    order = _shuffled(len(sizes), plan.seed)
    if plan.folds:
        tested = _fold_of(order, sizes, of_group, plan.folds) == plan.fold
        held = _drawn(order[~tested[order]], sizes, of_group, plan.valid_share)
    else:
        tested = _drawn(order, sizes, of_group, TEST_SHARE)
        # Valid is a share of all records, of which the test has gone already.
        held = _drawn(order[~tested[order]], sizes, of_group, plan.valid_share / (1 - TEST_SHARE))
    where = np.where(tested, TEST, np.where(held, VALID, TRAIN))[groups]  # (records,)
    rule = f"{_rule(plan, len(sizes), balanced=classes is not None)}; {together} stay in one split"
    return _filled(where, rule, plan, len(sizes), things)


def split_as_given(
    given: Indices, groups: Indices, classes: Indices | None, plan: Plan, *, things: str, by: str
) -> Split:
    """Splits that come with the data; valid, and test, are drawn from train by seed where they do not come.

    given: (records,) TRAIN, VALID or TEST; by: what says so, such as "the files' names". The rest as split_groups;
    groups that stand in several given splits are left there.
    """
    if plan.folds:
        raise Usage(f"the data are split already, by {by}: leave folds out, or give one file")
    number = int(groups.max(initial=-1)) + 1
    _check(plan, number, things)
    where, balance = given.copy(), ", stratified by label" if classes is not None else ""
    told = " and ".join(name for each, name in enumerate(("train", "valid", "test")) if (given == each).any())
    rule = [f"{told} by {by}"]
    wanted = ((TEST, "test", TEST_SHARE), (VALID, "valid", plan.valid_share))
    for each, name, share in wanted:
        if share and not (where == each).any():
            mine = np.flatnonzero(where == TRAIN)
            where[mine[_some_of(groups[mine], None if classes is None else classes[mine], share, plan.seed)]] = each
            rule.append(f"{name} is {share:.0%} of train by seed {plan.seed}{balance}")
    return _filled(where, "; ".join(rule), plan, number, things)


def straddling_groups(groups: Indices, split: Split) -> int:
    """How many groups have records in more than one split; 0 for every split that split_groups makes."""
    parts = [np.unique(groups[part]) for part in (split.train, split.valid, split.test)]
    return int((np.unique(np.concatenate(parts), return_counts=True)[1] > 1).sum())


def _filled(where: Indices, rule: str, plan: Plan, groups: int, things: str) -> Split:
    train, valid, test = (np.flatnonzero(where == split) for split in (TRAIN, VALID, TEST))
    if not (len(train) and len(test)) or (plan.valid_share and not len(valid)):
        raise BadInput(
            f"there are too few different {things} for train, valid and test ({groups}); give at least 3, of every "
            "class where there are classes, or ask for no valid split (--valid-share 0)"
        )
    return Split(train, valid, test, rule)


def _some_of(groups: Indices, classes: Indices | None, share: float, seed: int) -> NDArray[np.bool_]:
    """(records,) whether drawn, a share of each class, whole groups."""
    _, within = np.unique(groups, return_inverse=True)
    sizes = np.bincount(within)
    drawn = _drawn(_shuffled(len(sizes), seed), sizes, _group_classes(within, classes), share)
    found: NDArray[np.bool_] = drawn[within]
    return found


def _shuffled(groups: int, seed: int) -> Indices:
    return np.argsort(np.random.PCG64(seed).random_raw(groups), kind="stable")


def _check(plan: Plan, groups: int, things: str) -> None:
    folds, fold = plan.folds, plan.fold
    if not 0 <= plan.valid_share < 1 - TEST_SHARE:
        raise Usage(f"a valid share of {plan.valid_share} cannot be; it must be 0 or more and under {1 - TEST_SHARE}")
    if folds == 0:
        return
    if folds < 2:
        raise Usage(f"{folds} folds cannot be; give 0 for one split, or 2 or more for cross-validation")
    if not 0 <= fold < folds:
        raise Usage(f"there is no fold {fold} of {folds}; the folds are 0 to {folds - 1}")
    if folds > groups:
        raise Usage(f"{folds} folds need as many different {things}, and there are {groups}; give {groups} at most")


def _group_classes(groups: Indices, classes: Indices | None) -> Indices:
    """(groups,) the class that most records of each group have; the first in order where two are as many."""
    if classes is None:
        return np.zeros(int(groups.max(initial=-1)) + 1, np.int64)
    number = int(classes.max(initial=0)) + 1
    pairs, counts = np.unique(groups * number + classes, return_counts=True)
    group, label_of = np.divmod(pairs, number)
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


def _rule(plan: Plan, groups: int, *, balanced: bool) -> str:
    if plan.folds == 0:
        held, tested = round(100 * plan.valid_share), round(100 * TEST_SHARE)
        how = f"{100 - held - tested}/{held}/{tested} by seed {plan.seed}"
    else:
        name = "leave-one-out" if plan.folds == groups else "cross-validation"
        how = (
            f"fold {plan.fold} of {plan.folds} ({name}) by seed {plan.seed}, {plan.valid_share:.0%} of the rest in "
            "valid"
        )
    return how + (", stratified by label" if balanced else "")

"""Splits of groups over plain arrays, and splits that come with the data and lack a part."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqtui.errors import BadInput, Usage
from seqtui.readers.grouped_split import (
    TEST,
    TRAIN,
    VALID,
    Plan,
    Split,
    group_numbers,
    split_as_given,
    split_groups,
    straddling_groups,
)


def whole(split: Split) -> list[int]:
    return sorted(np.concatenate([split.train, split.valid, split.test]).tolist())


def given_split(where: Sequence[int], *, folds: int = 0, share: float = 0.1, seed: int = 0) -> Split:
    groups, classes = np.arange(len(where)), np.arange(len(where)) % 2
    return split_as_given(np.array(where), groups, classes, Plan(folds, 0, share, seed), things="texts", by="names")


def test_groups_are_numbered_as_they_appear() -> None:
    assert group_numbers(text * 16 for text in (b"z", b"a", b"z", b"m")).tolist() == [0, 1, 0, 2]


@given(st.lists(st.integers(0, 30), min_size=40, max_size=80), st.integers(0, 6), st.integers(0, 99))
@settings(deadline=None, max_examples=40)
def test_no_group_is_in_two_splits_and_every_record_in_one(keys: list[int], folds: int, seed: int) -> None:
    folds = 0 if folds == 1 else folds
    groups = group_numbers(bytes([key]) * 16 for key in keys)
    classes = np.array(keys) % 3
    try:
        split = split_groups(groups, classes, Plan(folds, 0, 0.1, seed), things="texts", together="equal texts")
    except (BadInput, Usage):
        assert len(set(keys)) < 12
        return
    assert whole(split) == list(range(len(keys))) and straddling_groups(groups, split) == 0
    assert split.rule.endswith(f"by seed {seed}, stratified by label; equal texts stay in one split") or folds


def test_a_split_that_comes_whole_is_left_as_it_is() -> None:
    split = given_split([TRAIN, TEST, VALID, TRAIN])
    assert [split.train.tolist(), split.valid.tolist(), split.test.tolist()] == [[0, 3], [2], [1]]
    assert split.rule == "train and valid and test by names"


def test_what_is_lacking_is_drawn_from_train_by_seed_and_said() -> None:
    split = given_split([TRAIN] * 100 + [TEST] * 10, share=0.2, seed=3)
    assert (len(split.train), len(split.valid), len(split.test)) == (80, 20, 10)
    assert int((split.valid % 2).sum()) == 10, "stratified"
    assert split.rule == "train and test by names; valid is 20% of train by seed 3, stratified by label"
    bare = given_split([TRAIN] * 200)
    assert (len(bare.train), len(bare.valid), len(bare.test)) == (162, 18, 20)
    assert len(given_split([TRAIN] * 9 + [TEST], share=0).valid) == 0


def test_folds_of_a_set_that_is_split_already_are_refused() -> None:
    with pytest.raises(Usage, match="split already, by names: leave folds out"):
        given_split([TRAIN, TEST, VALID], folds=5)
    with pytest.raises(BadInput, match="too few different texts"):
        given_split([TRAIN])

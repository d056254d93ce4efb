"""Records that are turned into sequences of other lengths: batches hold each target once, whole, and nothing else."""

import numpy as np
import pytest
import torch

from seqtui.engine.batches import FlatData, Unit, epoch_units, rows_of, units_in_order
from seqtui.shapes import PADDING
from seqtui.task import Records

CPU = torch.device("cpu")
LENGTHS = (4, 1, 7, 0, 3, 7, 2)
TARGETS = (2, 5, 0, 3, 9, 1, 2)


def records(lengths: tuple[int, ...] = LENGTHS, targets: tuple[int, ...] = TARGETS) -> Records:
    rng = np.random.default_rng(5)
    return Records(
        rng.integers(0, 11, sum(lengths)).astype(np.int16), np.array(lengths, np.int64),
        tuple(f"record {n}" for n in range(len(lengths))),
        targets=rng.integers(0, 13, sum(targets)), target_lengths=np.array(targets, np.int64),
    )  # fmt: skip


def flat(found: Records, *, ends: int = 0) -> FlatData:
    return FlatData(found, rows_of(found, batch_size=3, bptt=0, ahead=0, ends=ends), CPU)


@pytest.mark.parametrize("units", ["of an epoch", "in order"])
def test_every_target_is_gathered_once_and_whole(units: str) -> None:
    found, seen = records(), {}
    data = flat(found)
    chosen = (
        epoch_units(data.rows, batch_size=3, bptt=0, seed=4, epoch=2)
        if units == "of an epoch"
        else units_in_order(data.rows, batch_size=3, window=0)
    )
    for unit in chosen:
        window = data.gather(unit)
        assert window.targets.shape == (data.rows.target_steps[unit.rows].max(), len(unit.rows))  # type: ignore[index]
        for record, column in zip(data.rows.records[unit.rows], window.targets.t().numpy(), strict=True):
            count = found.target_lengths[record]  # type: ignore[index]
            assert (column[count:] == PADDING).all(), "after a target stands padding only"
            seen[int(record)] = column[:count].tolist()
    assert seen == {n: found.target(n).tolist() for n in range(len(LENGTHS)) if LENGTHS[n]}, (
        "an empty source is left out"
    )


@pytest.mark.parametrize("ends", [0, 1])
def test_targets_are_counted_with_the_ends_that_the_head_predicts(ends: int) -> None:
    data = flat(records(), ends=ends)
    units = epoch_units(data.rows, batch_size=3, bptt=0, seed=0, epoch=0)
    kept = [count for count, steps in zip(TARGETS, LENGTHS, strict=True) if steps]
    assert sum(unit.targets for unit in units) == sum(kept) + ends * len(kept)
    assert sum(unit.real_steps for unit in units) == sum(LENGTHS)


def test_a_longer_neighbor_changes_nothing_but_the_padding() -> None:
    data = flat(records())
    alone = data.gather(Unit(np.array([0]), 0, 4, 4, 2)).targets[:, 0]
    beside = data.gather(Unit(np.array([0, 3]), 0, 4, 7, 11)).targets[:, 0]
    assert beside[:2].tolist() == alone.tolist()
    assert beside[2:].tolist() == [PADDING] * 7


def test_targets_may_all_be_empty() -> None:
    window = flat(records((2, 3), (0, 0))).gather(Unit(np.array([0, 1]), 0, 3, 5, 0))
    assert window.targets.shape == (0, 2)


def test_like_lengths_on_both_sides_come_together() -> None:
    rng = np.random.default_rng(0)
    lengths, targets = tuple(rng.integers(1, 4, 60).tolist()), tuple(rng.integers(1, 40, 60).tolist())
    data = flat(records(lengths, targets))
    padded = sum(
        data.gather(unit).targets.eq(PADDING).sum().item()
        for unit in epoch_units(data.rows, batch_size=3, bptt=0, seed=0, epoch=0)
    )
    assert padded < sum(targets) / 4, "batches are sorted by the target's length where the sources are equally long"

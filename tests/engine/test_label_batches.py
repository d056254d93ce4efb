"""Batches of sequences that are labeled whole: never cut, gathered from where they lie, and deaf to padding."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from seqtui.config import RunConfig
from seqtui.engine.batches import FlatData, Unit, epoch_units, rows_of, units_in_order
from seqtui.engine.model import SequenceModel, build_model
from seqtui.engine.step import Trainee, build_trainee, unit_loss
from seqtui.shapes import PADDING, AlignedPooling, Head, Label, Mixtures, Tokens
from seqtui.task import Records

LENGTHS = (9, 2, 14, 1, 5, 5, 23, 3, 1, 12)
CPU = torch.device("cpu")
BASES = ((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0), (0.25,) * 4)
POOLINGS: tuple[AlignedPooling, ...] = ("last", "mean", "max", "attention", "sites")
LABEL_CASES = list(itertools.product(POOLINGS, [False, True], [0, 1, 5], [0, 4]))


def trainee_of(head: Head, backbone: str = "gru", **changes: Any) -> Trainee:
    config = RunConfig(app="music", backbone=backbone, hidden_size=7, embedding_size=5, **changes)  # type: ignore[arg-type]
    model = build_model(config, head).train()
    model.backbone.use_kernel("own")
    return build_trainee(config, model, "fp32")


def label_head(pooling: AlignedPooling = "last", context: int = 0, positions: int = 0) -> Label:
    """context 0: tokens."""
    inputs = Mixtures(BASES, context) if context else Tokens(len(BASES))
    return Label(inputs, ("a", "b", "c"), (1.0, 2.0, 0.5), pooling, positions)


def labeled(lengths: tuple[int, ...] = LENGTHS, **parts: Any) -> FlatData:
    """Sequences with a class each, of which every fourth is unknown; `parts` as in Records."""
    rng, count = np.random.default_rng(5), len(lengths)
    labels = np.where(np.arange(count) % 4 == 3, PADDING, rng.integers(0, 3, count))
    values = rng.integers(0, len(BASES), sum(lengths)).astype(np.uint8)
    given = {"labels": labels.astype(np.int64), "names": tuple(f"record {n}" for n in range(count)), **parts}
    found = Records(values, np.array(lengths, np.int64), **given)
    return FlatData(found, rows_of(found, batch_size=4, bptt=0, ahead=0), CPU)


def gradients(model: SequenceModel, loss: Tensor) -> list[Tensor]:
    return list(torch.autograd.grad(loss, list(model.parameters()), allow_unused=True, materialize_grads=True))


@pytest.mark.parametrize(("pooling", "bidirectional", "context", "positions"), LABEL_CASES)
def test_a_padded_batch_to_label_equals_its_sequences_one_by_one(
    pooling: AlignedPooling, bidirectional: bool, context: int, positions: int
) -> None:
    backbone = "lstm" if positions else "gru"
    trainee = trainee_of(label_head(pooling, context, positions), backbone, bidirectional=bidirectional, layers=2)
    data = labeled()
    whole = Unit(np.arange(len(data.rows)), 0, int(data.rows.steps.max()), int(data.rows.steps.sum()), len(data.rows))
    together, _ = unit_loss(trainee, data, whole, None)
    units = [Unit(np.array([row]), 0, int(steps), int(steps), 1) for row, steps in enumerate(data.rows.steps)]
    apart = torch.stack([unit_loss(trainee, data, unit, None)[0] for unit in units]).sum()
    torch.testing.assert_close(together, apart, rtol=2e-6, atol=0)
    for one, other in zip(gradients(trainee.model, together), gradients(trainee.model, apart), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=2e-6)


@pytest.mark.parametrize("backbone", ["rnn", "dense"])
def test_backbones_without_gates_label_padded_batches_too(backbone: str) -> None:
    trainee, data = trainee_of(label_head("attention", 3), backbone), labeled()
    units = units_in_order(data.rows, batch_size=4, window=0)
    total = sum(float(unit_loss(trainee, data, unit, None)[0].detach()) for unit in units)
    alone = units_in_order(data.rows, batch_size=1, window=0)
    assert total == pytest.approx(sum(float(unit_loss(trainee, data, unit, None)[0].detach()) for unit in alone))


@pytest.mark.parametrize("bptt", [0, 1, 4, 100])
@pytest.mark.parametrize("batch_size", [1, 3, 50])
def test_a_sequence_that_is_labeled_is_never_cut(batch_size: int, bptt: int) -> None:
    found = labeled((9, 0, 14, 1, 5)).records
    rows = rows_of(found, batch_size=batch_size, bptt=bptt, ahead=0)
    assert (rows.ahead, rows.records.tolist(), rows.steps.tolist()) == (0, [0, 2, 3, 4], [9, 14, 1, 5])
    epoch = epoch_units(rows, batch_size=batch_size, bptt=bptt, seed=0, epoch=0)
    for units in (epoch, units_in_order(rows, batch_size=batch_size, window=bptt)):
        assert sorted(row for unit in units for row in unit.rows.tolist()) == [0, 1, 2, 3]
        for unit in units:
            steps = rows.steps[unit.rows]
            assert (unit.begin, unit.end) == (0, steps.max())
            assert (unit.real_steps, unit.targets) == (steps.sum(), len(unit.rows))


def test_overlapping_windows_are_gathered_from_where_they_begin() -> None:
    starts, lengths = np.array([3, 0, 2, 11]), (4, 7, 5, 1)
    values = np.arange(12, dtype=np.uint8)
    parents, wholes = np.array([0, 0, 0, 1]), np.array([[0, 8], [11, 12]])
    found = Records(
        values, np.array(lengths), ("long", "short"), np.array([2, 2, 2, 0]), starts, parents, wholes
    )  # fmt: skip
    data = FlatData(found, rows_of(found, batch_size=4, bptt=0, ahead=0), CPU)
    unit = Unit(np.array([3, 0, 1, 2]), 0, 7, 17, 4)
    window = data.gather(unit)
    assert window.inputs.dtype == torch.int64
    assert window.inputs.T.tolist() == [
        [11, 11, 11, 11, 11, 11, 11], [3, 4, 5, 6, 6, 6, 6], [0, 1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 6, 6],
    ]  # fmt: skip
    assert window.targets.tolist() == [0, 2, 2, 2]
    assert window.lengths is not None
    assert window.lengths.tolist() == window.mask.sum(0).tolist() == [1, 4, 7, 5]
    assert data.record_names(unit) == ["short", "long", "long", "long"]
    assert data.parents(unit).tolist() == [1, 0, 0, 0]
    assert data.parents_of_rows().tolist() == [0, 0, 0, 1]
    assert data.parent_labels().tolist() == [2, 0]
    assert [found.whole(parent).tolist() for parent in range(2)] == [list(range(8)), [11]]
    assert [found.record(index).tolist() for index in (0, 3)] == [[3, 4, 5, 6], [11]]
    assert data.gather(Unit(np.array([2]), 0, 5, 5, 1)).lengths is None


def test_sequences_without_labels_have_unknown_ones() -> None:
    data = labeled((3, 2), labels=None)
    assert data.gather(Unit(np.array([1, 0]), 0, 3, 5, 2)).targets.tolist() == [PADDING, PADDING]
    assert data.parent_labels().tolist() == [PADDING, PADDING]
    assert labeled((3, 0, 2)).parent_labels().shape == (3,), "one that is too short to be read keeps its place"


@pytest.mark.parametrize("mode", ["r", "c", "locked"])
def test_values_stay_where_they_are_and_as_small_as_they_are(tmp_path: Path, mode: str) -> None:
    values = np.arange(50, dtype=np.uint8)
    if mode == "locked":
        values.flags.writeable = False
    else:
        values.tofile(tmp_path / "values")
        values = np.memmap(tmp_path / "values", np.uint8, mode)
    labels = np.array([1, 0])
    labels.flags.writeable = False
    found = Records(values, np.array([20, 30]), ("a", "b"), labels)
    torch.set_warn_always(True)
    try:
        data = FlatData(found, rows_of(found, batch_size=2, bptt=0, ahead=0), CPU)
    finally:
        torch.set_warn_always(False)
    assert data.values.dtype == torch.uint8
    assert data.values.data_ptr() == values.ctypes.data, "no copy was made"
    assert data.gather(Unit(np.array([1]), 0, 30, 30, 1)).inputs[:, 0].tolist() == list(range(20, 50))

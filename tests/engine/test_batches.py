"""Batches, windows and streams: every step of every record is scored exactly once, and padding has no say."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from seqtui.config import RunConfig
from seqtui.engine.batches import FlatData, Rows, Unit, epoch_units, rows_of, units_in_order
from seqtui.engine.evaluate import evaluate
from seqtui.engine.model import SequenceModel, build_model
from seqtui.engine.step import Trainee, build_trainee, unit_loss
from seqtui.shapes import PADDING, Head, NextFrame, NextToken
from seqtui.task import Records

LENGTHS = (9, 2, 14, 1, 5, 5, 23, 3, 1, 12)
HEADS: dict[str, Head] = {"frames": NextFrame(11), "tokens": NextToken(13)}
CPU = torch.device("cpu")


def records(head: Head, lengths: tuple[int, ...] = LENGTHS) -> Records:
    rng, total = np.random.default_rng(2), sum(lengths)
    match head:
        case NextFrame(keys):
            values = (rng.random((total, keys)) < 0.3).astype(np.uint8)
        case NextToken(size):
            values = rng.integers(0, size, total).astype(np.int16)
    return Records(values, np.array(lengths, np.int64), tuple(f"record {n}" for n in range(len(lengths))))


def trainee_of(head: Head, backbone: str = "gru", **changes: Any) -> Trainee:
    config = RunConfig(app="music", backbone=backbone, hidden_size=7, embedding_size=5, **changes)  # type: ignore[arg-type]
    model = build_model(config, head).train()
    model.backbone.use_kernel("own")
    return build_trainee(config, model, "fp32")


def flat(head: Head, *, batch_size: int = 4, bptt: int = 0, lengths: tuple[int, ...] = LENGTHS) -> FlatData:
    found = records(head, lengths)
    return FlatData(found, rows_of(found, batch_size=batch_size, bptt=bptt), CPU)


def gradients(model: SequenceModel, loss: Tensor) -> list[Tensor]:
    return list(torch.autograd.grad(loss, list(model.parameters()), allow_unused=True, materialize_grads=True))


def one_by_one(rows: Rows) -> list[Unit]:
    steps = [int(count) for count in rows.steps]
    return [Unit(np.array([row]), 0, count, count, count) for row, count in enumerate(steps)]


def all_at_once(rows: Rows) -> Unit:
    return Unit(np.arange(len(rows)), 0, int(rows.steps.max()), int(rows.steps.sum()), int(rows.steps.sum()))


@pytest.mark.parametrize("bidirectional", [False, True], ids=["forward", "bidirectional"])
@pytest.mark.parametrize("backbone", ["rnn", "gru", "lstm", "dense"])
@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_padded_batch_equals_its_records_one_by_one(head: Head, backbone: str, bidirectional: bool) -> None:
    if backbone == "dense" and bidirectional:
        pytest.skip("dense reads in no direction")
    trainee, data = trainee_of(head, backbone, bidirectional=bidirectional, layers=2), flat(head)
    together, _ = unit_loss(trainee, data, all_at_once(data.rows), None)
    apart = torch.stack([unit_loss(trainee, data, unit, None)[0] for unit in one_by_one(data.rows)]).sum()
    torch.testing.assert_close(together, apart, rtol=1e-5, atol=1e-4)
    for one, other in zip(gradients(trainee.model, together), gradients(trainee.model, apart), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_what_stands_in_the_padding_changes_nothing(head: Head) -> None:
    trainee, data = trainee_of(head, "lstm", bidirectional=True), flat(head, lengths=(4, 9, 6))
    unit = all_at_once(data.rows)
    window = data.gather(unit)
    logits, _ = trainee.model(window.inputs, lengths=window.lengths)
    altered = window.inputs.clone()
    padding = window.mask == 0
    altered[padding] = 1 - altered[padding] if isinstance(head, NextFrame) else 0
    again, _ = trainee.model(altered, lengths=window.lengths)
    assert torch.equal(logits[~padding], again[~padding])
    if isinstance(head, NextToken):
        assert bool((window.targets[padding] == PADDING).all())


def scored(data: FlatData, units: list[Unit]) -> list[tuple[int, int]]:
    """(position of the input, position of the target) in the flat values, for every real step of the units."""
    position = FlatData(
        Records(np.arange(len(data.values)), np.array(LENGTHS), tuple(map(str, LENGTHS))), data.rows, CPU
    )
    pairs = []
    for unit in units:
        window = position.gather(unit)
        real = window.mask.bool()
        assert int(real.sum()) == unit.real_steps
        pairs += list(zip(window.inputs[real].tolist(), window.targets[real].tolist(), strict=True))
    return pairs


def every_step(lengths: tuple[int, ...] = LENGTHS) -> list[tuple[int, int]]:
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    return [(s + k, s + k + 1) for s, n in zip(starts.tolist(), lengths, strict=True) for k in range(n - 1)]


@pytest.mark.parametrize("batch_size", [1, 3, 8, 9, 50])
@pytest.mark.parametrize("bptt", [0, 1, 4, 7, 100])
def test_every_step_of_every_record_is_scored_exactly_once_an_epoch(batch_size: int, bptt: int) -> None:
    data = flat(NextToken(200), batch_size=batch_size, bptt=bptt)
    for epoch in range(3):
        units = epoch_units(data.rows, batch_size=batch_size, bptt=bptt, seed=4, epoch=epoch)
        assert sorted(scored(data, units)) == every_step()
    assert sorted(scored(data, units_in_order(data.rows, batch_size=batch_size, window=bptt))) == every_step()


def test_one_long_record_is_cut_into_streams_that_lose_no_step() -> None:
    found = records(NextToken(13), (101,))
    rows = rows_of(found, batch_size=8, bptt=5)
    assert len(rows) == 8
    assert int(rows.steps.sum()) == 100
    assert int(rows.steps.max()) - int(rows.steps.min()) <= 1
    ends = rows.starts + rows.steps
    assert rows.starts.tolist() == [0, *ends.tolist()[:-1]], (
        "a stream begins at the value that the one before predicted"
    )
    assert rows_of(found, batch_size=8, bptt=0).steps.tolist() == [100], "full BPTT never cuts"


def test_windows_of_a_batch_follow_each_other_and_carry_over() -> None:
    data = flat(NextToken(13), bptt=4)
    units = epoch_units(data.rows, batch_size=4, bptt=4, seed=0, epoch=0)
    for before, unit in pairwise(units):
        follows = unit.begin == before.end and np.array_equal(unit.rows, before.rows)
        assert follows or unit.begin == 0


@pytest.mark.parametrize("bptt", [1, 3, 4, 7, 8, 100])
def test_windows_of_a_batch_are_equal_so_that_the_ends_of_records_count_as_much_as_their_beginnings(bptt: int) -> None:
    for units in (
        epoch_units(flat(NextToken(13)).rows, batch_size=4, bptt=bptt, seed=0, epoch=0),
        units_in_order(flat(NextToken(13)).rows, batch_size=4, window=bptt),
    ):
        for batch in {unit.rows.tobytes() for unit in units}:
            sizes = [unit.end - unit.begin for unit in units if unit.rows.tobytes() == batch]
            assert max(sizes) <= bptt
            assert max(sizes) - min(sizes) <= 1
            assert len(sizes) == -(-sum(sizes) // bptt), "no more steps than are needed"


def test_the_order_depends_on_seed_and_epoch_and_nothing_else() -> None:
    rows = flat(NextToken(13)).rows

    def order(seed: int, epoch: int) -> list[list[int]]:
        return [u.rows.tolist() for u in epoch_units(rows, batch_size=2, bptt=0, seed=seed, epoch=epoch)]

    first = order(5, 2)
    torch.manual_seed(1), np.random.default_rng(1).random()
    assert order(5, 2) == first
    assert order(5, 3) != first
    assert order(6, 2) != first


def test_records_of_a_single_value_predict_nothing_and_are_left_out() -> None:
    rows = flat(NextToken(13)).rows
    assert rows.records.tolist() == [0, 1, 2, 4, 5, 6, 7, 9]
    assert len(rows_of(records(NextToken(13), (1, 1)), batch_size=4, bptt=0)) == 0
    assert len(rows_of(records(NextToken(13), (1, 1)), batch_size=4, bptt=8)) == 0


def test_a_batch_larger_than_the_set_holds_the_set() -> None:
    units = epoch_units(flat(NextToken(13)).rows, batch_size=1000, bptt=0, seed=0, epoch=0)
    assert len(units) == 1
    assert sorted(units[0].rows.tolist()) == list(range(8))


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("backbone", ["rnn", "gru", "lstm", "dense"])
def test_windows_with_carried_state_give_the_loss_of_one_long_window(head: Head, backbone: str) -> None:
    trainee, data = trainee_of(head, backbone, layers=2), flat(head)
    whole = unit_loss(trainee, data, all_at_once(data.rows), None)[0]
    total, carry = torch.zeros(()), None
    for begin in range(0, 22, 5):
        steps = np.clip(data.rows.steps - begin, 0, min(5, 22 - begin))
        unit = Unit(np.arange(len(data.rows)), begin, min(begin + 5, 22), int(steps.sum()), int(steps.sum()))
        loss, carry = unit_loss(trainee, data, unit, carry)
        total = total + loss.detach()
    torch.testing.assert_close(total, whole.detach(), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_evaluation_in_short_windows_scores_as_in_one(head: Head, monkeypatch: pytest.MonkeyPatch) -> None:
    trainee, data = trainee_of(head, "lstm"), flat(head)
    whole = evaluate(trainee, data)
    monkeypatch.setattr("seqtui.engine.evaluate.WINDOW", 4)
    monkeypatch.setattr("seqtui.engine.evaluate.BATCH", 3)
    cut = evaluate(trainee, data)
    assert (whole.steps, cut.steps) == (len(every_step()), len(every_step()))
    assert cut.loss == pytest.approx(whole.loss, rel=1e-5)
    assert cut.metrics == pytest.approx(whole.metrics, rel=1e-5)


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_the_loss_is_the_mean_over_steps_not_over_sequences(head: Head) -> None:
    trainee, data = trainee_of(head), flat(head)
    total = sum(float(unit_loss(trainee, data, unit, None)[0].detach()) for unit in one_by_one(data.rows))
    assert evaluate(trainee, data).loss == pytest.approx(total / len(every_step()), rel=1e-5)

"""Telemetry tells the truth about gradients and updates, keeps its price, and leaves no trace in the training."""

import copy
import time
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from seqtui.config import RunConfig
from seqtui.engine.batches import FlatData, Unit, epoch_units, rows_of
from seqtui.engine.model import build_model
from seqtui.engine.step import Knobs, Outcome, Trainee, build_trainee, train_step
from seqtui.engine.telemetry import PROBE_SEQUENCES, PROBE_STEPS, SHARES, Price, Telemetry
from seqtui.shapes import NextFrame
from seqtui.task import Records

LENGTHS = np.array([9, 3, 14, 2, 7, 5])


def data_of(lengths: np.ndarray = LENGTHS) -> FlatData:
    values = (np.random.default_rng(1).random((int(lengths.sum()), 5)) < 0.4).astype(np.uint8)
    records = Records(values, lengths.astype(np.int64), tuple(f"piece {n}" for n in range(len(lengths))))
    return FlatData(records, rows_of(records, batch_size=4, bptt=0), torch.device("cpu"))


def trainee_of(**changes: Any) -> Trainee:
    wanted = {"backbone": "gru", "hidden_size": 9, "embedding_size": 6, "layers": 2, "optimizer": "adam", **changes}
    config = RunConfig(app="music", **wanted)
    model = build_model(config, NextFrame(5))
    return build_trainee(config, model.train(), "fp32")


def units_of(data: FlatData) -> list[Unit]:
    return epoch_units(data.rows, batch_size=4, bptt=0, seed=0, epoch=0)


def unclipped(trainee: Trainee, data: FlatData, units: list[Unit]) -> dict[str, Tensor]:
    """The gradients of the mean over real steps, by a pass of its own on a copy."""
    model = copy.deepcopy(trainee.model)
    steps = sum(unit.real_steps for unit in units)
    for unit in units:
        window = data.gather(unit)
        logits, _ = model(window.inputs, lengths=window.lengths)
        (model.head.loss(logits, window.targets, window.mask) / steps).backward()
    return {name: parameter.grad for name, parameter in model.named_parameters()}


@pytest.mark.parametrize("threshold", [0.0, 0.003, 1e3])
@pytest.mark.parametrize("accumulate", [1, 2])
def test_norms_are_those_before_clipping_and_ratios_those_of_the_step(threshold: float, accumulate: int) -> None:
    data, trainee = data_of(), trainee_of()
    units, model = units_of(data)[:accumulate], trainee.model
    wanted, before = unclipped(trainee, data, units), copy.deepcopy(model.state_dict())
    telemetry = Telemetry("light", data)
    telemetry.before_step(model)
    outcome = train_step(trainee, data, units, None, knobs=Knobs(0.01, threshold, 0.0))
    event = telemetry.gradients(model, outcome, step=1, threshold=threshold)
    assert outcome.clipped == (threshold == 0.003)
    assert event.norms.keys() == event.update_ratio.keys() == dict(model.named_parameters()).keys()
    for name, gradient in wanted.items():
        assert event.norms[name] == pytest.approx(float(gradient.norm()), rel=1e-4, abs=1e-9)
        moved = (model.state_dict()[name] - before[name]).norm() / before[name].norm()
        assert event.update_ratio[name] == pytest.approx(float(moved), rel=1e-4)
    total = torch.stack([gradient.norm() for gradient in wanted.values()]).norm()
    assert event.total == pytest.approx(float(total), rel=1e-4)
    assert sum(norm**2 for norm in event.norms.values()) ** 0.5 == pytest.approx(event.total, rel=1e-4)


def test_a_weight_of_nought_that_moves_has_an_infinite_ratio_and_one_that_stays_none() -> None:
    data, trainee = data_of(), trainee_of(optimizer="sgd")
    with torch.no_grad():
        trainee.model.head.bias.zero_()
    telemetry = Telemetry("full", data)
    for lr, ratio in ((0.0, 0.0), (0.5, float("inf"))):
        telemetry.before_step(trainee.model)
        outcome = train_step(trainee, data, units_of(data)[:1], None, knobs=Knobs(lr, 0.0, 0.0))
        event = telemetry.gradients(trainee.model, outcome, step=1, threshold=0.0)
        assert event.update_ratio["head.bias"] == ratio


def trained(level: str | None) -> tuple[list[Outcome], Trainee, Tensor]:
    """Six steps with dropout, every instrument read at every step; None: without any."""
    data, trainee = data_of(), trainee_of(dropout=0.4, layers=2, backbone="lstm")
    telemetry = Telemetry(level, data) if level else None
    outcomes = []
    for step in range(6):
        if telemetry:
            telemetry.price.elapsed += 100.0
            assert telemetry.wants_gradients() == (level != "off")
            if level != "off":
                telemetry.before_step(trainee.model)
        units = units_of(data)[step % 2 : step % 2 + 1]
        outcomes.append(train_step(trainee, data, units, None, knobs=Knobs(0.01, 0.5, 0.0)))
        if telemetry:
            if level != "off":
                telemetry.gradients(trainee.model, outcomes[-1], step=step, threshold=0.5)
            assert (telemetry.lags(trainee.model, step=step) is not None) == (level == "full")
            assert (telemetry.gates(trainee.model, step=step) is not None) == (level == "full")
    return outcomes, trainee, torch.get_rng_state()


@pytest.mark.parametrize("level", ["full", "light", "off"])
def test_telemetry_changes_neither_weights_nor_gradients_nor_random_numbers(level: str) -> None:
    (plain, untouched, state), (outcomes, watched, after) = trained(None), trained(level)
    assert [(each.loss, each.grad_norm) for each in outcomes] == [(each.loss, each.grad_norm) for each in plain]
    assert torch.equal(after, state)
    assert watched.model.training
    pairs = zip(watched.model.parameters(), untouched.model.parameters(), strict=True)
    for parameter, other in pairs:
        assert torch.equal(parameter, other)
        assert torch.equal(parameter.grad, other.grad)


WATCHED = {"max_steps": 6, "eval_every": 3, "dropout": 0.4, "layers": 2, "max_grad_norm": 0.5}


@pytest.mark.parametrize(
    ("level", "kinds"), [("full", {"Gradients", "Lags", "Gates"}), ("light", {"Gradients"}), ("off", set())]
)
def test_a_run_tells_what_its_level_says_and_ends_the_same_to_the_bit(lab, level: str, kinds: set[str]) -> None:
    watched = lab.golden(**WATCHED, telemetry=level)
    told = {type(event).__name__ for event in lab.events(watched)}
    assert told & {"Gradients", "Lags", "Gates"} == kinds
    lab.assert_same_end(watched, lab.golden(**WATCHED, telemetry="off"))


def test_full_telemetry_speaks_of_every_layer_on_the_longest_sequences() -> None:
    telemetry, trainee = Telemetry("full", data_of()), trainee_of(backbone="lstm", bidirectional=True)
    lags = telemetry.lags(trainee.model, step=4)
    gates = telemetry.gates(trainee.model, step=4)
    both = [(0, "forward"), (0, "backward"), (1, "forward"), (1, "backward")]
    assert [(profile.layer, profile.direction) for profile in lags.profiles] == both
    assert {len(profile.norms) for profile in lags.profiles} == {13}
    assert gates.probe == "piece 2"
    assert len(gates.maps) == 16
    assert {len(each.values[0]) for each in gates.maps} == {13}


def test_the_probe_is_cut_to_its_bounds() -> None:
    telemetry = Telemetry("full", data_of(np.array([300] * 12)))
    lags = telemetry.lags(trainee_of(layers=1).model, step=1)
    assert len(lags.profiles[0].norms) == PROBE_STEPS
    assert telemetry._window.mask.shape == (PROBE_STEPS, PROBE_SEQUENCES)


def test_a_backbone_without_memory_has_gradients_only() -> None:
    telemetry, trainee = Telemetry("full", data_of()), trainee_of(backbone="dense")
    assert telemetry.wants_gradients()
    assert telemetry.lags(trainee.model, step=1) is None
    assert telemetry.gates(trainee.model, step=1) is None


def test_full_telemetry_of_no_sequences_is_silent() -> None:
    telemetry, trainee = Telemetry("full", data_of(np.array([1, 1]))), trainee_of()
    assert telemetry.lags(trainee.model, step=1) is None
    assert telemetry.gates(trainee.model, step=1) is None


def busy(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def test_a_costly_instrument_is_read_as_often_as_its_share_of_the_time_allows() -> None:
    price, readings, dearest = Price(), 0, 0.0
    for _ in range(3000):
        price.elapsed += 0.01
        if price.is_due("gradients"):
            readings += 1
            for _ in range(2):
                with price.charged("gradients"):
                    busy(0.003)
            assert price.last_price["gradients"] >= 0.006
            dearest = max(dearest, price.last_price["gradients"])
            assert price.spent <= SHARES["gradients"] * price.elapsed + dearest
    assert price.spent > 0.5 * SHARES["gradients"] * price.elapsed
    assert readings > 3


def test_a_cheap_instrument_is_read_four_times_a_second_and_no_more() -> None:
    price, readings = Price(), 0
    for _ in range(1000):
        price.elapsed += 0.01
        if price.is_due("gradients"):
            readings += 1
            with price.charged("gradients"):
                pass
    assert 30 <= readings <= 41


def test_an_instrument_that_is_dear_does_not_starve_the_others() -> None:
    price = Price(elapsed=10.0)
    with price.charged("gates"):
        busy(0.08)
    price.elapsed = 12.0
    assert not price.is_due("gates")
    with price.charged("lags"):
        busy(0.001)
    price.elapsed = 15.0
    assert price.is_due("lags")
    assert not price.is_due("gates")


def test_the_first_reading_is_free_and_one_that_cost_too_much_is_not_repeated_soon() -> None:
    price = Price()
    assert price.is_due("lags")
    with price.charged("lags"):
        busy(0.05)
    price.elapsed = 4.0
    assert not price.is_due("lags")
    assert price.is_due("gradients")
    price.elapsed = 100.0
    assert price.is_due("lags")

"""Learning-rate schedules, clipping and accumulation against torch's own; patience and what is the best."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from seqtui.config import RunConfig
from seqtui.engine.batches import FlatData, Unit, rows_of
from seqtui.engine.evaluate import evaluate
from seqtui.engine.model import build_model
from seqtui.engine.schedule import lr_factor
from seqtui.engine.state import TrainingState, fresh_state, state_from_facts
from seqtui.engine.step import Knobs, Trainee, build_trainee, train_step
from seqtui.runs.events import Saved
from seqtui.shapes import NextFrame
from seqtui.task import Records

TOTAL = 40
CPU = torch.device("cpu")
NO_CLIPPING = Knobs(lr=0.1, max_grad_norm=0.0, clip_value=0.0)


def config(**changes: Any) -> RunConfig:
    return RunConfig(**{"app": "music", "hidden_size": 7, "embedding_size": 5, "backbone": "gru", **changes})


def factors(settings: RunConfig) -> list[float]:
    return [lr_factor(settings, step, total=TOTAL) for step in range(TOTAL)]


def library(make: Any) -> list[float]:
    """The learning rates of a torch schedule over TOTAL steps, the base rate being 1."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.ones(1))], lr=1.0)
    schedule, rates = make(optimizer), []
    for _ in range(TOTAL):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates


def test_cosine_equals_the_library_at_every_step() -> None:
    wanted = library(lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=TOTAL))
    assert factors(config(schedule="cosine")) == pytest.approx(wanted, abs=1e-9)


def test_warmup_linear_equals_the_library_at_every_step() -> None:
    warmup = library(
        lambda o: torch.optim.lr_scheduler.LambdaLR(
            o, lambda step: (step + 1) / 8 if step < 8 else (TOTAL - step) / (TOTAL - 8)
        )
    )
    assert factors(config(schedule="warmup-linear", warmup_steps=8)) == pytest.approx(warmup, abs=1e-9)


def test_onecycle_equals_the_library_up_to_its_one_step_of_phase() -> None:
    """torch peaks at step 0.3·T − 1 and ends at T − 1, ours at 0.3·T and T: compare at equal shares of each phase."""
    wanted = library(lambda o: torch.optim.lr_scheduler.OneCycleLR(o, max_lr=1.0, total_steps=TOTAL))
    ours = [lr_factor(config(schedule="onecycle"), step, total=TOTAL) for step in range(TOTAL + 1)]
    peak, last = 0.3 * TOTAL - 1, TOTAL - 1
    for step, rate in enumerate(wanted):
        share = 0.3 * step / peak if step <= peak else 0.3 + 0.7 * (step - peak) / (last - peak)
        fine = lr_factor(config(schedule="onecycle"), round(share * 10**6), total=10**6)
        assert fine == pytest.approx(rate, abs=1e-5)
    assert max(ours) == pytest.approx(1.0)
    assert ours[0] == pytest.approx(0.04)
    assert ours[-1] == pytest.approx(4e-6)


def test_warm_up_rises_in_equal_steps_to_the_full_rate() -> None:
    rates = factors(config(schedule="constant", warmup_steps=5))
    assert rates[:6] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0, 1.0])
    assert set(rates[5:]) == {1.0}


def test_the_plateau_acts_as_the_library_does() -> None:
    settings = config(schedule="plateau", plateau_patience=2, plateau_factor=0.5)
    losses = [5.0, 4.0, 4.5, 4.4, 4.3, 4.2, 3.9, 3.9, 3.9, 3.9, 3.9, 3.9, 3.0, float("nan"), 3.5, 3.5, 3.5]
    optimizer = torch.optim.SGD([nn.Parameter(torch.ones(1))], lr=1.0)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2, threshold=0.0)
    state = fresh_state(settings)
    scales, wanted = [], []
    for step, loss in enumerate(losses, 1):
        state.step = step
        state.judge(loss, 0.0, settings)
        schedule.step(loss)
        scales.append(state.plateau_scale)
        wanted.append(optimizer.param_groups[0]["lr"])
    assert scales == wanted
    assert scales[-1] < 0.5


def test_a_state_survives_the_way_through_json_facts() -> None:
    state = fresh_state(config())
    state.remember_norm(float("inf"))
    facts = state.facts()
    assert isinstance(facts["best_loss"], str)
    assert isinstance(state, TrainingState)


def setup(count: int = 8) -> tuple[Trainee, FlatData]:
    rng = np.random.default_rng(3)
    lengths = rng.integers(3, 9, count)
    values = (rng.random((int(lengths.sum()), 11)) < 0.3).astype(np.uint8)
    found = Records(values, lengths, tuple(map(str, range(count))))
    settings = config(optimizer="sgd", lr=0.1)
    model = build_model(settings, NextFrame(11)).train()
    return build_trainee(settings, model, "fp32"), FlatData(found, rows_of(found, batch_size=8, bptt=0), CPU)


def unit_of(data: FlatData, rows: range) -> Unit:
    chosen = np.arange(rows.start, rows.stop)
    steps = data.rows.steps[chosen]
    return Unit(chosen, 0, int(steps.max()), int(steps.sum()), int(steps.sum()))


def gradients(trainee: Trainee) -> list[torch.Tensor]:
    return [p.grad.clone() for p in trainee.model.parameters() if p.grad is not None]


def test_four_accumulated_batches_of_two_make_the_step_of_one_batch_of_eight() -> None:
    whole, data = setup()
    parts, _ = setup()
    one = train_step(whole, data, [unit_of(data, range(8))], None, knobs=NO_CLIPPING)
    units = [unit_of(data, range(first, first + 2)) for first in range(0, 8, 2)]
    four = train_step(parts, data, units, None, knobs=NO_CLIPPING)
    assert four.real_steps == one.real_steps
    assert four.loss == pytest.approx(one.loss, rel=1e-6)
    assert four.grad_norm == pytest.approx(one.grad_norm, rel=1e-5)
    for a, b in zip(gradients(whole), gradients(parts), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-6)
    for p, q in zip(whole.model.parameters(), parts.model.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("max_norm", [0.01, 0.5, 1e6])
def test_clipping_by_norm_equals_the_library(max_norm: float) -> None:
    ours, data = setup()
    stock, _ = setup()
    unit = unit_of(data, range(8))
    train_step(stock, data, [unit], None, knobs=NO_CLIPPING)
    norm = nn.utils.clip_grad_norm_(stock.model.parameters(), max_norm)
    outcome = train_step(ours, data, [unit], None, knobs=Knobs(0.1, max_norm, 0.0))
    assert outcome.grad_norm == pytest.approx(float(norm), rel=1e-6)
    assert outcome.clipped == (float(norm) > max_norm)
    for a, b in zip(gradients(ours), gradients(stock), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("limit", [1e-3, 0.02, 1e6])
def test_clipping_by_value_equals_the_library(limit: float) -> None:
    ours, data = setup()
    stock, _ = setup()
    unit = unit_of(data, range(8))
    train_step(stock, data, [unit], None, knobs=NO_CLIPPING)
    before = gradients(stock)
    nn.utils.clip_grad_value_(stock.model.parameters(), limit)
    outcome = train_step(ours, data, [unit], None, knobs=Knobs(0.1, 0.0, limit))
    assert outcome.clipped == any(float(gradient.abs().max()) > limit for gradient in before)
    for a, b in zip(gradients(ours), gradients(stock), strict=True):
        assert torch.equal(a, b)


def test_an_evaluation_uses_no_random_numbers_and_leaves_the_model_training() -> None:
    trainee, data = setup()
    trainee.model.dropout = trainee.model.backbone.dropout = 0.5
    before = torch.get_rng_state()
    first, again = evaluate(trainee, data), evaluate(trainee, data)
    assert torch.equal(torch.get_rng_state(), before)
    assert first == again
    assert trainee.model.training


def test_the_best_evaluation_is_of_the_loss_or_of_the_score() -> None:
    seen = [(1.0, 0.5), (0.9, 0.4), (1.2, 0.7), (0.8, float("nan")), (2.0, 0.7)]
    for best_by, wanted in (("loss", [True, True, False, True, False]), ("score", [True, False, True, False, False])):
        settings = config(best_by=best_by)
        state = fresh_state(settings)
        assert [state.judge(loss, score, settings) for loss, score in seen] == wanted
        assert state.best_loss == (0.8 if best_by == "loss" else 1.2)


def test_of_equal_scores_the_lower_loss_is_the_best() -> None:
    settings = config(best_by="score")
    state = fresh_state(settings)
    seen = [(0.8, 0.0), (0.6, 0.0), (0.7, 0.0), (0.9, 0.1), (0.5, 0.0)]
    assert [state.judge(loss, score, settings) for loss, score in seen] == [True, True, False, True, False]


def test_a_state_of_before_the_score_counted_goes_on_by_its_loss() -> None:
    state = fresh_state(config())
    state.judge(0.5, 0.9, config())
    facts = {name: value for name, value in state.facts().items() if name != "best_value"}
    assert state_from_facts(facts).best_value == 0.5


def test_a_run_that_no_longer_improves_stops_when_its_patience_ends_also_after_a_death(lab: Any) -> None:
    # At such a rate nothing moves: the first evaluation is the best, and each one after it is stale.
    folder = lab.folder(lr=1e-30, patience=2, eval_every=1, bptt=7, epochs=50)
    lab.live(folder, until=lambda event: isinstance(event, Saved) and event.step == 2)
    assert lab.child(folder) == 0
    end = lab.events(folder)[-1]
    assert (end.why, end.step, end.best_step) == ("patience", 3, 1)


def test_a_loss_that_is_not_finite_is_never_the_best() -> None:
    state, settings = fresh_state(config()), config()
    assert not state.judge(math.nan, 0.0, settings)
    assert state.judge(1.0, 0.0, settings)
    assert not any(state.judge(loss, 0.0, settings) for loss in (math.nan, math.inf, 1.0))
    assert state.best_loss == 1.0

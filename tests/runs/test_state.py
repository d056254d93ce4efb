"""The state is a fold over events: bounded, true after a resume, and never shy of a non-finite value."""

import math
from dataclasses import replace

from seqtui.config import RunConfig
from seqtui.runs.curve import Curve, bucket
from seqtui.runs.events import Failed, Finished, NonFinite, Paused, Resumed, Span, Started
from seqtui.runs.journal import Record
from seqtui.runs.state import RunState, Status, fold


def after(events, config: RunConfig | None = None) -> RunState:
    return fold((Record(event, seq, 0.0, {}) for seq, event in enumerate(events)), config=config)


def test_the_status_follows_the_events(events, one_step) -> None:
    told = events()
    assert after(told[:1]).status(alive=True) is Status.PREPARING
    assert after(told[:4]).status(alive=True) is Status.TRAINING
    assert after([*told[:4], Paused(1)]).status(alive=True) is Status.PAUSED
    assert after([*told[:4], Paused(1), Resumed(1)]).status(alive=True) is Status.TRAINING
    assert after(told[:4]).status(alive=False) is Status.DEAD
    assert after(told).status(alive=False) is Status.FINISHED
    assert after([*told[:4], Failed(1, "why", 1)]).status(alive=False) is Status.FAILED
    assert after([*told, told[1], one_step(8)]).status(alive=True) is Status.TRAINING


def test_the_state_holds_what_was_told(events) -> None:
    state = after(events(), RunConfig(app="music", epochs=1))
    assert state.step.step == 7
    assert state.best.loss == 8.0
    assert state.last_evaluation("test").loss == 8.1
    assert state.data.baselines == {"marginal": 12.0, "repeat": 8.4}
    assert len(state.samples) == 1
    assert isinstance(state.ended, Finished)
    assert state.seq == len(events()) - 1


def test_the_time_left_comes_from_the_runs_own_clock_and_is_never_negative(one_step) -> None:
    state = after([one_step(number) for number in range(1, 4)], RunConfig(app="music", epochs=2))
    assert state.total_steps == 14
    assert math.isclose(state.steps_per_second, 10.0)
    assert math.isclose(state.eta_seconds, 1.1)
    assert math.isclose(state.fraction, 3 / 14)
    late = after([one_step(3), one_step(4)], RunConfig(app="music", epochs=100, max_seconds=0.1))
    assert (late.eta_seconds, late.fraction) == (0.0, 1.0)
    assert after([]).eta_seconds is None


def test_a_resumed_run_forgets_what_came_after_its_checkpoint(events, one_step) -> None:
    told = events()
    started: Started = replace(told[1], resumed_from=3)
    state = after([*told, started, one_step(4, 5.0)])
    assert [(found.first, found.mean) for found in state.loss.buckets][3:] == [(4, 5.0)]
    assert state.ended is None
    assert state.last_evaluation("valid") is None


def test_a_non_finite_step_is_counted(one_step) -> None:
    bad = NonFinite(2, "loss", math.nan, math.inf, "head.weight", "head", 3, ["a"], 1, [1.0])
    state = after([one_step(1), replace(one_step(2), loss=Span(1.0, math.nan, math.inf)), bad])
    assert state.nonfinite_count == 1
    assert state.loss.buckets[-1].nonfinite == 1
    assert state.loss.buckets[-1].low == 1.0


def test_a_curve_of_a_hundred_thousand_steps_stays_small_and_keeps_its_extremes() -> None:
    curve = Curve(capacity=64)
    for number in range(100_000):
        value = 1000.0 if number == 54_321 else -5.0 if number == 99_998 else 1.0
        curve.add(bucket(number, number, low=value, mean=value, high=value))
    assert len(curve.buckets) <= 64
    assert sum(found.steps for found in curve.buckets) == 100_000
    assert max(found.high for found in curve.buckets) == 1000.0
    assert min(found.low for found in curve.buckets) == -5.0
    pairs = zip(curve.buckets, curve.buckets[1:], strict=False)
    assert all(one.last + 1 == two.first for one, two in pairs)


def test_the_fold_of_many_steps_is_bounded(one_step) -> None:
    state = after(one_step(number) for number in range(20_000))
    assert len(state.loss.buckets) <= 2048

"""Steps summed up: at most ten events a second, means over real time steps, what is not finite told as it is."""

import math
import time
from dataclasses import astuple
from typing import Any

import torch

from seqtui.engine.meter import SECONDS, StepMeter
from seqtui.engine.step import Outcome
from seqtui.runs.events import Step

FACTS: dict[str, Any] = {"step": 9, "epoch": 1, "batch": 3, "batches": 4, "lr": 0.1, "elapsed": 2.0}


def outcome(loss: float, norm: float = 1.0, steps: int = 10, *, clipped: bool = False) -> Outcome:
    return Outcome(
        loss, norm, torch.tensor([norm]), steps, steps, math.isfinite(loss) and math.isfinite(norm), clipped, None
    )


def summed(*outcomes: Outcome) -> Step:
    meter = StepMeter()
    meter.outcomes += outcomes
    return meter.event(**FACTS, telemetry=0.0)


def test_losses_are_averaged_over_real_time_steps_and_norms_over_optimizer_steps() -> None:
    event = summed(outcome(2.0, 1.0, 30), outcome(5.0, 4.0, 10, clipped=True))
    assert astuple(event.loss) == (2.0, 2.75, 5.0)
    assert astuple(event.grad_norm) == (1.0, 2.5, 4.0)
    assert (event.count, event.clipped, event.real_steps) == (2, 0.5, 40)
    assert event.peak_memory_mb > 1


def test_a_step_that_is_not_finite_does_not_hide_the_others() -> None:
    event = summed(outcome(2.0), outcome(math.nan, math.nan), outcome(4.0))
    assert astuple(event.loss) == (2.0, 3.0, 4.0)
    assert event.count == 3


def test_where_no_step_was_finite_the_event_says_so() -> None:
    event = summed(outcome(math.nan, math.inf), outcome(math.inf, math.inf))
    assert all(math.isnan(value) for value in astuple(event.loss))
    assert astuple(event.grad_norm) == (math.inf,) * 3


def test_a_step_without_real_time_steps_divides_by_nothing() -> None:
    assert summed(outcome(0.0, steps=0)).loss.mean == 0.0


def test_telemetry_is_charged_to_the_event_in_which_it_was_spent() -> None:
    meter = StepMeter()
    spent = []
    for total in (0.25, 0.25, 1.0):
        meter.outcomes.append(outcome(1.0))
        spent.append(meter.event(**FACTS, telemetry=total).telemetry_seconds)
    assert spent == [0.25, 0.0, 0.75]


def test_there_are_at_most_ten_events_a_second_and_no_step_is_lost() -> None:
    meter, events, fed = StepMeter(), [], 0
    start = time.monotonic()
    while time.monotonic() - start < 0.45:
        meter.outcomes.append(outcome(1.0))
        fed += 1
        if meter.is_due():
            events.append(meter.event(**FACTS, telemetry=0.0))
    assert 1 <= len(events) <= 4
    assert all(event.seconds >= SECONDS for event in events)
    assert sum(event.count for event in events) + len(meter.outcomes) == fed


def test_nothing_is_due_where_nothing_was_done() -> None:
    assert not StepMeter(since=time.monotonic() - 99).is_due()

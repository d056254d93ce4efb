"""Steps summed up for the screen: at most ten events a second, each with minimum, mean and maximum."""

import math
import resource
import sys
import time
from dataclasses import dataclass, field
from typing import Final

from seqtui.engine.step import Outcome
from seqtui.runs.events import Span, Step

SECONDS: Final = 0.1


@dataclass(slots=True)
class StepMeter:
    """Collects outcomes until a tenth of a second has passed."""

    outcomes: list[Outcome] = field(default_factory=list)
    since: float = field(default_factory=time.monotonic)
    telemetry_before: float = 0.0

    def is_due(self) -> bool:
        """Whether enough time has passed for an event."""
        return bool(self.outcomes) and time.monotonic() - self.since >= SECONDS

    def event(
        self, *, step: int, epoch: int, batch: int, batches: int, lr: float, elapsed: float, telemetry: float
    ) -> Step:
        """The event of the steps collected; starts anew. telemetry: seconds it has taken since the run's start."""
        sound = [outcome for outcome in self.outcomes if outcome.finite] or self.outcomes
        targets = sum(outcome.targets for outcome in sound)
        losses = [outcome.loss for outcome in sound]
        norms = [outcome.grad_norm for outcome in sound]
        now = time.monotonic()
        event = Step(
            step,
            epoch,
            batch,
            batches,
            len(self.outcomes),
            _span(losses, sum(outcome.loss * outcome.targets for outcome in sound) / max(targets, 1)),
            _span(norms, sum(norms) / len(norms)),
            lr,
            sum(outcome.clipped for outcome in self.outcomes) / len(self.outcomes),
            sum(outcome.real_steps for outcome in self.outcomes),
            now - self.since,
            elapsed,
            telemetry - self.telemetry_before,
            _peak_memory_mb(),
        )
        self.outcomes, self.since, self.telemetry_before = [], now, telemetry
        return event


def _span(values: list[float], mean: float) -> Span:
    if any(math.isnan(value) for value in values):
        return Span(math.nan, math.nan, math.nan)
    return Span(min(values), mean, max(values))


def _peak_memory_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)

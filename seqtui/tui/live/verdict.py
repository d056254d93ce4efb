"""One line about a living run: what is happening, why, what to try. Rules over RunState, the gravest first.

A rule must say the numbers that it goes by. None may speak of what was not measured.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from seqtui.runs.events import Evaluated, Failed, LagProfile, Step
from seqtui.runs.label_tables import is_ceiling
from seqtui.runs.report import verdict as end_verdict
from seqtui.runs.state import RunState, Status

Mood = Literal["good", "note", "warning", "bad"]

EXPLODES: Final = 10.0
MOSTLY: Final = 0.5
WORSE: Final = 1.01
PLATEAU_EVALUATIONS: Final = 6
PLATEAU_GAIN: Final = 0.002
LEAST_CLIPPED_STEPS: Final = 50
NEWS_STEPS: Final = 100


@dataclass(frozen=True, slots=True)
class Verdict:
    """what: in a few words; why: the numbers; try_: what a person could do, or ""; waits: on a silent process."""

    mood: Mood
    what: str
    why: str
    try_: str = ""
    waits: bool = False


def judge(state: RunState, status: Status, recent: Sequence[Step] = ()) -> Verdict:
    """The verdict of now. recent: the newest reports, for what the clipping does."""
    for rule in _RULES:
        found = rule(state, status, recent)
        if found:
            return found
    return _healthy(state)


def _ended(state: RunState, status: Status, _: Sequence[Step]) -> Verdict | None:
    printed = "9 shows what it printed last; there is no checkpoint to go on from"
    again = f"space goes on from step {state.saved.step:,}" if state.saved else printed
    match status:
        case Status.FAILED if isinstance(state.ended, Failed):
            return Verdict("bad", f"Failed at step {state.ended.step:,}", state.ended.sentence, again)
        case Status.DEAD:
            memory = f" (it had used {state.peak_memory_mb:,.0f} MB)" if state.peak_memory_mb else ""
            why = f"it ended without a word; killed, out of memory{memory}, or the machine stopped"
            return Verdict("bad", "Its process is gone", why, again)
        case Status.FINISHED | Status.STOPPED:
            return _as_reported(state, status, again)
    return None


def _as_reported(state: RunState, status: Status, again: str) -> Verdict:
    """The verdict of the end report. again: how a run that was stopped goes on."""
    said = end_verdict(state).removeprefix("Verdict: ").removesuffix(".")
    how, _, numbers = said.partition(": ")
    what = f"{status.capitalize()}, {how}" if how in ("healthy", "mixed") else status.capitalize()
    why = numbers if how in ("healthy", "mixed") else said
    finished = "p plays it, e exports it" if state.saved else ""
    return Verdict("good" if how == "healthy" else "note", what, why, again if status is Status.STOPPED else finished)


def _preparing(state: RunState, status: Status, _: Sequence[Step]) -> Verdict | None:
    if state.step is not None:
        return None
    doing = state.phase.text if state.phase else "the training process starts; its libraries take a few seconds"
    return Verdict("note", str(status).capitalize(), doing, waits=state.phase is None)


def _not_finite(state: RunState, _status: Status, _recent: Sequence[Step]) -> Verdict | None:
    odd, step = state.nonfinite, state.step
    if odd is None or step is None or step.step - odd.step > NEWS_STEPS:
        return None
    where = f" in {odd.tensor or odd.layer}" if odd.tensor or odd.layer else ""
    many = f", {odd.in_a_row} in a row" if odd.in_a_row > 1 else ""
    why = f"step {odd.step:,}: the {odd.where}{where} is NaN or infinite{many}; {state.nonfinite_count} left out so far"
    return Verdict("bad", "Not finite", why, "r lower the rate, c clip lower, 9 names the records")


def _exploding(state: RunState, _status: Status, _recent: Sequence[Step]) -> Verdict | None:
    worst = max(_profiles(state), key=lambda profile: _finite_or(profile.exploding, math.inf), default=None)
    if worst is None or 0 <= worst.exploding <= EXPLODES:
        return None
    how = f"grows ×{worst.exploding:.3g}" if math.isfinite(worst.exploding) else "is not finite"
    why = f"{_layer(worst)}: the gradient {how} on its way back through time"
    return Verdict("warning", "Exploding gradient", why, "c clip lower, r lower the rate, or orthogonal initialization")


def _vanished(state: RunState, _status: Status, _recent: Sequence[Step]) -> Verdict | None:
    for profile in _profiles(state):
        zeros = [lag for lag, norm in enumerate(profile.norms) if norm == 0]
        if zeros and profile.norms[0] != 0:
            why = f"{_layer(profile)}: exactly zero from {zeros[0]} steps back on: nothing older can be learned"
            return Verdict("warning", "Vanished gradient", why, _longer_memory(state))
    return None


def _clipped(state: RunState, _status: Status, recent: Sequence[Step]) -> Verdict | None:
    """Not of optimizers that divide by the gradient's own size, under which the rate is the size of a step all the same
    (Kingma & Ba 2015, §2.1).
    """
    if state.config is None or state.config.optimizer != "sgd":
        return None
    steps = sum(report.count for report in recent)
    share = sum(report.clipped * report.count for report in recent) / steps if steps else 0.0
    if steps < LEAST_CLIPPED_STEPS or share <= MOSTLY:
        return None
    why = f"{share:.0%} of the last {steps:,} steps: the threshold sets the step size now, not the rate"
    return Verdict("warning", "Clipped in most steps", why, "c raise the threshold (panel 4 suggests one)")


def _overfitting(state: RunState, _status: Status, _recent: Sequence[Step]) -> Verdict | None:
    valid = [found for found in state.evaluations.get("valid", []) if math.isfinite(found.loss)]
    best = min(valid, key=lambda found: found.loss, default=None)
    after = [found for found in valid if best and found.step > best.step]
    if best is None or len(after) < 2 or any(found.loss < best.loss * WORSE for found in after[-2:]):
        return None
    then, now = _train_loss(state, until=best.step), _train_loss(state)
    if not now < then:
        return None
    why = f"validation {best.loss:.4g} → {after[-1].loss:.4g} while training {then:.4g} → {now:.4g}"
    what = f"Overfitting since step {best.step:,}"
    return Verdict("warning", what, why, "x stop: the best weights are kept; more dropout or data")


def _plateau(state: RunState, _status: Status, _recent: Sequence[Step]) -> Verdict | None:
    losses = [found.loss for found in state.evaluations.get("valid", [])]
    if len(losses) < 2 * PLATEAU_EVALUATIONS or not all(map(math.isfinite, losses)):
        return None
    before, lately = min(losses[:-PLATEAU_EVALUATIONS]), min(losses[-PLATEAU_EVALUATIONS:])
    if lately < before - PLATEAU_GAIN * abs(before):
        return None
    why = f"the last {PLATEAU_EVALUATIONS} evaluations gained under {PLATEAU_GAIN:.1%} on {before:.4g}"
    return Verdict("note", "Plateau", why, "r lower the rate, or x stop; a larger model or more data goes further")


def _too_early(state: RunState, _status: Status, _recent: Sequence[Step]) -> Verdict | None:
    valid = state.evaluations.get("valid", [])
    if len(valid) >= 2 or state.step is None:
        return None
    first = state.loss.buckets[0].mean if state.loss.buckets else math.nan
    why = f"training loss {first:.4g} → {_train_loss(state):.4g}, {len(valid)} of 2 evaluations that a verdict needs"
    return Verdict("note", "Too early to say", why)


def _healthy(state: RunState) -> Verdict:
    valid = state.evaluations.get("valid", [])
    fell = len(valid) >= 2 and valid[-1].loss <= valid[-2].loss
    why = f"validation {'still falls' if fell else 'wavers near its best'}, best {_best(valid)}{_beside(state)}"
    return Verdict("good", "Healthy" if fell else "No alarm", why, _short_hearing(state))


def _beside(state: RunState) -> str:
    """How the best validation loss stands beside the best trivial predictor (which was measured on test)."""
    known = {name: loss for name, loss in state.data.baselines.items() if not is_ceiling(name)} if state.data else {}
    if not known or state.best is None:
        return ""
    name, loss = min(known.items(), key=lambda item: item[1])
    return f", {'under' if state.best.loss < loss else 'not yet under'} '{name}' ({loss:.4g})"


def _short_hearing(state: RunState) -> str:
    profiles = [profile for profile in _profiles(state) if profile.horizon is not None]
    shortest = min(profiles, key=lambda profile: profile.horizon or 0, default=None)
    if shortest is None or shortest.horizon is None or 2 * shortest.horizon > len(shortest.norms):
        return ""
    steps = "step" if shortest.horizon == 1 else "steps"
    return f"{_layer(shortest)} hears {shortest.horizon} {steps} back; if the task needs more: {_longer_memory(state)}"


def _longer_memory(state: RunState) -> str:
    backbone = state.config.backbone if state.config else ""
    return "lstm or gru instead of rnn" if backbone == "rnn" else "a new run with --forget-bias 1 … 3"


def _profiles(state: RunState) -> Sequence[LagProfile]:
    return [profile for profile in state.lags.profiles if profile.norms] if state.lags else []


def _layer(profile: LagProfile) -> str:
    way = ", backward" if profile.direction == "backward" else ""
    return f"layer {profile.layer}{way}"


def _best(valid: Sequence[Evaluated]) -> str:
    return f"{min((found.loss for found in valid if math.isfinite(found.loss)), default=math.nan):.4g}"


def _finite_or(value: float, other: float) -> float:
    return value if math.isfinite(value) else other


def _train_loss(state: RunState, *, until: int | None = None) -> float:
    """Mean training loss of the last tenth of the steps up to `until` (of all)."""
    buckets = [part for part in state.loss.buckets if until is None or part.last <= until]
    means = [part.mean for part in buckets[-max(len(buckets) // 10, 1) :] if math.isfinite(part.mean)]
    return float(np.mean(means)) if means else math.nan


_RULES: Final[tuple[Callable[[RunState, Status, Sequence[Step]], Verdict | None], ...]] = (
    _ended, _preparing, _not_finite, _exploding, _vanished, _clipped, _overfitting, _plateau, _too_early,
)  # fmt: skip

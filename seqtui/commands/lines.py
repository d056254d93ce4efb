"""Events as lines for people. Plain text, no control characters, nothing printed here."""

import math
from typing import Final

from seqtui.runs.events import (
    CommandRefused,
    DataSummary,
    Evaluated,
    Event,
    KnobChanged,
    NonFinite,
    NotSaved,
    Paused,
    Phase,
    Resumed,
    Started,
    Warned,
)
from seqtui.runs.report import duration, evaluation_line
from seqtui.runs.state import RunState
from seqtui.text_safety import clean

MOST_NOTES: Final = 4  # on the data, in the line that tells of them


def news(event: Event | None, state: RunState) -> str:
    """The line of an event that a person must not miss; '' for all others."""
    match event:
        case Evaluated():
            return evaluation_line(event, unit=state.data.loss_unit if state.data else "")
        case Started() | DataSummary():
            return clean(_beginning(event))
        case KnobChanged() | CommandRefused() | Paused() | Resumed():
            return clean(_command(event))
        case Warned(text=text):
            return f"warning: {clean(text)}"
        case NotSaved(step=step, reason=reason):
            return f"warning: no checkpoint at step {step:,}: {clean(reason)}; the ones before are intact"
        case NonFinite():
            place = f" in {event.tensor}" if event.tensor else ""
            return clean(f"warning: step {event.step:,} was not applied: the {event.where}{place} is not finite")
    return ""


def phase_line(phase: Phase) -> str:
    """What the child is busy with, with how far it is where that is known."""
    if phase.total:
        return clean(f"{phase.text} {phase.done:,}/{phase.total:,}")
    return clean(f"{phase.text} {phase.done:,}" if phase.done else phase.text)


def progress_line(state: RunState) -> str:
    """Where the training stands, in one line."""
    step = state.step
    if step is None:
        return phase_line(state.phase) if state.phase else "starting"
    total = f"/{state.total_steps:,}" if state.total_steps else ""
    return f"step {step.step:,}{total}  epoch {step.epoch}  {measures(state)}"


def measures(state: RunState) -> str:
    """Loss, rate and time left."""
    step = state.step
    if step is None:
        return ""
    parts = [f"loss {_number(step.loss.mean)}", f"{state.steps_per_second:.3g} steps/s"]
    if state.eta_seconds is not None:
        parts.append(f"ETA {duration(state.eta_seconds)}")
    return "  ".join(parts)


def _beginning(event: Started | DataSummary) -> str:
    if isinstance(event, DataSummary):
        sizes = ", ".join(f"{name} {numbers[0]:,}" for name, numbers in event.splits.items() if numbers)
        more = len(event.notes) - MOST_NOTES
        told = [event.split_rule, *event.notes[:MOST_NOTES], *([f"{more} more notes in the log"] if more > 0 else [])]
        return f"data: {event.source}: {sizes}; {'; '.join(told)}"
    again = f", resumed from step {event.resumed_from:,}" if event.resumed_from is not None else ""
    threads = f"{event.threads} thread{'s' if event.threads != 1 else ''}"
    exact = f" (may differ from an uninterrupted run: {event.not_bit_exact})" if event.not_bit_exact else ""
    return f"model: {event.parameters:,} parameters, {event.precision} on {event.device}, {threads}{again}{exact}"


def _command(event: KnobChanged | CommandRefused | Paused | Resumed) -> str:
    match event:
        case KnobChanged():
            return f"step {event.step:,}: {event.name} {event.old:g} -> {event.new:g}"
        case CommandRefused():
            return f"warning: a command was refused: {event.reason}"
        case Paused():
            return f"step {event.step:,}: paused"
        case Resumed():
            return f"step {event.step:,}: going on"


def _number(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else str(value)

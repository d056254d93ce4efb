"""Commands to a living run: each is carried out between two steps and becomes an event, so it can be made again."""

import time
from collections.abc import Iterator
from typing import Final

from seqtui.engine.sampling import sample_event
from seqtui.engine.saving import save
from seqtui.engine.session import Session
from seqtui.runs.control import (
    Command,
    Interrupt,
    Pause,
    Refused,
    Resume,
    SampleNow,
    SaveNow,
    SetKnob,
    SingleStep,
    Stop,
)
from seqtui.runs.events import CommandRefused, Event, KnobChanged, Paused, Resumed

POLL_SECONDS: Final = 0.02  # how often a paused run looks for commands


def obey(session: Session) -> Iterator[Event]:
    """Carry out what came in; while the run is paused, wait here for more."""
    while True:
        single_step = False
        for command, offset in session.control.poll():
            session.state.control_offset = offset
            single_step |= isinstance(command, SingleStep)
            yield from _carry_out(session, command)
        over = session.stop_asked or session.interruption.asked
        if single_step or over or not session.paused:
            return
        time.sleep(POLL_SECONDS)


def _carry_out(session: Session, command: Command | Refused) -> Iterator[Event]:
    step = session.state.step
    match command:
        case Pause() | SingleStep() if not session.paused:
            session.paused = True
            yield Paused(step)
        case Resume() if session.paused:
            session.paused = False
            yield Resumed(step)
        case Stop() | Interrupt():
            session.saved_step = -1  # so that a checkpoint says that this was obeyed, even if one of this step exists
            session.stop_asked |= isinstance(command, Stop)
            session.interruption.asked |= isinstance(command, Interrupt)
        case SaveNow():
            yield from save(session, "command")
        case SampleNow(temperature):
            yield from sample_event(session, temperature=temperature)
        case SetKnob(name, value):
            yield _set_knob(session, name, value, control_offset=session.state.control_offset)
        case Refused(reason):
            yield CommandRefused(step, reason)


def replay_edits(session: Session) -> Iterator[Event]:
    """Make again, at their own steps, the edits that a killed run had made after its last checkpoint."""
    while session.edits and session.edits[0].step <= session.state.step:
        edit = session.edits.pop(0)
        yield _set_knob(session, edit.name, edit.new, control_offset=edit.control_offset)


def _set_knob(session: Session, name: str, value: float, *, control_offset: int) -> KnobChanged:
    knobs = session.state.knobs
    old = float(getattr(knobs, name))
    setattr(knobs, name, value)
    return KnobChanged(session.state.step, name, old, value, control_offset)

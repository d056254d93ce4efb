"""Checkpoints of a living run: when they are due, and what happens when the disk says no."""

import time
from collections.abc import Iterator
from typing import Final

from seqtui.engine.checkpoint import is_finite
from seqtui.engine.session import Session
from seqtui.errors import RunFailed
from seqtui.runs.events import Event, NotSaved, Saved

COST_FACTOR: Final = 20  # saving may take at most a twentieth of the time between two saves


def save_is_due(session: Session) -> bool:
    """Whether it is time for a checkpoint between evaluations."""
    wait = session.config.checkpoint_seconds
    return time.monotonic() - session.last_save >= (max(wait, COST_FACTOR * session.save_cost) if wait else 0)


def save(session: Session, why: str) -> Iterator[Event]:
    """Write a checkpoint. A failing disk or a non-finite weight leaves the old ones standing, and is told.

    RunFailed where the run's folder is gone: what is trained from here on would be lost without a word.
    """
    state = session.state
    yield from session.report()  # first: what happened before a checkpoint must stand before it in the log
    session.last_save = started = time.monotonic()
    if not is_finite(session.trainee):
        yield NotSaved(state.step, "the weights are not finite; the last finite checkpoint is kept")
        return
    best = 0 < state.best_step == state.step
    try:
        session.sync_log()
        data = session.packed()
        path = session.shelf.put(data, step=state.step, best=best)
    except OSError as error:
        if not session.folder.path.is_dir():
            raise RunFailed(
                f"the run folder {session.folder.path} was removed or moved while the run trained"
            ) from error
        session.saved_step = -1  # one of this step may be there, but not of this moment: to be tried again at the end
        yield NotSaved(state.step, f"cannot write a checkpoint: {error.strerror}; those before it are intact")
        return
    session.last_save = time.monotonic()
    session.save_cost, session.saved_step = session.last_save - started, state.step
    yield Saved(state.step, f"checkpoints/{path.name}", len(data), session.save_cost, why, best)

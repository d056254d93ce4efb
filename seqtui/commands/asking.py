"""Ask a living run for something and wait for its answer, a bounded time."""

import time
from typing import Final

from seqtui.errors import NotFound
from seqtui.runs.events import CommandRefused, Event, KnobChanged
from seqtui.runs.finding import find
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import read_events
from seqtui.runs.lock import holder
from seqtui.runs.summary import summarize

PATIENCE_SECONDS: Final = 15.0
POLL_SECONDS: Final = 0.02


def living(text: str) -> tuple[RunFolder, int]:
    """The run that `text` means and where its log ends now; NotFound if it does not live."""
    folder = find(text)
    folder.read_config()
    if holder(folder) is None:
        raise NotFound(
            f"run {folder.id} is not running ({summarize(folder).status}); go on with: seqtui resume {folder.id}"
        )
    return folder, folder.events_file.stat().st_size if folder.events_file.exists() else 0


def await_event(folder: RunFolder, *, after: int, wanted: tuple[type[Event], ...], knob: str = "") -> Event | None:
    """The first event of a wanted kind after an offset of the log; None if none comes in time or the run dies."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        alive = holder(folder) is not None
        reading = read_events(folder.events_file, offset=after)
        after = reading.offset
        for record in reading.records:
            if isinstance(record.event, wanted) and _is_answer(record.event, knob):
                return record.event
        if not alive or time.monotonic() > deadline:
            return None
        time.sleep(POLL_SECONDS)


def _is_answer(event: Event | None, knob: str) -> bool:
    match event:
        case KnobChanged(name=name):
            return name == knob
        case CommandRefused(reason=reason):
            return knob in reason
    return True

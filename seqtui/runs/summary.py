"""One line's worth of a run, for lists: read from the config and the two ends of the log, so that a thousand are quick.

Must never read a whole log.
"""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from seqtui.config import RunConfig
from seqtui.errors import SeqtuiError
from seqtui.runs.events import DataSummary, Evaluated, Event, Failed, Finished, Paused, Resumed, Started, Step
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import read_line
from seqtui.runs.lock import holder
from seqtui.runs.state import RunState, is_starting

HEAD: Final = 16 * 1024
TAIL: Final = 32 * 1024
LONGEST_TAIL: Final = 4 * 1024 * 1024

_TELLING: Final = {
    b'{"event":"%s"' % kind.__name__.encode(): wanted
    for kind, wanted in (
        (Started, 1), (DataSummary, 1), (Step, 1), (Evaluated, 6), (Finished, 1), (Failed, 1), (Paused, 1), (Resumed, 1)
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in a list. Losses are NaN where the run has none; config is None, and trouble says why, if unreadable."""

    folder: RunFolder
    created: float
    config: RunConfig | None
    status: str
    step: int = 0
    epoch: int = 0
    valid_loss: float = math.nan
    best_loss: float = math.nan
    best_step: int = 0
    test_loss: float = math.nan
    loss_unit: str = ""
    parameters: int = 0
    seconds: float = 0.0
    why: str = ""
    trouble: str = ""

    @property
    def id(self) -> str:
        """The run's name for commands."""
        return self.folder.id


def summarize(folder: RunFolder) -> Summary:
    """The summary of one run; never raises for what is wrong inside its folder."""
    try:
        header = folder.read_header()
    except SeqtuiError as error:
        return Summary(folder, 0.0, None, "damaged", trouble=str(error))
    state = RunState(header.config)
    for event in told_at_the_ends(folder.events_file):
        state.take(event)
    alive = state.ended is None and (holder(folder) is not None or is_starting(state, created=header.created))
    summary = Summary(folder, header.created, header.config, state.status(alive=alive).value)
    return _with_numbers(summary, state)


def has_told_its_end(folder: RunFolder) -> bool:
    """Whether the newest child of a run has said that it is over; its process may still wind down."""
    said = [event for event in told_at_the_ends(folder.events_file) if isinstance(event, Started | Finished | Failed)]
    return bool(said) and not isinstance(said[-1], Started)


def as_json(summary: Summary) -> dict[str, Any]:
    """The summary for `runs --json`; what is unknown or not finite is null."""
    config = summary.config
    numbers = {name: getattr(summary, name) for name in ("valid_loss", "best_loss", "test_loss")}
    return {
        "id": summary.id,
        "path": str(summary.folder.path),
        "created": summary.created,
        "status": summary.status,
        "app": config.app if config else None,
        "backbone": config.backbone if config else None,
        "name": config.name if config else None,
        "step": summary.step,
        "epoch": summary.epoch,
        **{name: value if math.isfinite(value) else None for name, value in numbers.items()},
        "best_step": summary.best_step,
        "loss_unit": summary.loss_unit,
        "parameters": summary.parameters,
        "seconds": summary.seconds,
        "why": summary.why,
        "trouble": summary.trouble,
    }


def _with_numbers(summary: Summary, state: RunState) -> Summary:
    valid, test = state.last_evaluation("valid"), state.last_evaluation("test")
    if valid:
        summary = replace(summary, valid_loss=valid.loss, best_loss=valid.best_loss, best_step=valid.best_step)
    if state.step:
        summary = replace(summary, step=state.step.step, epoch=state.step.epoch, seconds=state.step.elapsed)
    if state.started:
        summary = replace(summary, parameters=state.started.parameters)
    match state.ended:
        case Finished() as end:
            summary = replace(summary, best_loss=end.best_loss, best_step=end.best_step, seconds=end.seconds)
            summary = replace(summary, step=end.step, epoch=end.epoch, why=end.why)
        case Failed() as end:
            summary = replace(summary, step=end.step, why=end.sentence)
    unit = state.data.loss_unit if state.data else ""
    return replace(summary, test_loss=test.loss if test else math.nan, loss_unit=unit)


def told_at_the_ends(path: Path) -> list[Event]:
    """What tells most of a run, from the two ends of its log: beginning, newest step, scores, end."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(HEAD)
            whole = head.rfind(b"\n") + 1
            events = list(_telling(head[:whole]))
            return events if size <= HEAD else events + _tail(file, size, begin=whole)
    except FileNotFoundError:
        return []


def _tail(file: BinaryIO, size: int, *, begin: int) -> list[Event]:
    # One wide map of gates can fill a tail: look further back until an evaluation is in sight.
    length = TAIL
    while True:
        start = max(size - length, begin)
        file.seek(start)
        events = list(_telling(file.read(size - start)))
        told = any(isinstance(event, Failed) or is_validation(event) for event in events)
        if told or start == begin or length >= LONGEST_TAIL:
            return events
        length *= 8


def is_validation(event: Event) -> bool:
    """Whether an event is a validation score; behind the last one there may be a score of the test split."""
    return isinstance(event, Evaluated) and event.split == "valid"


def _telling(data: bytes) -> Iterator[Event]:
    # Parse a handful of lines, not all: most of a log is steps, and only the last of them tells where the run stands.
    found: list[int] = []
    for start, wanted in _TELLING.items():
        at = len(data)
        for _ in range(wanted):
            at = data.rfind(start, 0, at)
            if at < 0:
                break
            if at == 0 or data[at - 1] == 0x0A:
                found.append(at)
    for at in sorted(found):
        record = read_line(data[at : data.find(b"\n", at)])
        if record and record.event:
            yield record.event

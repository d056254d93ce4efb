"""How long an epoch may take, judged by what past runs of this machine measured. Says nothing where there are none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from seqtui.config import RunConfig
from seqtui.errors import SeqtuiError
from seqtui.runs.events import DataSummary, Started, Step
from seqtui.runs.finding import newest_first
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import read_events

MOST_RUNS: Final = 40
_HEAD: Final = 64 * 1024
_TAIL: Final = 256 * 1024
_LEAST_SECONDS: Final = 1.0
_ALIKE: Final = 1.25
_OF_SPEED: Final = (
    "data", "options", "backbone", "bidirectional", "layers", "hidden_size", "embedding_size", "batch_size", "bptt",
    "telemetry", "device", "precision", "threads", "kernel", "eval_every",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pace:
    """What one run measured. steps: real time steps an epoch; seconds: an epoch's, with evaluation and telemetry."""

    run: str
    config: RunConfig
    parameters: int
    steps: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds of an epoch, from … to; run: whose measurement it is; measured: of a run that was set up alike."""

    low: float
    high: float
    run: str
    measured: bool


def paces(app: str) -> Iterator[Pace | None]:
    """What the newest runs of an application measured, newest first; None for a run that tells nothing."""
    for folder in newest_first()[:MOST_RUNS]:
        yield _pace(folder, app)


def estimate(config: RunConfig, *, parameters: int, steps: int, known: Sequence[Pace]) -> Estimate | None:
    """Of a run with so many parameters and real time steps an epoch; None where nothing like it has run.

    A step of a small model costs the same whatever its size and one of a large model grows with it: hence from … to.
    """
    for pace in known:
        if all(getattr(pace.config, name) == getattr(config, name) for name in _OF_SPEED):
            return Estimate(pace.seconds, pace.seconds, pace.run, measured=True)
    alike = [pace for pace in known if pace.config.device == config.device and pace.steps and pace.parameters]
    if not alike or not steps or not parameters:
        return None
    pace = min(alike, key=lambda each: abs(each.parameters - parameters) + (each.config.backbone != config.backbone))
    seconds = pace.seconds * steps / pace.steps
    growth = parameters / pace.parameters
    low, high = sorted((seconds, seconds * growth))
    if high < low * _ALIKE:
        low = high = seconds
    return Estimate(low, high, pace.run, measured=False)


def _pace(folder: RunFolder, app: str) -> Pace | None:
    try:
        config = folder.read_config()
    except SeqtuiError:
        return None
    if config.app != app:
        return None
    try:
        size = folder.events_file.stat().st_size
        head = read_events(folder.events_file, at_most=_HEAD)
        tail = read_events(folder.events_file, offset=max(size - _TAIL, 0))
    except OSError:
        return None
    events = [record.event for record in (*head.records, *tail.records)]
    started = next((event for event in events if isinstance(event, Started)), None)
    data = next((event for event in events if isinstance(event, DataSummary)), None)
    step = next((event for event in reversed(events) if isinstance(event, Step)), None)
    if not (started and data and step) or step.elapsed < _LEAST_SECONDS or step.batches < 1:
        return None
    seconds = step.elapsed * step.batches / step.step
    return Pace(folder.id, config, started.parameters, data.splits.get("train", [0, 0])[1], seconds)

"""What the first screen tells, as plain values: recent runs and models, read a few at a time so that nothing waits."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seqtui.errors import SeqtuiError
from seqtui.runs.finding import folders
from seqtui.runs.folder import RunFolder
from seqtui.runs.models import ModelPlace, application_of, pretrained
from seqtui.runs.summary import Summary, summarize
from seqtui.tui.sketch import loss_sketch

RECENT: Final = 60
_POINTS: Final = 10


@dataclass(frozen=True, slots=True)
class Recent:
    """A run in the list. losses: a few, from its whole length; has_model: it can be sampled."""

    summary: Summary
    losses: tuple[float, ...]
    has_model: bool


@dataclass(frozen=True, slots=True)
class Shipped:
    """A model that came with seqtui. app: what it was trained for, '' where it is damaged."""

    place: ModelPlace
    app: str


def recent_runs() -> Iterator[Recent]:
    """The newest runs, one at a time, newest first. Each takes about a millisecond."""
    for folder in _newest(RECENT):
        yield look_at(folder)


def look_at(folder: RunFolder) -> Recent:
    """One run as it stands."""
    summary = summarize(folder)
    has_model = folder.model_file.is_file() and any(folder.checkpoints.glob("*.safetensors"))
    return Recent(summary, tuple(loss_sketch(folder.events_file, points=_POINTS)), has_model)


def shipped_models() -> list[Shipped]:
    """The pretrained models, by name; none where the package does not hold them."""
    try:
        return [Shipped(place, application_of(place)) for place in pretrained()]
    except SeqtuiError:
        return []


def clock(created: float, now: float) -> str:
    """When, in five cells: the hour of today, the day of this year, or the year."""
    then, today = time.localtime(created), time.localtime(now)
    if then[:3] == today[:3]:
        return time.strftime("%H:%M", then)
    return time.strftime("%d %b" if then[0] == today[0] else "%Y", then).strip()[:6]


def _newest(count: int) -> list[RunFolder]:
    # By the time of a file that is written once: to open ten thousand configs would take a second.
    dated = []
    for folder in folders():
        try:
            dated.append((folder.config_file.stat().st_mtime, folder))
        except OSError:
            continue
    dated.sort(key=lambda pair: pair[0], reverse=True)
    return [RunFolder(Path(folder.path)) for _, folder in dated[:count]]

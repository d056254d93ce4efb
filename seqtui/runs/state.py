"""What a run has come to: a fold over its events. A living run, a finished one, a replay and a test are the same thing.

Linear in the events, bounded in memory: curves merge, lists keep their last.
"""

import math
import time
from collections import deque
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, TypeVar

from seqtui.config import RunConfig
from seqtui.runs.curve import Curve, bucket
from seqtui.runs.events import (
    Attribution,
    CommandRefused,
    Confusion,
    DataSummary,
    Evaluated,
    Event,
    Exported,
    Failed,
    Finished,
    Gates,
    Gradients,
    Heard,
    KnobChanged,
    Lags,
    NonFinite,
    NotSaved,
    Paused,
    Phase,
    Resumed,
    Sampled,
    Saved,
    Started,
    Step,
    Surprise,
    Tagged,
    Translated,
    Warned,
    Watched,
)
from seqtui.runs.journal import Record

Kept = TypeVar("Kept")

KEPT: Final = 1000
START_SECONDS: Final = 60.0
RATE_WINDOW: Final = 50


class Status(StrEnum):
    """What a run does. DEAD: nobody holds its lock, and it never said that it ended."""

    PREPARING = "preparing"
    TRAINING = "training"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    DEAD = "dead"


class RunState:
    """The run so far. Fields are for reading; only `take` changes them."""

    def __init__(self, config: RunConfig | None = None) -> None:
        self.config = config
        self.phase: Phase | None = None
        self.started: Started | None = None
        self.data: DataSummary | None = None
        self.step: Step | None = None
        self.ended: Finished | Failed | None = None
        self.paused = False
        self.loss = Curve()
        self.grad_norm = Curve()
        self.evaluations: dict[str, list[Evaluated]] = {}
        self.best: Evaluated | None = None
        self.gradients: Gradients | None = None
        self.lags: Lags | None = None
        self.gates: Gates | None = None
        self.gradient_history: list[Gradients] = []
        self.confusions: dict[str, Confusion] = {}
        self.attribution: Attribution | None = None
        self.tagged: Tagged | None = None
        self.surprise: Surprise | None = None
        self.translated: Translated | None = None
        self.heard: Heard | None = None
        self.watched: Watched | None = None
        self.nonfinite: NonFinite | None = None
        self.nonfinite_count = 0
        self.knobs: deque[KnobChanged] = deque(maxlen=KEPT)
        self.refused: deque[CommandRefused] = deque(maxlen=KEPT)
        self.samples: deque[Sampled] = deque(maxlen=KEPT)
        self.saved: Saved | None = None
        self.not_saved: NotSaved | None = None
        self.warnings: deque[str] = deque(maxlen=KEPT)
        self.exports: list[str] = []
        self.peak_memory_mb = 0.0
        self.seq = -1
        self._pace: deque[tuple[int, float]] = deque(maxlen=RATE_WINDOW)

    def take(self, event: Event | None, *, seq: int = -1) -> None:
        """Fold one event in. None, an event of a newer seqtui, is passed over."""
        self.seq = max(self.seq, seq)
        match event:
            case Step():
                self._take_step(event)
            case Started():
                self._take_start(event)
            case Evaluated():
                self._take_evaluation(event)
            case Phase() | DataSummary() | Lags() | Gates() | Confusion() | Attribution() | Tagged() | Surprise():
                self._take_latest(event)
            case Translated():
                self.translated = event
            case Heard():
                self.heard = event
            case Watched():
                self.watched = event
            case Gradients():
                self.gradients = event
                _remember(self.gradient_history, event)
            case KnobChanged() | CommandRefused() | Paused() | Resumed():
                self._take_command(event)
            case Finished() | Failed():
                self.ended = event
                self.paused = False
            case _:
                self._take_news(event)

    def status(self, *, alive: bool) -> Status:
        """What the run does, given whether somebody holds its lock."""
        match self.ended:
            case Finished(why=why):
                return Status.STOPPED if why in ("stopped", "interrupted") else Status.FINISHED
            case Failed():
                return Status.FAILED
        if not alive:
            return Status.DEAD
        if self.paused:
            return Status.PAUSED
        return Status.TRAINING if self.step else Status.PREPARING

    @property
    def steps_per_second(self) -> float:
        """Of the recent past, by the run's own monotone clock; 0 while unknown."""
        if len(self._pace) < 2:
            return self.step.count / self.step.seconds if self.step and self.step.seconds > 0 else 0.0
        (first, began), (last, ended) = self._pace[0], self._pace[-1]
        return (last - first) / (ended - began) if ended > began else 0.0

    @property
    def total_steps(self) -> int:
        """Steps of the whole run if nothing ends it early; 0 while unknown."""
        if not self.config or not self.step or not self.step.batches:
            return 0
        steps = self.config.epochs * math.ceil(self.step.batches / self.config.accumulate)
        return min(steps, self.config.max_steps) if self.config.max_steps else steps

    @property
    def fraction(self) -> float:
        """How much of the run is done, 0 … 1, by steps or by time, whichever ends first."""
        if not self.step or not self.total_steps:
            return 0.0
        parts = [self.step.step / self.total_steps]
        if self.config and self.config.max_seconds:
            parts.append(self.step.elapsed / self.config.max_seconds)
        return min(max(parts), 1.0)

    @property
    def eta_seconds(self) -> float | None:
        """Seconds to the end at the present pace, never negative; None while unknown."""
        if not self.step or not self.total_steps or self.steps_per_second <= 0:
            return None
        left = (self.total_steps - self.step.step) / self.steps_per_second
        if self.config and self.config.max_seconds:
            left = min(left, self.config.max_seconds - self.step.elapsed)
        return max(left, 0.0)

    def last_evaluation(self, split: str) -> Evaluated | None:
        """The latest pass over a split."""
        history = self.evaluations.get(split)
        return history[-1] if history else None

    def _take_step(self, event: Step) -> None:
        self.step = event
        self.phase = None
        first = max(event.step - event.count + 1, 0)
        for curve, span in ((self.loss, event.loss), (self.grad_norm, event.grad_norm)):
            curve.add(bucket(first, event.step, low=span.low, mean=span.mean, high=span.high))
        self.peak_memory_mb = max(self.peak_memory_mb, event.peak_memory_mb)
        self._pace.append((event.step, event.elapsed))

    def _take_start(self, event: Started) -> None:
        self.started, self.ended, self.paused = event, None, False
        self._pace.clear()
        self.exports = []
        # A resumed run makes the steps after its checkpoint again: what a dead child said of them is no longer true.
        since = event.resumed_from or 0
        for curve in (self.loss, self.grad_norm):
            curve.cut_after(since)
        for split, history in self.evaluations.items():
            self.evaluations[split] = [found for found in history if found.step <= since]
        self.gradient_history = [found for found in self.gradient_history if found.step <= since]
        self.samples = deque((found for found in self.samples if found.step <= since), maxlen=KEPT)

    def _take_evaluation(self, event: Evaluated) -> None:
        _remember(self.evaluations.setdefault(event.split, []), event)
        if event.best:
            self.best = event

    def _take_latest(
        self, event: Phase | DataSummary | Lags | Gates | Confusion | Attribution | Tagged | Surprise
    ) -> None:
        match event:
            case Phase():
                self.phase = event
            case DataSummary():
                self.data = event
            case Lags():
                self.lags = event
            case Gates():
                self.gates = event
            case Confusion():
                self.confusions[event.split] = event
            case Attribution():
                self.attribution = event
            case Tagged():
                self.tagged = event
            case Surprise():
                self.surprise = event

    def _take_command(self, event: KnobChanged | CommandRefused | Paused | Resumed) -> None:
        match event:
            case KnobChanged():
                self.knobs.append(event)
            case CommandRefused():
                self.refused.append(event)
            case Paused():
                self.paused = True
            case Resumed():
                self.paused = False

    def _take_news(self, event: Event | None) -> None:
        match event:
            case Sampled():
                self.samples.append(event)
            case Saved():
                self.saved, self.not_saved = event, None
            case NotSaved():
                self.not_saved = event
            case NonFinite():
                self.nonfinite = event
                self.nonfinite_count += 1
            case Warned():
                self.warnings.append(event.text)
            case Exported():
                self.exports += event.paths


def _remember(history: list[Kept], event: Kept) -> None:
    """Keep the latest whole and of the older ones ever fewer, so that a history spans the run in bounded memory."""
    history.append(event)
    if len(history) > 2 * KEPT:
        history[:-KEPT] = history[:-KEPT:2]


def is_starting(state: RunState, *, created: float) -> bool:
    """Whether a run that nobody holds may be one whose child is still loading its libraries: new, and never begun."""
    return state.started is None and state.ended is None and abs(time.time() - created) < START_SECONDS


def fold(records: Iterable[Record], *, config: RunConfig | None = None) -> RunState:
    """The state after these records."""
    state = RunState(config)
    for record in records:
        state.take(record.event, seq=record.seq)
    return state

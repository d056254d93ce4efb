"""Several runs beside each other: their curves over steps, epochs or seconds, what differs in their configurations, and
what must be known before one is called better.
"""

import math
import statistics
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, final

from seqtui.config import RunConfig
from seqtui.runs.curve import Bucket
from seqtui.runs.events import DataSummary, Evaluated, Event, Started, Step
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import read_line
from seqtui.runs.state import RunState
from seqtui.runs.summary import Summary

CurveName = Literal["validation", "training", "gradient"]
Against = Literal["steps", "epochs", "seconds"]

CURVES: Final[dict[CurveName, str]] = {
    "validation": "validation loss",
    "training": "training loss",
    "gradient": "gradient norm",
}
AGAINST: Final[tuple[Against, ...]] = ("steps", "epochs", "seconds")
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
SLICE: Final = 4 * 1024 * 1024
CLOCK_POINTS: Final = 4096
_WANTED: Final = tuple(b'{"event":"%s"' % kind.__name__.encode() for kind in (Started, DataSummary, Step, Evaluated))
_NOT_TRAINING: Final = frozenset({"name", "run_dir", "export"})


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a moment of a run, told in three ways; low and high: the bounds of what it stands for."""

    step: float
    epoch: float
    seconds: float
    value: float
    low: float
    high: float

    def at(self, against: Against) -> float:
        """Where it lies on an axis."""
        return self.step if against == "steps" else self.epoch if against == "epochs" else self.seconds


@dataclass(frozen=True, slots=True)
class RunCurves:
    """What a run's log holds of its curves. data: which data it learnt from, as a fingerprint."""

    id: str
    loss_unit: str
    data: str
    curves: Mapping[CurveName, tuple[Point, ...]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not the same in all runs, and its value in each."""

    field: str
    values: tuple[str, ...]


@final
class CurveReader:
    """Reads a run's curves, and at the next look only what has come since. Every line that is no curve is skipped."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self._offset = 0
        self._last = b""
        self._found: RunCurves | None = None
        self._forget()

    def read(self) -> RunCurves:
        """The curves as they stand now; the same object as before where nothing is new."""
        try:
            with self.folder.events_file.open("rb") as file:
                file.seek(max(self._offset - len(self._last), 0))
                if file.read(len(self._last)) != self._last:  # a resumed run has cut its log
                    self._forget()
                file.seek(self._offset)
                while data := file.read(SLICE):
                    if b"\n" not in data:
                        data += file.readline()
                    whole = data[: data.rfind(b"\n") + 1]
                    if not whole:
                        break
                    self._take(whole)
                    file.seek(self._offset)
        except FileNotFoundError:
            self._forget()
        self._found = self._found or self._curves()
        return self._found

    def _forget(self) -> None:
        self._found = None
        self._state = RunState()
        self._clock: list[tuple[float, float, float]] = [(0.0, 0.0, 0.0)]
        self._offset = 0
        self._last = b""

    def _take(self, whole: bytes) -> None:
        self._found = None
        self._offset += len(whole)
        self._last = whole[-64:]
        for line in whole.split(b"\n"):
            if line.startswith(_WANTED) and (record := read_line(line)) and record.event:
                self._state.take(record.event)
                self._wind(record.event)

    def _wind(self, event: Event) -> None:
        """Remember when and in which epoch a step was; only what lies after all before counts."""
        match event:
            case Step():
                epoch = event.epoch - 1 + event.batch / event.batches if event.batches else float(event.epoch)
                now = (float(event.step), epoch, event.elapsed)
                if now[0] > self._clock[-1][0]:
                    self._clock.append(now)
                    if len(self._clock) > CLOCK_POINTS:
                        del self._clock[1:-1:2]
            case Started(resumed_from=since):
                self._clock = [each for each in self._clock if each[0] <= (since or 0)] or [(0.0, 0.0, 0.0)]

    def _curves(self) -> RunCurves:
        state = self._state
        return RunCurves(
            self.folder.id,
            state.data.loss_unit if state.data else "",
            state.data.fingerprint if state.data else "",
            {
                "validation": tuple(
                    self._point(found.step, found.loss) for found in state.evaluations.get("valid", [])
                ),
                "training": self._points(state.loss.buckets),
                "gradient": self._points(state.grad_norm.buckets),
            },
        )

    def _points(self, buckets: Sequence[Bucket]) -> tuple[Point, ...]:
        # A bucket that holds anything not finite is not finite: it must be seen.
        return tuple(
            self._point(each.last, math.nan if each.nonfinite else each.mean, each.low, each.high) for each in buckets
        )

    def _point(self, step: float, value: float, low: float | None = None, high: float | None = None) -> Point:
        place = min(bisect_left(self._clock, (step,)), len(self._clock) - 1)
        after, before = self._clock[place], self._clock[max(place - 1, 0)]
        share = min((step - before[0]) / (after[0] - before[0]), 1.0) if after[0] > before[0] else 1.0
        epoch, seconds = (one + share * (other - one) for one, other in zip(before[1:], after[1:], strict=True))
        return Point(step, epoch, seconds, value, value if low is None else low, value if high is None else high)


def differences(configs: Sequence[RunConfig]) -> list[Difference]:
    """The fields that are not the same in all, in the order of the configuration; not names and places of files."""
    flat = [_flat(config) for config in configs]
    names = dict.fromkeys(name for values in flat for name in values)
    rows = ((name, tuple(values.get(name, "") for values in flat)) for name in names)
    return [Difference(name, values) for name, values in rows if len(set(values)) > 1]


def remarks(runs: Sequence[Summary], curves: Sequence[RunCurves]) -> list[str]:
    """What to know before the runs are compared, in sentences that call them a, b, c …"""
    found: list[str] = []
    units = {each.loss_unit for each in curves if each.loss_unit}
    if len(units) > 1:
        found.append(f"Losses in different units ({', '.join(sorted(units))}) cannot be compared.")
    prints = {each.data for each in curves if each.data}
    if len(prints) > 1 and len(units) <= 1:
        found.append("Not all learnt from the same data: their losses cannot be compared.")
    configs = [run.config for run in runs]
    if len(runs) < 2 or None in configs:
        return found
    return found + _twins(runs) + _seeds([config for config in configs if config])


def _twins(runs: Sequence[Summary]) -> list[str]:
    """Runs that differ in nothing but their seed: what luck alone makes; and runs that differ in nothing."""
    groups: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for place, run in enumerate(runs):
        values = _flat(run.config) if run.config else {}
        groups.setdefault(tuple((name, text) for name, text in values.items() if name != "seed"), []).append(place)
    found = []
    for places in (group for group in groups.values() if len(group) > 1):
        names = _listed(places)
        seeds = {config.seed for place in places if (config := runs[place].config)}
        losses = [runs[place].best_loss for place in places if math.isfinite(runs[place].best_loss)]
        if len(seeds) == 1:
            same = " and gave the same loss" if len(set(losses)) == 1 else " but did not give the same loss"
            found.append(f"{names} have the same configuration and seed{same if len(losses) == len(places) else ''}.")
        elif len(losses) > 1:
            mean, spread = statistics.mean(losses), statistics.stdev(losses)
            found.append(f"{names} differ in the seed alone: best loss {mean:.4g} ± {spread:.2g}.")
    return found


def _seeds(configs: Sequence[RunConfig]) -> list[str]:
    if len(configs) < 2 or not differences(configs):
        return []
    seeds = {config.seed for config in configs}
    if len(seeds) == 1:
        return [f"All have the same seed, {configs[0].seed}: differences do not come from another seed."]
    groups = {seed: [place for place, config in enumerate(configs) if config.seed == seed] for seed in sorted(seeds)}
    shared = [f"{_listed(places)} seed {seed}" for seed, places in groups.items() if len(places) > 1]
    return [f"The same seed: {'; '.join(shared)}."] if shared else []


def _listed(places: Sequence[int]) -> str:
    letters = [LETTERS[place % len(LETTERS)] for place in places]
    return f"{', '.join(letters[:-1])} and {letters[-1]}"


def _flat(config: RunConfig) -> dict[str, str]:
    values: dict[str, Any] = {declared.name: getattr(config, declared.name) for declared in fields(config)}
    options = values.pop("options") or {}
    values |= {f"options.{name}": value for name, value in sorted(options.items())}
    return {name: _shown(value) for name, value in values.items() if name not in _NOT_TRAINING}


def _shown(value: Any) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
    return str(value)

"""How long an epoch may take: measured, judged, or unknown."""

from pathlib import Path

import pytest

from seqtui.config import RunConfig
from seqtui.runs.events import DataSummary, Span, Started, Step
from seqtui.runs.folder import create
from seqtui.runs.journal import EventWriter
from seqtui.tui.setup.estimate import Pace, estimate
from seqtui.tui.setup.research import known_paces

BASE = RunConfig(app="music", hidden_size=64)


def write_run(config: RunConfig, *, home: Path, steps: int, elapsed: float) -> str:
    """A run of 10 batches an epoch that got so far."""
    folder = create(config, parent=home / "runs")
    writer = EventWriter(folder.events_file)
    span = Span(1.0, 1.0, 1.0)
    writer.append(Started("r", config.app, 1, "cpu", 2, "", "own", "fp32", 50_000, "2.13.0", "AVX2"))
    writer.append(DataSummary("x", "y", {"train": [160, 8000]}, 60, "next-frame", "nats", {}, [], ""))
    for number in range(1, steps + 1):
        at = elapsed * number / steps
        writer.append(Step(number, 1, number, 10, 1, span, span, 1e-3, 0.0, 70, 0.1, at, 0.0, 1.0))
    writer.close()
    return folder.id


def test_nothing_is_known_without_a_run(home: Path) -> None:
    assert home.exists()
    assert known_paces("music") == []
    assert estimate(BASE, parameters=10, steps=10, known=[]) is None


def test_a_run_alike_is_a_measurement(home: Path) -> None:
    run = write_run(BASE, home=home, steps=25, elapsed=50.0)
    write_run(RunConfig(app="dna"), home=home, steps=25, elapsed=50.0)
    write_run(BASE, home=home, steps=3, elapsed=0.1)
    known = known_paces("music")
    assert [pace.run for pace in known] == [run]
    assert known[0].seconds == pytest.approx(20.0)
    assert known[0].steps == 8000
    found = estimate(RunConfig(app="music", hidden_size=64, lr=0.5), parameters=50_000, steps=8000, known=known)
    assert found and found.measured
    assert found.low == found.high == pytest.approx(20.0)


def test_another_size_is_judged_between_the_same_and_its_growth() -> None:
    known = [Pace("a", BASE, 50_000, 8000, 20.0)]
    found = estimate(RunConfig(app="music", hidden_size=128), parameters=200_000, steps=4000, known=known)
    assert found and not found.measured
    assert (found.low, found.high) == pytest.approx((10.0, 40.0))
    near = estimate(RunConfig(app="music", hidden_size=66), parameters=52_000, steps=8000, known=known)
    assert near and near.low == near.high == 20.0
    assert estimate(RunConfig(app="music", device="cuda"), parameters=9, steps=9, known=known) is None
    assert estimate(RunConfig(app="music", hidden_size=128), parameters=0, steps=0, known=known) is None


def test_damaged_logs_tell_nothing(home: Path) -> None:
    run = write_run(BASE, home=home, steps=25, elapsed=50.0)
    (home / "runs" / run / "events.jsonl").write_bytes(b'{"event":"Step"\xff\n' * 50)
    assert known_paces("music") == []

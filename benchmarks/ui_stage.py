"""What `benchmarks/ui.py` shows on the screen: a trained model, a run of a million steps, a long training."""

import contextlib
import json
import math
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from seqtui.catalog import load
from seqtui.config import RunConfig
from seqtui.config_check import make_config
from seqtui.runs.events import DataSummary, Evaluated, Finished, Gradients, Saved, Span, Started, Step
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.journal import EventWriter, read_events
from seqtui.runs.launch import start

FOREVER: Final = 1_000_000


def prepare(home: Path) -> Path:
    """A home in which the tour is behind us."""
    (home / "state").mkdir(parents=True, exist_ok=True)
    (home / "state" / "tui.json").write_text('{"tour_seen": true}')
    return home.absolute()


def trained_model(home: Path) -> RunFolder:
    """A run of music that was trained for ten seconds; kept for the next time."""
    with contextlib.suppress(StopIteration):
        return next(found for found in _runs(home / "runs") if found.model_file.exists())
    folder = create(make_config(load("music"), {"max_seconds": 10, "threads": 1}), parent=home / "runs")
    start(folder).wait()
    return folder


def million_steps(home: Path, *, steps: int = 1_000_000) -> RunFolder:
    """A finished run with an event for each of its steps, written by the engine's writer; kept for the next time."""
    for found in _runs(home / "runs"):
        if b'"event":"Finished"' in found.events_file.read_bytes()[-1000:]:
            return found
    folder = create(RunConfig(app="music", epochs=100), parent=home / "runs")
    writer = EventWriter(folder.events_file)
    writer.append(Started(folder.id, "music", 1, "cpu", 2, "", "own", "fp32", 275_672, "2.13.0", "AVX2"))
    writer.append(DataSummary("made", "", {}, 60, "", "nats/frame", {"coin flip": 61.0}, [], "f"))
    for step in range(1, steps + 1):
        loss = 5 + 50 * math.exp(-step / 1e5) + math.sin(step * step)
        span, norm = Span(loss, loss, loss), Span(0.5, 0.5, 0.5)
        writer.append(Step(step, 1, step, steps, 1, span, norm, 1e-3, 0.0, 960, 0.05, step * 0.05, 0.0, 400.0))
        if step % 1000 == 0:
            writer.append(Gradients(step, {f"layers.{n}.weight": 0.1 * (1 + n) for n in range(8)}, {}, 0.5, 0.5))
            writer.append(Evaluated(step, 1, "valid", loss, {"accuracy": 0.4}, 960, 0.1, False, 5.0, 10))
    writer.append(Saved(steps, "checkpoints/none", 10, 0.1, "end", True))
    writer.append(Finished(steps, 1, "epochs", steps * 0.05, 5.0, 10))
    writer.close()
    return folder


@contextlib.contextmanager
def long_training(home: Path, *, threads: int, niceness: int) -> Iterator[RunFolder]:
    """A training without an end whose steps are short, so that there is news ten times a second; killed after."""
    shutil.rmtree(home / "trainings", ignore_errors=True)
    given = {"threads": threads, "epochs": FOREVER, "hidden_size": 64, "batch_size": 4, "eval_every": 1000}
    folder = create(make_config(load("music"), given), parent=home / "trainings")
    child = start(folder, niceness=niceness)
    try:
        wait_for_steps(folder, 5, child)
        yield folder
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()


def wait_for_steps(folder: RunFolder, steps: int, child: subprocess.Popen[bytes]) -> None:
    """Wait for the training's first steps, without looking often. RuntimeError where it dies before."""
    offset, seen = 0, 0
    while seen < steps:
        if child.poll() is not None:
            raise RuntimeError(f"the training ended: {folder.stderr_file.read_text()[-500:]}")
        reading = read_events(folder.events_file, offset=offset)
        offset = reading.offset
        seen += sum(isinstance(record.event, Step) for record in reading.records)
        time.sleep(0.2)


def rate(folder: RunFolder, begin: float, end: float) -> float:
    """Real time steps a second of training between two times of `time.time`, by the run's own log."""
    steps, seconds = 0, 0.0
    for line in folder.events_file.read_bytes().split(b"\n"):
        if line.startswith(b'{"event":"Step"'):
            with contextlib.suppress(ValueError):
                found = json.loads(line)
                if begin + found["seconds"] <= found["time"] < end:
                    steps, seconds = steps + found["real_steps"], seconds + found["seconds"]
    return steps / max(seconds, 1e-9)


def _runs(parent: Path) -> Iterator[RunFolder]:
    if parent.is_dir():
        yield from (RunFolder(path) for path in sorted(parent.iterdir()) if path.is_dir())

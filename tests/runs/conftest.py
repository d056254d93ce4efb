"""A small recorded run, and a disk that fails on demand."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from seqtui.config import RunConfig
from seqtui.runs.durable import REAL_DISK
from seqtui.runs.events import DataSummary, Evaluated, Event, Finished, Phase, Sampled, Saved, Span, Started, Step
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.journal import EventWriter


def step(number: int, loss: float = 9.0, *, batches: int = 7) -> Step:
    """One reported step, a tenth of a second after the one before."""
    span = Span(loss - 0.5, loss, loss + 0.5)
    return Step(number, 1, number, batches, 1, span, Span(1, 2, 3), 1e-3, 0.0, 70, 0.1, number * 0.1, 0.01, 100.0)


def a_run(*, steps: int = 7) -> list[Event]:
    """The events of a whole small run."""
    splits = {"train": [7, 70], "valid": [3, 30], "test": [3, 30]}
    baselines = {"marginal": 12.0, "repeat": 8.4}
    return [
        Phase("reading data"),
        Started("music-lstm-1", "music", 1, "cpu", 2, "", "own", "fp32", 1234, "2.13.0", "AVX2"),
        DataSummary("seven chorales", "by piece", splits, 12, "next-frame", "nats/frame", baselines, [], "f"),
        *(step(number, 9.0 - number / 10) for number in range(1, steps + 1)),
        Evaluated(steps, 1, "valid", 8.0, {"accuracy": 0.5}, 30, 0.1, True, 8.0, steps),
        Saved(steps, "checkpoints/ckpt-7", 1000, 0.01, "end", True),
        Evaluated(steps, 1, "test", 8.1, {"accuracy": 0.4}, 30, 0.1, False, 8.0, steps),
        Sampled(steps, "samples/1", "▁▂▃", 1.0, 0, 0.1),
        Finished(steps, 1, "epochs", 0.7, 8.0, steps),
    ]


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., RunFolder]:
    """Makes finished runs under tmp_path/runs."""

    def make(config: RunConfig | None = None, *, steps: int = 7) -> RunFolder:
        folder = create(config or RunConfig(app="music"), parent=tmp_path / "runs")
        writer = EventWriter(folder.events_file)
        for event in a_run(steps=steps):
            writer.append(event)
        writer.close()
        return folder

    return make


class FailingDisk:
    """The real disk, but its n-th operation raises."""

    def __init__(self, nth: int, code: int = errno.ENOSPC) -> None:
        self.done = 0
        self.nth = nth
        self.code = code

    def _count(self, path: object) -> None:
        self.done += 1
        if self.done == self.nth:
            raise OSError(self.code, "no room", str(path))

    def open(self, path: Path) -> int:
        self._count(path)
        return REAL_DISK.open(path)

    def write(self, descriptor: int, data: bytes) -> None:
        if self.done + 1 == self.nth:
            REAL_DISK.write(descriptor, data[: len(data) // 2])
        self._count(descriptor)
        REAL_DISK.write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        self._count(descriptor)
        REAL_DISK.fsync(descriptor)

    def replace(self, old: Path, new: Path) -> None:
        self._count(old)
        REAL_DISK.replace(old, new)

    def fsync_folder(self, folder: Path) -> None:
        self._count(folder)
        REAL_DISK.fsync_folder(folder)

    def unlink(self, path: Path) -> None:
        REAL_DISK.unlink(path)


@pytest.fixture
def failing_disk() -> Callable[..., FailingDisk]:
    """Makes disks whose n-th operation fails."""
    return FailingDisk


@pytest.fixture
def events() -> Callable[..., list[Event]]:
    """Makes the events of a small run."""
    return a_run


@pytest.fixture
def one_step() -> Callable[..., Step]:
    """Makes a Step."""
    return step

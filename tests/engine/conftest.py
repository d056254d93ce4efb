"""The trainer flushes denormals as its first torch call; the engine's tests run under the same arithmetic.

The laboratory makes tiny real runs and lives them: in this process up to a chosen moment, or in a fork of it, which
costs no import of torch, can be killed at any moment, and runs the very code of the child.
"""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest
import scipy.io
import torch
from torch import Tensor

from seqtui.config import RunConfig
from seqtui.engine.child import run_child
from seqtui.engine.loop import train
from seqtui.engine.past import look_back
from seqtui.engine.prepare import prepare
from seqtui.engine.session import Interruption, Session
from seqtui.engine.shelf import Shelf
from seqtui.errors import SeqtuiError
from seqtui.runs.durable import CRASH_VARIABLE, REAL_DISK, Disk
from seqtui.runs.events import Evaluated, Event, KnobChanged, NonFinite, Sampled, Step
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.journal import EventWriter, read_events

torch.set_flush_denormal(True)  # here too, for torch's worker threads inherit it when they begin
torch.set_num_threads(1)

TINY = {
    "app": "music", "backbone": "gru", "hidden_size": 8, "embedding_size": 6, "batch_size": 4, "epochs": 2,
    "threads": 1, "kernel": "own", "device": "cpu", "telemetry": "off", "checkpoint_seconds": 0, "seed": 3,
}  # fmt: skip
WITHOUT_CLOCK = {"events_offset", "events_seq"}
STATE_WITHOUT_CLOCK = {"seconds", "control_offset"}


@pytest.fixture(autouse=True, scope="module")
def arithmetic_of_the_trainer(arithmetic_of_a_fresh_interpreter: None) -> None:  # noqa: ARG001  it comes after
    """As the trainer's first call to torch makes it."""
    torch.set_flush_denormal(True)


@dataclass(slots=True)
class Life:
    """What one session did before it died or ended."""

    session: Session
    events: list[Event] = field(default_factory=list)
    why: str = ""


@dataclass(slots=True)
class Lab:
    """Makes runs in memory-backed storage, lives and kills them, and reads what they left."""

    root: Path
    rolls: Path
    midi: Path
    goldens: dict[str, RunFolder] = field(default_factory=dict)

    def folder(self, **changes: Any) -> RunFolder:
        """A new run of the tiny configuration with these changes; data of 14, 4 and 3 piano rolls."""
        return create(RunConfig(**{"data": str(self.rolls), **TINY, **changes}), parent=self.root)

    def golden(self, **changes: Any) -> RunFolder:
        """The run with these changes, lived once without interruption; do not alter it."""
        key = repr(sorted(changes.items()))
        if key not in self.goldens:
            self.goldens[key] = self.folder(**changes)
            assert self.child(self.goldens[key]) == 0
        return self.goldens[key]

    def copy(self, folder: RunFolder) -> RunFolder:
        """The folder as it stands, under another name."""
        path = Path(tempfile.mkdtemp(dir=self.root, prefix="copy-"))
        shutil.copytree(folder.path, path, dirs_exist_ok=True)
        return RunFolder(path)

    def live(
        self,
        folder: RunFolder,
        *,
        until: Callable[[Event], bool] = lambda _event: False,
        disk: Disk = REAL_DISK,
        log_disk: Disk = REAL_DISK,
        change: Callable[[Session], None] = lambda _session: None,
    ) -> Life:
        """One session in this process, dropped in mid-air right after the event that `until` accepts."""
        torch.manual_seed(987)  # whatever the generator held before must not matter
        shelf = Shelf(folder.checkpoints, disk=disk)
        past = look_back(folder, shelf)
        writer = EventWriter(folder.events_file, offset=past.offset, seq=past.seq, disk=log_disk)
        session = prepare(folder, shelf, past, writer=writer, interruption=Interruption(), on_phase=lambda _phase: None)
        change(session)
        life = Life(session)
        steps = train(session)
        try:
            while True:
                event = next(steps)
                life.events.append(event)
                writer.append(event)
                if until(event):
                    break
        except StopIteration as end:
            life.why = end.value
        finally:
            session.control.close()
            writer.close()
        return life

    def fork(self, folder: RunFolder, *, crash_at: str = "") -> int:
        """The run's child as a fork of this process; its number. Reap it with `reap`."""
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            return pid
        os.environ[CRASH_VARIABLE] = crash_at
        code = 99
        try:
            code = int(run_child(folder.path))
        except SeqtuiError as error:
            folder.stderr_file.write_text(f"{error}\n")
            code = int(error.exit_code)
        finally:
            os._exit(code)

    def reap(self, pid: int) -> int:
        """The exit code of a fork; negative the signal that ended it."""
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def child(self, folder: RunFolder, *, crash_at: str = "") -> int:
        """Live the run in a fork to whatever end; its exit code."""
        return self.reap(self.fork(folder, crash_at=crash_at))

    def events(self, folder: RunFolder) -> list[Event]:
        """All that the log holds."""
        return [record.event for record in read_events(folder.events_file).records if record.event is not None]

    def result(self, folder: RunFolder) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Tensors and facts of the newest checkpoint, facts without what a clock or a byte count decided."""
        found = Shelf(folder.checkpoints).latest()
        assert found is not None, "there is no checkpoint"
        assert found.note == ""
        facts = {name: value for name, value in found.checkpoint.facts.items() if name not in WITHOUT_CLOCK}
        facts["state"] = {key: value for key, value in facts["state"].items() if key not in STATE_WITHOUT_CLOCK}
        return found.checkpoint.tensors, facts

    def assert_same_end(self, folder: RunFolder, other: RunFolder) -> None:
        """Both runs ended alike, to the bit: weights, optimizer, random numbers, carried state, position, counters."""
        (tensors, facts), (wanted, wanted_facts) = self.result(folder), self.result(other)
        assert tensors.keys() == wanted.keys()
        unequal = [name for name, tensor in tensors.items() if not torch.equal(tensor, wanted[name])]
        assert unequal == []
        assert facts == wanted_facts

    def assert_same_history(self, folder: RunFolder, other: RunFolder) -> None:
        """The logs tell the same of every step, evaluation, edit and sample, each once; so do the sample files.

        Steps are compared one by one where each has a checkpoint; else the clock decides which share an event.
        """
        each = folder.read_config().checkpoint_seconds == 0
        mine, others = self.history(folder), self.history(other)
        assert [line for line in mine if each or line[:5] != "Step("] == [
            line for line in others if each or line[:5] != "Step("
        ]
        counts = [sum(event.count for event in self.events(run) if isinstance(event, Step)) for run in (folder, other)]
        assert counts[0] == counts[1], "a step is told twice, or not at all"
        for event in self.events(other):
            if isinstance(event, Sampled):
                assert (folder.path / event.path).read_bytes() == (other.path / event.path).read_bytes()

    def history(self, folder: RunFolder) -> list[str]:
        """The deterministic part of the log, as text, for NaN is unlike itself; the log itself must be whole."""
        reading = read_events(folder.events_file)
        assert reading.skipped == 0
        assert [record.seq for record in reading.records] == list(range(len(reading.records)))
        history: list[str] = []
        for event in self.events(folder):
            match event:
                case Step():
                    history.append(repr(replace(event, seconds=0, elapsed=0, telemetry_seconds=0, peak_memory_mb=0)))
                case KnobChanged():
                    history.append(repr(replace(event, control_offset=0)))
                case Evaluated() | Sampled():
                    history.append(repr(replace(event, seconds=0)))
                case NonFinite():
                    history.append(repr(event))
        return history


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The laboratory. Runs live in memory where the machine allows it: there a sync costs nothing."""
    memory = Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK)
    root = Path(tempfile.mkdtemp(dir=memory, prefix="seqtui-")) if usable else tmp_path_factory.mktemp("runs")
    data = tmp_path_factory.mktemp("data")
    laboratory = Lab(root, _write_rolls(data / "rolls.mat"), _write_midi(data / "midi"))
    laboratory.live(laboratory.folder(max_steps=1))  # so that no fork has to import what a first step imports
    yield laboratory
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(autouse=True)
def _same_signals() -> Iterator[None]:
    """A child that is run in this process takes over SIGINT and SIGTERM; give them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _write_rolls(path: Path) -> Path:
    rng = np.random.default_rng(0)
    cells = {}
    for name, count in {"traindata": 14, "validdata": 4, "testdata": 3}.items():
        cell = np.empty((1, count), dtype=object)
        for place in range(count):
            roll = np.zeros((int(rng.integers(5, 24)), 88), np.uint8)
            for frame in roll:
                frame[rng.choice(np.arange(20, 60), 3, replace=False)] = 1
            cell[0, place] = roll
        cells[name] = cell
    scipy.io.savemat(path, cells)
    return path


def _write_midi(folder: Path) -> Path:
    folder.mkdir()
    rng = np.random.default_rng(1)
    for number in range(16):
        file = mido.MidiFile(ticks_per_beat=480)
        track = mido.MidiTrack()
        file.tracks.append(track)
        for pitch in rng.integers(40, 80, int(rng.integers(4, 9))):
            track.append(mido.Message("note_on", note=int(pitch), velocity=80, time=0))
            track.append(mido.Message("note_off", note=int(pitch), velocity=0, time=480))
        file.save(folder / f"piece{number:02}.mid")
    return folder

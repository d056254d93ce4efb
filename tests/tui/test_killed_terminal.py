"""`kill -9` of whatever lives while a run trains under the screen: the training, the screen, the launcher. In a real
terminal, with a real training of a tiny model.
"""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from seqtui.config import RunConfig
from seqtui.runs.control import Stop, send
from seqtui.runs.durable import CRASH_VARIABLE
from seqtui.runs.events import Event, Saved, Started, Step
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.journal import read_events
from seqtui.runs.launch import start
from seqtui.runs.lock import holder

PATIENCE = 120.0
ENDLESS: dict[str, Any] = {
    "app": "music", "backbone": "rnn", "hidden_size": 4, "embedding_size": 4, "batch_size": 4, "bptt": 20,
    "epochs": 1_000_000, "eval_every": 1_000_000, "checkpoint_seconds": 0.5, "telemetry": "off", "threads": 1,
}  # fmt: skip


@pytest.fixture
def run(home: Path, tmp_path: Path) -> Iterator[RunFolder]:
    """A run that would train for ever; whoever trains it in the end is ended. It gives way to nobody, or on a machine
    where others work it would never begin.
    """
    settings = tmp_path / "settings" / "seqtui" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("niceness = 0\n")
    folder = create(RunConfig(**ENDLESS), parent=home / "runs")
    yield folder
    if living := holder(folder):
        os.kill(living.pid, signal.SIGKILL)


def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def events_of(run: RunFolder) -> list[Event | None]:
    """All that is told."""
    return [record.event for record in read_events(run.events_file).records]


def steps(run: RunFolder) -> int:
    """The newest step that is told."""
    return max((event.step for event in events_of(run) if isinstance(event, Step)), default=0)


def is_gone(pid: int) -> bool:
    """Whether a process has ended (a zombie has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def one_line(shown: Any) -> str:
    """What the screen shows, without its line ends."""
    return " ".join(shown.text().split())


def pid_of(run: RunFolder) -> int:
    found = holder(run)
    assert found
    return found.pid


def trained_under_the_screen(terminal: Any, run: RunFolder) -> Any:
    """The screen on a run whose training it has itself taken up again; some steps are made, and a checkpoint."""
    child = start(run)
    until(lambda: any(isinstance(event, Saved) for event in events_of(run)), "no checkpoint")
    child.kill()
    child.wait()
    shown = terminal("attach", str(run.path), columns=120, lines=40)
    shown.wait_for("Its process is gone")
    shown.press(b" ")
    shown.wait_for("● training")
    return shown


def goes_on(run: RunFolder) -> None:
    """Whether the training makes steps, now."""
    before = steps(run)
    until(lambda: steps(run) > before, "the training does not go on")


def test_a_killed_training_is_told_and_goes_on_from_its_checkpoint(terminal: Any, run: RunFolder) -> None:
    shown = trained_under_the_screen(terminal, run)
    first = pid_of(run)
    os.kill(first, signal.SIGKILL)
    shown.wait_for("Its process is gone")
    shown.read_until(lambda: re.search(r"killed, out of memory.*space goes on from step", one_line(shown)) is not None)
    shown.press(b" ")
    shown.wait_for("● training")
    goes_on(run)
    assert pid_of(run) != first
    resumed = [event.resumed_from for event in events_of(run) if isinstance(event, Started)]
    assert resumed[0] is None
    assert resumed[-1]
    last = pid_of(run)
    shown.press(b"x")
    shown.wait_for("Stop this run?")
    shown.press(b"x")
    shown.read_until(lambda: is_gone(last) and holder(run) is None)
    shown.press(b"\x11")
    assert shown.finish() == 0
    assert shown.is_restored(), shown.left_on()


def test_killed_between_a_checkpoint_and_telling_of_it_a_run_goes_on_from_that_checkpoint(
    terminal: Any, run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setenv(CRASH_VARIABLE, "before-latest:1")
        start(run).wait(PATIENCE)
    assert not any(isinstance(event, Saved) for event in events_of(run))
    (checkpoint,) = run.checkpoints.glob("*.safetensors")
    step = int(checkpoint.stem.removeprefix("step-"))
    shown = terminal("attach", str(run.path), columns=120, lines=40)
    shown.wait_for("Its process is gone")
    shown.read_until(lambda: f"space goes on from step {step:,}" in one_line(shown))
    shown.press(b" ")
    shown.wait_for("● training")
    goes_on(run)
    assert any(isinstance(event, Started) and event.resumed_from == step for event in events_of(run))
    shown.press(b"\x11")
    shown.wait_for("Leave: the training goes on")
    shown.press(b"l")
    assert shown.finish() == 0


def test_a_killed_screen_leaves_its_training_alive_and_the_terminal_clean(terminal: Any, run: RunFolder) -> None:
    shown = trained_under_the_screen(terminal, run)
    os.kill(shown.child, signal.SIGKILL)
    assert shown.finish() == 128 + signal.SIGKILL
    assert shown.is_restored(), shown.left_on()
    goes_on(run)
    again = terminal("attach", str(run.path), columns=120, lines=40)
    again.wait_for("● training")
    again.press(b"q")
    assert again.finish() == 0
    goes_on(run)
    send(run, Stop())
    until(lambda: holder(run) is None, "the training does not stop")


def test_a_killed_launcher_takes_the_screen_along_and_not_the_training(terminal: Any, run: RunFolder) -> None:
    shown = trained_under_the_screen(terminal, run)
    child = shown.child
    os.kill(shown.launcher, signal.SIGKILL)
    shown.read_until(lambda: is_gone(child))
    shown.finish()
    assert "1049" not in shown.left_on()
    goes_on(run)


def test_all_that_belongs_to_the_screen_is_killed_at_once_and_the_run_is_whole(terminal: Any, run: RunFolder) -> None:
    shown = trained_under_the_screen(terminal, run)
    for pid in (pid_of(run), shown.launcher, shown.child):
        os.kill(pid, signal.SIGKILL)
    shown.finish()
    assert read_events(run.events_file).skipped == 0
    again = terminal("attach", str(run.path), columns=120, lines=40)
    again.wait_for("Its process is gone")
    again.press(b" ")
    again.wait_for("● training")
    goes_on(run)
    again.press(b"q")
    again.wait_for("Leave: the training goes on")
    again.press(b"l")
    assert again.finish() == 0
    goes_on(run)

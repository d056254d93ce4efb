"""kill -9 at random moments and at every named crash point: what is resumed ends as the run that was never killed."""

import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from seqtui.engine.checkpoint import read_checkpoint
from seqtui.engine.shelf import BEST, LATEST, Shelf
from seqtui.runs.durable import read_json
from seqtui.runs.events import Event, Saved
from seqtui.runs.folder import RunFolder

ROOT = Path(__file__).parents[2]
EVERY_STEP: dict[str, Any] = {"backbone": "lstm", "bptt": 7, "dropout": 0.3, "epochs": 3, "telemetry": "full"}
AT_EVALUATIONS = {**EVERY_STEP, "checkpoint_seconds": 1e6, "accumulate": 2}
SHORT: dict[str, Any] = {"max_steps": 4, "eval_every": 2, "bptt": 7, "dropout": 0.2}
CRASH_SOURCES = ("seqtui/runs/durable.py", "seqtui/runs/journal.py", "seqtui/engine/shelf.py")
POINTS = sorted(
    {
        name
        for path in CRASH_SOURCES
        for name in re.findall(r'crash_(?:point|now)\("(.+?)"\)', (ROOT / path).read_text())
    }
)


def steps_told(folder: Any) -> int:
    return folder.events_file.read_bytes().count(b'"event":"Step"') if folder.events_file.exists() else 0


def kill_at(pid: int, folder: Any, *, step: int, jitter: float) -> str:
    """SIGKILL a child when it has told of `step` steps and `jitter` seconds have passed; what became of it."""
    deadline = time.monotonic() + 60
    while steps_told(folder) < step:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return f"ended with {os.waitstatus_to_exitcode(status)} before step {step}"
        assert time.monotonic() < deadline, f"no step {step} within 60 s"
    until = time.perf_counter() + jitter
    while time.perf_counter() < until:
        pass
    os.kill(pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return "killed" if code == -signal.SIGKILL else f"ended with {code}"


def live_through_kills(lab: Any, seed: int, changes: dict[str, Any]) -> int:
    """A run killed one to four times by this seed's schedule, then finished and compared; how many kills struck."""
    golden = lab.golden(**changes)
    last = lab.result(golden)[1]["state"]["step"]
    rng, folder = random.Random(seed), lab.folder(**changes)
    story = []
    for _ in range(rng.randint(1, 4)):
        step, jitter = rng.randint(0, last), rng.uniform(0, 0.02)
        happened = kill_at(lab.fork(folder), folder, step=step, jitter=jitter)
        story.append(f"step {step} + {jitter * 1e3:.2f} ms: {happened}")
    try:
        assert lab.child(folder) == 0
        lab.assert_same_end(folder, golden)
        lab.assert_same_history(folder, golden)
        assert not list(folder.path.rglob("*.tmp-*"))
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {'; '.join(story)}: {error}") from error
    return sum(each.endswith("killed") for each in story)


def test_twelve_runs_killed_at_random_moments_end_as_the_golden_run(lab: Any) -> None:
    begin = int(os.environ.get("SEQTUI_KILL_SEED", "1"))
    kills = sum(live_through_kills(lab, seed, EVERY_STEP) for seed in range(begin, begin + 6))
    kills += sum(live_through_kills(lab, seed, AT_EVALUATIONS) for seed in range(begin + 12, begin + 18))
    assert kills >= 12, f"only {kills} kills struck a living child: the schedules miss"


@pytest.mark.slow
def test_two_hundred_runs_killed_at_random_moments_end_as_the_golden_run(lab: Any) -> None:
    kills = sum(live_through_kills(lab, seed, (EVERY_STEP, AT_EVALUATIONS)[seed % 2]) for seed in range(1000, 1200))
    assert kills >= 200


def real_child(folder: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "seqtui.engine", str(folder.path)]
    with folder.stderr_file.open("ab") as errors:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, start_new_session=True)


def survive_real_kills(lab: Any, seed: int, kills: int) -> None:
    """The same with `python -P -m seqtui.engine`, which imports torch anew each time."""
    golden, folder, rng = lab.golden(**EVERY_STEP), lab.folder(**EVERY_STEP), random.Random(seed)
    last = lab.result(golden)[1]["state"]["step"]
    for _ in range(kills):
        child = real_child(folder)
        kill_at(child.pid, folder, step=rng.randint(0, last), jitter=rng.uniform(0, 0.02))
        child.returncode = 0  # it was reaped by kill_at
    assert real_child(folder).wait(120) == 0, folder.stderr_file.read_text()
    lab.assert_same_end(folder, golden)
    lab.assert_same_history(folder, golden)


def test_real_children_killed_at_random_moments_end_as_the_golden_run(lab: Any) -> None:
    survive_real_kills(lab, seed=5, kills=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_twenty_real_runs_killed_at_random_moments_end_as_the_golden_run(lab: Any, seed: int) -> None:
    survive_real_kills(lab, seed=seed, kills=1 + seed % 3)


@pytest.mark.slow
@pytest.mark.parametrize("kernel", ["own", "stock"])
def test_two_threads_resume_bit_identically_too(lab: Any, kernel: str) -> None:
    changes = {**EVERY_STEP, "threads": 2, "kernel": kernel, "hidden_size": 256, "batch_size": 14, "backbone": "gru"}
    golden, folder = lab.folder(**changes), lab.folder(**changes)
    assert real_child(golden).wait(120) == 0
    for step in (3, 6):
        child = real_child(folder)
        assert kill_at(child.pid, folder, step=step, jitter=0.01) == "killed"
        child.returncode = 0
    assert real_child(folder).wait(120) == 0
    lab.assert_same_end(folder, golden)


@pytest.fixture(scope="session")
def legal_states(lab: Any) -> set[str]:
    """Digests of the tensors of every checkpoint that the uninterrupted short run makes."""
    states: set[str] = set()
    folder = lab.folder(**SHORT)

    def note(event: Event) -> bool:
        if isinstance(event, Saved):
            states.add(digest(folder))
        return False

    lab.live(folder, until=note)
    assert len(states) == SHORT["max_steps"]
    return states


def digest(folder: Any) -> str:
    """Of all tensors of the newest checkpoint that verifies; '' without one."""
    found = Shelf(folder.checkpoints).latest()
    if found is None:
        return ""
    named = sorted(found.checkpoint.tensors.items())
    return hashlib.sha256(b"".join(name.encode() + tensor.numpy().tobytes() for name, tensor in named)).hexdigest()


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_at_this_point_however_often_it_is_passed_costs_nothing(
    lab: Any, legal_states: set[str], point: str
) -> None:
    golden = lab.golden(**SHORT)
    for count in range(1, 200):
        folder = lab.folder(**SHORT)
        code = lab.child(folder, crash_at=f"{point}:{count}")
        if code == 0:
            assert count > 1, f"the run never passes {point}"
            return
        assert code == 137
        assert digest(folder) in {"", *legal_states}
        # The same accident again, in the resumed child, and then the rest.
        assert lab.child(folder, crash_at=f"{point}:1") in (0, 137)
        assert lab.child(folder) == 0
        lab.assert_same_end(folder, golden)
        lab.assert_same_history(folder, golden)
        assert not list(folder.path.rglob("*.tmp-*"))
        for pointer in (LATEST, BEST):
            name = read_json(folder.checkpoints / pointer)["name"]
            assert name == read_json(golden.checkpoints / pointer)["name"]
            read_checkpoint(folder.checkpoints / name)
    pytest.fail(f"{point} was still passed at the 200th time")


def test_an_interrupt_finishes_the_step_saves_and_says_so(lab: Any) -> None:
    changes = {**EVERY_STEP, "checkpoint_seconds": 1e6, "epochs": 30}
    golden, folder = lab.golden(**changes), lab.folder(**changes)
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGINT):
        before = steps_told(folder)
        pid = lab.fork(folder)
        deadline = time.monotonic() + 60
        while steps_told(folder) == before and time.monotonic() < deadline:
            pass
        os.kill(pid, signum)
        assert lab.reap(pid) == 130
        *_, saved, finished = lab.events(folder)
        assert (saved.step, finished.why) == (finished.step, "interrupted")
        assert lab.result(folder)[1]["state"]["step"] == finished.step
    assert lab.child(folder) == 0
    lab.assert_same_end(folder, golden)


def test_an_interrupt_before_training_says_where_the_run_stands(lab: Any) -> None:
    folder = lab.folder(**EVERY_STEP)
    lab.live(folder, until=lambda event: isinstance(event, Saved) and event.step == 5)
    pid = lab.fork(folder)
    os.kill(pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGTERM)
    os.kill(pid, signal.SIGCONT)
    assert lab.reap(pid) in (130, -signal.SIGTERM)
    assert lab.child(folder) == 0
    lab.assert_same_end(folder, lab.golden(**EVERY_STEP))


def test_a_run_whose_folder_is_removed_under_it_ends_and_says_so(lab: Any) -> None:
    folder = lab.folder(epochs=10_000, bptt=7)
    child, moved = lab.fork(folder), folder.path.with_name(f"{folder.id}-moved")
    deadline = time.monotonic() + 60
    while steps_told(folder) < 1 and time.monotonic() < deadline:
        pass
    folder.path.rename(moved)
    assert lab.reap(child) == 1
    assert "was removed or moved while the run trained" in lab.events(RunFolder(moved))[-1].sentence


def test_a_second_child_on_one_folder_is_refused(lab: Any) -> None:
    folder = lab.folder(epochs=200, bptt=7)
    first = lab.fork(folder)
    deadline = time.monotonic() + 60
    while steps_told(folder) < 1 and time.monotonic() < deadline:
        pass
    try:
        assert lab.child(folder) == 5
        assert f"is in use by pid {first}" in folder.stderr_file.read_text()
    finally:
        os.kill(first, signal.SIGKILL)
        lab.reap(first)
    assert Shelf(folder.checkpoints).latest() is not None

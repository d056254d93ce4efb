"""attach, stop, set and resume against a living child."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from seqtui.runs.lock import holder

CHILD = Path(__file__).with_name("child.py")


@pytest.fixture
def living(folder):
    """A run whose child steps until it is told to stop."""
    child = subprocess.Popen([sys.executable, str(CHILD), str(folder.path), "steps"])
    deadline = time.monotonic() + 30
    while holder(folder) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    yield folder
    child.kill()
    child.wait()


def test_knobs_are_set_and_the_run_is_stopped_and_the_answers_are_awaited(seqtui, living) -> None:
    done = seqtui("set", "last", "lr=1e-4", "max-grad-norm=0.25")
    assert done.returncode == 0, done.stderr
    assert "lr: 0.5 -> 0.0001 after step" in done.stderr
    assert "max_grad_norm: 0.5 -> 0.25 after step" in done.stderr
    busy = seqtui("resume", living.id)
    assert busy.returncode == 5
    assert f"run {living.id} is in use by pid" in busy.stderr
    assert seqtui("runs", "--json").stdout.count('"training"') == 1
    stopped = seqtui("stop", living.id[:-1])
    assert stopped.returncode == 0
    assert f"run {living.id} stopped at step" in stopped.stderr
    again = seqtui("stop", living.id)
    assert again.returncode == 4
    assert "is not running (stopped)" in again.stderr


@pytest.mark.parametrize("setting", ["lr", "lr=fast", "lr=-1", "lr=nan", "seed=3"])
def test_a_knob_that_cannot_be_set_so_is_wrong_usage(seqtui, folder, setting: str) -> None:
    done = seqtui("set", folder.id, setting)
    assert done.returncode == 2
    assert done.stderr.startswith("seqtui: error: ")


def test_a_finished_run_is_replayed(seqtui, folder) -> None:
    subprocess.run([sys.executable, str(CHILD), str(folder.path), "done"], check=True, timeout=30)
    replay = seqtui("attach", "last", "--json")
    assert replay.returncode == 0
    assert [json.loads(line)["event"] for line in replay.stdout.splitlines()][-1] == "Finished"
    plain = seqtui("attach", "last", "--plain")
    assert "valid loss 8" in plain.stderr
    assert "Verdict: healthy" in plain.stdout
    listed = seqtui("runs", "status:finished", "valid_loss<=8.5")
    assert folder.id in listed.stdout
    assert seqtui("runs", "valid_loss<8").stdout == ""


def test_a_run_that_died_is_told(seqtui, folder) -> None:
    subprocess.run([sys.executable, str(CHILD), str(folder.path), "killed"], check=False, timeout=30)
    done = seqtui("attach", folder.id)
    assert done.returncode == 1
    assert f"died at step 3 without a word; go on with: seqtui resume {folder.id}" in done.stderr

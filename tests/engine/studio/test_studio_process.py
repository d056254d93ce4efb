"""The studio's process: damaged requests, how it ends, and that it never outlives the one that started it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seqtui.runs.studio_folder import append
from seqtui.runs.studio_words import AskLabel, Began, Dropped, Failed, Made, MakeSample, Opened, Quit, Refused, to_line

PATIENCE = 60.0
SEQUENCE = "ACGTACGT"


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"nonsense\n", "JSON"),
        (b"[1]\n", "no word"),
        (b'{"kind":"Dance"}\n', "no word"),
        (b'{"kind":"MakeSample","id":1}\n', "needs more"),
        (b'{"kind":"MakeSample","id":"x","length":3}\n', "amiss"),
        (b'{"kind":"MakeSample","id":1,"length":3,"temperature":NaN}\n', "temperature"),
        (b'{"kind":"MakeSample","id":1,"length":3,"opening":"../secret.npy"}\n', "outside"),
        (b'{"kind":"MakeSample","id":1,"length":0}\n', "length"),
        (b'{"kind":"AskLabel","id":1,"record":-1}\n', "record"),
        (b"[" * 100_000 + b"\n", "JSON"),
    ],
)
def test_a_damaged_request_is_refused_and_the_next_one_served(music: Any, line: bytes, told: str) -> None:
    append(music.helper.folder.requests, line)
    assert told in music.until(Refused).reason
    assert music.ask(MakeSample(80, 1), Made).id == 80


def test_asking_a_model_that_makes_for_a_label_is_refused(music: Any) -> None:
    assert "labels nothing" in music.ask(AskLabel(90, SEQUENCE), Refused).reason


def test_of_requests_that_wait_only_the_newest_is_begun(music: Any) -> None:
    line = b"".join(to_line(MakeSample(number, 1)) for number in range(100, 120))
    append(music.helper.folder.requests, line)
    music.until(Made, 119)
    assert [answer.id for answer in music.heard if isinstance(answer, Began) and 100 <= answer.id < 120] == [119]
    assert {answer.id for answer in music.heard if isinstance(answer, Dropped)} >= set(range(100, 119))


def gone(pid: int) -> bool:
    """Whether a process has ended; a zombie that nobody has buried counts."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_it_leaves_when_told_to(lab: Any, talk: Any) -> None:
    told = talk(lab.golden())
    told.until(Opened)
    pid, folder = told.helper.pid, told.helper.folder.path
    told.helper.send(Quit())
    wait_until(lambda: told.helper.death() != "")
    assert told.helper.death() == "exit code 0"
    told.helper.close()
    assert gone(pid)
    assert not folder.exists()


def test_it_dies_with_the_process_that_started_it(lab: Any) -> None:
    folder = lab.golden()
    code = f"""
import os
from pathlib import Path
from seqtui.runs.models import ModelPlace
from seqtui.runs.studio_helper import StudioHelper
from seqtui.runs.studio_words import MakeSample, Opened
helper = StudioHelper(ModelPlace("run", Path({str(folder.path)!r}), "x"))
while not any(isinstance(answer, Opened) for answer in helper.poll()):
    assert not helper.death(), helper.death()
helper.send(MakeSample(1, 100_000))
print(helper.pid, helper.folder.path, flush=True)
os._exit(9)
"""
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 9, done.stderr
    pid, path = done.stdout.split()
    wait_until(lambda: gone(int(pid)))
    wait_until(lambda: not Path(path).exists())


def test_a_damaged_model_is_told_and_the_process_ends(lab: Any, talk: Any) -> None:
    folder = lab.copy(lab.golden())
    folder.model_file.write_text("{}")
    told = talk(folder)
    assert "damaged" in told.until(Failed).reason
    wait_until(lambda: told.helper.death() != "")
    told.helper.close()


def test_a_kill_is_told(lab: Any, talk: Any) -> None:
    told = talk(lab.golden())
    os.kill(told.helper.pid, 9)
    wait_until(lambda: told.helper.death() != "")
    assert told.helper.death() == "killed by SIGKILL"
    told.helper.close()

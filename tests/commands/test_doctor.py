"""`seqtui doctor`: what it says of the terminal by its own answers, of applications by training them, of faults."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from seqtui.commands.doctor_terminal import Answers, ask
from seqtui.commands.doctor_training import trainings

# Run with a terminal as its only one, as a process in the foreground is.
ASK = """
import os, sys
from seqtui.commands.doctor_terminal import ask
print(repr(ask(0, 1)), file=sys.stderr)
"""
SAID = b"\x1b[?1006;2$y\x1b[?2026;0$y\x1b[1;%dR\x1b[?62;22c"


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """What `ask` found in a terminal that answers so, once it was asked its last question."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-P", "-c", ASK])
    said = b""
    try:
        while b"Answers(" not in said or b"\n" not in said[said.index(b"Answers(") :]:
            said += os.read(terminal, 1024)
            if said.endswith(b"\x1b[c"):
                os.write(terminal, answer)
        yield said[said.index(b"Answers(") :].decode().strip()
    finally:
        os.close(terminal)
        os.waitpid(child, 0)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (SAID % 4, Answers(mouse=True, frames=False, cells=3)),
        (SAID % 7, Answers(mouse=True, frames=False, cells=6)),
        (b"\x1b[?62c", Answers()),
        (b"", Answers()),
        (b"typed\x1b[?1006;0$y\x1b[1;4R\x1b[?1c", Answers(mouse=False, frames=None, cells=3)),
    ],
)
def test_a_terminal_is_what_it_answers_and_unknown_where_it_does_not(answer: bytes, found: Answers) -> None:
    with answering(answer) as told:
        assert told == repr(found)


def test_no_terminal_is_asked_from_the_background() -> None:
    main, terminal = pty.openpty()  # nobody's controlling terminal: to touch it would be an error
    try:
        with pytest.raises(OSError, match="Inappropriate ioctl"):
            ask(terminal, terminal)
    finally:
        os.close(main)
        os.close(terminal)


def test_an_application_is_trained_saved_asked_and_exported(environment) -> None:
    command = [sys.executable, "-P", "-m", "seqtui", "doctor", "--app", "music", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=500, check=False)
    report = json.loads(done.stdout)
    assert done.returncode == 0, report
    assert report["healthy"]
    looks = {check["what"]: check["text"] for check in report["checks"]}
    assert "torch" in looks["engine"]
    assert looks["training"].startswith(
        "music: 5 steps, a checkpoint, a sample as .mid, ONNX as onnxruntime computes it; "
    )


def test_quick_trains_nothing_and_tells_what_each_extra_gives(seqtui) -> None:
    done = seqtui("doctor", "--quick")
    assert done.returncode == 0
    for extra in ("audio", "video", "export", "corpora"):
        assert f"extras: {extra}" in done.stdout
    assert "training" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith("healthy, after ")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--app", "musik"], 4, "there is no application 'musik'; there are "),
        (["--app", "music", "--quick"], 2, "leave out --app"),
    ],
)
def test_what_cannot_be_looked_at_is_one_sentence(seqtui, words, code, sentence) -> None:
    done = seqtui("doctor", *words)
    assert (done.returncode, done.stderr.count("\n")) == (code, 1)
    assert sentence in done.stderr


def test_a_home_that_cannot_be_written_to_is_broken(seqtui, environment) -> None:
    environment["SEQTUI_HOME"] = "/proc/nowhere"
    done = seqtui("doctor", "--quick")
    assert done.returncode == 1
    assert "broken  folders: runs /proc/nowhere/runs: " in done.stdout
    assert "set SEQTUI_HOME to another folder" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("2 things are broken, after ")


def test_what_takes_too_long_is_ended_and_told() -> None:
    ((state, text),) = list(trainings(["music"], patience=0.05))
    assert state == "broken"
    assert text == "music: 5 steps took over 0.05 s: end other work on this machine"


def test_an_application_that_does_not_train_is_told_with_its_command(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['torch'] = None\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    ((state, text),) = list(trainings(["dna"]))
    assert state == "broken"
    assert text.startswith("dna: training ended with code 1: ")
    assert text.endswith("; see it whole: seqtui run dna --max-steps 5")


def test_asked_to_end_it_takes_its_trainings_along(environment, tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "seqtui", "doctor", "--app", "music"]
    place = {**environment, "TMPDIR": str(tmp_path)}
    doctor = subprocess.Popen(command, env=place, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("seqtui-doctor-*/music/*/stderr.log")) and time.monotonic() < deadline:
        time.sleep(0.02)
    doctor.send_signal(signal.SIGTERM)
    doctor.communicate(timeout=60)
    assert doctor.returncode == 130
    assert list(tmp_path.iterdir()) == []

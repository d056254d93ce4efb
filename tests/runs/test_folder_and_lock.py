"""Run folders are made once each, and held by one process at a time."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from seqtui.config import RunConfig
from seqtui.errors import BadInput, Busy, NotFound, RunFailed
from seqtui.runs.folder import create, open_folder
from seqtui.runs.lock import hold, holder

MAKE = """
import sys; from pathlib import Path
from seqtui.config import RunConfig; from seqtui.runs.folder import create
sys.stdin.readline()
print(create(RunConfig(app="music"), parent=Path(sys.argv[1])).id)
"""
HOLD = """
import sys; from pathlib import Path
from seqtui.runs.folder import RunFolder; from seqtui.runs.lock import hold; from seqtui.errors import Busy
sys.stdin.readline()
try:
    with hold(RunFolder(Path(sys.argv[1]))):
        print("held", flush=True)
        sys.stdin.readline()
except Busy as busy:
    print(busy, flush=True)
"""


def start(code: str, path: Path) -> subprocess.Popen[str]:
    """A process that waits for a line before it does its work."""
    command = [sys.executable, "-P", "-c", code, str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_eight_processes_make_eight_folders_at_once(tmp_path: Path) -> None:
    children = [start(MAKE, tmp_path / "runs") for _ in range(8)]
    answers = [child.communicate("go\n", timeout=30)[0].strip() for child in children]
    assert len(set(answers)) == 8
    assert {folder.name for folder in (tmp_path / "runs").iterdir()} == set(answers)


def test_of_eight_processes_one_holds_the_run(tmp_path: Path) -> None:
    folder = create(RunConfig(app="music"), parent=tmp_path)
    children = [start(HOLD, folder.path) for _ in range(8)]
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    answers = [child.stdout.readline().strip() for child in children]
    assert answers.count("held") == 1
    winner = children[answers.index("held")]
    assert all(f"in use by pid {winner.pid}" in answer for answer in answers if answer != "held")
    assert holder(folder).pid == winner.pid
    for child in children:
        child.communicate(timeout=30)
    assert holder(folder) is None


def test_a_holder_that_has_yet_to_write_its_note_is_named_all_the_same(tmp_path: Path) -> None:
    folder = create(RunConfig(app="music"), parent=tmp_path)
    with folder.lock_file.open("w+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = json.dumps({"pid": 7, "since": 1.0, "host": "slow"})
        threading.Timer(0.05, lambda: folder.lock_file.write_text(note)).start()
        with pytest.raises(Busy, match="in use by pid 7 on slow"), hold(folder):
            pass


def test_a_run_that_was_let_go_names_nobody(tmp_path: Path) -> None:
    folder = create(RunConfig(app="music"), parent=tmp_path)
    with hold(folder):
        assert folder.lock_file.stat().st_size
    assert not folder.lock_file.stat().st_size


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    folder = create(RunConfig(app="music"), parent=tmp_path)
    child = start(HOLD, folder.path)
    child.stdin.write("go\n")
    child.stdin.flush()
    assert child.stdout.readline() == "held\n"
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=30)
    assert holder(folder) is None
    with hold(folder):
        assert holder(folder).pid == os.getpid()


def test_a_note_of_a_recycled_process_number_means_nothing(tmp_path: Path) -> None:
    folder = create(RunConfig(app="music"), parent=tmp_path)
    folder.lock_file.write_text(json.dumps({"pid": os.getpid(), "since": 1.0, "host": "here"}))
    assert holder(folder) is None


def test_a_torn_note_does_not_hide_the_holder(tmp_path: Path) -> None:
    folder = create(RunConfig(app="music"), parent=tmp_path)
    with hold(folder):
        folder.lock_file.write_text('{"pid"')
        assert holder(folder).host == "an unknown host"
        with pytest.raises(Busy), hold(folder):
            pass


@pytest.mark.parametrize("name", ["with space", "ünïcödé 😀", "-dash", "new\nline", "x" * 200])
def test_a_config_comes_back_from_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    config = RunConfig(app="music", name=name, lr=0.5, options={"voices": 4})
    folder = create(config, parent=tmp_path / name)
    assert folder.id.startswith("music-lstm-")
    assert open_folder(folder.path).read_config() == config


def test_the_last_word_on_the_config_knows_the_id(tmp_path: Path) -> None:
    folder = create(RunConfig(app="dna"), parent=tmp_path, finish=lambda _, run: RunConfig(app="dna", name=run))
    assert folder.read_config().name == folder.id


def test_a_folder_of_a_newer_seqtui_asks_for_an_upgrade(tmp_path: Path) -> None:
    folder = create(RunConfig(app="music"), parent=tmp_path)
    folder.config_file.write_text('{"format": 2, "made_by": "9.0", "config": {"whatever": 1}}')
    with pytest.raises(BadInput, match=r"newer seqtui \(9\.0.*please upgrade"):
        folder.read_config()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1, "config": {"app": "music", "nonsense": 1}}'])
def test_a_damaged_config_is_a_sentence(tmp_path: Path, text: str) -> None:
    folder = create(RunConfig(app="music"), parent=tmp_path)
    folder.config_file.write_text(text)
    with pytest.raises(BadInput, match="damaged"):
        folder.read_config()


def test_no_folder_is_not_found_and_a_bad_place_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        open_folder(tmp_path / "none")
    with pytest.raises(NotFound, match=r"config\.json"):
        open_folder(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(RunFailed, match="--run-dir"):
        create(RunConfig(app="music"), parent=tmp_path / "file" / "runs")


HANDS_OVER = """
import os, sys
from pathlib import Path
from seqtui.runs.folder import RunFolder
from seqtui.runs.lock import hold
held = int(sys.argv[2]) if len(sys.argv) > 2 else None
with hold(RunFolder(Path(sys.argv[1])), held) as lock:
    if held is None:
        os.set_inheritable(lock, True)
        print("before", flush=True)
        sys.stdin.readline()
        os.execv(sys.executable, [sys.executable, "-c", os.environ["SCRIPT"], sys.argv[1], str(lock)])
    assert not os.get_inheritable(lock)
    print("after", flush=True)
    sys.stdin.readline()
"""


def test_a_process_that_replaces_itself_never_lets_go(tmp_path: Path) -> None:
    folder = create(RunConfig(app="music"), parent=tmp_path)
    child = subprocess.Popen(
        [sys.executable, "-c", HANDS_OVER, str(folder.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "SCRIPT": HANDS_OVER},
    )  # fmt: skip
    assert child.stdin and child.stdout
    with child:
        assert child.stdout.readline() == "before\n"
        child.stdin.write("\n")
        child.stdin.flush()
        told: list[str] = []
        listener = threading.Thread(target=lambda: told.append(child.stdout.readline()))
        listener.start()
        while listener.is_alive():
            found = holder(folder)
            assert found is not None
        listener.join()
        assert told == ["after\n"]
        found = holder(folder)
        assert found is not None and found.pid == child.pid
        child.communicate("\n")
    assert holder(folder) is None


def test_a_descriptor_of_something_else_is_no_lock(tmp_path: Path) -> None:
    folder = create(RunConfig(app="music"), parent=tmp_path)
    with (folder.path / "other").open("w") as other:
        with pytest.raises(RunFailed, match="is not the lock of run"), hold(folder, other.fileno()):
            pass
        with pytest.raises(RunFailed, match="is not the lock of run"), hold(folder, 99_999):
            pass

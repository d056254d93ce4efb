"""A process that is forked with its imports done is what a cold one would be: the same kinship, streams and ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from warm import WarmPopen, nursery_pid

LOOK = [sys.executable, "-P", "-m", "seqtui.tui.setup.look"]
STUDIO = [sys.executable, "-P", "-m", "seqtui.engine.studio"]
KINDS = [subprocess.Popen, WarmPopen]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forked on Linux alone")


def end(kind: Any, words: list[str], **given: Any) -> tuple[int, str, str]:
    child = kind(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **given)
    out, err = child.communicate(timeout=60)
    return child.returncode, out, err


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_words_are_told_on_its_stderr_with_its_exit_code(kind: Any) -> None:
    code, out, err = end(kind, STUDIO)
    assert (code, out) == (2, "")
    assert err.startswith("usage: ")


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_that_nobody_catches_is_told(kind: Any) -> None:
    code, _, err = end(kind, LOOK, stdin=subprocess.DEVNULL)
    assert code == 1
    assert err.splitlines()[-1].startswith("json.decoder.JSONDecodeError")


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_child_in_a_session_a_folder_and_an_environment_of_its_own(kind: Any, tmp_path: Path) -> None:
    child = kind(
        LOOK, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path, text=True, start_new_session=True,
        env={**os.environ, "SEQTUI_HOME": "here"},
    )  # fmt: skip
    # Until it has read its request it is alive.
    stat = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
    assert int(stat[1]) == os.getpid()
    assert os.getpgid(child.pid) == os.getsid(child.pid) == child.pid
    assert Path(f"/proc/{child.pid}/cwd").resolve() == tmp_path
    request = {"app": "music", "data": "nothing-of-this-name", "options": {}, "seed": 0}
    out, _ = child.communicate(json.dumps(request), timeout=60)
    assert "nothing-of-this-name" in json.loads(out)["error"]
    assert child.returncode == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_kill_is_seen(kind: Any) -> None:
    child = kind(LOOK, stdin=subprocess.PIPE)
    child.kill()
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    assert not Path(f"/proc/{child.pid}").exists()


def test_where_the_interpreter_would_read_other_variables_it_is_started_cold(tmp_path: Path) -> None:
    WarmPopen(LOOK, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL).wait()
    assert nursery_pid()
    (tmp_path / "seqtui").mkdir()
    (tmp_path / "seqtui" / "__init__.py").write_text("raise SystemExit(77)")
    assert end(WarmPopen, LOOK, env={**os.environ, "PYTHONPATH": str(tmp_path)})[0] == 77

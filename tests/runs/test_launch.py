"""The child of a run, as the operating system sees it."""

import os
import sys
from pathlib import Path

import pytest

from seqtui.config import RunConfig
from seqtui.runs.folder import create
from seqtui.runs.launch import start


@pytest.mark.skipif(sys.platform != "linux", reason="sessions are weighed against each other by Linux")
def test_a_child_leaves_the_cores_to_others_and_so_does_its_session(tmp_path: Path) -> None:
    child = start(create(RunConfig(app="music"), parent=tmp_path), niceness=10)
    try:
        assert os.getpriority(os.PRIO_PROCESS, child.pid) == 10
        group = Path(f"/proc/{child.pid}/autogroup")
        assert not group.exists() or group.read_text().split()[-2:] == ["nice", "10"]
        assert os.getsid(child.pid) == child.pid
    finally:
        child.kill()
        child.wait()

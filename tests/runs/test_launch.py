"""The child of a run, as the operating system sees it."""

import os
import sys
from pathlib import Path

import pytest

from seqtui.config import RunConfig
from seqtui.runs.events import Finished, Started
from seqtui.runs.folder import create
from seqtui.runs.journal import EventWriter
from seqtui.runs.launch import start
from seqtui.runs.summary import has_told_its_end


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


def test_a_run_has_told_its_end_until_it_is_taken_up_again(tmp_path: Path) -> None:
    folder = create(RunConfig(app="music"), parent=tmp_path)
    assert not has_told_its_end(folder)
    writer = EventWriter(folder.events_file)
    begun = Started("r", "music", 1, "cpu", 1, "", "own", "fp32", 1, "2", "cpu")
    for event, ended in ((begun, False), (Finished(3, 1, "stopped", 1.0, 1.0, 3), True), (begun, False)):
        writer.append(event)
        writer.sync()
        assert has_told_its_end(folder) is ended

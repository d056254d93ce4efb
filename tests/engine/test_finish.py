"""What a run leaves outside of its folder: whole files, its own replaced, nobody else's touched."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seqtui.catalog import load
from seqtui.config_check import make_config
from seqtui.runs import folder as folders
from seqtui.runs.control import Stop, send
from seqtui.runs.events import Exported, Warned
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import read_events

TINY = {"hidden_size": 4, "embedding_size": 4, "threads": 1, "batch_size": 64, "max_steps": 2, "telemetry": "off"}


@pytest.fixture
def stopped(tmp_path: Path) -> tuple[RunFolder, Path]:
    """A run that was stopped at once, exported, and can go on; and what it exported."""
    target = tmp_path / "song.mid"
    config = make_config(load("music"), TINY | {"export": str(target)})
    folder = folders.create(config, parent=tmp_path / "runs")
    send(folder, Stop())
    assert live(folder)[-1] == Exported([str(target)])
    return folder, target


def live(folder: RunFolder) -> list[object]:
    """One child of the run, to its end; what it says of exports."""
    command = [sys.executable, "-P", "-m", "seqtui.engine", str(folder.path)]
    environment = os.environ | {"SEQTUI_HOME": str(folder.path.parent)}
    subprocess.run(command, check=True, env=environment, timeout=120)
    return [each.event for each in read_events(folder.events_file).records if isinstance(each.event, Exported | Warned)]


def test_a_resumed_run_replaces_what_it_exported_itself(stopped: tuple[RunFolder, Path]) -> None:
    folder, target = stopped
    target.write_bytes(b"old")
    assert live(folder)[-1] == Exported([str(target)])
    assert target.read_bytes().startswith(b"MThd")
    assert sorted(path.name for path in target.parent.iterdir()) == ["runs", "song.mid"]


def test_a_run_never_replaces_what_somebody_else_wrote(stopped: tuple[RunFolder, Path]) -> None:
    folder, target = stopped
    (folder.path / "exported.json").unlink()
    target.write_bytes(b"somebody else's")
    said = live(folder)[-1]
    assert isinstance(said, Warned)
    assert "exists already" in said.text
    assert target.read_bytes() == b"somebody else's"

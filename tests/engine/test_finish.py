"""What a run leaves outside of its folder: whole files, its own replaced, nobody else's touched."""

from pathlib import Path
from typing import Any

import pytest

from seqtui.runs.control import Stop, send
from seqtui.runs.events import Event, Exported, Warned
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import read_events


@pytest.fixture
def stopped(lab: Any, tmp_path: Path) -> tuple[RunFolder, Path]:
    """A run that was stopped at once, exported, and can go on; and what it exported."""
    target = tmp_path / "song.mid"
    folder = lab.folder(export=str(target))
    send(folder, Stop())
    assert live(lab, folder) == Exported([str(target)])
    return folder, target


def live(lab: Any, folder: RunFolder) -> Event:
    """One child of the run, to its end; the last that it says of its export."""
    assert lab.child(folder) == 0
    events = [record.event for record in read_events(folder.events_file).records]
    return [event for event in events if isinstance(event, Exported | Warned)][-1]


def test_a_resumed_run_replaces_what_it_exported_itself(lab: Any, stopped: tuple[RunFolder, Path]) -> None:
    folder, target = stopped
    target.write_bytes(b"old")
    assert live(lab, folder) == Exported([str(target)])
    assert target.read_bytes().startswith(b"MThd")
    assert [path.name for path in target.parent.iterdir()] == ["song.mid"]


def test_a_run_never_replaces_what_somebody_else_wrote(lab: Any, stopped: tuple[RunFolder, Path]) -> None:
    folder, target = stopped
    (folder.path / "exported.json").unlink()
    target.write_bytes(b"somebody else's")
    said = live(lab, folder)
    assert isinstance(said, Warned)
    assert "exists already" in said.text
    assert target.read_bytes() == b"somebody else's"

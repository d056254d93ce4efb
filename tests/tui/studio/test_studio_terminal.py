"""The studio in a real terminal: text that means harm in all that a model is called and says is obeyed by nobody, and
`kill -9` of the model's process or of the screen leaves a sentence, a clean terminal and no process.
"""

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from hostile import COCKTAILS
from hostile_home import Poison, hostile_data
from hostile_studio import poisoned_studio, screen_of
from studio_replay import recorded_model
from terminal_grammar import strange

SHOWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "music": ("", ("note",)),
    "labels": ("ACGT", ("model.head.classes 0", "note", "Answered.symbols 0")),
    "sentiment": ("fine", ("model.head.classes 0", "model.head.classes 1", "Answered.symbols 0", "Answered.notes 0")),
    "ner": ("Mary", ("TagsSaid.words 0", "model.head.tags 1")),
    "language": ("", ("note",)),
}
"""Recording -> what is typed, and the places whose poisoned texts are then seen."""

PATIENCE = 60.0
CONTROLS_ABOVE_PRIMER = 5
ALL_KEYS = b"\t\x1b[C\x1b[C vwsmnrkx c\t\x1b[B\x1b[A\t\x1b[C"
"""Panels, maps and takes, one after the other: every one draws something."""

turns = pytest.mark.parametrize(
    "turn", [0, *(pytest.param(turn, marks=pytest.mark.slow) for turn in range(1, len(COCKTAILS)))]
)


@pytest.mark.parametrize("name", SHOWS)
@turns
def test_a_studio_obeys_no_text(
    terminal: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, turn: int
) -> None:
    poison = Poison(turn)
    recording = poisoned_studio(poison, name, tmp_path)
    run = recorded_model(recording, home)
    hostile_data(poison, tmp_path)
    monkeypatch.chdir(tmp_path)
    typed, places = SHOWS[name]
    shown = terminal(str(run.path), columns=200, lines=60, program=screen_of(recording))
    shown.wait_for("ctrl+p")
    shown.press(b"p")
    shown.wait_for("✓ open")
    shown.press(typed.encode())
    for place in places:
        shown.wait_for(poison.tag_of(f"{name} {place}"))
    shown.press(ALL_KEYS)
    shown.press(b"?")
    shown.press(b"\x11")
    assert shown.finish() == 0
    assert strange(shown.raw) == []
    assert shown.is_restored(), shown.left_on()


def test_a_primer_obeys_no_name_of_a_file_or_a_track(
    terminal: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = Poison(0)
    recording = poisoned_studio(poison, "music", tmp_path)
    run = recorded_model(recording, home)
    hostile_data(poison, tmp_path)
    (tmp_path / "tunes" / "mine.mid").write_bytes(next((tmp_path / "tunes").glob("q*00.mid")).read_bytes())
    monkeypatch.chdir(tmp_path)
    shown = terminal(str(run.path), columns=200, lines=60, program=screen_of(recording))
    shown.wait_for("ctrl+p")
    shown.press(b"p")
    shown.wait_for("✓ open")
    shown.wait_for("bars · seed")
    shown.press(b"\x1b[B" * CONTROLS_ABOVE_PRIMER + b"\r")
    shown.wait_for("Go on from")
    shown.press(b"tunes/")
    shown.wait_for("mine.mid")  # names that cannot be typed are not offered
    shown.press(b"\t\r")
    shown.wait_for("--prime tunes/mine.mid")
    shown.press(b"\x11")
    assert shown.finish() == 0
    assert strange(shown.raw) == []


def helper_of(screen: int) -> int:
    """The process that keeps a studio's model open, of those that a screen has started; 0 if there is none."""
    for task in Path(f"/proc/{screen}/task").iterdir():
        for child in (task / "children").read_text().split():
            if b"seqtui.engine.studio" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
    return 0


def until_gone(pid: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline, f"process {pid} lives on"
        time.sleep(0.02)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where studios make their folders."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    return place


def test_a_killed_model_is_told_in_a_sentence_and_opened_anew(terminal: Any, models: Any, folders: Path) -> None:
    shown = terminal("attach", str(models["opinions"].path), columns=120, lines=40)
    shown.wait_for("ctrl+p")
    shown.press(b"p")
    shown.wait_for("✓ open")
    first = helper_of(shown.child)
    os.kill(first, signal.SIGKILL)
    shown.wait_for("the model's process has ended (killed by SIGKILL); R starts it again")
    shown.wait_for("✕ ended")
    until_gone(first)
    shown.press(b"R")
    shown.wait_for("✓ open")
    second = helper_of(shown.child)
    assert second not in (0, first)
    shown.press(b"fine")
    shown.wait_for("What speaks for")
    shown.press(b"\x11")
    assert shown.finish() == 0
    assert shown.is_restored(), shown.left_on()
    until_gone(second)
    assert list(folders.glob("seqtui-studio-*")) == []


@pytest.mark.parametrize("whom", ["child", "launcher"])
def test_a_killed_screen_takes_its_model_along(terminal: Any, models: Any, folders: Path, whom: str) -> None:
    shown = terminal("attach", str(models["labels"].path), columns=120, lines=40)
    shown.wait_for("ctrl+p")
    shown.press(b"p")
    shown.wait_for("✓ open")
    child, helper = shown.child, helper_of(shown.child)
    os.kill(getattr(shown, whom), signal.SIGKILL)
    shown.read_until(lambda: not Path(f"/proc/{child}/fd").exists() or b"<ended>" in shown.raw)
    shown.finish()
    until_gone(helper)
    if whom == "child":
        assert shown.is_restored(), shown.left_on()
    assert list(folders.glob("seqtui-studio-*")) == []

"""From nothing to a file, by keys alone, in a real tmux: choose, set up, train, watch, change the learning rate on the
way, stop, sample, export.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, final

import mido
import pytest
from choosing import choose

from seqtui.runs.folder import RunFolder
from seqtui.runs.lock import holder

PATIENCE = 240.0
pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed (apt-get install tmux)")


@final
class Tmux:
    """A window of a tmux server of its own, 140 × 45, with a shell's variables of a fresh home."""

    def __init__(self, place: Path) -> None:
        self._socket = str(place / "tmux")
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        fresh = {"HOME": place, "LANG": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        xdg = {f"XDG_{kind}_HOME": place / kind.lower() for kind in ("CONFIG", "DATA", "CACHE", "STATE")}
        self._environment = {**kept, **{name: str(value) for name, value in {**fresh, **xdg}.items()}}
        command = f"cd '{place}' && '{sys.executable}' -P -m seqtui; echo left with $?; exec cat"
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", "140", "-y", "45", "sh", "-c", command)

    def text(self) -> str:
        """What the window shows."""
        return self._tmux("capture-pane", "-p", "-t", ":0")

    def press(self, keys: bytes) -> None:
        """Type letters."""
        self._tmux("send-keys", "-t", ":0", "-l", keys.decode())

    def key(self, name: str) -> None:
        """A key by tmux's name: Enter, Escape, C-r …"""
        self._tmux("send-keys", "-t", ":0", name)

    def wait_for(self, text: str) -> None:
        """Until the window shows a text."""
        self.wait_until(lambda shown: text in shown)

    def wait_until(self, holds: Callable[[str], bool]) -> str:
        """Until what is shown fulfils something; what is shown then."""
        deadline = time.monotonic() + PATIENCE
        while not holds(shown := self.text()):
            assert time.monotonic() < deadline, shown
            time.sleep(0.05)
        return shown

    def close(self) -> None:
        """End the server and what runs in it."""
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], check=False, capture_output=True)

    def _tmux(self, *words: str) -> str:
        command = ["tmux", "-S", self._socket, *words]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=True)
        return done.stdout


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Tmux]:
    """seqtui in a home where nobody has ever been. What it trains gives way to nobody, or where others work it would
    never begin; and is ended, where a test did not come to it.
    """
    settings = tmp_path / "config" / "seqtui" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("niceness = 0\n")
    tmux = Tmux(tmp_path)
    yield tmux
    tmux.close()
    for file in tmp_path.rglob("events.jsonl"):
        if living := holder(RunFolder(file.parent)):
            os.kill(living.pid, signal.SIGKILL)


def set_field(window: Tmux, option: str, value: str, *, is_typed: bool = True) -> None:
    """Find a field of the set-up by its name and type its value, or take the next until it is that."""
    window.press(b"/")
    window.wait_for("words of a field")
    window.press(option.replace("-", " ").encode())
    window.wait_for(f"{option.replace('-', ' ')}  --{option}")
    window.key("Enter")
    window.wait_for("Enter edit")
    if is_typed:
        window.key("Enter")
        window.wait_for("as it was")
        window.key("C-u")
        window.wait_for("unable to parse")  # nothing is no number; letters that came at once would overtake the key
        window.press(value.encode())
        window.wait_until(lambda shown: "unable to parse" not in shown)
        window.key("Enter")
        window.wait_for("Enter edit")
    while f"--{option} {value}" not in (before := window.text()):
        if not is_typed:
            window.key("Right")
        window.wait_until(lambda shown, before=before: shown != before)
    window.key("Escape")  # a key that came at once would be taken for Alt and that key
    window.wait_until(lambda shown: re.search(r"(\d+) of \1 ", shown) is not None)  # all fields are back


def events(place: Path, kind: str) -> list[dict[str, Any]]:
    """What the one run said, of a kind."""
    lines = [line for file in place.rglob("events.jsonl") for line in file.read_text().splitlines(keepends=True)]
    found = [json.loads(line) for line in lines if line.endswith("\n")]  # the last may be being written
    return [each for each in found if each["event"] == kind]


def train(window: Tmux, place: Path, app: str) -> None:
    """From the first screen to a run that is seen to learn, and has another learning rate since."""
    window.wait_for("Enter next")
    window.key("Escape")
    choose(window, app)
    window.press(b"n")
    window.wait_for("y copy")
    set_field(window, "hidden-size", "16")
    set_field(window, "threads", "1")  # as little to measure before it begins as there can be
    set_field(window, "kernel", "own", is_typed=False)
    window.press(b"2")
    window.wait_for("b directions")
    while "--backbone rnn" not in (before := window.text()):
        window.key("Left")
        window.wait_until(lambda shown, before=before: shown != before)
    window.key("Right")  # beside it stands the GRU
    window.wait_until(lambda shown: "--backbone rnn" not in shown)
    window.key("C-r")
    window.wait_for("● training")
    window.wait_until(lambda _: len(events(place, "Evaluated")) >= 2)
    window.press(b"r")
    retype(window, "Enter sets", "0.004")
    window.wait_until(lambda _: [each["new"] for each in events(place, "KnobChanged")] == [0.004])
    window.wait_until(lambda _: len(events(place, "Evaluated")) >= 4)
    losses = [each["loss"] for each in events(place, "Evaluated")]
    assert min(losses[1:]) < losses[0]


def retype(window: Tmux, foot: str, text: str) -> None:
    """Put another text in the line of a dialog, known by the words in its last line, and take it."""

    def inside(shown: str) -> list[str]:
        lines = shown.split("\n")
        last = next((place for place, line in enumerate(lines) if foot in line), 0)
        begin, end = lines[last].rfind("╰", 0, lines[last].find(foot)), lines[last].find("╯", lines[last].find(foot))
        return [line[begin:end] for line in lines[max(last - 6, 0) : last]]

    window.wait_for(foot)
    before = inside(window.text())
    window.key("C-u")
    window.wait_until(lambda shown: inside(shown) != before)  # letters that came at once would overtake the key
    window.press(text.encode())
    window.wait_until(lambda shown: any(text in line for line in inside(shown)))
    window.key("Enter")


def stop(window: Tmux) -> None:
    """Stop the run, by asking for it and saying yes."""
    window.press(b"x")
    window.wait_for("Stop this run?")
    window.press(b"x")
    window.wait_for("stopped")


def export(window: Tmux, name: str) -> None:
    """Write what the studio holds to a file."""
    window.press(b"e")
    retype(window, "Enter takes it", name)
    window.wait_for("wrote ")


def test_dna_and_a_gru_chosen_trained_asked_and_exported(window: Tmux, tmp_path: Path) -> None:
    (tmp_path / "mine.fa").write_text("".join(f">mine{n}\n{'ACGT' * 15}\n" for n in range(3)))
    train(window, tmp_path, "dna")
    stop(window)
    window.press(b"p")
    window.wait_for("✓ open")
    window.key("Tab")
    window.press(b"o")
    window.wait_for("Enter takes it")
    window.press(b"mine.fa")
    window.key("Enter")
    window.wait_for("mine2")
    export(window, "answers.fa")
    answers = (tmp_path / "answers.fa").read_text()
    assert [line.split()[0] for line in answers.splitlines() if line.startswith(">")] == [">mine0", ">mine1", ">mine2"]
    assert "promoter" in answers or "background" in answers
    (config,) = (json.loads(file.read_text())["config"] for file in tmp_path.rglob("config.json"))
    assert (config["app"], config["backbone"], config["hidden_size"]) == ("dna", "gru", 16)
    leave(window, tmp_path)


@pytest.mark.slow
def test_music_trained_heard_to_change_and_left_with_a_midi_file(window: Tmux, tmp_path: Path) -> None:
    train(window, tmp_path, "music")
    window.wait_until(lambda _: len(events(tmp_path, "Sampled")) >= 2)
    drawings = [each["drawing"] for each in events(tmp_path, "Sampled")]
    assert len(set(drawings)) > 1
    stop(window)
    window.press(b"p")
    window.wait_for("✓ open")
    window.wait_for("steps/s")
    export(window, "song.mid")
    song = mido.MidiFile(tmp_path / "song.mid")
    assert any(message.type == "note_on" for track in song.tracks for message in track)
    leave(window, tmp_path)


def leave(window: Tmux, place: Path) -> None:
    """Quit; the run has ended, and said so."""
    window.key("C-q")
    window.wait_for("left with 0")
    assert events(place, "Finished")[-1]["why"] == "stopped"

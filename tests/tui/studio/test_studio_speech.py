"""The studio of models that hear: files, folders, a microphone that is not there, exports."""

import json
from pathlib import Path
from typing import Any

import pytest
from sounds import tone, write_wav
from stand_in_sound import lay_sound_library
from trained import train_all

from seqtui.config import RunConfig
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.models import ModelPlace
from seqtui.tui.places import Target
from seqtui.tui.studio.heard_view import HeardView

TINY: dict[str, Any] = {
    "app": "speech", "backbone": "gru", "hidden_size": 16, "embedding_size": 12, "max_steps": 60, "epochs": 30,
    "lr": 0.02, "threads": 1, "telemetry": "off", "kernel": "own", "batch_size": 8,
}  # fmt: skip


@pytest.fixture(scope="module")
def hearing(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunFolder]:
    """A model of words and one of transcripts, of two tones."""
    root = tmp_path_factory.mktemp("hearing")
    for number in range(40):
        write_wav(
            root / "data" / ("low", "high")[number % 2] / f"{number}.wav", tone(300 + 900 * (number % 2) + number, 0.3)
        )
    made = {
        goal: create(RunConfig(**TINY, data=str(root / "data"), options={"goal": goal}), parent=root)
        for goal in ("word", "transcript")
    }
    train_all(made)
    return made


def target(folder: RunFolder) -> Target:
    return Target(model=ModelPlace("run", folder.path, folder.id))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_a_file_is_heard_drawn_and_written(hearing: Any, perform: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    given = write_wav(tmp_path / "given.wav", tone(1200, 0.3))

    async def scene(stage: Any) -> None:
        await stage.until("o opens a WAV or FLAC file", lambda: stage.screen._is_open)
        await stage.press("o")
        await stage.until("Listen to")
        await stage.type(str(given))
        view = stage.screen.query_one(HeardView)
        await stage.until("given.wav", lambda: not view.has_nothing(), "0.28 s")
        assert "nats" not in stage.text() and "record 1 of 1" in stage.text()
        assert any(mark in stage.text() for mark in "▀█▓")
        await stage.press("e")
        await stage.until("Export this prediction to")
        await stage.type(str(tmp_path / "heard.json"))
        await stage.until("wrote")
        (record,) = json.loads((tmp_path / "heard.json").read_text())
        assert record["record"] == "given.wav" and set(record) >= {"text", "symbols", "log_probability"}

    perform(scene, target(hearing["transcript"]), size=size)


def test_records_of_a_folder_are_gone_through_and_words_have_their_chances(
    hearing: Any, perform: Any, tmp_path: Path
) -> None:
    for name, pitch in (("low", 300), ("high", 1200)):
        write_wav(tmp_path / "some" / name / "a.wav", tone(pitch, 0.3))

    async def scene(stage: Any) -> None:
        await stage.until("o opens a WAV or FLAC file", lambda: stage.screen._is_open)
        await stage.press("o")
        await stage.until("Listen to")
        await stage.type(str(tmp_path / "some"))
        await stage.until("record 1 of 2", "high/a.wav", "%")
        await stage.press("right")
        await stage.until("record 2 of 2", "low/a.wav")
        await stage.press("right")
        await stage.until("record 1 of 2")

    perform(scene, target(hearing["word"]))


def test_a_microphone_is_heard_ended_early_and_missed(
    hearing: Any, perform: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lay(changes: str) -> None:
        monkeypatch.setenv("PYTHONPATH", lay_sound_library(tmp_path / "library", changes))

    async def scene(stage: Any) -> None:
        await stage.until("o opens a WAV or FLAC file", lambda: stage.screen._is_open)
        lay("time.sleep(3600)")
        await stage.press("r")
        await stage.until("opening the microphone")
        await stage.press("r")
        await stage.until("nothing was recorded: the microphone was not open yet")
        lay("raise OSError")
        await stage.press("r")
        await stage.until("no microphone here: PortAudio is missing; on Debian: apt install libportaudio2")
        lay("")
        await stage.press("r")
        await stage.until("recording: speak now; r when it is enough")
        await stage.press("r")
        await stage.until("recording-3.wav", "high", "record 1 of 1")

    perform(scene, target(hearing["word"]))

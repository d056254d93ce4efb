"""Takes on the screen: they follow the controls, are kept, remade from a bar, compared, primed and exported."""

from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest

from seqtui.readers.music.midi import read_midi
from seqtui.runs import studio_model
from seqtui.tui.places import Target
from seqtui.tui.studio.takes_desk import TakesDesk

HOSTILE = "\x1b]0;PWNED\x07[/b][@click=app.quit]x[/]"


def book_of(stage: Any) -> Any:
    return stage.screen.query_one(TakesDesk)._book


def is_made(stage: Any, number: int = 1) -> Any:
    def holds() -> bool:
        current = book_of(stage).current
        return bool(current and current.number == number and current.done)

    return holds


def test_a_first_take_is_drawn_and_follows_the_controls(models: Any, perform: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.until("✓ open", is_made(stage), "seed 0", "└1")
        assert "Music › GRU 1×12" in stage.text()
        before = book_of(stage).current.values
        await stage.press("left", "left")
        await stage.until("0.90", is_made(stage), "--temperature 0.9")
        assert len(book_of(stage).takes) == 1, "the draft is made anew"
        assert book_of(stage).current.recipe.temperature == 0.9
        await stage.press("delete")
        await stage.until(is_made(stage), lambda: book_of(stage).current.recipe.temperature == 1)
        assert (book_of(stage).current.values == before).all(), "the same settings and seed are the same take"

    perform(scene, Target(run=models["music"]))


def test_numbers_can_be_typed(models: Any, perform: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.until(is_made(stage))
        await stage.press("down", "down", "down", *"6", "enter", "down", *"12345", "enter")
        await stage.until(is_made(stage), lambda: book_of(stage).current.recipe.seed == 12345, "seed 12345")
        assert book_of(stage).current.recipe.length == 6
        await stage.press(*"9.xn", "escape", *"99999999999", "enter")
        await stage.until(is_made(stage), lambda: book_of(stage).current.recipe.seed == 99999999)

    perform(scene, Target(run=models["music"]))


def test_takes_are_kept_remade_from_a_bar_compared_and_discarded(models: Any, perform: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.until(is_made(stage))
        await stage.press("space", "left")
        await stage.until(is_made(stage, 2), "✓   1")
        stage.screen.query_one("#take").focus()
        await stage.press("right", "right", "left")
        await stage.until("mark at bar")
        mark = stage.screen.query_one("#take").mark
        base = book_of(stage).current
        await stage.press("r")
        await stage.until(is_made(stage, 3), f"from bar {mark} of 2")
        new, kept = book_of(stage).current, book_of(stage).current.opening_steps
        assert kept > 0
        assert (new.values[:kept] == base.values[:kept]).all(), "what stands before the mark stays"
        assert new.recipe.seed not in (base.recipe.seed, 0)
        await stage.press("c", "n")
        await stage.until(is_made(stage, 4), "take 3  seed", "take 4  seed")
        await stage.press("c", "c", "x")
        await stage.until(lambda: [take.number for take in book_of(stage).takes] == [1, 2, 3])
        stage.screen.query_one("#takes Picks").focus()
        await stage.press("end")
        await stage.until("Take 1 ✓")
        await stage.press("x")
        await stage.until("take 1 is kept")
        await stage.press("enter")
        await stage.until(lambda: "--temperature" not in stage.text())

    perform(scene, Target(run=models["music"]))


def test_kept_takes_leave_as_midi_and_nothing_is_overwritten(models: Any, perform: Any, tmp_path: Path) -> None:
    async def scene(stage: Any) -> None:
        await stage.until(is_made(stage))
        await stage.press("space", "n")
        await stage.until(is_made(stage, 2))
        await stage.press("space", "e")
        await stage.until("Export 2 kept takes to")
        await stage.type("song.wav")
        await stage.until("give a file that ends in .mid")
        await stage.type(str(tmp_path / "song.mid"))
        await stage.until("wrote")
        assert len(read_midi(tmp_path / "song-1.mid").notes) > 0
        data = (tmp_path / "song-1.mid").read_bytes()
        await stage.press("e")
        await stage.until("Export 2")
        await stage.type(str(tmp_path / "song.mid"))
        await stage.until("song-1.mid exists already")
        assert (tmp_path / "song-1.mid").read_bytes() == data

    perform(scene, Target(run=models["music"]))


def test_a_primer_is_gone_on_from_and_a_bad_one_is_told(models: Any, perform: Any, tmp_path: Path) -> None:
    file = mido.MidiFile(ticks_per_beat=480)
    file.tracks.append(mido.MidiTrack([
        mido.Message("note_on", note=60, velocity=80, time=0), mido.Message("note_off", note=60, time=1920),
    ]))  # fmt: skip
    file.save(tmp_path / "c.mid")
    (tmp_path / "bad.mid").write_bytes(b"MThd" + HOSTILE.encode())

    async def scene(stage: Any) -> None:
        await stage.until(is_made(stage))
        stage.screen.query_one("#primer").focus()
        await stage.press("enter")
        await stage.until("Go on from")
        await stage.type(str(tmp_path / "c.mid"))
        await stage.until(is_made(stage), lambda: book_of(stage).current.recipe.prime != "")
        take = book_of(stage).current
        assert np.flatnonzero(take.values[0]).tolist() == [60 - 21]
        await stage.press("enter")
        await stage.type(str(tmp_path / "bad.mid"))
        await stage.until("bad.mid", "✕")
        await stage.press("delete")
        await stage.until(lambda: bool(book_of(stage).takes) and book_of(stage).takes[-1].done)

    perform(scene, Target(run=models["music"]))


def test_bases_are_made_in_colors_and_leave_as_fasta(models: Any, perform: Any, tmp_path: Path) -> None:
    async def scene(stage: Any) -> None:
        await stage.until(is_made(stage), "DNA › GRU 1×12", "1  ")
        assert "play" not in stage.text().splitlines()[-1], "no sound in bases"
        await stage.press("e")
        await stage.until("Export take 1 to")
        await stage.type(str(tmp_path / "new.fa"))
        await stage.until("wrote")
        assert (tmp_path / "new.fa").read_text().startswith(">sample-1")
        stage.screen.query_one("#primer").focus()
        await stage.press("enter")
        await stage.type("ATGGCCXX")
        await stage.until("neither a file nor bases")

    perform(scene, Target(run=models["bases"]))


def test_a_model_that_dies_is_told_and_opened_again(models: Any, perform: Any) -> None:
    async def scene(stage: Any) -> None:
        import os

        await stage.until(is_made(stage))
        os.kill(stage.helper.pid, 9)
        await stage.until("killed by SIGKILL", "R starts it again")
        await stage.press("n", "left", "e", "escape", "R")
        await stage.until("✓ open")
        await stage.press("n")
        await stage.until(lambda: is_made(stage, 2)() or is_made(stage, 1)())

    perform(scene, Target(run=models["music"]))


@pytest.mark.parametrize("what", ["model", "weights", "config"])
def test_a_damaged_model_is_one_sentence_in_place(models: Any, perform: Any, tmp_path: Path, what: str) -> None:
    import shutil

    from seqtui.runs.folder import RunFolder

    folder = RunFolder(tmp_path / "run")
    shutil.copytree(models["music"].path, folder.path)
    if what == "model":
        folder.model_file.write_text('{"head": {"kind": "\x1b[31m"}}')
    elif what == "config":
        folder.config_file.write_text("{}")
    else:
        for path in folder.checkpoints.glob("*.safetensors"):
            path.write_bytes(path.read_bytes()[:100])

    async def scene(stage: Any) -> None:
        await stage.until(lambda: "damaged" in stage.text() or "checkpoint" in stage.text())
        assert "\x1b" not in stage.text()
        await stage.press("n", "R", "e", "escape")

    perform(scene, Target(run=folder))


def test_an_application_without_a_model_offers_to_train_one(perform: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio_model, "pretrained", list)

    async def scene(stage: Any) -> None:
        await stage.until("There is no model of music yet", "t train")

    perform(scene, Target(app="music"))

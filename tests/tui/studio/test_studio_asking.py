"""Labels on the screen: typed, pasted, edited letter by letter, records of a file, exports, and hostile text."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from textual import events

from seqtui.tui.places import Target
from seqtui.tui.studio.ask_desk import AskDesk
from seqtui.tui.studio.sequence_map import SequenceMap, chance_after
from seqtui.tui.studio.sequence_text import SequenceText

SEQUENCE = "GGCTAGCATCGATCGTATAATGCATCGATCAGGTACCATGCAGCTAG"
HOSTILE = "\x1b]0;PWNED\x07\x1b[31m[/b][@click=app.quit]x[/]\x9b2J漢\u202e"


def desk_of(stage: Any) -> Any:
    return stage.screen.query_one(AskDesk)


def is_answered(stage: Any, steps: int) -> Any:
    def holds() -> bool:
        desk = desk_of(stage)
        return bool(desk._answer and desk._answer.steps == steps and not desk._busy)

    return holds


async def paste(stage: Any, text: str) -> None:
    stage.screen.query_one(SequenceText).focus()
    stage.screen.query_one(SequenceText).post_message(events.Paste(text))
    await stage.pilot.pause()


def test_a_pasted_sequence_is_answered_and_every_edit_at_once(models: Any, perform: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.until("✓ open", "The classes with their chances stand here")
        await paste(stage, SEQUENCE)
        await stage.until(is_answered(stage, len(SEQUENCE)), "▸", f"{len(SEQUENCE)} bases", "What speaks for")
        before, why = desk_of(stage)._answer, desk_of(stage)._why
        assert np.isfinite(why.scores).all()
        assert np.isfinite(why.changes).all()
        stage.screen.query_one(SequenceMap).focus()
        await stage.press("home", *("right",) * 3, "g")
        changed = f"{SEQUENCE[:3]}G{SEQUENCE[4:]}"
        await stage.until(
            lambda: stage.screen.query_one(SequenceText).text == changed, is_answered(stage, len(SEQUENCE))
        )
        after = desk_of(stage)._answer
        foretold = chance_after(before.chances[before.explained], float(why.changes[3, 2]))
        assert after.chances[before.explained] == pytest.approx(foretold, abs=1e-4)
        await stage.press("x")
        await stage.until(lambda: desk_of(stage)._answer.explained != after.explained)
        stage.screen.query_one(SequenceText).focus()
        await stage.press("ctrl+end", "A")
        await stage.until(is_answered(stage, len(SEQUENCE) + 1))
        await stage.press("ctrl+l")
        await stage.until("The classes with their chances stand here")

    perform(scene, Target(run=models["labels"]))


def test_the_cursor_tells_base_position_and_change(models: Any, perform: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        await paste(stage, SEQUENCE)
        await stage.until(is_answered(stage, len(SEQUENCE)))
        stage.screen.query_one(SequenceMap).focus()
        await stage.press("m")
        why, chart = desk_of(stage)._why, stage.screen.query_one(SequenceMap)
        step, letter = np.unravel_index(np.abs(why.changes).argmax(), why.changes.shape)
        assert (chart._step, chart._letter) == (step, letter)
        await stage.until(f"{step + 1}  {SEQUENCE[step]}", f"→ {'ACGT'[letter]}", "nats   p(")
        for key in ("left", "pageup", "end", "pagedown", "up", "down", "down", "home"):
            await stage.press(key)
        await stage.until(f"1  {SEQUENCE[0]}")

    perform(scene, Target(run=models["labels"]), size=(80, 24))


def test_a_file_becomes_a_list_and_leaves_as_predictions(models: Any, perform: Any, tmp_path: Path) -> None:
    path = tmp_path / "many.fa"
    path.write_text("".join(f">rec[{place}]\n{SEQUENCE[place:]}\n" for place in range(20)))

    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        stage.screen.query_one(SequenceMap).focus()
        await stage.press("o")
        await stage.until("Open a file")
        await stage.type(str(tmp_path / "no.fa"))
        await stage.until("there is no file")
        await stage.type(str(path))
        await stage.until("rec[0]", "rec[3]", is_answered(stage, len(SEQUENCE)))
        stage.screen.query_one("#records Picks").focus()
        await stage.press("down", "down", "enter")
        await stage.until(is_answered(stage, len(SEQUENCE) - 2), "Sequence · rec[2]")
        assert stage.screen.query_one(SequenceText).text == SEQUENCE[2:]
        await stage.press("e")
        await stage.until("Export 20 predictions to")
        await stage.type(str(tmp_path / "said.csv"))
        await stage.until("wrote")
        assert len((tmp_path / "said.csv").read_text().splitlines()) == 21
        await stage.press("slash", *"rec[1]", "enter")
        await stage.until(lambda: "rec[3]" not in stage.text())

    perform(scene, Target(run=models["labels"]))


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
def test_hostile_text_is_shown_as_plain_text(models: Any, perform: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "hostile.fa"
    path.write_text(f">a{HOSTILE.splitlines()[0]}\n{SEQUENCE}\n>[/b][@click=app.quit]y\n{SEQUENCE}\n")

    def is_harmless(stage: Any) -> bool:
        text = stage.text()
        return not any(mark in text for mark in ("\x1b", "\x9b", "\x07", "\u202e"))

    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        await paste(stage, HOSTILE)
        await stage.until("✕", "[@click=app.quit]x[/]")
        assert is_harmless(stage)
        await paste(stage, "A" * 1_000_000)
        await stage.until("only 20,000 letters fit here")
        await stage.press("ctrl+l")
        stage.screen.query_one(SequenceMap).focus()
        await stage.press("o")
        await stage.type(f"/{HOSTILE}")
        await stage.until("there is no file", "[/b]")
        assert is_harmless(stage)
        await stage.type(str(path))
        await stage.until(is_answered(stage, len(SEQUENCE)), "[@click")
        assert is_harmless(stage)

    perform(scene, Target(run=models["labels"]), size=size)


def test_bad_bases_are_told_below_and_gone_with_the_next_answer(models: Any, perform: Any) -> None:
    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        await paste(stage, "EVERYLETTER")
        await stage.until("✕ what was typed, line 1")
        await stage.press("ctrl+l")
        await paste(stage, SEQUENCE)
        await stage.until(is_answered(stage, len(SEQUENCE)), lambda: "✕" not in stage.text())

    perform(scene, Target(run=models["labels"]))

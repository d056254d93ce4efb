"""The desk of a model that translates, on answers made by rule: typed, searched otherwise, looked into, in pictures."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from translation_stand import Stand, play, say

from seqtui.runs.studio_words import WritePredictions
from seqtui.runs.translation_words import (
    AskTranslation,
)
from seqtui.tui.studio.attention_map import AttentionMap
from seqtui.tui.studio.beam_view import BeamView
from seqtui.tui.studio.hypothesis_list import HypothesisList
from seqtui.tui.studio.slider import Slider
from seqtui.tui.studio.translating import Translating

PICTURES = Path(__file__).parent / "pictures"
HOSTILE = "a\x1b]0;PWNED\x07 [/b][@click=app.quit]x[/] \x9b2J漢字 \u202e e\u0301\u0301\u0301"
SIZES = [(80, 24), (120, 40), (200, 60)]


def translating(app: Stand) -> Translating:
    found = app.desk._translating
    assert found
    return found


def test_a_text_is_translated_as_one_types(tmp_path: Path) -> None:
    async def scene(app: Stand, pilot: Pilot[None]) -> None:
        assert "Translations stand here as soon as there is a text" in app.shown()
        await pilot.press(*"the", "space", *"cat")
        await pilot.pause(0.1)
        assert app.asked[-1] == AskTranslation(len(app.asked), "the cat", "", 0, True, 5, 5, 1.0)
        assert translating(app).found[0].text == "CAT THE"
        for words in ("CAT THE", "-0.500", "2 steps, 1 unknown", "CAT", "Beam", "3 steps"):
            assert words in app.shown()
        await pilot.press("ctrl+l")
        await pilot.pause(0.1)
        assert app.desk._translating is None and "as soon as there is a text" in app.shown()

    play(tmp_path, scene)


def test_the_sliders_search_the_same_text_in_another_way(tmp_path: Path) -> None:
    async def scene(app: Stand, pilot: Pilot[None]) -> None:
        await say(app, pilot, "a b c d e f")
        app.query_one("#search-beam", Slider).focus()
        await pilot.press("left", "left")
        await pilot.pause(0.1)
        last = app.asked[-1]
        assert (last.beam, last.best, last.whole, last.text) == (3, 3, False, "a b c d e f")
        assert len(translating(app).found) == 3 and len(translating(app).moves) == 7
        app.query_one("#search-penalty", Slider).focus()
        await pilot.press("0", ".", "5", "enter")
        await pilot.pause(0.1)
        assert app.asked[-1].length_penalty == 0.5

    play(tmp_path, scene)


def test_another_translation_has_its_own_map_and_way_through_the_beam(tmp_path: Path) -> None:
    async def scene(app: Stand, pilot: Pilot[None]) -> None:
        await say(app, pilot, "a b c d")
        assert translating(app).path(0) == [0, 0, 0, 0, 0]
        app.query_one(HypothesisList).focus()
        await pilot.press("down", "down")
        await pilot.pause(0.1)
        assert app.desk._rank == 2
        assert translating(app).path(2) == [2, 2, 2]
        assert len(app.query_one(AttentionMap)._attention) == 3
        await pilot.press("down", "down", "down", "down", "down")
        await pilot.pause(0.1)
        assert app.desk._rank == 4, "the last one"

    play(tmp_path, scene)


def test_a_cell_of_the_map_tells_words_share_chance_and_copying(tmp_path: Path) -> None:
    async def scene(app: Stand, pilot: Pilot[None]) -> None:
        await say(app, pilot, "a b c")
        app.query_one(AttentionMap).focus()
        await pilot.press("left", "left", "left", "up")
        await pilot.pause(0.1)
        assert "C ← a 10.0 % · chance 90.0 %" in app.shown()
        await pilot.press("down", "right")
        await pilot.pause(0.1)
        assert "B ← b 80.0 % · chance 90.0 % · copied: unknown" in app.shown()
        await pilot.press(*["down"] * 9, *["right"] * 9)
        await pilot.pause(0.1)
        assert "<end> ← c" in app.shown()

    play(tmp_path, scene)


def test_a_model_without_attention_says_so(tmp_path: Path) -> None:
    async def scene(app: Stand, pilot: Pilot[None]) -> None:
        await say(app, pilot, "a b")
        assert "translates without attention" in app.shown()
        app.query_one(AttentionMap).focus()
        await pilot.press("left", "down", "right")

    play(tmp_path, scene, has_attention=False)


def test_the_records_of_a_file_are_listed_and_picked(tmp_path: Path) -> None:
    async def scene(app: Stand, pilot: Pilot[None]) -> None:
        app.desk.open_file(str(tmp_path / "a.tsv"))
        await pilot.pause(0.1)
        shown = app.shown()
        assert "other than the reference 1, right 1" in shown and "TWO WORDS" in shown
        assert "✓ ONE" in shown, "the reference"
        app.query_one("#records Picks").focus()
        await pilot.press("down", "enter")
        await pilot.pause(0.1)
        assert app.asked[-1].record == 1 and not app.asked[-1].whole
        assert translating(app).found[0].text == "WORDS TWO"

    play(tmp_path, scene)


def test_each_line_is_a_record_and_the_one_with_the_cursor_is_shown(tmp_path: Path) -> None:
    async def scene(app: Stand, pilot: Pilot[None]) -> None:
        await say(app, pilot, "first line\nsecond one")
        assert translating(app).found[0].text == "ONE SECOND"
        await pilot.press("up")
        await pilot.pause(0.1)
        assert translating(app).found[0].text == "LINE FIRST"

    play(tmp_path, scene)


def test_what_is_refused_is_said_and_the_last_picture_stands(tmp_path: Path) -> None:
    async def scene(app: Stand, pilot: Pilot[None]) -> None:
        await say(app, pilot, "a b")
        await say(app, pilot, "refuse")
        assert translating(app).found[0].text == "B A" and not app.desk._busy

    play(tmp_path, scene)


def test_an_answer_to_an_older_question_changes_nothing(tmp_path: Path) -> None:
    async def scene(app: Stand, pilot: Pilot[None]) -> None:
        await say(app, pilot, "a b")
        app.desk.hear(app.answers(AskTranslation(1, "x y z")))
        assert len(app.asked) > 1 or app.asked[-1].id == 1
        await say(app, pilot, "c d")
        app.desk.hear(app.answers(AskTranslation(1, "x y z")))
        assert translating(app).found[0].text == "D C"

    play(tmp_path, scene)


def test_nothing_that_a_terminal_obeys_is_shown(tmp_path: Path) -> None:
    async def scene(app: Stand, pilot: Pilot[None]) -> None:
        app.lines = [HOSTILE, HOSTILE]
        app.desk.open_file("x")
        await pilot.pause(0.1)
        for keys in (["b"], ["down"], ["b"]):
            app.query_one(HypothesisList).focus()
            await pilot.press(*keys)
            await pilot.pause(0.1)
            assert not any(mark in app.shown() for mark in ("\x1b", "\x9b", "\x07", "\u202e"))

    for size in SIZES:
        play(tmp_path, scene, size=size)


def test_an_export_asks_for_every_record(tmp_path: Path) -> None:
    async def scene(app: Stand, pilot: Pilot[None]) -> None:
        await say(app, pilot, "a b")
        app.query_one(HypothesisList).focus()
        await pilot.press("e")
        await pilot.pause(0.1)
        assert ".tsv" in app.shown() and "nothing is overwritten" in app.shown()
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert isinstance(app.asked[-1], WritePredictions) and app.asked[-1].text == "a b"
        assert app.asked[-1].path.endswith(".tsv")

    play(tmp_path, scene)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_beam_takes_the_place_of_the_map_where_there_is_no_room_for_both(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async def scene(app: Stand, pilot: Pilot[None]) -> None:
        await say(app, pilot, "a b c")
        wide = size[0] >= 110
        both = app.query_one(BeamView).display, app.query_one(AttentionMap).display
        assert both == (wide, True)
        app.query_one(HypothesisList).focus()
        await pilot.press("b")
        await pilot.pause(0.1)
        both = app.query_one(BeamView).display, app.query_one(AttentionMap).display
        assert both == (not wide, wide)

    play(tmp_path, scene, size=size)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_desk_looks_as_in_its_picture(tmp_path: Path, size: tuple[int, int]) -> None:
    drawn = ""

    async def scene(app: Stand, pilot: Pilot[None]) -> None:
        nonlocal drawn
        await say(app, pilot, "the black mouse does not see the strange nurses today")
        app.query_one(AttentionMap).focus()
        await pilot.press("down")
        await pilot.pause(0.2)
        drawn = app.shown()

    play(tmp_path, scene, size=size)
    picture = PICTURES / f"translation-{size[0]}x{size[1]}.txt"
    if not picture.exists():
        picture.write_text(drawn)
        pytest.fail(f"{picture.name} was not there: look at it, and run again")
    assert drawn == picture.read_text()

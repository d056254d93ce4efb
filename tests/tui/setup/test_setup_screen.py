"""The set-up screen through its keys: every field, the picker, data, presets, files, the command, the start."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from setup_stage import line, plain_text, play, text_of, until
from textual.pilot import Pilot
from textual.widgets import OptionList

from seqtui.tui.app import SeqtuiApp
from seqtui.tui.places import Go, Target
from seqtui.tui.setup.backbone_panel import BackbonePanel
from seqtui.tui.setup.data_panel import DataPanel
from seqtui.tui.setup.dialogs import PresetDialog
from seqtui.tui.setup.fields_panel import FieldsPanel
from seqtui.tui.setup.screen import SetupScreen


@pytest.fixture(autouse=True)
def here(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home and a place of its own."""
    assert home.exists()
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    yield place


def test_every_field_is_reached_by_keyboard_and_explained() -> None:
    async def scene(_app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        panel = screen.query_one(FieldsPanel)
        await pilot.press("home")
        seen = []
        for _ in range(60):
            seen.append(panel.name_under_cursor)
            assert f"--{seen[-1].replace('_', '-')}" in plain_text(screen, "#about")
            await pilot.press("j")
            if panel.name_under_cursor in seen:
                break
        assert set(seen) == set(screen._draft.states())
        assert seen[:3] == ["data", "goal", "label_from"]

    play(scene)


def test_the_command_follows_and_r_takes_back() -> None:
    async def scene(_app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        assert line(screen) == "seqtui run dna"
        screen.query_one(FieldsPanel).go_to("layers")
        await pilot.press("l", "l")
        assert line(screen) == "seqtui run dna --layers 3"
        screen.query_one(FieldsPanel).go_to("epochs")
        await pilot.press("enter", "ctrl+u", "7", "enter")
        assert line(screen) == "seqtui run dna --layers 3 --epochs 7"
        await pilot.press("r")
        assert line(screen) == "seqtui run dna --layers 3"
        await pilot.press("R")
        assert line(screen) == "seqtui run dna"

    play(scene)


def test_a_fault_stands_beside_the_field_as_one_types_and_esc_takes_it_back() -> None:
    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        screen.query_one(FieldsPanel).go_to("lr")
        await pilot.press("enter", "x")
        await pilot.pause()
        assert "valid number" in plain_text(screen, "#about")
        assert line(screen) == ""
        assert "✕" in text_of(app)
        await pilot.press("ctrl+r")
        assert isinstance(app.screen, SetupScreen)
        await pilot.press("escape")
        assert line(screen) == "seqtui run dna"
        assert isinstance(app.screen, SetupScreen)

    play(scene)


def test_what_cannot_be_is_refused_with_the_reason() -> None:
    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        screen.query_one(FieldsPanel).go_to("bidirectional")
        await pilot.pause()
        assert "predicts the next step" in plain_text(screen, "#about")
        await pilot.press("enter")
        assert line(screen) == "seqtui run music"
        await pilot.press("2", "b")
        assert line(screen) == "seqtui run music"
        await until(pilot, lambda: "read the very steps" in text_of(app))

    play(scene, app="music")


def test_the_picker_changes_cell_layers_directions_and_units() -> None:
    async def scene(_app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        await pilot.press("2")
        assert screen.query_one(BackbonePanel).has_focus
        await pilot.press("right", "up", "plus")
        assert line(screen) == "seqtui run dna --backbone lstm --layers 2 --hidden-size 96"
        assert "Γf = σ(Wf" in plain_text(screen, "#backbone")
        await pilot.press("e")
        assert "f = σ(W_if x" in plain_text(screen, "#backbone")
        await pilot.press("right")
        assert line(screen) == "seqtui run dna --backbone dense --no-bidirectional --layers 2 --hidden-size 96"
        await pilot.press("right", "b")
        assert line(screen) == "seqtui run dna --backbone rnn --no-bidirectional --layers 2 --hidden-size 96"

    play(scene)


def test_the_shape_follows_the_goal() -> None:
    async def scene(_app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        assert "many-to-one" in plain_text(screen, "#shape")
        assert "⇄" in plain_text(screen, "#shape")
        screen.query_one(FieldsPanel).go_to("goal")
        await pilot.press("right")
        shape = plain_text(screen, "#shape")
        assert "many-to-many, aligned" in shape
        assert "one-to-many" in shape
        assert "⇄" not in shape

    play(scene)


def test_the_filter_finds_fields_by_their_help() -> None:
    async def scene(_app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"gradient", "enter")
        panel = screen.query_one(FieldsPanel)
        assert panel.name_under_cursor == "max_grad_norm"
        assert "data" not in panel._lines
        await pilot.press("right")
        assert "--max-grad-norm 2" in line(screen)
        await pilot.press("escape")
        assert "data" in panel._lines
        assert isinstance(screen.app.screen, SetupScreen)

    play(scene)


def test_the_data_are_read_beside_and_give_the_size() -> None:
    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        assert "the rest with the data" in plain_text(screen, "#backbone")
        await until(pilot, lambda: "3,840" in plain_text(screen, "#data-page"))
        page = plain_text(screen, "#data-page")
        assert "background, promoter" in page
        assert "background 1" in page
        assert "24,738 parameters = 928 in + 23,616 gru + 194 out" in plain_text(screen, "#backbone")
        assert "unknown until a first run" in plain_text(screen, "#backbone")
        await pilot.press("3")
        assert screen.query_one(DataPanel).has_focus
        assert app.is_running

    play(scene)


def test_files_are_typed_completed_and_examined(here: Path) -> None:
    (here / "genes.fasta").write_text(">a\nACGT\n>b\n\x1b]0;PWNED\x07\n")

    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        await pilot.press("f")
        await until(pilot, lambda: screen.query_one(FieldsPanel).is_typing)
        await pilot.press(*"gen")
        await until(pilot, lambda: "genes.fasta" in plain_text(screen, "#about"))
        await pilot.press("tab", "enter")
        assert line(screen) == f"seqtui run dna --data {here}/genes.fasta"
        await until(pilot, lambda: "✕" in plain_text(screen, "#data-page"))
        assert "\x1b" not in text_of(app)

    play(scene)


def test_opened_for_a_path_it_begins_there(here: Path) -> None:
    async def scene(_app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        panel = screen.query_one(FieldsPanel)
        await until(pilot, lambda: panel.is_typing and panel.name_under_cursor == "data")

    play(scene, paths=(here,))
    (here / "x.fasta").write_text(">a\nACGT\n")

    async def with_file(_app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: line(screen).endswith("x.fasta"))

    play(with_file, paths=(here / "x.fasta",))


def test_the_first_screen_leads_here(here: Path) -> None:
    async def perform() -> None:
        seqtui = SeqtuiApp.from_disk()
        async with seqtui.run_test(size=(100, 30)) as pilot:
            for key, typing in (("n", False), ("o", True)):
                await pilot.press(key)
                await until(pilot, lambda: isinstance(seqtui.screen, SetupScreen))
                panel = seqtui.screen.query_one(FieldsPanel)
                await until(pilot, lambda typing=typing, panel=panel: panel.is_typing == typing)
                await pilot.press(*["escape"] * (2 if typing else 1))
                await until(pilot, lambda: not isinstance(seqtui.screen, SetupScreen))

    assert here.exists()
    asyncio.run(perform())


def test_presets_are_taken_by_enter() -> None:
    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        await pilot.press("p")
        assert isinstance(app.screen, PresetDialog)
        await pilot.press("j", "enter")
        assert line(screen) == "seqtui run dna --epochs 3"
        await pilot.press("p", "escape")
        assert line(screen) == "seqtui run dna --epochs 3"

    play(scene)


def test_two_answers_at_once_close_a_dialog_once() -> None:
    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        await pilot.press("p")
        dialog = app.screen
        assert isinstance(dialog, PresetDialog)
        dialog.query_one(OptionList).action_select()
        dialog.action_leave()
        await pilot.pause()
        assert app.screen is screen

    play(scene)


def test_a_value_that_is_left_by_tab_is_kept_and_no_longer_typed() -> None:
    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        screen.query_one(FieldsPanel).go_to("seed")
        await pilot.press("enter", "7", "shift+tab")
        await until(pilot, lambda: not screen.query_one(FieldsPanel).is_typing)
        assert "--seed 7" in line(screen) or "--seed 07" in line(screen)
        assert app.focused is not None

    play(scene)


def test_a_form_that_was_left_is_offered_again() -> None:
    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        await pilot.press("2", "up", "escape")
        await until(pilot, lambda: not isinstance(app.screen, SetupScreen))
        app.post_message(Go("setup", Target(app="dna")))
        await until(pilot, lambda: isinstance(app.screen, SetupScreen) and line(app.screen) != "")
        again = app.screen
        assert isinstance(again, SetupScreen)
        assert again is not screen
        assert line(again) == "seqtui run dna"
        await pilot.press("p", "end", "enter")
        assert line(again) == "seqtui run dna --layers 2"

    play(scene)

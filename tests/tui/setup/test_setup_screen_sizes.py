"""The set-up screen: files, starting, every size, how it looks, and a masher of keys."""

import json
import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from setup_stage import HOSTILE, SNAPSHOTS, line, plain_text, play, text_of, type_key, until
from textual.pilot import Pilot

from seqtui.runs.control import ControlReader
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.live.screen import LiveScreen
from seqtui.tui.setup.backbone_panel import BackbonePanel
from seqtui.tui.setup.dialogs import FileDialog
from seqtui.tui.setup.field_list import FieldList
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


def test_saved_and_loaded_again(here: Path) -> None:
    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        screen.query_one(FieldsPanel).go_to("seed")
        await pilot.press("right", "s")
        assert isinstance(app.screen, FileDialog)
        await pilot.press("enter")
        assert isinstance(app.screen, SetupScreen)
        assert "seed = 1" in (here / "dna.toml").read_text()
        await pilot.press("s", "enter")
        assert "Enter once more" in text_of(app)
        await pilot.press("escape", "R")
        assert line(screen) == "seqtui run dna"
        await pilot.press("o", *"dna.toml", "enter")
        assert line(screen) == "seqtui run dna --seed 1"
        await pilot.press("o", *"none.toml", "enter")
        assert "no configuration file" in text_of(app)

    play(scene)


def test_hostile_files_and_pastes_are_shown_as_they_stand(here: Path) -> None:
    (here / "evil.toml").write_text(
        f'app = "dna"\nname = {json.dumps(HOSTILE)}\nlr = {json.dumps(HOSTILE)}\n"[/b]x" = 1\n'
    )

    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        await pilot.press("o", *"evil.toml", "enter")
        screen.query_one(FieldsPanel).go_to("name")
        await until(pilot, lambda: "[/b][red]␛]0;PW" in text_of(app))
        assert not {"\x1b", "\x07", "\x9b"} & set(text_of(app))
        await pilot.press("enter")
        await until(pilot, lambda: screen.query_one(FieldsPanel).is_typing)
        screen.query_one("#editor").insert_text_at_cursor(HOSTILE)  # type: ignore[attr-defined]
        await pilot.pause()
        assert not {"\x1b", "\x07", "\x9b"} & set(text_of(app))
        await pilot.press("enter")
        screen.query_one(FieldsPanel).go_to("lr")
        await pilot.press("R")
        assert line(screen) == "seqtui run dna"

    play(scene)


def test_y_copies_the_line() -> None:
    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        await pilot.press("2", "up", "y")
        assert app.clipboard == "seqtui run dna --layers 2" == line(screen)

    play(scene)


@pytest.mark.parametrize("how", ["ctrl+r", "button"])
def test_training_starts_and_is_shown(how: str) -> None:
    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        screen.query_one(FieldsPanel).go_to("hidden_size")
        await pilot.press("left")
        if how == "button":
            screen.query_one("#train").focus()
            await pilot.press("enter")
        else:
            await pilot.press("ctrl+r")
        await until(pilot, lambda: isinstance(app.screen, LiveScreen))
        (folder,) = app.services.runner.living()
        try:
            assert folder.read_config().hidden_size == 24
            assert ControlReader(folder.control_file).poll() == []
        finally:
            _, child = app.services.runner.children[folder.id]
            child.kill()
            child.wait()

    play(scene)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (100, 30), (120, 24), (120, 40), (180, 24), (200, 60)])
def test_every_size_shows_fields_the_command_and_every_panel_in_turn(size: tuple[int, int]) -> None:
    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        for key, name in (("2", "backbone"), ("3", "data"), ("4", "shape"), ("1", "fields")):
            await pilot.press(key)
            await pilot.pause()
            assert screen.query_one(f"#{name}").region.area > 0, name
            assert screen.focused and screen.focused.region.area > 0
            shown = text_of(app)
            assert "seqtui run music" in shown
            assert "Train" in shown
        await pilot.press("right_square_bracket")
        assert screen.query_one(BackbonePanel).has_focus
        await pilot.press("left_square_bracket")
        assert screen.query_one(FieldList).has_focus

    play(scene, app="music", size=size)


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (140, 45)])
def test_it_looks_as_it_was_approved(columns: int, lines: int) -> None:
    """Between the header and the line of keys, which are the shell's. To approve anew, delete the file and look."""
    approved = SNAPSHOTS / f"{columns}x{lines}.txt"
    seen: dict[str, list[str]] = {"dark": [], "light": []}

    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "chorale 1" in plain_text(screen, "#data-page"))
        await pilot.press("2", "up")
        for theme, key in product(seen, "1234"):
            app.theme = theme
            await pilot.press(key)
            await pilot.pause()
            seen[theme].append("\n".join(text_of(app).splitlines()[1:-1]))
            assert_readable(app)

    play(scene, app="music", size=(columns, lines))
    assert seen["dark"] == seen["light"]
    text = "\n\n".join(dict.fromkeys(seen["dark"])) + "\n"
    if not approved.exists():
        approved.write_text(text)
        pytest.fail(f"{approved.name} was made anew: look at it")
    assert text == approved.read_text()


def assert_readable(app: SeqtuiApp) -> None:
    """No text in the color of its ground."""
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            if segment.text.strip() and segment.style and segment.style.color:
                assert segment.style.color != segment.style.bgcolor, segment.text


KEYS = [
    "up", "down", "left", "right", "enter", "enter", "tab", "shift+tab", "space", "home", "end", "pageup",
    "pagedown", "backspace", "delete", "slash", "r", "R", "p", "s", "o", "f", "y", "b", "e", "h", "j", "k", "l", "1",
    "2", "3", "4", "plus", "minus", "right_square_bracket", "left_square_bracket", "5", "0", "full_stop", "a", "x",
    "question_mark", "f1", "ctrl+u", "ctrl+w", "ctrl+v",
]  # fmt: skip


def mash(seed: int, count: int, size: tuple[int, int]) -> None:
    """Press keys blindly, five at a time; whatever happens, the screen goes on and is one of ours."""
    chance = random.Random(seed)

    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        panel = screen.query_one(FieldsPanel)
        screen.query_one("#train").can_focus = False  # a run is a process, and hundreds of them are too many
        for _ in range(count // 5):
            for key in chance.choices(KEYS, k=5):
                type_key(app, key)
            await pilot.pause()
            if chance.random() < 0.2 and (app.screen is not screen or panel.is_typing):
                await pilot.press("escape")
            assert screen in app.screen_stack
        while app.screen is not screen:
            await pilot.press("escape")
        await pilot.press("1", "R")
        await until(pilot, lambda: line(screen) == "seqtui run dna" or panel.is_typing)

    play(scene, size=size)


def test_a_masher_of_keys_finds_no_crash() -> None:
    mash(1, 100, (80, 24))


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "count", "size"), [(1, 250, (80, 24)), (2, 250, (140, 45))])
def test_a_patient_masher_of_keys_finds_no_crash(seed: int, count: int, size: tuple[int, int]) -> None:
    mash(seed, count, size)

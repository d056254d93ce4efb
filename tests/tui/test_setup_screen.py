"""The set-up screen through its keys: every field, the picker, data, presets, files, the command, the start."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from seqtui.runs.control import ControlReader
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.live_screen import LiveScreen
from seqtui.tui.places import Go, Target
from seqtui.tui.setup.backbone_panel import BackbonePanel
from seqtui.tui.setup.data_panel import DataPanel
from seqtui.tui.setup.dialogs import FileDialog, PresetDialog
from seqtui.tui.setup.field_list import FieldList
from seqtui.tui.setup.fields_panel import FieldsPanel
from seqtui.tui.setup.foot import CommandPanel
from seqtui.tui.setup.screen import SetupScreen

Play = Callable[[SeqtuiApp, SetupScreen, Pilot[None]], Awaitable[None]]
SNAPSHOTS = Path(__file__).parent / "setup_snapshots"
HOSTILE = "[/b][red]\x1b]0;PWNED\x07\x9b31m"


def text_of(app: SeqtuiApp) -> str:
    """What the screen shows."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Let the app work until something holds."""
    for _ in range(3000):
        if holds():
            return
        await pilot.pause(0.01)
    raise AssertionError(text_of(pilot.app))  # type: ignore[arg-type]


def play(scene: Play, *, app: str = "dna", size: tuple[int, int] = (120, 40), paths: tuple[Path, ...] = ()) -> None:
    """Have a scene played on the set-up screen of an application, once it can check what is typed."""

    async def perform() -> None:
        seqtui = SeqtuiApp.from_disk()
        async with seqtui.run_test(size=size) as pilot:
            seqtui.post_message(Go("setup", Target(app=app, paths=paths)))
            await until(pilot, lambda: isinstance(seqtui.screen, SetupScreen))
            screen = seqtui.screen
            assert isinstance(screen, SetupScreen)
            await until(pilot, lambda: screen.query_one(CommandPanel).line != "" or bool(paths))
            await scene(seqtui, screen, pilot)

    asyncio.run(perform())


def type_key(app: SeqtuiApp, key: str) -> None:
    """A key, without waiting for what it does."""
    app.post_message(events.Key(key, " " if key == "space" else key if len(key) == 1 else None))


def line(screen: SetupScreen) -> str:
    return screen.query_one(CommandPanel).line


def plain_text(screen: SetupScreen, selector: str) -> str:
    """The words of a Static."""
    return str(screen.query_one(selector, Static).content)


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


@pytest.mark.parametrize(("seed", "size"), [(1, (80, 24)), (2, (140, 45))])
def test_a_masher_of_keys_finds_no_crash(seed: int, size: tuple[int, int]) -> None:
    mash(seed, 250, size)


@pytest.mark.slow
def test_a_patient_masher_of_keys_finds_no_crash() -> None:
    mash(3, 5000, (120, 40))

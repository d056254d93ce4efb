"""The app through its keys, without a terminal: places, dialogs, help, settings, themes, sizes."""

import asyncio
import shutil
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.events import Key
from textual.pilot import Pilot

from seqtui.config import RunConfig
from seqtui.runs.control import ControlReader, Pause, Stop
from seqtui.runs.events import Evaluated, Failed, Saved, Span, Started, Step
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.journal import EventWriter
from seqtui.runs.lock import hold
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.help_screen import HelpScreen
from seqtui.tui.home.screen import HomeScreen
from seqtui.tui.home.tour import Tour
from seqtui.tui.live.screen import LiveScreen
from seqtui.tui.quit_dialog import QuitDialog
from seqtui.tui.settings import settings_file

Play = Callable[[SeqtuiApp, Pilot[None]], Awaitable[None]]


def text_of(app: SeqtuiApp) -> str:
    """What the screen shows."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Let the app work until something holds."""
    for _ in range(400):
        if holds():
            return
        await pilot.pause(0.01)
    raise AssertionError(text_of(pilot.app))  # type: ignore[arg-type]


def play(scene: Play, *, size: tuple[int, int] = (120, 40), run: RunFolder | None = None) -> SeqtuiApp:
    """Have a scene played in an app of its own."""

    async def perform() -> SeqtuiApp:
        app = SeqtuiApp.from_disk()
        if run:
            app.open_first(run.path)
        async with app.run_test(size=size) as pilot:
            await scene(app, pilot)
        return app

    return asyncio.run(perform())


@pytest.fixture
def run(home: Path) -> RunFolder:
    """A run of a few steps that nobody holds, with a hostile name and a failure with markup in it."""
    folder = create(RunConfig(app="music", name="\x1b]0;PWNED\x07[/b]"), parent=home / "runs")
    writer = EventWriter(folder.events_file)
    span = Span(8.5, 9.0, 9.5)
    writer.append(Started("r", "music", 1, "cpu", 2, "", "own", "fp32", 357_088, "2.13.0", "AVX2"))
    for number in range(1, 8):
        writer.append(Step(number, 1, number, 7, 1, span, span, 1e-3, 0.0, 70, 0.1, number * 0.1, 0.01, 100.0))
    writer.append(Evaluated(7, 1, "valid", 8.25, {}, 30, 0.1, True, 8.25, 7))
    name = "step-000000007.safetensors"
    (folder.checkpoints / name).write_bytes(bytes(10))
    writer.append(Saved(7, f"checkpoints/{name}", 10, 0.1, "evaluation", True))
    writer.close()
    return folder


@pytest.mark.usefixtures("run")
def test_home_names_applications_and_runs() -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "8.25" in text_of(app) and "default" in text_of(app))
        text = text_of(app)
        assert "Music" in text
        assert "▢ →" in text
        assert "✕ music   lstm 1×128    8.25" in text
        assert "n new run" in text

    play(scene)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
def test_every_size_shows_keys_and_lists(home: Path, size: tuple[int, int]) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "Tell promoters" in text_of(app))
        lines = text_of(app).splitlines()
        assert len(lines) == size[1]
        assert "t train" in lines[-1]
        assert "No runs yet" in text_of(app)
        assert ("Ready to play" in text_of(app)) == (size[0] >= 100)

    assert home.exists()
    play(scene, size=size)


def test_a_tiny_terminal_gets_a_card_and_a_bigger_one_the_app_again(home: Path) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        for size in ((59, 20), (1, 1), (60, 19), (20, 5)):
            await pilot.resize_terminal(*size)
            assert "Applications" not in text_of(app)
        assert "needs 60 columns" in text_of(app).replace("\n", " ") or "60" in text_of(app)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "Applications" in text_of(app))

    assert home.exists()
    play(scene)


def test_a_recent_run_opens_and_esc_comes_back(run: RunFolder) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: run.id[:5] in text_of(app) or "8.25" in text_of(app))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, LiveScreen) and "music › LSTM" in text_of(app))
        assert "dead" in text_of(app)
        await pilot.press("escape")
        assert isinstance(app.screen, HomeScreen)

    play(scene)


def test_attach_opens_the_run_first_and_esc_leads_to_the_applications(run: RunFolder) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "8.25" in text_of(app))
        assert isinstance(app.screen, LiveScreen)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))

    play(scene, run=run)


def test_keys_of_a_living_run_are_commands_and_of_a_dead_one_nothing(run: RunFolder) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        reader = ControlReader(run.control_file)
        await until(pilot, lambda: "dead" in text_of(app))
        await pilot.press("full_stop", "x")
        assert reader.poll() == []
        with hold(run):
            await until(pilot, lambda: "space pause" in text_of(app))
            await pilot.press("space")
            assert [command for command, _ in reader.poll()] == [Pause()]
            await pilot.press("x")
            await until(pilot, lambda: "Stop this run?" in text_of(app))
            await pilot.press("x")
            assert [command for command, _ in reader.poll()] == [Stop()]

    play(scene, run=run)


def test_a_sentence_with_markup_and_controls_is_shown_as_it_stands(run: RunFolder) -> None:
    writer = EventWriter(run.events_file, offset=1 << 40, seq=10)
    writer.append(Failed(7, "[b]no[/] such \x1b[31m pitch", 3))
    writer.close()

    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "failed" in text_of(app))
        assert "[b]no[/] such ␛[31m pitch" in text_of(app)

    play(scene, run=run)


def test_help_tells_keys_and_panels_and_f1_the_panel_alone(home: Path) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "default" in text_of(app))
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        for words in ("Choose what to learn", "Your newest runs", "train: Train on the data", "everything"):
            assert words in text_of(app)
        await pilot.press("escape")
        await pilot.press("f1")
        assert "What seqtui can learn" in text_of(app)
        assert "Your newest runs" not in text_of(app)

    assert home.exists()
    play(scene)


def test_the_palette_finds_keys_and_themes(home: Path) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+p")
        await pilot.press(*"theme tritan")
        await until(pilot, lambda: "Theme: tritan" in text_of(app))
        await pilot.press("enter", "enter")
        await until(pilot, lambda: app.theme == "tritan")

    assert home.exists()
    play(scene)
    assert settings_file().read_text().startswith('theme = "tritan"')
    assert SeqtuiApp.from_disk().theme == "tritan"


@pytest.mark.usefixtures("run")
def test_the_filter_leaves_only_what_matches() -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "default" in text_of(app) and "8.25" in text_of(app))
        await pilot.press("slash", *"musi")
        await until(pilot, lambda: "DNA  " not in text_of(app))
        await pilot.press("x")
        await until(pilot, lambda: "nothing with musix" in text_of(app))
        await pilot.press("escape")
        await until(pilot, lambda: "nothing with" not in text_of(app))

    play(scene)


def test_the_first_start_greets_once(home: Path) -> None:
    shutil.rmtree(home)

    async def first(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(app.screen, Tour))
        await pilot.press("enter", "enter", "enter")
        assert isinstance(app.screen, HomeScreen)

    async def second(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: "default" in text_of(app))
        assert isinstance(app.screen, HomeScreen)

    play(first)
    play(second)


def test_quit_leaves_at_once_where_nothing_lives(home: Path) -> None:
    async def scene(_app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await pilot.press("q")

    assert home.exists()
    assert play(scene).return_code == 0


@pytest.mark.parametrize("keys_first", [True, False])
def test_a_crash_keeps_its_exit_code_whatever_key_was_waiting(home: Path, *, keys_first: bool) -> None:
    assert home.exists()
    app = SeqtuiApp.from_disk()

    def crash() -> None:
        raise ZeroDivisionError

    async def perform() -> None:
        async with app.run_test() as pilot:
            await pilot.pause()
            steps = [lambda: app.post_message(Key("ctrl+q", None)), lambda: app.screen.call_later(crash)]
            for step in steps if keys_first else reversed(steps):
                step()
            await pilot.pause()

    with pytest.raises(ZeroDivisionError):
        asyncio.run(perform())
    assert app.return_code == 1


def test_a_signal_keeps_its_exit_code_whatever_key_was_waiting(home: Path) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        app.exit(None, 128 + signal.SIGTERM)
        app.action_leave()
        await pilot.pause()

    assert home.exists()
    assert play(scene).return_code == 128 + signal.SIGTERM


@pytest.mark.parametrize(("key", "left", "told"), [("l", True, False), ("x", True, True), ("escape", False, False)])
def test_quit_asks_while_a_run_of_ours_lives(home: Path, key: str, left: bool, told: bool) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        folder = app.services.runner.train("music", {"hidden_size": 8})
        try:
            await pilot.press("q")
            assert isinstance(app.screen, QuitDialog)
            assert folder.id in text_of(app)
            await pilot.press(key)
            assert (app.return_code == 0) == left
            assert bool(ControlReader(folder.control_file).poll()) == told
            assert [each.id for each in app.services.runner.living()] == [folder.id]
        finally:
            _, child = app.services.runner.children[folder.id]
            child.kill()
            child.wait()

    assert home.exists()
    play(scene)

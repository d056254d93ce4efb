"""Two keys before the first has done its work, dialogs in a terminal of no size: found by the masher, never again."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from masher import Bystander
from textual.command import CommandList
from textual.events import MouseDown
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from seqtui.runs.folder import RunFolder
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.help_screen import HelpScreen
from seqtui.tui.home.screen import HomeScreen
from seqtui.tui.home.tour import Tour
from seqtui.tui.paged_list import PagedList
from seqtui.tui.palette import Palette
from seqtui.tui.places import Go, Target
from seqtui.tui.quit_dialog import QuitDialog
from seqtui.tui.runs.dialogs import EXPORTS, AskExport
from seqtui.tui.runs.screen import RunsScreen
from seqtui.tui.setup.fields_panel import FieldsPanel
from seqtui.tui.setup.screen import SetupScreen

pytestmark = pytest.mark.usefixtures("home")


def play(scene: Callable[[SeqtuiApp, Pilot[None]], Awaitable[None]]) -> None:
    async def perform() -> None:
        app = SeqtuiApp.from_disk()
        async with app.run_test(size=(100, 30), notifications=True) as pilot:
            await scene(app, pilot)

    asyncio.run(perform())


def test_a_second_answer_does_not_close_what_lies_under_the_dialog() -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        app.post_message(Go("setup", Target(app="dna")))
        await pilot.pause()
        app.action_help()
        await pilot.pause()
        dialog = app.screen
        assert isinstance(dialog, HelpScreen)
        for _ in range(3):
            dialog.action_close()
        await pilot.pause()
        assert isinstance(app.screen, SetupScreen)

    play(scene)


def test_a_second_answer_at_the_first_place_does_not_end_the_app() -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        app._show_tour()
        await pilot.pause()
        dialog = app.screen
        assert isinstance(dialog, Tour)
        for _ in range(2):
            dialog.action_skip()
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)

    play(scene)


def test_a_place_that_opens_late_lies_under_no_dialog() -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        app.action_command_palette()
        await pilot.pause()
        app.post_message(Go("setup", Target(app="dna")))
        await pilot.pause()
        assert [type(screen) for screen in app.screen_stack] == [HomeScreen, SetupScreen]
        app.action_command_palette()
        await pilot.pause()
        assert len(app.screen_stack) == 3

    play(scene)


def test_ctrl_c_twice_asks_once(make_run: Callable[..., RunFolder]) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        bystander = Bystander(app, make_run("music-gru-00000a", ended=""))
        await pilot.press("ctrl+c", "ctrl+c")
        assert isinstance(app.screen, QuitDialog)
        await pilot.press("escape")
        assert isinstance(app.screen, HomeScreen)
        bystander.end()

    play(scene)


def test_a_dialog_outlives_a_terminal_of_no_size(tmp_path: Path) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        app.push_screen(AskExport(EXPORTS[0][0], lambda _: str(tmp_path)))
        for size in ((60, 20), (20, 5), (8, 3), (1, 1), (100, 30)):
            await pilot.resize_terminal(*size)
        assert isinstance(app.screen, AskExport)

    play(scene)


def test_the_palette_is_closed_once() -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        app.action_command_palette()
        await pilot.pause()
        palette = app.screen
        assert isinstance(palette, Palette)
        for _ in range(2):
            palette.dismiss()
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)

    play(scene)


def test_the_palette_is_asked_for_again_while_it_closes() -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        app.action_command_palette()
        await pilot.pause()
        closing = app.screen
        assert isinstance(closing, Palette)
        closing.dismiss()
        app.action_command_palette()
        await pilot.pause()
        assert isinstance(app.screen, Palette)
        assert app.screen is not closing

    play(scene)


@pytest.mark.parametrize("size", [(59, 20), (20, 3), (1, 1)])
def test_the_palette_turns_its_pages_in_a_terminal_of_no_size(size: tuple[int, int]) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        app.action_command_palette()
        await pilot.press("t")
        await pilot.pause(0.1)
        assert app.screen.query_one(CommandList).option_count > 1
        await pilot.resize_terminal(*size)
        await pilot.press("down", "pagedown", "pageup")
        assert isinstance(app.screen, Palette)

    play(scene)


def test_a_key_that_is_heard_after_its_screen_has_gone_does_nothing(make_run: Callable[..., RunFolder]) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        folder = make_run("music-gru-00000a")
        app.post_message(Go("runs"))
        await pilot.pause(0.2)
        gone = app.screen
        assert isinstance(gone, RunsScreen)
        app.pop_screen()
        await pilot.pause()
        gone.action_discard()
        gone.action_undo()
        await pilot.pause()
        assert folder.path.is_dir()

    play(scene)


def test_a_key_finds_no_panels_before_its_place_stands_and_after() -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        app._open("setup", Target(app="dna"))
        place = app.screen
        assert isinstance(place, SetupScreen)
        assert not await app.run_action("panel('shape')", place)
        await pilot.pause()
        assert await app.run_action("panel('shape')", place)
        panel = place.query_one(FieldsPanel)
        app.pop_screen()
        while await app.run_action("step(1)", panel):
            await asyncio.sleep(0)
        while await app.run_action("panel('shape')", place):
            await asyncio.sleep(0)

    play(scene)


def test_a_click_on_a_toast_that_has_just_gone_selects_nothing() -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        app.notify("written")
        for _ in range(100):
            await pilot.pause(0.02)
            spot = next((toast.content_region.offset for toast in app.screen.query(Toast)), None)
            if spot and isinstance(app.screen.get_widget_and_offset_at(*spot)[0], Toast):
                break
        assert spot
        toast = app.screen.query_one(Toast)
        holder = toast.parent
        assert holder
        toast._detach()  # as the first step of its removal does
        app.screen._forward_event(MouseDown(None, *spot, 0, 0, 1, False, False, False, *spot))
        toast._attach(holder)

    play(scene)


def test_work_that_is_done_while_its_place_is_taken_down_ends_nothing() -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        app.post_message(Go("setup", Target(app="dna")))
        await pilot.pause(0.2)
        place, done = app.screen, asyncio.Event()
        assert isinstance(place, SetupScreen)

        async def read_long() -> None:
            await done.wait()
            place.query_one(FieldsPanel)

        work = place.work(read_long, "test")
        app.pop_screen()
        while place.query(FieldsPanel):
            await asyncio.sleep(0)
        assert work.is_running
        done.set()
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)

    play(scene)


@pytest.mark.parametrize("place", ["home", "setup"])
@pytest.mark.parametrize("size", [(59, 20), (1, 1)])
def test_pages_are_turned_below_the_smallest_terminal(place: str, size: tuple[int, int]) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        app.post_message(Go(place, Target(app="dna")))
        await pilot.pause()
        picks = app.screen.query(PagedList).first()
        await pilot.resize_terminal(*size)
        for turn in (picks.action_page_down, picks.action_page_up):
            turn()
            await pilot.pause()
        await pilot.resize_terminal(100, 30)

    play(scene)

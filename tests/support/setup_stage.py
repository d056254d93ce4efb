"""The set-up screen on a stage: an app that stands there, played by a scene."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual import events
from textual.pilot import Pilot
from textual.widgets import Static

from seqtui.tui.app import SeqtuiApp
from seqtui.tui.places import Go, Target
from seqtui.tui.setup.foot import CommandPanel
from seqtui.tui.setup.screen import SetupScreen

Play = Callable[[SeqtuiApp, SetupScreen, Pilot[None]], Awaitable[None]]
SNAPSHOTS = Path(__file__).parents[1] / "tui" / "setup" / "snapshots"
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

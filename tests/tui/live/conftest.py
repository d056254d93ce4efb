"""Recorded runs (real, short; no torch needed to look at them) and a stage: the app on one of them, driven by keys."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from recorded_run import Recording
from textual.pilot import Pilot

from seqtui.runs.folder import RunFolder
from seqtui.runs.lock import hold
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.glyphs import ASCII, FULL
from seqtui.tui.live.screen import LiveScreen
from seqtui.tui.memory import Memory, memory_file
from seqtui.tui.place import Services
from seqtui.tui.runner import Runner
from seqtui.tui.settings import Settings


@pytest.fixture
def recording(home: Path) -> Callable[[str], Recording]:
    """The run of a recording, ended."""
    return lambda name: Recording(name, home)


@pytest.fixture
def living(home: Path) -> Iterator[Callable[[str], Recording]]:
    """The run of a recording, not ended, its lock held."""
    with ExitStack() as held:

        def start(name: str) -> Recording:
            run = Recording(name, home)
            run.cut_before_end()
            held.enter_context(hold(run.folder))
            return run

        yield start


class Stage:
    """The app on one run; what its screen shows."""

    def __init__(self, folder: RunFolder, *, theme: str = "dark") -> None:
        glyphs = ASCII if theme == "plain" else FULL
        self.app = SeqtuiApp(Services(Runner(), Settings(), Memory(memory_file()), glyphs), theme=theme)
        self.app.open_first(folder.path)

    @property
    def screen(self) -> LiveScreen:
        """The live screen, also under a dialog."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, LiveScreen))

    @property
    def text(self) -> str:
        """What stands on the terminal."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(line.text.rstrip() for line in lines)

    def play(self, act: Callable[[Pilot[None]], Awaitable[None]], *, size: tuple[int, int] = (120, 40)) -> None:
        """Run the app, wait until the run is read, act."""

        async def run() -> None:
            async with self.app.run_test(size=size, notifications=True) as pilot:
                await until(pilot, lambda: "reading" not in self.text)
                await pilot.pause()
                await act(pilot)

        asyncio.run(run())


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    """Let the app work until something holds."""
    for _ in range(400):
        if holds():
            return
        await pilot.pause(0.02)
    raise AssertionError(f"it never came to hold:\n{pilot.app.screen}")


@pytest.fixture
def stage() -> Callable[..., Stage]:
    """stage(folder, theme=…)."""
    return Stage


@pytest.fixture
def wait() -> Callable[[Pilot[None], Callable[[], bool]], Awaitable[None]]:
    """await wait(pilot, what must come to hold)."""
    return until

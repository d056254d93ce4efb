"""Recorded runs (real, short; no torch needed to look at them) and a stage: the app on one of them, driven by keys."""

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from textual.pilot import Pilot

from seqtui.runs.folder import RunFolder
from seqtui.runs.lock import hold
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.glyphs import ASCII, FULL
from seqtui.tui.live_screen import LiveScreen
from seqtui.tui.memory import Memory, memory_file
from seqtui.tui.place import Services
from seqtui.tui.runner import Runner
from seqtui.tui.settings import Settings

RECORDINGS = Path(__file__).parent / "recordings"
_ENDS = (b'{"event":"Finished"', b'{"event":"Failed"', b'{"event":"Exported"')


class Recording:
    """A run folder made from a recording. Its log may be cut, and played on."""

    def __init__(self, name: str, home: Path) -> None:
        lines = gzip.decompress((RECORDINGS / f"{name}.jsonl.gz").read_bytes()).splitlines(keepends=True)
        head = json.loads(lines[0])
        self.lines = lines[1:]
        self.folder = RunFolder(home / "runs" / head["run"])
        self.folder.samples.mkdir(parents=True)
        self.folder.config_file.write_text(json.dumps(head["header"]))
        self.folder.control_file.touch()
        self.folder.stderr_file.touch()
        self.write(len(self.lines))

    def write(self, count: int) -> None:
        """Only so many events have happened."""
        self.folder.events_file.write_bytes(b"".join(self.lines[:count]))

    def cut_before_end(self) -> None:
        """The run has not ended."""
        kept = [line for line in self.lines if not line.startswith(_ENDS)]
        self.folder.events_file.write_bytes(b"".join(kept))

    @property
    def commands(self) -> list[dict[str, object]]:
        """What was sent to the run."""
        return [json.loads(line) for line in self.folder.control_file.read_text().splitlines()]


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

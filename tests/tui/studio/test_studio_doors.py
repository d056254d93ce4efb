"""Every way into the studio: from the applications, from a run, from the table of runs, for each kind of model.

The model's process is played by its recording; that it is a real one elsewhere shows test_studio_terminal.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from studio_replay import recorded_model, start_replay
from textual import events
from textual.pilot import Pilot

from seqtui.catalog import names
from seqtui.runs import studio_model
from seqtui.runs.folder import RunFolder
from seqtui.runs.studio_helper import StudioHelper
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.home.screen import HomeScreen
from seqtui.tui.live.screen import LiveScreen
from seqtui.tui.places import Go, Target
from seqtui.tui.runs.screen import RunsScreen
from seqtui.tui.studio.ask_desk import AskDesk
from seqtui.tui.studio.desk import Desk
from seqtui.tui.studio.listen_desk import ListenDesk
from seqtui.tui.studio.screen import StudioScreen
from seqtui.tui.studio.tag_desk import TagDesk
from seqtui.tui.studio.takes_desk import TakesDesk
from seqtui.tui.studio.text_desk import TextDesk
from seqtui.tui.studio.translate_desk import TranslateDesk
from seqtui.tui.studio.watch_desk import WatchDesk

MODELS: dict[str, tuple[str, type[Desk], str, str]] = {
    "music": ("music", TakesDesk, "", "bars · seed"),
    "labels": ("dna", AskDesk, "CCTGCCTC", "promoter"),
    "sentiment": ("sentiment", AskDesk, "The soup was awful", "What speaks for"),
    "ner": ("ner", TagDesk, "Mary saw Paris", "Entities · "),
    "language": ("language", TextDesk, "", "characters · seed"),
    "translation": ("translation", TranslateDesk, "The old mice", "Les vieilles souris"),
    "speech": ("speech", ListenDesk, "", "o opens a WAV"),
    "video": ("video", WatchDesk, "", "frame"),
}
"""Recording -> application, desk, what is typed, what then is seen."""

Enter = Callable[[SeqtuiApp, Pilot[None], str, RunFolder], Awaitable[None]]


def text_of(app: SeqtuiApp) -> str:
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


async def until(app: SeqtuiApp, pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    for _ in range(3000):
        if holds():
            return
        await pilot.pause(0.01)
    raise AssertionError(text_of(app))


async def from_home(app: SeqtuiApp, pilot: Pilot[None], application: str, run: RunFolder) -> None:
    await until(app, pilot, lambda: run.id in text_of(app) or "Recent" in text_of(app))
    await pilot.press(*("down",) * names().index(application), "enter")


async def from_live(app: SeqtuiApp, pilot: Pilot[None], application: str, run: RunFolder) -> None:  # noqa: ARG001
    app.post_message(Go("live", Target(run=run)))
    await until(app, pilot, lambda: isinstance(app.screen, LiveScreen) and "ctrl+p" in text_of(app))
    await pilot.press("p")


async def from_runs(app: SeqtuiApp, pilot: Pilot[None], application: str, run: RunFolder) -> None:  # noqa: ARG001
    app.post_message(Go("runs"))
    await until(app, pilot, lambda: isinstance(app.screen, RunsScreen) and run.id in text_of(app))
    await pilot.press("p")


@pytest.mark.parametrize("enter", [from_home, from_live, from_runs])
@pytest.mark.parametrize("name", MODELS)
def test_a_studio_is_entered_plays_and_is_left_for_where_one_came_from(
    name: str, enter: Enter, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of models that come along, there is none here: the one that was trained is what Enter plays.
    monkeypatch.setattr(studio_model, "pretrained", list)
    application, desk, typed, shows = MODELS[name]
    run = recorded_model(name, home)
    monkeypatch.setattr(StudioHelper, "_start", lambda helper: start_replay(name, helper.folder))

    async def perform() -> None:
        app = SeqtuiApp.from_disk()
        async with app.run_test(size=(140, 45)) as pilot:
            await enter(app, pilot, application, run)
            await until(app, pilot, lambda: isinstance(app.screen, StudioScreen) and "✓ open" in text_of(app))
            assert type(app.screen.query_one(Desk)) is desk
            assert run.id in text_of(app)
            if typed:
                assert app.screen.focused
                app.screen.focused.post_message(events.Paste(typed))
            await until(app, pilot, lambda: shows in text_of(app))
            while isinstance(app.screen, StudioScreen):
                await pilot.press("escape")
            cover: Any = {from_home: HomeScreen, from_live: LiveScreen, from_runs: RunsScreen}[enter]
            assert isinstance(app.screen, cover)

    asyncio.run(perform())

"""Models that come with seqtui, in the app: home shows them before anything is trained, and the studio opens them."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from seqtui.runs.models import application_of, pretrained
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.home.screen import HomeScreen
from seqtui.tui.places import Target

SMALL = "splice-sites"

pytestmark = pytest.mark.skipif(SMALL not in [place.name for place in pretrained()], reason="that model does not ship")


def test_home_shows_what_came_with_it_and_enter_plays_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)

    async def play() -> None:
        app = SeqtuiApp.from_disk()
        async with app.run_test(size=(120, 40)) as pilot:

            def text() -> str:
                strips = app.screen._compositor.render_strips()
                return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

            async def until(wanted: str) -> None:
                deadline = time.monotonic() + 120
                while wanted not in text():
                    assert time.monotonic() < deadline, text()
                    await pilot.pause(0.05)

            await until("came with seqtui")
            assert "Ready to play" in text() and "No runs yet" in text()
            assert isinstance(app.screen, HomeScreen)
            panel: Any = app.screen.query_one("#models Picks")
            panel.focus()
            panel.highlighted = next(
                place for place in range(panel.option_count) if panel.get_option_at_index(place).id == f"model:{SMALL}"
            )
            await pilot.press("enter")
            await until("✓ open")
            assert SMALL in text()

    asyncio.run(play())


@pytest.mark.parametrize("app", sorted({application_of(place) for place in pretrained()}))
def test_an_application_that_was_never_trained_is_played_with_what_came_with_it(perform: Any, app: str) -> None:
    async def scene(stage: Any) -> None:
        await stage.until("✓ open")
        assert any(place.name in stage.text() for place in pretrained() if application_of(place) == app)

    perform(scene, Target(app=app))

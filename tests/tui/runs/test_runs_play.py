"""From a row of the runs screen to the studio, where the run has a model."""

import asyncio
from collections.abc import Callable

import pytest

from seqtui.runs.folder import RunFolder
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.places import Go
from seqtui.tui.runs.screen import RunsScreen
from seqtui.tui.studio.screen import StudioScreen


@pytest.mark.parametrize("has_model", [True, False])
def test_p_plays_the_model_of_the_row_or_says_that_there_is_none(
    has_model: bool, make_run: Callable[..., RunFolder]
) -> None:
    folder = make_run("music-gru-000001")
    if has_model:
        folder.model_file.write_text("{}")
        (folder.checkpoints / "step-000000020.safetensors").touch()

    async def run() -> tuple[object, str]:
        app = SeqtuiApp.from_disk()
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            app.post_message(Go("runs"))
            for _ in range(400):
                await pilot.pause(0.02)
                if isinstance(app.screen, RunsScreen) and app.screen._panel.current:
                    break
            await pilot.press("p")
            await pilot.pause()
            return app.screen, " ".join(each.message for each in app._notifications)

    screen, told = asyncio.run(run())
    assert isinstance(screen, StudioScreen) is has_model
    if isinstance(screen, StudioScreen):
        assert screen.target.run == folder
    else:
        assert "music-gru-000001 has no model to play: it has saved no checkpoint" in told

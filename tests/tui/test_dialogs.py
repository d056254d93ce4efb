"""Every dialog in every theme: its frame is one, its text the same, and in ASCII it holds ASCII alone."""

import asyncio
from pathlib import Path

import pytest
from recorded_run import Recording
from textual.geometry import Region

from seqtui.runs.folder import RunFolder
from seqtui.runs.lock import hold
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.glyphs import ASCII, FULL
from seqtui.tui.memory import Memory, memory_file
from seqtui.tui.place import Services
from seqtui.tui.places import Target
from seqtui.tui.runner import Runner
from seqtui.tui.settings import Settings
from seqtui.tui.themes import THEMES

DIALOGS = {
    "live": ("question_mark", "f1", "ctrl+p", "r", "c", "s", "x", "a", "e", "i"),
    "runs": ("n", "e", "a", "question_mark"),
    "setup": ("p", "o", "question_mark"),
}
"""Place -> keys that open a dialog there."""

AWAITED = {"live": "C4", "runs": "music", "setup": "Backbone"}


def shown(run: RunFolder, place: str, *, theme: str) -> dict[str, tuple[str, int]]:
    """What stands on the screen for each key, and how many lists in its dialog have a frame of their own."""
    glyphs = ASCII if theme == "plain" else FULL
    app = SeqtuiApp(Services(Runner(), Settings(), Memory(memory_file()), glyphs), theme=theme)
    app._first = (place, Target(app="music", run=run if place == "live" else None))
    seen: dict[str, tuple[str, int]] = {}

    def text() -> str:
        return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())

    async def perform() -> None:
        async with app.run_test(size=(100, 30)) as pilot:
            for _ in range(400):
                await pilot.pause(0.02)
                if AWAITED[place] in text():
                    break
            before = app.screen
            for key in DIALOGS[place]:
                await pilot.press(key)
                await pilot.pause(0.1)
                assert app.screen is not before, f"{key} opens nothing\n{text()}"
                box = next((each.region for each in app.screen.query(".dialog")), None)
                framed = [each for each in app.screen.query(".dialog OptionList") if each.styles.border_left[0]]
                seen[key] = (cut(text(), box) if box else text()), len(framed)
                await pilot.press("escape")
                await pilot.pause()
                assert app.screen is before, f"{key} opens what Esc does not close\n{text()}"

    asyncio.run(perform())
    return seen


def cut(text: str, box: Region) -> str:
    """What stands within a box: the place behind a dialog may still be at work."""
    lines = text.splitlines()[box.y : box.bottom]
    return "\n".join(line[box.x : box.right].rstrip() for line in lines)


@pytest.mark.parametrize("place", DIALOGS)
def test_a_dialog_has_one_frame_and_in_ascii_nothing_else(home: Path, place: str) -> None:
    run = Recording("music-lstm", home)
    run.cut_before_end()
    with hold(run.folder):
        seen = {theme.name: shown(run.folder, place, theme=theme.name) for theme in THEMES}
    for key in DIALOGS[place]:
        assert {dialogs[key][1] for dialogs in seen.values()} == {0}, key
        plain, _ = seen["plain"][key]
        assert not {mark for mark in plain if ord(mark) > 126}, key
        texts = {dialogs[key][0] for theme, dialogs in seen.items() if theme != "plain"}
        assert len(texts) == 1, f"a theme changed the text of {key}"

"""The line that asks for a path: Tab types what all candidates have in common, and they are named below."""

import asyncio
from pathlib import Path

import pytest
from textual.widgets import Static

from seqtui.tui.app import SeqtuiApp
from seqtui.tui.line_input import LineInput
from seqtui.tui.studio.path_prompt import PathPrompt


def test_tab_completes_and_the_note_names_the_candidates(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home.is_dir()
    (tmp_path / "place").mkdir()
    monkeypatch.chdir(tmp_path / "place")
    for name in ("tune-1.mid", "tune-2.mid", "other.mid"):
        Path(name).touch()

    async def run() -> tuple[str, str, str]:
        app = SeqtuiApp.from_disk()
        async with app.run_test() as pilot:
            answers: list[str | None] = []
            await app.push_screen(PathPrompt("Open", "a file", "", fault=lambda _: ""), answers.append)
            line, note = app.screen.query_one(LineInput), app.screen.query_one("#note", Static)
            first = str(note.content)
            await pilot.press("t", "tab")
            for _ in range(200):
                await pilot.pause(0.01)
                if "tune-2.mid" in str(note.content):
                    break
            shown = str(note.content)
            await pilot.press("1", "tab", "enter")
            await pilot.pause()
            assert answers == ["tune-1.mid"], line.value
        return first, shown, line.value

    first, shown, value = asyncio.run(run())
    assert first == "a file"
    assert shown == "tune-1.mid  tune-2.mid"
    assert value == "tune-1.mid"

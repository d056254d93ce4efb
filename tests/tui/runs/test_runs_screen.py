"""The runs screen by its keys and its mouse: table, filter, marks, overlay, notes, trash, files."""

import asyncio
import csv
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from textual.pilot import Pilot

from seqtui.runs.finding import find, remember
from seqtui.runs.folder import RunFolder
from seqtui.runs.lock import hold
from seqtui.runs.notes import Note, read_note
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.live.screen import LiveScreen
from seqtui.tui.places import Go
from seqtui.tui.runs.body import RunsBody
from seqtui.tui.runs.dialogs import AskExport, AskNote, AskText, AskYes
from seqtui.tui.runs.screen import RunsScreen
from seqtui.tui.runs.table import RunTable

Make = Callable[..., RunFolder]
Scene = Callable[["Stage"], Awaitable[None]]


class Stage:
    """The app with its runs screen, and hands to work it."""

    def __init__(self, app: SeqtuiApp, pilot: Pilot[None]) -> None:
        self.app, self._pilot = app, pilot

    @property
    def table(self) -> RunTable:
        return self.body.panel.table

    @property
    def screen(self) -> RunsScreen:
        return next(each for each in self.app.screen_stack if isinstance(each, RunsScreen))

    @property
    def body(self) -> RunsBody:
        return self.screen.query_one(RunsBody)

    @property
    def ids(self) -> list[str]:
        """The rows in view."""
        return [row.id for row in self.body.panel.in_view]

    @property
    def told(self) -> str:
        """All notices."""
        return "\n".join(each.message for each in self.app._notifications)

    def text(self) -> str:
        """What the screen shows."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self._pilot.press(*(key[5:] if key.startswith("type:") else [key]))

    async def click(self, x: int, y: int, *, times: int = 1) -> None:
        await self._pilot.click(RunTable, offset=(x, y), times=times)

    async def until(self, holds: Callable[[], object]) -> None:
        """Let the app work until something holds."""
        for _ in range(1500):
            if holds():
                return
            await self._pilot.pause(0.01)
        raise AssertionError(self.text())


def play(scene: Scene, *, size: tuple[int, int] = (120, 40)) -> SeqtuiApp:
    """A scene on the runs screen, once all runs are read."""

    async def perform() -> SeqtuiApp:
        app = SeqtuiApp.from_disk()
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            app.post_message(Go("runs"))
            stage = Stage(app, pilot)
            await stage.until(lambda: isinstance(app.screen, RunsScreen) and app.screen._is_read)
            await stage.until(lambda: not any(worker.group == "draw" for worker in app.workers))
            await scene(stage)
        return app

    return asyncio.run(perform())


@pytest.fixture
def runs(make_run: Make) -> list[RunFolder]:
    """Four finished runs, the first the oldest."""
    return [
        make_run("music-gru-000001", losses=(9.0, 8.5), created=1.6e9 + 1, backbone="gru", lr=0.5),
        make_run("music-lstm-000002", losses=(9.0, 8.2, 8.4), created=1.6e9 + 2, seed=1, name="the good one"),
        make_run("dna-gru-000003", losses=(0.6,), created=1.6e9 + 3, app="dna", backbone="gru"),
        make_run("music-rnn-000004", losses=(9.9, 9.5), created=1.6e9 + 4, backbone="rnn", ended="failed"),
    ]


def test_newest_first_and_sorted_by_any_column(runs: list[RunFolder]) -> None:
    newest_first = [folder.id for folder in reversed(runs)]

    async def scene(stage: Stage) -> None:
        assert stage.ids == newest_first
        await stage.press("s")
        assert stage.ids == ["dna-gru-000003", "music-lstm-000002", "music-gru-000001", "music-rnn-000004"]
        await stage.press("S")
        assert stage.ids == newest_first
        heading = next(line for line in stage.text().splitlines() if "Best" in line)
        await stage.click(heading.index("Best") - 2, 0)
        assert [stage.ids[0], stage.ids[-1]] == ["dna-gru-000003", "music-rnn-000004"]
        await stage.click(heading.index("Best") - 2, 0)
        assert [stage.ids[0], stage.ids[-1]] == ["music-rnn-000004", "dna-gru-000003"]

    play(scene)


def test_a_filter_works_as_one_types_and_says_what_is_wrong(runs: list[RunFolder]) -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("slash", "type:backbone:gru lr>=0.1")
        assert stage.ids == [runs[0].id]
        await stage.press("backspace", "backspace", "backspace", "type:x")
        assert stage.ids == [runs[2].id, runs[0].id], "the last good filter, lr>=0, holds"
        assert "compares with 'x', which is not a number" in stage.text()
        await stage.press("enter", "escape")
        assert len(stage.ids) == 4 and "not a number" not in stage.text()
        await stage.press("slash", "type:nothing-like-it")
        assert "No run fits the filter" in stage.text()

    play(scene)


def test_marked_runs_stand_on_the_same_axes_with_their_differences(runs: list[RunFolder]) -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("end", "space", "up", "space")
        await stage.until(lambda: len(stage.body.chart.shown) == 2)
        assert [each.curves.id for each in stage.body.chart.shown] == [runs[0].id, runs[1].id]
        await stage.until(lambda: "Differences" in stage.text())
        shown = stage.text()
        assert f"a ━ {runs[0].id}" in shown and f"b ╍ {runs[1].id} · the good one" in shown
        assert "lr" in shown and "0.5" in shown and "2 marked" in shown
        await stage.press("v", "x", "y")
        assert "Training loss" in stage.text() and "over epochs · log" in stage.text()
        await stage.press("o", "m")
        assert "smooth 0.6" in stage.text() and not stage.body.panel.display
        await stage.press("escape")
        await stage.until(lambda: stage.table.has_focus)
        await stage.press("escape")
        assert stage.table.marks == []

    play(scene)


def test_on_a_small_terminal_the_table_stands_alone_and_o_shows_the_curves(runs: list[RunFolder]) -> None:
    async def scene(stage: Stage) -> None:
        assert runs[0].id in stage.text() and "Validation loss" not in stage.text()
        await stage.press("A", "o")
        await stage.until(lambda: len(stage.body.chart.shown) == 4)
        assert "Validation loss" in stage.text()
        await stage.press("o")
        assert runs[0].id in stage.text()

    play(scene, size=(80, 24))


def test_enter_and_a_double_click_open_a_run(runs: list[RunFolder]) -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, LiveScreen))
        await stage.press("escape")
        await stage.click(30, 2, times=2)
        await stage.until(lambda: isinstance(stage.app.screen, LiveScreen))
        assert isinstance(stage.app.screen, LiveScreen) and stage.app.screen.target.run == runs[2]

    play(scene)


def test_any_run_is_attached_to_by_its_folder(runs: list[RunFolder], tmp_path: Path) -> None:
    elsewhere = tmp_path / "mounted" / "far-away"
    elsewhere.parent.mkdir()
    runs[0].path.rename(elsewhere)

    async def scene(stage: Stage) -> None:
        await stage.press("a", "type:nowhere", "enter")
        assert isinstance(stage.app.screen, AskText) and "there is no run 'nowhere'" in stage.text()
        await stage.press("ctrl+u", f"type:{elsewhere}", "enter")
        await stage.until(lambda: isinstance(stage.app.screen, LiveScreen))
        assert stage.app.screen.target.run == RunFolder(elsewhere)  # type: ignore[attr-defined]
        await stage.press("escape")
        await stage.until(lambda: "far-away" in stage.ids)

    play(scene)


def test_a_name_and_a_note_are_kept_beside_the_config(runs: list[RunFolder]) -> None:
    async def scene(stage: Stage) -> None:
        config = runs[3].config_file.read_bytes()
        await stage.press("n")
        assert isinstance(stage.app.screen, AskNote)
        await stage.press("type:mine", "tab", "type:a note [/b]", "enter")
        await stage.until(lambda: "mine · a note [/b]" in stage.text())
        assert read_note(runs[3]) == Note("mine", "a note [/b]")
        assert find("mine") == runs[3] and runs[3].config_file.read_bytes() == config
        await stage.press("slash", "type:name:mine")
        assert stage.ids == [runs[3].id]

    play(scene)


def contents(path: Path) -> dict[str, object]:
    """Every file with its bytes and times."""
    files = [each for each in sorted(path.rglob("*")) if each.is_file()]
    return {str(each.relative_to(path)): (each.read_bytes(), each.stat().st_mtime_ns) for each in files}


def test_deleted_runs_come_back_to_the_byte(runs: list[RunFolder], tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / runs[3].id
    elsewhere.parent.mkdir()
    runs[3].path.rename(elsewhere)
    remember(RunFolder(elsewhere))
    before = contents(tmp_path / "home" / "runs") | contents(elsewhere)

    async def scene(stage: Stage) -> None:
        await stage.press("space", "space", "d")
        await stage.until(lambda: len(stage.ids) == 2)
        assert not elsewhere.exists() and not os.path.lexists(runs[3].path)
        await stage.press("d")
        await stage.until(lambda: len(stage.ids) == 1)
        await stage.press("u", "u")
        await stage.until(lambda: len(stage.ids) == 4)
        await stage.press("u")
        await stage.until(lambda: "The trash is empty" in stage.told)

    play(scene)
    assert contents(tmp_path / "home" / "runs") | contents(elsewhere) == before
    assert runs[3].path.is_symlink()


def test_a_held_run_is_neither_deleted_nor_resumed(runs: list[RunFolder]) -> None:
    async def scene(stage: Stage) -> None:
        assert stage.screen.check_action("resume", ()) is True
        await stage.press("down")
        assert stage.screen.check_action("resume", ()) is None
        with hold(runs[2]):
            await stage.press("d")
            await stage.until(lambda: "is held by its training" in stage.told)
        assert runs[2].path.is_dir() and len(stage.ids) == 4

    play(scene)


def test_the_trash_is_emptied_only_after_a_yes(runs: list[RunFolder], home: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.press("d")
        await stage.until(lambda: len(stage.ids) == 3)
        await stage.press("E")
        await stage.until(lambda: isinstance(stage.app.screen, AskYes))
        assert "1 run, " in stage.text() and "They cannot be had back" in stage.text()
        await stage.press("enter")
        assert (home / "runs" / ".trash" / runs[3].id).is_dir()
        await stage.press("E")
        await stage.until(lambda: isinstance(stage.app.screen, AskYes))
        await stage.press("y")
        await stage.until(lambda: not (home / "runs" / ".trash" / runs[3].id).exists())
        await stage.press("u")
        await stage.until(lambda: "The trash is empty" in stage.told)

    play(scene)


def test_table_curves_and_overlay_are_written_and_nothing_is_overwritten(
    runs: list[RunFolder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs.csv").write_text("mine")

    async def scene(stage: Stage) -> None:
        await stage.press("e", "tab", "enter")
        assert isinstance(stage.app.screen, AskExport) and "runs.csv exists already" in stage.text()
        await stage.press("ctrl+u", "type:all.csv", "enter")
        await stage.until(lambda: (tmp_path / "all.csv").exists())
        await stage.press("A")
        await stage.until(lambda: len(stage.body.chart.shown) == 4)
        await stage.press("e", "tab", "enter")
        await stage.until(lambda: (tmp_path / "curves.csv").exists())
        await stage.press("e", "down", "tab", "enter")
        await stage.until(lambda: (tmp_path / "overlay.svg").exists())

    play(scene)
    assert (tmp_path / "runs.csv").read_text() == "mine"
    with (tmp_path / "all.csv").open() as file:
        assert [row["run"] for row in csv.DictReader(file)] == [folder.id for folder in reversed(runs)]
    assert len({line.split(",")[0] for line in (tmp_path / "curves.csv").read_text().splitlines()[1:]}) == 4
    ElementTree.parse(tmp_path / "overlay.svg")

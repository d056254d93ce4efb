"""How the runs screen looks, at two sizes in two themes; hostile names on it; and any keys in any order.

Pictures as text stand in snapshots/; SEQTUI_SNAPSHOTS=write makes them anew.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from textual.pilot import Pilot

from seqtui import __version__
from seqtui.runs.events import Span, Step
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import EventWriter
from seqtui.runs.lock import hold
from seqtui.runs.notes import Note, write_note
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.home.screen import HomeScreen
from seqtui.tui.places import Go
from seqtui.tui.runs.columns import COLUMNS, Order, RunRow, arranged, fitting
from seqtui.tui.runs.overlay import OverlayChart
from seqtui.tui.runs.screen import RunsScreen
from seqtui.tui.runs.store import RunStore

Make = Callable[..., RunFolder]
SNAPSHOTS = Path(__file__).parent / "snapshots"
HOSTILE = (
    "\x1b]0;PWNED\x07\x1b[2J", "[/b][@click=app.quit]x[/] [red]", "\u202eodd\u2066", "漢字" * 30, "e" + "\u0301" * 50,
    "\x9b31m\x90\x9c", "👩‍👩‍👧‍👦 \u200b", "a\tb\nc\rd", "=cmd()|' /C calc'!A0", "%s {0} $HOME `id`",
)  # fmt: skip
ODD = {"\x1b", "\x07", "\x9b", "\x90", "\u202e", "\u2066", "\n", "\t", "\r"}


def text_of(app: SeqtuiApp) -> list[str]:
    """What the screen shows, line by line."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


async def until(app: SeqtuiApp, pilot: Pilot[None], holds: Callable[[], object]) -> None:
    """Let the app work until something holds."""
    for _ in range(1500):
        if holds():
            return
        await pilot.pause(0.01)
    raise AssertionError("\n".join(text_of(app)))


def play(
    scene: Callable[[SeqtuiApp, Pilot[None]], Awaitable[None]], *, size: tuple[int, int], theme: str = "dark"
) -> None:  # fmt: skip
    """A scene on the runs screen, all runs read and drawn."""

    async def perform() -> None:
        app = SeqtuiApp.from_disk()
        app.theme = theme
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            app.post_message(Go("runs"))
            await until(app, pilot, lambda: isinstance(app.screen, RunsScreen) and app.screen._is_read)
            await settle(app, pilot)
            await scene(app, pilot)

    asyncio.run(perform())


async def settle(app: SeqtuiApp, pilot: Pilot[None]) -> None:
    """Until nothing is drawn any more."""
    await pilot.pause()
    await until(app, pilot, lambda: not any(worker.group == "draw" for worker in app.workers))
    await pilot.pause()


@pytest.fixture
def runs(make_run: Make) -> list[RunFolder]:
    """Runs of every kind."""
    falling = [9.5 - 0.9 * n**0.5 for n in range(1, 12)]
    return [
        make_run("music-lstm-00000a", losses=falling, created=1.6e9, layers=2, name="deep", dropout=0.2),
        make_run("music-gru-00000b", losses=[each + 0.3 for each in falling[:8]], created=1.6e9 + 1, backbone="gru"),
        make_run("music-rnn-00000c", losses=(9.9, float("nan")), created=1.6e9 + 2, backbone="rnn", ended="failed"),
        make_run("dna-gru-00000d", losses=(0.7, 0.5, 0.6), created=1.6e9 + 3, app="dna", bidirectional=True),
        make_run("sentiment-lstm-00000e", losses=(0.6,), created=1.6e9 + 4, app="sentiment", ended="stopped"),
        make_run("music-lstm-00000f", losses=falling[:3], created=1.6e9 + 5, ended="", seed=3),
    ]


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
def test_it_looks_as_it_did(runs: list[RunFolder], size: tuple[int, int], theme: str) -> None:
    assert runs
    place = SNAPSHOTS / f"runs-{size[0]}x{size[1]}.txt"

    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await pilot.press("end", "space", "up", "space", "home")
        await settle(app, pilot)
        shown = "\n".join(text_of(app)).replace(__version__, "0.0.0") + "\n"
        if os.environ.get("SEQTUI_SNAPSHOTS") == "write":
            place.write_text(shown)
        assert shown == place.read_text()
        ground = app.screen._compositor.render_strips()[5]._segments[-1].style
        assert ground and ground.bgcolor and ground.bgcolor.triplet
        assert (max(ground.bgcolor.triplet) < 80) == (theme == "dark")

    play(scene, size=size, theme=theme)


@pytest.mark.parametrize("size", [(80, 24), (140, 45), (60, 20)])
def test_hostile_names_and_notes_are_plain_text(make_run: Make, size: tuple[int, int]) -> None:
    for place, text in enumerate(HOSTILE):
        folder = make_run(f"music-gru-{place:06x}", name=text, created=1.6e9 + place, options={text: text})
        write_note(folder, Note(HOSTILE[-place], text))
    make_run("bad-\x1b[31m[b]\u202e-id", name="x")

    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        def check() -> None:
            lines = text_of(app)
            assert not ODD & set("".join(lines))
            assert all(line[-1:] in "│╮╯" for line in lines[1:-1] if line[:1] in "│╭╰"), "no line is longer or shorter"

        await settle(app, pilot)
        check()
        assert size[0] < 80 or any("[/b][@" in line or "␛]0;" in line for line in text_of(app))
        await pilot.press("A")
        await settle(app, pilot)
        check()
        for keys in (("o",), ("escape",), ("n",), ("escape",), ("A", "down", "up"), ("d",), ("u",)):
            await pilot.press(*keys)
            await settle(app, pilot)
            check()

    play(scene, size=size)


def test_of_many_marked_runs_as_many_are_drawn_as_can_be_told_apart(make_run: Make) -> None:
    for place in range(30):
        make_run(f"music-gru-{place:06x}", seed=place, created=1.6e9 + place)

    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await pilot.press("A")
        await settle(app, pilot)
        shown = "\n".join(text_of(app))
        assert "12 of 30 marked" in shown and "30 marked" in shown
        assert len(app.screen.query_one(OverlayChart).shown) == 12

    play(scene, size=(140, 45))


@pytest.mark.parametrize("width", range(10, 220, 7))
def test_columns_fill_any_width_and_keep_the_run(width: int) -> None:
    columns = fitting(width, longest_id=18)
    assert sum(each.width + 1 for each in columns) - 1 == width or width < 55
    assert {"id", "best"} <= {each.name for each in columns}
    assert width < 115 or len(columns) == len(COLUMNS)


def test_what_is_unknown_goes_last_either_way(runs: list[RunFolder], make_run: Make) -> None:
    make_run("music-gru-aaaaaa", losses=())
    (runs[0].path / "config.json").write_text("{")
    rows = [row for slice_ in RunStore().slices() for row in slice_]
    for column in COLUMNS:
        for down in (False, True):
            kept: list[RunRow] = arranged(rows, [], Order(column.name, down))
            known = [column.by(row) is not None for row in kept]
            assert len(kept) == len(rows) and known == sorted(known, reverse=True)


def test_a_living_run_is_seen_to_move_and_to_die(make_run: Make) -> None:
    folder = make_run("music-gru-00000a", ended="")

    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await until(app, pilot, lambda: "training" in "".join(text_of(app)))
        writer = EventWriter(folder.events_file, offset=1 << 40, seq=100)
        span = Span(1.0, 2.0, 3.0)
        writer.append(Step(777, 1, 1, 5, 1, span, span, 1e-3, 0.0, 10, 0.1, 9.0, 0.0, 1.0))
        writer.close()
        await until(app, pilot, lambda: " 777 " in "".join(text_of(app)))
        holding.close()
        await until(app, pilot, lambda: "dead" in "".join(text_of(app)))

    with ExitStack() as holding:
        holding.enter_context(hold(folder))
        play(scene, size=(120, 40))


def test_without_runs_it_says_what_to_do(home: Path) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await until(app, pilot, lambda: "seqtui run music" in "".join(text_of(app)))
        await until(app, pilot, lambda: "Validation" not in "".join(text_of(app)))
        await pilot.press("enter", "space", "d", "n", "e", "o", "v", "escape")
        await until(app, pilot, lambda: isinstance(app.screen, HomeScreen))

    play(scene, size=(120, 40))
    assert home.is_dir()


@pytest.mark.slow
def test_resume_is_a_process_of_its_own_and_is_watched(make_run: Make) -> None:
    folder = make_run("music-gru-00000a", ended="", data="/nowhere.mid")

    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await until(app, pilot, lambda: app.screen.__class__.__name__ == "LiveScreen")
        child = app.services.runner.living()
        assert [each.id for each in child] == [folder.id]
        await until(app, pilot, lambda: not app.services.runner.living())
        assert "nowhere.mid" in folder.events_file.read_text()

    play(scene, size=(120, 40))

"""The catalogue of data sets: from the first page and over the set-up, with a fetch that ends well, badly or early."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from loopback import running
from setup_stage import line, play, text_of, until
from textual.pilot import Pilot

from seqtui.data_sets.download import MIRROR_VARIABLE
from seqtui.data_sets.manifest import known
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.catalogue.catalogue import Catalogue
from seqtui.tui.catalogue.dialog import CatalogueDialog
from seqtui.tui.catalogue.screen import DataScreen
from seqtui.tui.glyphs import ASCII, FULL
from seqtui.tui.help_screen import HelpScreen
from seqtui.tui.home.screen import HomeScreen
from seqtui.tui.memory import Memory, memory_file
from seqtui.tui.pick_list import PickPanel
from seqtui.tui.place import Services
from seqtui.tui.places import Target
from seqtui.tui.runner import Runner
from seqtui.tui.settings import Settings
from seqtui.tui.setup.screen import SetupScreen

SHARED = Path(__file__).parents[4] / "shared" / "data"
with_shared = pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
Scene = Callable[[SeqtuiApp, Pilot[None]], Awaitable[None]]


def watch(
    scene: Scene, *, app: str = "dna", place: str = "data", size: tuple[int, int] = (100, 30), ascii_only: bool = False
) -> None:
    """Have a scene played in a place."""

    async def perform() -> None:
        services = Services(Runner(), Settings(), Memory(memory_file()), ASCII if ascii_only else FULL)
        seqtui = SeqtuiApp(services, theme="plain" if ascii_only else "dark")
        seqtui._first = (place, Target(app=app))
        async with seqtui.run_test(size=size) as pilot:
            await until(pilot, lambda: "Runs" in text_of(seqtui))
            await scene(seqtui, pilot)

    asyncio.run(perform())


@pytest.fixture
def mirror(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mirror with the promoters."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    (folder / "uci-promoters").symlink_to(SHARED / "dna" / "uci-promoters")
    monkeypatch.setenv(MIRROR_VARIABLE, str(folder))
    assert home.is_dir()
    return folder


@with_shared
@pytest.mark.usefixtures("mirror")
def test_from_the_first_page_a_set_is_fetched_and_set_up_with_enter() -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and bool(app.screen._tasks))
        app.screen.query_one("#apps", PickPanel).point_at("dna")
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DataScreen) and "Primate splice" in text_of(app))
        await pilot.press("down")
        await until(pilot, lambda: "106 sequences of 57 bases" in text_of(app))
        assert "CC-BY-4.0" in text_of(app) and "Harley" in text_of(app) and "· uci-promoters" in text_of(app)
        await pilot.press("enter")
        await until(pilot, lambda: "✓ uci-promoters" in text_of(app))
        assert "set up a run with it" in text_of(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SetupScreen) and line(app.screen) != "")
        assert isinstance(app.screen, SetupScreen)
        await until(pilot, lambda: line(app.screen) == "seqtui run dna --data uci-promoters")  # type: ignore[arg-type]

    watch(scene, place="home")


@with_shared
@pytest.mark.usefixtures("mirror")
def test_over_the_set_up_only_sets_of_its_application_are_offered() -> None:
    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, CatalogueDialog) and "uci-splice" in text_of(app))
        assert "wikigold" not in text_of(app)
        await pilot.press("escape")
        assert app.screen is screen and line(screen) == "seqtui run dna"
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, CatalogueDialog))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "✓ uci-promoters" in text_of(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen)
        assert line(screen) == "seqtui run dna --data uci-promoters"

    play(scene)


@pytest.mark.usefixtures("home")
def test_a_set_that_is_not_here_is_a_sentence_in_the_set_up_and_no_run() -> None:
    async def scene(app: SeqtuiApp, screen: SetupScreen, pilot: Pilot[None]) -> None:
        screen._draft.set("data", "uci-splice")
        screen._show()
        await until(pilot, lambda: "seqtui data fetch uci-splice" in text_of(app).replace("\n", ""))
        await pilot.press("ctrl+r")
        assert app.screen is screen

    play(scene)


def test_a_fetch_that_stands_still_is_cancelled_and_can_be_begun_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await pilot.press("f")
        await until(pilot, lambda: len(server.seen) == 1)
        assert "x cancel" in text_of(app) and "◌ uci-splice" in text_of(app)
        await pilot.press("down", "f")  # one at a time
        await pilot.press("x")
        await until(pilot, lambda: "x cancel" not in text_of(app) and "◌" not in text_of(app))
        await pilot.press("up")
        await until(pilot, lambda: "cancelled; what came is kept" in text_of(app))
        assert len(server.seen) == 1
        await pilot.press("f")
        await until(pilot, lambda: len(server.seen) == 2)

    with running() as server:
        server.on("uci-splice/splice.data", lambda _handler: server.silence.wait())  # type: ignore[arg-type,return-value]
        monkeypatch.setenv(MIRROR_VARIABLE, server.address)
        watch(scene)
    assert not (home / "data" / "sets" / "uci-splice").exists()


@pytest.mark.usefixtures("home")
def test_a_fetch_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await pilot.press("f")
        await until(pilot, lambda: "✕" in text_of(app))
        assert "could not be fetched" in text_of(app) and "going on where" in text_of(app)

    monkeypatch.setenv(MIRROR_VARIABLE, "/nowhere")
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://nowhere.invalid:1")
    watch(scene)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(("size", "ascii_only"), [((60, 20), False), ((80, 24), True), ((120, 40), False)])
def test_every_set_is_reached_and_told_of_at_every_size(size: tuple[int, int], ascii_only: bool) -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        panel = app.screen.query_one("#sets", PickPanel)
        await pilot.press("home")
        seen = []
        for _ in known():
            await pilot.pause()
            seen.append(panel.key)
            title = known()[panel.key].title
            await until(pilot, lambda title=title: title[:10] in text_of(app))  # type: ignore[misc]
            if ascii_only:
                assert text_of(app).isascii()
            await pilot.press("down")
        assert sorted(seen) == sorted(known())
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)

    watch(scene, app="music", size=size, ascii_only=ascii_only)


@pytest.mark.usefixtures("home")
def test_words_filter_the_sets() -> None:
    async def scene(app: SeqtuiApp, pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"digit")
        await until(pilot, lambda: "uci-splice" not in text_of(app))
        for name in ("fsdd", "arabic-digits", "pendigits"):
            assert name in text_of(app)
        await pilot.press("escape")
        await until(pilot, lambda: "uci-splice" in text_of(app))
        assert isinstance(app.screen.query_one(Catalogue), Catalogue)

    watch(scene)

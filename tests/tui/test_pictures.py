"""Every screen at two sizes in a dark and a light theme, cell by cell, on recorded runs; no torch."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pictured import Picture, compare, differences, picture_of, read, written
from recorded_run import Recording
from rich.segment import Segment
from rich.style import Style
from studio_replay import recorded_model, start_replay
from textual import events
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import TextArea

from seqtui import __version__
from seqtui.runs.folder import RunFolder
from seqtui.runs.studio_helper import StudioHelper
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.home import screen as home_screen
from seqtui.tui.places import Target

SIZES = ((140, 45), (80, 24))
Make = Callable[..., RunFolder]
Act = Callable[[SeqtuiApp, Pilot[None]], Awaitable[None]]


def text_of(app: SeqtuiApp) -> str:
    """What the screen shows."""
    return "\n".join(strip.text for strip in strips_of(app))


def strips_of(app: SeqtuiApp) -> list[Strip]:
    """The screen's lines; a version looks like any other."""
    hidden = "x" * len(__version__)
    return [
        Strip([Segment(text.replace(__version__, hidden), style) for text, style, _ in strip])
        for strip in app.screen._compositor.render_strips()
    ]


async def until(app: SeqtuiApp, pilot: Pilot[None], *texts: str) -> None:
    """Let the app work until the screen shows some texts and stands still."""
    before = ""
    for _ in range(3000):
        now = text_of(app)
        if now == before and all(text in now for text in texts):
            return
        before = now
        await pilot.pause(0.02)
    raise AssertionError(f"{texts}\n{text_of(app)}")


def look(
    name: str, place: str, target: Target, *shows: str, tmp_path: Path, keys: tuple[str, ...] = (), pasted: str = "",
    answer: str = "", back: str = "",
) -> None:  # fmt: skip
    """Open a place, paste and wait for the answer, press keys, and compare it at every size in both themes.

    back: the key that goes a frame back, where something plays and is held now.
    """

    async def perform() -> None:
        app = SeqtuiApp.from_disk()
        app._first = (place, target)
        async with app.run_test(size=SIZES[0]) as pilot:
            await until(app, pilot, *shows)
            for area in app.screen.query(TextArea):
                area.cursor_blink = False
            if pasted and app.screen.focused:
                app.screen.focused.post_message(events.Paste(pasted))
                await until(app, pilot, pasted, answer)
            await pilot.press(*keys)
            await until(app, pilot, answer)
            for _ in range(99 if back else 0):
                if "frame 1 of" not in text_of(app):
                    await pilot.press(back)
                    await pilot.pause()
            for size in SIZES:
                await pilot.resize_terminal(*size)
                seen = []
                for theme in ("dark", "light"):
                    app.theme = theme
                    await pilot.pause()
                    await until(app, pilot)
                    seen.append(strips_of(app))
                title = f"{name}-{size[0]}x{size[1]}"
                compare(title, picture_of(*seen), drawing=app.export_screenshot(title=title), place=tmp_path)

    asyncio.run(perform())


@pytest.fixture
def runs(make_run: Make) -> list[RunFolder]:
    """Runs of several kinds; the first two can be played."""
    falling = [9.5 - 0.9 * n**0.5 for n in range(1, 12)]
    made = [
        make_run("music-lstm-00000a", losses=falling, created=1.6e9, layers=2, name="deep"),
        make_run("dna-gru-00000b", losses=(0.7, 0.5, 0.6), created=1.6e9 + 1, app="dna", bidirectional=True),
        make_run("music-rnn-00000c", losses=(9.9, float("nan")), created=1.6e9 + 2, backbone="rnn", ended="failed"),
        make_run("music-gru-00000d", losses=falling[:5], created=1.6e9 + 3, backbone="gru", data="tunes"),
    ]
    for folder in made[:2]:
        folder.model_file.write_text("{}")
        (folder.checkpoints / "step-10.safetensors").touch()
    return made


def test_home(runs: list[RunFolder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert runs
    # Not all, or every new application and pretrained model would change the picture.
    monkeypatch.setattr(home_screen, "names", lambda: ["dna", "music"])
    monkeypatch.setattr(home_screen, "shipped_models", list)
    look("home", "home", Target(), "in       ", "deep", tmp_path=tmp_path)


def test_setup(home: Path, tmp_path: Path) -> None:
    assert home.is_dir()
    look("setup", "setup", Target(app="music"), "240 records", tmp_path=tmp_path)


@pytest.mark.parametrize(
    ("name", "shows"),
    [
        ("music-lstm", "C4"), ("dna-gru", "promoter"), ("nonfinite", "Log"), ("sentiment-lstm", "What it looked at"),
        ("ner-lstm", "What it tags"), ("language-lstm", "Sample"), ("translation-gru", "What it translates"),
        ("speech-gru", "What it hears"),
    ],
)  # fmt: skip
def test_live(name: str, shows: str, home: Path, tmp_path: Path) -> None:
    look(f"live-{name}", "live", Target(run=Recording(name, home).folder), shows, tmp_path=tmp_path)


@pytest.mark.parametrize(("name", "shows"), [("video-lstm", "of 12"), ("film-lstm", "of 20")])
def test_live_films(name: str, shows: str, home: Path, tmp_path: Path) -> None:
    target = Target(run=Recording(name, home).folder)
    look(f"live-{name}", "live", target, shows, tmp_path=tmp_path, keys=("6", "f"), back="comma")


def test_one_panel(home: Path, tmp_path: Path) -> None:
    folder = Recording("music-lstm", home).folder
    look("live-lags", "live", Target(run=folder), "C4", tmp_path=tmp_path, keys=("3", "enter"))


def test_runs(runs: list[RunFolder], tmp_path: Path) -> None:
    assert runs
    keys = ("end", "space", "up", "up", "space")
    look("runs", "runs", Target(), "deep", "Best", tmp_path=tmp_path, keys=keys)


STUDIOS: dict[str, dict[str, Any]] = {
    "music": {"shows": "16 bars"},
    "labels": {"pasted": "CCTGCCTCACGGGGCCGTTTACTACTAGCGACAGCGTATATCTAATCTTGCTCCTGGTTG", "answer": "log-odds"},
    "sentiment": {"pasted": "The soup was awful, and nobody said that the plot is fine !", "answer": "log-odds"},
    "ner": {"pasted": "Mary Smith of the Red Cross saw Paris in May .", "answer": "Entities · ", "keys": ("tab", "s")},
    "language": {"shows": "characters · seed"},
    "translation": {"pasted": "The old black mice", "answer": "souris", "keys": ("tab", "tab", "tab", "down")},
    "speech": {"keys": ("o", *"digits", "enter"), "answer": "three.wav"},
    "video": {"shows": "16 × 16", "keys": ("f",), "back": "left"},
}


@pytest.mark.parametrize("name", STUDIOS)
def test_studio(name: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = recorded_model(name, home)
    monkeypatch.setattr(StudioHelper, "_start", lambda helper: start_replay(name, helper.folder))
    given = {**STUDIOS[name]}
    shows = given.pop("shows", "✓ open")
    look(f"studio-{name}", "studio", Target(run=folder), shows, tmp_path=tmp_path, **given)


@pytest.mark.parametrize(("name", "key"), [("surprise", "v"), ("writing", "w")])
def test_studio_of_a_text(name: str, key: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = recorded_model("language", home)
    monkeypatch.setattr(StudioHelper, "_start", lambda helper: start_replay("language", helper.folder))
    target = Target(run=folder)
    look(f"studio-{name}", "studio", target, "characters · seed", tmp_path=tmp_path, keys=(key,))


def test_help(home: Path, tmp_path: Path) -> None:
    folder = Recording("music-lstm", home).folder
    look("help", "live", Target(run=folder), "C4", tmp_path=tmp_path, keys=("question_mark",))


def test_a_picture_is_read_as_it_was_written_and_tells_what_has_changed() -> None:
    def strips(style: str, text: str = "漢 b") -> list[Strip]:
        return [Strip([Segment(text, Style.parse("#ffffff on #000000")), Segment("!", Style.parse(style))])]

    old = picture_of(strips("bold red"), strips("blue"))
    assert read(written(old)) == old
    assert differences(old, old) == []
    (told,) = differences(old, picture_of(strips("bold red"), strips("green")))
    assert told.startswith("line 1, cells 5 to 5 ")
    assert told.endswith("red on none bold | blue on none  ->  red on none bold | green on none")
    assert differences(old, Picture(("other",), old.looks))[0].startswith("line 1 was")
    with pytest.raises(AssertionError, match="changed the text"):
        picture_of(strips("red"), strips("red", "other"))

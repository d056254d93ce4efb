"""A masher on every place that needs no model: nothing crashes, every place leads back, no training is ended."""

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hostile import COCKTAILS
from masher import Place, mash_all, no_torch
from textual.command import CommandPalette
from textual.screen import ModalScreen

from seqtui.runs.folder import RunFolder
from seqtui.runs.lock import hold
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.help_screen import HelpScreen
from seqtui.tui.home.tour import Tour
from seqtui.tui.place import PlaceScreen
from seqtui.tui.places import Go, Target

FAST, ALL = 150, 5000
SEED = int(os.environ.get("SEQTUI_MASH_SEED", "2"))
NOWHERE = "http://127.0.0.1:1"
DIALOGS = {
    "live": ("rate", "clip", "sample", "export", "stop", "summary"),
    "setup": ("presets", "save", "open", "sets"),
    "runs": ("rename", "attach", "export", "empty"),
}
"""What asks something."""


@pytest.fixture(autouse=True)
def alone(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home and a folder of its own to stand in; what a key trains or fetches fails at once."""
    for way in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(way, NOWHERE)
    place = tmp_path / "place"
    place.mkdir()
    (place / "here.fa").write_text(f">{COCKTAILS[0].encode(errors='replace').decode()} label=a\nACGTACGT\n")
    monkeypatch.chdir(place)
    no_torch(monkeypatch, tmp_path / "broken")
    yield home


@pytest.fixture
def run(make_run: Callable[..., RunFolder]) -> Iterator[RunFolder]:
    """A run that seems to train, among others that ended; their names mean harm."""
    for number, name in enumerate(COCKTAILS):
        ended = ("epochs", "failed", "stopped", "")[number % 4]
        make_run(f"music-gru-00000{number}", losses=(9.0, 8.5 - number / 10), ended=ended, name=name)
    living = make_run("music-lstm-000009", ended="", created=time.time(), name=COCKTAILS[0])
    with ExitStack() as held:
        held.enter_context(hold(living))
        yield living


def at(place: str, target: Target) -> Place:
    """A place of the app, and the dialogs over it."""

    def stands(app: SeqtuiApp) -> bool:
        return isinstance(app.screen, PlaceScreen) and place == app.screen.PLACE

    return Place(stands, lambda app: app.post_message(Go(place, target)))


def over(kind: type[ModalScreen[Any]] | type[CommandPalette], open_it: Callable[[SeqtuiApp], None]) -> Place:
    """Something that lies over a place."""
    return Place(lambda app: isinstance(app.screen, kind), open_it)


def asking(place: str, target: Target) -> Place:
    """The dialogs of a place, one after the other, blindly."""
    chance = random.Random(1)

    def open_one(app: SeqtuiApp) -> None:
        if isinstance(app.screen, PlaceScreen) and place == app.screen.PLACE:
            getattr(app.screen, f"action_{chance.choice(DIALOGS[place])}")()
        else:
            app.post_message(Go(place, target))

    return Place(lambda app: isinstance(app.screen, ModalScreen), open_one)


def places(run: RunFolder) -> dict[str, Place]:
    """Everywhere, by name."""
    live, music, dna = Target(run=run), Target(app="music"), Target(app="dna")
    return {
        "home": at("home", Target()),
        "setup-dna": at("setup", dna),
        "setup-music": at("setup", music),
        "live": at("live", live),
        "runs": at("runs", Target()),
        "data": at("data", dna),
        "help": over(HelpScreen, lambda app: app.action_help()),
        "palette": over(CommandPalette, lambda app: app.action_command_palette()),
        "tour": over(Tour, lambda app: app._show_tour()),
        "live-dialogs": asking("live", live),
        "setup-dialogs": asking("setup", dna),
        "runs-dialogs": asking("runs", Target()),
    }


NAMES = tuple(places(RunFolder(Path("none"))))


@pytest.mark.parametrize("name", NAMES)
def test_mashed(name: str, run: RunFolder) -> None:
    mash_all(places(run)[name], FAST, run=run, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_mashed_for_long(name: str, run: RunFolder) -> None:
    mash_all(places(run)[name], ALL, run=run, seed=SEED)

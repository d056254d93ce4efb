"""A masher at every desk of the studio, over tiny models, really trained: nothing crashes, no process stays."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from masher import Place, mash_all, no_torch
from sounds import tone, write_wav
from warm import studios

from seqtui.catalog import load
from seqtui.config_check import make_config
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.launch import start
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.places import Go, Target
from seqtui.tui.studio.screen import StudioScreen

ALL = 5000
TINY: dict[str, Any] = {
    "hidden_size": 12, "embedding_size": 8, "max_steps": 20, "epochs": 1, "threads": 1, "telemetry": "off",
}  # fmt: skip
MADE: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("language", {"options": {"unit": "character"}}),
    "words": ("language", {"options": {"unit": "word"}}),
    "translate": ("translation", {}),
    "listen": ("speech", {"options": {"goal": "transcript"}}),
    "listen-words": ("speech", {"options": {"goal": "word"}}),
    "watch": ("video", {}),
    "watch-next": ("video", {"options": {"goal": "next"}}),
}
"""Desks whose models no other file of tests has."""

DESKS = ("music", "bases", "labels", "opinions", "names", *MADE)


def write_data(app: str, root: Path) -> str | None:
    """Something small to learn from; None: what comes with the application is."""
    words = ("cat", "dog", "mat", "log", "hat", "bun")
    lines = [f"the {one} sat on the {other}" for one in words for other in words]
    match app:
        case "language":
            (root / "text.txt").write_text("\n".join(lines) * 20)
            return str(root / "text.txt")
        case "translation":
            pairs = [f"{line}\t{' '.join(reversed(line.upper().split()))}\n" for line in lines]
            (root / "pairs.tsv").write_text("".join(pairs))
            return str(root / "pairs.tsv")
        case "speech":
            for number in range(40):
                name = ("low", "high")[number % 2]
                write_wav(root / "data" / name / f"{number}.wav", tone(300 + 900 * (number % 2) + number, 0.3))
            return str(root / "data")
    return None


@pytest.fixture
def run(request: pytest.FixtureRequest, tmp_path: Path) -> RunFolder:
    """A tiny model for a desk."""
    desk: str = request.param
    if desk not in MADE:
        models: dict[str, RunFolder] = request.getfixturevalue("models")
        return models[desk]
    app, given = MADE[desk]
    config = make_config(load(app), {**TINY, **given, "data": write_data(app, tmp_path)})
    folder = create(config, parent=tmp_path / "runs")
    assert start(folder).wait(timeout=1500) == 0, folder.stderr_file.read_text()
    return folder


@pytest.fixture
def bystanding(home: Path, make_run: Callable[..., RunFolder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A run that seems to train meanwhile; what a key trains fails at once, what a studio opens does not."""
    assert home.is_dir()
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    no_torch(monkeypatch, tmp_path / "broken", but="seqtui.engine.studio")
    return make_run("music-lstm-000009", ended="")


@pytest.fixture
def tidy() -> Iterator[None]:
    """No process of a studio stays."""
    yield
    assert studios() == set(), "a process was left behind"


def at_desk(run: RunFolder) -> Place:
    """The studio on a model, opened once: a new process each time would eat the machine."""

    def come_back(app: SeqtuiApp) -> None:
        if any(isinstance(screen, StudioScreen) for screen in app.screen_stack):
            while not isinstance(app.screen, StudioScreen):
                app.pop_screen()
        else:
            app.post_message(Go("studio", Target(run=run)))

    return Place(lambda app: isinstance(app.screen, StudioScreen), come_back, seldom=frozenset({"escape", "R"}))


@pytest.mark.slow
@pytest.mark.usefixtures("tidy")
@pytest.mark.parametrize("run", DESKS, indirect=True)
def test_a_desk_is_mashed_for_long(run: RunFolder, bystanding: RunFolder) -> None:
    mash_all(at_desk(run), ALL, run=bystanding, seed=3)

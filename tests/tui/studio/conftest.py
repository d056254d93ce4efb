"""Tiny models that were really trained, one of each kind of head, and a studio to open them in."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest
from once import made_once
from textual.pilot import Pilot
from trained import train_all
from warm import studios

from seqtui.config import RunConfig
from seqtui.runs.folder import RunFolder, create
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.places import Target
from seqtui.tui.studio.screen import StudioScreen

PATIENCE = 90.0
TINY: dict[str, Any] = {
    "hidden_size": 12, "embedding_size": 8, "max_steps": 12, "epochs": 1, "threads": 1, "telemetry": "off",
    "kernel": "own",
}  # fmt: skip
KINDS: dict[str, dict[str, Any]] = {
    "music": {"app": "music", "backbone": "gru", "data": "tunes"},
    "labels": {"app": "dna", "backbone": "gru", "bidirectional": True, "data": "promoters.fa"},
    "bases": {"app": "dna", "backbone": "gru", "data": "promoters.fa", "options": {"goal": "generate"}},
    "opinions": {"app": "sentiment", "backbone": "gru", "data": "opinions.tsv", "max_steps": 40, "lr": 0.02},
    "names": {
        "app": "ner",
        "backbone": "gru",
        "bidirectional": True,
        "data": "names.conll",
        "max_steps": 60,
        "lr": 0.02,
    },
}
Scene = Callable[["Stage"], Awaitable[None]]


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunFolder]:
    """A run of each kind, trained at the same time, for all workers; nobody writes into them."""
    return {name: RunFolder(path) for name, path in made_once(tmp_path_factory, "models", _train).items()}


def _train(root: Path) -> dict[str, Path]:
    _write_data(root / "data")
    made = {
        name: create(RunConfig(**{**TINY, **kind, "data": str(root / "data" / kind["data"])}), parent=root)
        for name, kind in KINDS.items()
    }
    train_all(made)
    return {name: folder.path for name, folder in made.items()}


def _write_data(folder: Path) -> None:
    (folder / "tunes").mkdir(parents=True)
    rng = np.random.default_rng(1)
    for number in range(12):
        file = mido.MidiFile(ticks_per_beat=480)
        track = mido.MidiTrack()
        file.tracks.append(track)
        for pitch in rng.integers(55, 75, 24).tolist():
            track.append(mido.Message("note_on", note=pitch, velocity=80, time=0))
            track.append(mido.Message("note_off", note=pitch, velocity=0, time=480))
        file.save(folder / "tunes" / f"tune{number:02}.mid")
    bases = ["".join(rng.choice(list("ACGT"), 50)) for _ in range(120)]
    marked = [f"{each[:20]}TATAAT{each[26:]}" if place % 2 else each for place, each in enumerate(bases)]
    (folder / "promoters.fa").write_text(
        "".join(f">r{place} label={'box' if place % 2 else 'none'}\n{each}\n" for place, each in enumerate(marked))
    )
    (folder / "opinions.tsv").write_text("".join(f"{text}\t{label}\n" for text, label in _opinions()))
    (folder / "names.conll").write_text("\n".join(_sentences()))


def _opinions() -> Iterator[tuple[str, str]]:
    things = ("soup", "bread", "film", "plot", "staff", "waiter", "ending", "music", "room", "garden", "story", "cake")
    likes = {"good": ("fine", "lovely", "great", "fresh"), "bad": ("dull", "awful", "rude", "stale")}
    for label, words in likes.items():
        for thing in things:
            for word in words:
                yield f"The {thing} was {word} and we left", label
                yield f"A {word} {thing} .", label
                yield f"nobody said that the {thing} is {word} !", label


def _sentences() -> Iterator[str]:
    for number in range(40):
        for person, place in (("Mary", "Paris"), ("John", "Rome"), ("Anna", "Oslo")):
            verb = ("saw", "left", "likes")[number % 3]
            yield f"{person} B-PER\nSmith I-PER\n{verb} O\n{place} B-LOC\n. O\n"
            yield f"In O\n{place} B-LOC\n{person} B-PER\n{verb} O\nnobody O\n"


class Stage:
    """A studio on a screen."""

    def __init__(self, app: SeqtuiApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> Any:
        """The screen at the top."""
        return self.app.screen

    @property
    def helper(self) -> Any:
        """The process of the studio's model."""
        return next(each for each in self.app.screen_stack if isinstance(each, StudioScreen))._helper

    def text(self) -> str:
        """What the screen shows."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    async def press(self, *keys: str) -> None:
        """What a person types."""
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Letters into the line of a prompt."""
        from textual.widgets import Input

        self.app.screen.query_one(Input).value = text
        await self.press("enter")

    async def until(self, *wanted: str | Callable[[], bool]) -> None:
        """Let the app work until a text is shown, or something holds."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if all(each in self.text() if isinstance(each, str) else each() for each in wanted):
                return
            await self.pilot.pause(0.03)
        raise AssertionError(self.text())


@pytest.fixture
def perform(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., SeqtuiApp]]:
    """Plays a scene in the studio of a model: perform(scene, target, size=…)."""
    assert home.is_dir()
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    before = studios()

    def play(scene: Scene, target: Target, *, size: tuple[int, int] = (120, 40)) -> SeqtuiApp:
        async def run() -> SeqtuiApp:
            app = SeqtuiApp.from_disk()
            app._first = ("studio", target)
            async with app.run_test(size=size) as pilot:
                await scene(Stage(app, pilot))
            return app

        return asyncio.run(run())

    yield play
    assert studios() <= before, "a process was left behind"

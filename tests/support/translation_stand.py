"""The desk of a model that translates, and whoever answers it by rule: what its tests and pictures stand on."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, final

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static

from seqtui.catalog import load
from seqtui.config import RunConfig
from seqtui.runs.models import ModelPlace
from seqtui.runs.studio_model import ModelFacts
from seqtui.runs.studio_words import Answer, Refused, Told, WritePredictions, Wrote
from seqtui.runs.translation_words import (
    AskTranslation,
    BeamMoved,
    TranslationAsked,
    TranslationFound,
    TranslationsListed,
)
from seqtui.tui.glyphs import FULL
from seqtui.tui.studio.desk import Desk
from seqtui.tui.studio.sequence_text import SequenceText
from seqtui.tui.studio.translate_desk import TranslateDesk
from seqtui.tui.style_sheet import STYLE_SHEET
from seqtui.tui.themes import THEMES


@final
class Stand(App[None]):
    """A desk, and whoever answers it by rule: words backwards in capitals, as many translations as the beam is wide."""

    CSS = STYLE_SHEET

    def __init__(self, folder: Path, *, has_attention: bool = True) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "dark"
        facts = ModelFacts(ModelPlace("run", folder, "model"), RunConfig(app="translation"), "translation", 9, (), {})
        self.desk = TranslateDesk(facts, load("translation"), FULL)
        self.asked: list[Any] = []
        self.lines = ["one", "two words"]
        self._has_attention = has_attention

    def compose(self) -> ComposeResult:
        yield self.desk
        yield Static(id="said")

    def on_desk_wanted(self, message: Desk.Wanted) -> None:
        self.asked.append(message.request)
        self.desk.hear(self.answers(message.request))

    def answers(self, request: Any) -> list[Answer]:
        """What a model would say."""
        match request:
            case WritePredictions(id=number, path=path):
                return [Wrote(number, [path])]
            case AskTranslation(id=number, text="refuse"):
                return [Refused(number, "no such word")]
            case AskTranslation():
                return self._translate(request)
        return []

    def _translate(self, asked: AskTranslation) -> list[Answer]:
        lines = self.lines if asked.path else [line for line in asked.text.split("\n") if line.strip()]
        source = lines[asked.record].split()
        words = [word.upper() for word in reversed(source)]
        found = [words[: len(words) - rank] for rank in range(min(asked.beam, asked.best, len(words) + 1))]
        count, known = len(lines), [" ".join(words)] if asked.path else []
        head = TranslationAsked(
            asked.id, f"line {asked.record + 1}", asked.record, count, lines[asked.record], source, known, [0], 0,
            self._has_attention, [],
        )  # fmt: skip
        beam = [self._move(asked.id, step, words, len(found)) for step in range(len(words) + 1)]
        told = [self._found(asked.id, rank, tokens, len(source)) for rank, tokens in enumerate(found)]
        listed: list[Answer] = []
        if asked.whole and count > 1:
            texts = [line.upper() for line in lines]
            listed = [TranslationsListed(asked.id, 0, lines, lines, texts, [-0.5] * count, [1, 0][:count])]
        return [head, *beam, *told, *listed, Told(asked.id)]

    def _move(self, number: int, step: int, words: Sequence[str], wide: int) -> BeamMoved:
        """The first place goes on to the end; each other one ends a word earlier."""
        ends = [step == len(words) - rank for rank in range(wide)]
        kept = [rank for rank in range(wide) if step <= len(words) - rank]
        tokens = ["" if ends[rank] else words[step] for rank in kept]
        return BeamMoved(
            number, step, kept if step else [0] * len(kept), tokens, [-0.25 * (step + 1) - rank for rank in kept],
            [ends[rank] for rank in kept],
        )  # fmt: skip

    def _found(self, number: int, rank: int, tokens: Sequence[str], steps: int) -> TranslationFound:
        looks = []
        for line in range(len(tokens) + 1):
            sure = max(steps - 1 - line, 0)
            looks.append([0.7 + 0.3 / steps if column == sure else 0.3 / steps for column in range(steps)])
        return TranslationFound(
            number, rank, " ".join(tokens), list(tokens), [0.9] * (len(tokens) + 1), -0.5 - rank, -1.0 - rank,
            [0 if line == 1 and len(tokens) > 2 else -1 for line in range(len(tokens))],
            looks if self._has_attention else [],
        )  # fmt: skip

    def shown(self) -> str:
        """What the screen shows."""
        strips = self.screen._compositor.render_strips()
        assert all(strip.cell_length == self.size.width for strip in strips)
        return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


Scene = Callable[[Stand, Pilot[None]], Awaitable[None]]


def play(folder: Path, scene: Scene, *, size: tuple[int, int] = (120, 40), has_attention: bool = True) -> None:
    async def run() -> None:
        app = Stand(folder, has_attention=has_attention)
        async with app.run_test(size=size) as pilot:
            app.desk.opened(folder)
            await pilot.pause()
            await scene(app, pilot)

    asyncio.run(run())


async def say(app: Stand, pilot: Pilot[None], text: str) -> None:
    area = app.query_one(SequenceText)
    area.load_text(text)
    area.move_cursor(area.document.end)
    await pilot.pause(0.1)

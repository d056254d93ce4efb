"""What the desk of a language model looks like, on answers made by rule: two sizes, three states, no process."""

import asyncio
from pathlib import Path
from typing import Any, final

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from seqtui.catalog import load
from seqtui.config import RunConfig
from seqtui.runs.models import ModelPlace
from seqtui.runs.studio_model import ModelFacts
from seqtui.runs.studio_words import Answer, Began, Made, MakeSample, Told
from seqtui.runs.writing_words import AskNext, AskSurprise, Followed, Surprised
from seqtui.tui.glyphs import FULL
from seqtui.tui.studio.desk import Desk
from seqtui.tui.studio.text_desk import TextDesk
from seqtui.tui.studio.text_view import TextView
from seqtui.tui.style_sheet import STYLE_SHEET
from seqtui.tui.themes import THEMES

PICTURES = Path(__file__).parent / "pictures"
SYMBOLS = ["<unk>", *" \netaoinshrdlucmfwyp.,TA\x1b\u202e\u6f22\u0301"]
TEXT = (
    "The model wrote it, and a man ran up to the top of a hill.\nAll he saw was a \x1b\u202e\u6f22a\u0301 tree.\n" * 4
)
KEYS = {"takes": (), "surprise": ("v", "home", "right"), "writing": ("w",)}


@final
class Stand(App[None]):
    """A desk, and whoever answers it by rule."""

    CSS = STYLE_SHEET + "Screen.-narrow #controls { width: 30; }"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "dark"
        encoding = {"options": {"unit": "character"}, "symbols": SYMBOLS, "openings": []}
        task = load("language")
        place = ModelPlace("run", folder, "model")
        facts = ModelFacts(place, RunConfig(app="language"), "next-token", len(SYMBOLS), (), encoding)
        self._folder = folder
        self.desk = TextDesk(facts, task, FULL)
        self.values = task.tokens_of(TEXT, encoding).astype(np.int32)

    def compose(self) -> ComposeResult:
        yield self.desk
        yield Static(id="said")

    def on_desk_wanted(self, message: Desk.Wanted) -> None:
        self.desk.hear(list(self._answers(message.request)))

    def _answers(self, request: Any) -> list[Answer]:
        match request:
            case MakeSample(id=number):
                (self._folder / "sample").write_bytes(self.values.tobytes())
                count = len(self.values)
                return [Began(number, "sample", "<i4", [], 9), Made(number, count, count - 9, 0.25)]
            case AskNext(id=number):
                chances = [0.5 / 2**place for place in range(10)]
                return [Followed(number, list(range(1, 11)), chances, 1.98)]
            case AskSurprise(id=number, tokens=tokens):
                nats = [token % 9 + 0.25 for token in tokens[1:]]
                rows = len(nats)
                piece = Surprised(number, 1, nats, [[3, 4, 5, 6, 7]] * rows, [[0.4, 0.2, 0.1, 0.05, 0.01]] * rows)
                return [piece, Told(number)]
        return []


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=str)
@pytest.mark.parametrize("state", KEYS)
def test_the_desk_looks_as_in_its_picture(tmp_path: Path, state: str, size: tuple[int, int]) -> None:
    async def draw() -> str:
        app = Stand(tmp_path)
        async with app.run_test(size=size) as pilot:
            app.screen.set_class(size[0] < 100, "-narrow")
            app.desk.opened(tmp_path)
            await pilot.pause()
            await pilot.press(*KEYS[state])
            await pilot.pause(0.2)
            strips = app.screen._compositor.render_strips()
            assert all(strip.cell_length == size[0] for strip in strips)
            return "\n".join(strip.text.rstrip() for strip in strips) + "\n"

    shown = asyncio.run(draw())
    picture = PICTURES / f"text-{state}-{size[0]}x{size[1]}.txt"
    if not picture.exists():
        picture.write_text(shown)
        pytest.fail(f"{picture.name} was not there: look at it, and run again")
    assert shown == picture.read_text()


def test_a_key_that_comes_before_a_text_is_painted_finds_its_lines(tmp_path: Path) -> None:
    async def perform() -> None:
        app = Stand(tmp_path)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            view = app.screen.query_one("#text-take", TextView)
            view.put(app.values, [True] * len(app.values))
            view.action_climb(-1)
            assert view.mark == view._text.flow.at(view._text.flow.lines[-1] - 1, view._text.flow.columns[-1]) + 1

    asyncio.run(perform())

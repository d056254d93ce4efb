"""Content painted cell by cell looks as Textual would have it, and what has no cells of its own is left to Textual."""

import asyncio

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.strip import Strip
from textual.widgets import Static

from seqtui.tui.studio.drawn import colored
from seqtui.tui.studio.painted import Painted

ROLL = "   C5│  ▄▄ █▀    ▄\n   C4│▀▀     ▄▄▄ █\n     └1────2────3─"
CONTENTS = {
    "roll": colored(ROLL, kept=1, cursor=2),
    "bases": colored("TATAATGCGC\nACGT", kept=4, cursor=6),
    "over": Content.assemble(("bold and ", "bold $accent on $panel"), "plain\n\n", "end").stylize("$quiet", 5, 11),
    "wide": Content.styled("漢字 and a\u0301\nmore", "$train"),
    "long": Content.styled("words " * 30, "$train"),
    "nothing": Content(""),
}  # fmt: skip


class Beside(App[None]):
    """The same, twice."""

    def __init__(self, content: Content) -> None:
        super().__init__()
        self.content = content

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"quiet": "#94a1b0", "train": "#6cb6ff", "border-blurred": "#38434f"}

    def compose(self) -> ComposeResult:
        yield Static(self.content, id="textual")
        yield Static(Painted(self.content), id="painted")


def looks(strip: Strip) -> list[tuple[str, object, object, object]]:
    """Every cell with its colors."""
    found = []
    for segment in strip:
        style = segment.style
        found += [(cell, style and style.color, style and style.bgcolor, style and style.bold) for cell in segment.text]
    return found


@pytest.mark.parametrize("name", CONTENTS)
def test_painted_content_looks_as_textual_has_it(name: str) -> None:
    async def perform() -> list[list[object]]:
        app = Beside(CONTENTS[name])
        async with app.run_test(size=(40, 30)) as pilot:
            await pilot.pause()
            both = [app.query_one(f"#{each}", Static) for each in ("textual", "painted")]
            assert both[0].size == both[1].size
            return [[looks(strip) for strip in each.render_lines(each.size.region)] for each in both]

    textual, painted = asyncio.run(perform())
    assert painted == textual

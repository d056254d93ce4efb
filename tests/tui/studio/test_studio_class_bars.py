"""The chances of classes: a line each, whatever the classes are called."""

import asyncio

import pytest
from textual.app import App, ComposeResult

from seqtui.tui.glyphs import ASCII, FULL, Glyphs
from seqtui.tui.studio.class_bars import ClassBars

NAMES = (
    "肯定家族👩\u200d👧",
    "negative",
    "e\u0301\u0301 and a name that is a good deal longer than what is left for it",
)


class Stage(App[None]):
    """The bars alone."""

    CSS = "ClassBars { width: 60; }"

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self.glyphs = glyphs

    def get_theme_variable_defaults(self) -> dict[str, str]:
        names = ("train", "validation", "success", "threshold", "edit", "warning", "quiet")
        return dict.fromkeys(names, "#808080")

    def compose(self) -> ComposeResult:
        yield ClassBars(NAMES, self.glyphs, "text")


@pytest.mark.parametrize("glyphs", [FULL, ASCII])
def test_each_class_has_its_line_with_name_bar_and_number(glyphs: Glyphs) -> None:
    async def perform() -> list[str]:
        app = Stage(glyphs)
        async with app.run_test(size=(60, 10)) as pilot:
            app.query_one(ClassBars).show([0.5, 0.3, 0.2], 0, None)
            await pilot.pause()
            strips = app.screen._compositor.render_strips()[:3]
            assert all(strip.cell_length == 60 for strip in strips)
            return [strip.text for strip in strips]

    lines = asyncio.run(perform())
    assert [line.split()[-1] for line in lines] == ["0.5000", "0.3000", "0.2000"]
    assert ["肯定" in lines[0], "negative" in lines[1], "and a name" in lines[2]] == [True] * 3

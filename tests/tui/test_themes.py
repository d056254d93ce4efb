"""Colors that can be read: text on every ground it stands on, by the WCAG's contrast; and scroll bars of our own."""

import asyncio
from typing import Any

import pytest
from rich.color import Color
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from seqtui.tui.drawing.look import LOOKS
from seqtui.tui.glyphs import ASCII, FULL, Glyphs
from seqtui.tui.scroll_bars import use_scroll_bars
from seqtui.tui.themes import MEANINGS, THEMES

ENOUGH = 4.5  # for text, WCAG 2.2, 1.4.3
COLORED = [theme for theme in THEMES if theme.name != "plain"]
TEXT_ROLES = (
    "train",
    "validation",
    "third",
    "best",
    "threshold",
    "warning",
    "edit",
    "cursor",
    "axis",
    "label",
    "value",
)


def luminance(color: str) -> float:
    """Relative luminance of a hexadecimal color."""
    shares = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return float(sum(part * each for part, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))


def contrast(one: str, other: str) -> float:
    """Between 1 and 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", COLORED, ids=lambda theme: theme.name)
def test_text_is_told_from_every_ground(theme: Any) -> None:
    grounds = [theme.background, theme.surface]
    signals = [theme.accent, theme.success, theme.warning, theme.error, theme.foreground]
    meanings = [theme.variables[meaning] for meaning in MEANINGS]
    poor = [
        (color, ground, round(contrast(color, ground), 2))
        for ground in grounds
        for color in (*signals, *meanings)
        if contrast(color, ground) < ENOUGH
    ]
    # What stands in the header, in the line of keys and in a row under the cursor.
    cursor = theme.variables["block-cursor-background"]
    inside = [theme.accent, theme.success, theme.foreground, theme.variables["quiet"]]
    for ground in (theme.panel, cursor):
        poor += [(color, ground, 0) for color in inside if contrast(color, ground) < ENOUGH]
    assert not poor


@pytest.mark.parametrize("theme", COLORED, ids=lambda theme: theme.name)
def test_what_charts_write_is_told_from_the_ground(theme: Any) -> None:
    roles = LOOKS[theme.name].roles
    for name in TEXT_ROLES:
        color = getattr(roles, name).color
        assert isinstance(color, Color)
        assert contrast(color.get_truecolor().hex, theme.background) >= ENOUGH, name
    marked = roles.nonfinite
    assert contrast(marked.color.get_truecolor().hex, marked.bgcolor.get_truecolor().hex) >= ENOUGH


class Scrolling(App[None]):
    """Ten times more than fits."""

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static("\n".join("line" for _ in range(100)))


@pytest.mark.parametrize(("glyphs", "thumb", "track"), [(FULL, "┃", " "), (ASCII, "#", "|")])
def test_a_scroll_bar_shows_which_part_is_seen(glyphs: Glyphs, thumb: str, track: str) -> None:
    async def perform() -> list[str]:
        app = Scrolling()
        async with app.run_test(size=(20, 10)) as pilot:
            app.query_one(VerticalScroll).scroll_end(animate=False)
            await pilot.pause()
            return [strip.text[-2:].strip("\n") for strip in app.screen._compositor.render_strips()]

    use_scroll_bars(glyphs)
    try:
        shown = asyncio.run(perform())
    finally:
        use_scroll_bars(FULL)
    assert thumb in shown[-1]
    assert all(thumb not in line for line in shown[:5])
    assert all(track in line for line in shown[:5])

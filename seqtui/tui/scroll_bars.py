"""Scroll bars as thin lines, or in ASCII: Textual's own are blocks, which no ASCII terminal and no glance needs."""

from typing import ClassVar, final

from rich.color import Color
from rich.segment import Segment, Segments
from rich.style import Style
from textual.scrollbar import ScrollBar, ScrollBarRender

from seqtui.tui.glyphs import Glyphs


class ThinBars(ScrollBarRender):
    """A heavy line over nothing."""

    THUMBS: ClassVar[tuple[str, str]] = ("┃", "━")  # vertical, horizontal
    TRACKS: ClassVar[tuple[str, str]] = (" ", " ")

    @classmethod
    def render_bar(
        cls,
        size: int = 25,
        virtual_size: float = 50,
        window_size: float = 20,
        position: float = 0,
        thickness: int = 1,
        vertical: bool = True,
        back_color: Color = Color.parse("#555555"),  # noqa: B008  Rich's signature
        bar_color: Color = Color.parse("#ff00ff"),  # noqa: B008
    ) -> Segments:
        """`size` cells; the thumb's share of them is the window's share of the whole."""
        begin = end = 0
        if window_size and size and virtual_size > window_size:
            long = max(round(size * window_size / virtual_size), 1)
            begin = round((size - long) * position / (virtual_size - window_size))
            end = begin + long
        thumb, track = cls.THUMBS[not vertical], cls.TRACKS[not vertical]
        cells = []
        for place in range(size):
            held = begin <= place < end
            meta = "grab" if held else "scroll_up" if place < begin else "scroll_down"
            style = Style(color=bar_color, bgcolor=back_color, meta={"@mouse.down": meta} if end else None)
            cells.append(Segment((thumb if held else track) * (thickness if vertical else 1), style))
        if vertical:
            return Segments(cells, new_lines=True)
        return Segments([*cells, Segment.line()] * thickness, new_lines=False)


@final
class PlainBars(ThinBars):
    """In ASCII, and to be told without colors."""

    THUMBS = ("#", "=")
    TRACKS = ("|", "-")


def use_scroll_bars(glyphs: Glyphs) -> None:
    """Every scroll bar that is drawn from now on."""
    ScrollBar.renderer = PlainBars if glyphs.to_ascii else ThinBars

"""The first line of every place: where one is at the left; at the right the other places, or how a run stands."""

from typing import Final, final

from textual import events
from textual.content import Content
from textual.widget import Widget

from seqtui.tui.glyphs import Glyphs
from seqtui.tui.places import PLACES, Go

_NOTHING: Final = Content("")


@final
class HeaderLine(Widget):
    """One line. Its right end is kept where there is not room for both."""

    DEFAULT_CSS = """
    HeaderLine { height: 1; dock: top; background: $panel; color: $foreground; padding: 0 1; }
    """

    def __init__(self, place: str, glyphs: Glyphs) -> None:
        super().__init__()
        self._place = place
        self._glyphs = glyphs
        self._left = Content.styled("seqtui", "bold $accent")
        self._right: Content | None = None
        self._more = Content("")
        self._spots: list[tuple[int, int, str]] = []

    def show(self, left: Content, right: Content, *, more: Content = _NOTHING) -> None:
        """Say where one is, and how things stand; instead of the name of the program and the places.

        more: said after `left` where all of it has room.
        """
        if not (left.is_same(self._left) and self._right is not None and right.is_same(self._right)):
            self._left, self._right, self._more = left, right, more
            self.refresh()

    def render(self) -> Content:
        """Left and right, with the gap between."""
        right = self._right or self._tabs()
        width = self.content_size.width
        room = max(width - right.cell_length - 2, 0)
        left = Content.assemble(self._left, self._more)
        if left.cell_length > room:
            left = self._left
        if left.cell_length > room:
            left = left.truncate(room, ellipsis=not self._glyphs.to_ascii)
        return Content.assemble(left, " " * max(width - left.cell_length - right.cell_length, 0), right).truncate(width)

    def on_click(self, event: events.Click) -> None:
        """A place that was clicked is opened."""
        offset = event.get_content_offset(self)
        if offset is None or self._right is not None:
            return
        column = self.content_size.width - offset.x
        for start, end, name in self._spots:
            if end <= column <= start and name != self._place:
                self.post_message(Go(name))

    def _tabs(self) -> Content:
        tabs = [(name, kind.title) for name, kind in PLACES.items() if kind.tab]
        parts: list[Content] = []
        self._spots = []
        column = 6
        for name, title in reversed(tabs):
            self._spots.append((column + len(title), column, name))
            column += len(title) + 3
            style = "bold $accent" if name == self._place else "$foreground 70%"
            parts.insert(0, Content.assemble(Content.styled(title, style), "   "))
        return Content.assemble(*parts, Content.styled("?", "$accent"), " help")

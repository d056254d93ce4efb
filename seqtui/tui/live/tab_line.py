"""The panels by their number keys, those on the screen bright; shown only where not all of them have room."""

from collections.abc import Mapping
from typing import final

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget


@final
class TabLine(Widget):
    """Sends Called for a panel that was clicked."""

    DEFAULT_CSS = "TabLine { height: 1; padding: 0 1; color: $quiet; }"

    class Called(Message):
        """A person wants to see this panel."""

        def __init__(self, panel: str) -> None:
            super().__init__()
            self.panel = panel

    def __init__(self, titles: Mapping[str, str]) -> None:
        super().__init__()
        self._titles = titles
        self._seen: tuple[str, ...] = ()
        self._spots: list[tuple[int, int, str]] = []

    def show(self, seen: tuple[str, ...]) -> None:
        """Which panels are on the screen."""
        if seen != self._seen:
            self._seen = seen
            self.display = len(seen) < len(self._titles)
            self.refresh()

    def render(self) -> Content:
        """`1 loss   2 gradients …`; the gaps are narrow and names short where there is no room."""
        room = self.content_size.width
        choices = [(12, 3), (12, 2), *((size, 1) for size in range(12, 1, -1))]
        longest, gap = next((choice for choice in choices if self._width(*choice) <= room), (0, 1))
        parts: list[Content] = []
        self._spots, column = [], 0
        for place, (name, title) in enumerate(self._titles.items(), start=1):
            text = title[:longest].lower()
            on = name in self._seen
            parts.append(Content.styled(f"{place} ", "$footer-key-foreground" if on else "$quiet"))
            parts.append(Content.styled(text + " " * gap, "bold $foreground" if on else "$quiet"))
            self._spots.append((column, column + len(text) + 2, name))
            column += len(text) + 2 + gap
        return Content.assemble(*parts).truncate(max(room, 0))

    def _width(self, longest: int, gap: int) -> int:
        return sum(len(title[:longest]) + 2 + gap for title in self._titles.values()) - gap

    def on_click(self, event: events.Click) -> None:
        """The panel of the name that was clicked."""
        offset = event.get_content_offset(self)
        for start, end, name in self._spots:
            if offset and start <= offset.x < end:
                self.post_message(self.Called(name))

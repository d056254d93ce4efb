"""The last line of every place: the keys that do something here and now. Each can be clicked."""

from typing import Any, Final, final

from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from seqtui import __version__
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.keymap import shown_keys

_WIDE: Final = 100  # cells from which there is air between the entries


@final
class KeyLine(Widget):
    """Keys of the focused panel, then of the place, then of the app; what finds no room is in the help."""

    DEFAULT_CSS = """
    KeyLine { height: 1; dock: bottom; background: $panel; color: $foreground 80%; padding: 0 1; }
    """

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._spots: list[tuple[int, int, str]] = []

    def on_mount(self) -> None:
        """Follow the bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, _screen: Screen[Any]) -> None:
        if self.screen.is_current:
            self.refresh()

    def render(self) -> Content:
        """`key what   key what …`, whole entries only; the app's own at the end are kept."""
        entries = shown_keys(self.screen)
        own = [entry for entry in entries if entry.node is not self.app]
        general = [entry for entry in entries if entry.node is self.app]
        version = f"seqtui {__version__}"
        gap = " " * (3 if self.content_size.width >= _WIDE else 2)
        room = self.content_size.width - sum(entry.width + len(gap) for entry in general)
        shown = []
        for entry in own:
            if entry.width + len(gap) > room:
                break
            room -= entry.width + len(gap)
            shown.append(entry)
        parts: list[Content] = []
        self._spots, column = [], 0
        for entry in (*shown, *general):
            self._spots.append((column, column + entry.width, entry.key))
            column += entry.width + len(gap)
            style = "bold $footer-key-foreground" if entry.enabled else "$quiet"
            text = "" if entry.enabled else "$quiet"
            parts += [
                Content.styled(self._glyphs.text(entry.shown), style),
                Content.styled(f" {self._glyphs.text(entry.text)}{gap}", text),
            ]
        if room > len(version):
            parts.append(Content.styled(version.rjust(room), "$quiet"))
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        """A click on an entry is its key."""
        offset = event.get_content_offset(self)
        for start, end, key in self._spots:
            if offset and start <= offset.x < end:
                self.app.simulate_key(key)

"""The last line of every place: the keys that do something here and now. Each can be clicked."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, final

from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from seqtui import __version__
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.keymap import Shown, shown_keys

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
        """`key what   key what …`, whole entries only; the app's own at the end are kept, and … tells of others."""
        width = self.content_size.width
        gap = " " * (3 if width >= _WIDE else 2)
        entries = shown_keys(self.screen)
        own = [entry for entry in entries if entry.node is not self.app]
        general = [entry for entry in entries if entry.node is self.app]
        room = width + len(gap)  # none is needed behind the last
        if _needed([*own, *general], gap) > room:
            general = [replace(each, text="all") if each.action == "command_palette" else each for each in general]
        shown = _fitting(own, room - _needed(general, gap), gap, more=self._more)
        parts: list[Content] = []
        self._spots, column = [], 0
        for entry in (*shown, *general):
            self._spots.append((column, column + entry.width, entry.key))
            column += entry.width + len(gap)
            style = "bold $footer-key-foreground" if entry.enabled else "$quiet"
            text = "" if entry.enabled else "$quiet"
            parts += [
                Content.styled(self._glyphs.text(entry.shown), style),
                Content.styled(f" {self._glyphs.text(entry.text)}{gap}" if entry.text else gap, text),
            ]
        version = f"seqtui {__version__}"
        if width - column > len(version):
            parts.append(Content.styled(version.rjust(width - column), "$quiet"))
        return Content.assemble(*parts)

    @property
    def _more(self) -> Shown:
        """What stands for the keys that find no room: the help has them all."""
        mark = self._glyphs.text("…")
        return Shown("question_mark", mark, "", "", enabled=False, visible=True, node=self, action="help")

    def on_click(self, event: events.Click) -> None:
        """A click on an entry is its key."""
        offset = event.get_content_offset(self)
        for start, end, key in self._spots:
            if offset and start <= offset.x < end:
                self.app.simulate_key(key)


def _needed(entries: Sequence[Shown], gap: str) -> int:
    return sum(entry.width + len(gap) for entry in entries)


def _fitting(entries: Sequence[Shown], room: int, gap: str, *, more: Shown) -> list[Shown]:
    """Those that fit, in their order, the place's first one among them; `more` tells of the others."""
    if _needed(entries, gap) <= room:
        return list(entries)
    room -= more.width + len(gap)
    first = next(entry for entry in entries if entry.node is entries[-1].node)
    kept: list[Shown] = []
    for entry in (first, *(entry for entry in entries if entry is not first)):
        if entry.width + len(gap) > room:
            break
        room -= entry.width + len(gap)
        kept.append(entry)
    return [*(entry for entry in entries if entry in kept), more]

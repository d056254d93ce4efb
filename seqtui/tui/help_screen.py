"""Help: the keys of the place one stands in, and of each panel what is seen, what is good, what is bad, what to do."""

from collections.abc import Sequence
from typing import Any, ClassVar, Self, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from seqtui.tui.dialog import Dialog
from seqtui.tui.keymap import Shown, active_keys
from seqtui.tui.place import PlaceScreen
from seqtui.tui.places import PLACES

Section = tuple[str, str]
"""A title, and plain lines."""


@final
class HelpScreen(Dialog[None]):
    """Sections of text, then keys."""

    DEFAULT_CSS = """
    HelpScreen #help { width: 84; height: auto; }
    HelpScreen VerticalScroll { height: auto; max-height: 100%; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "close", "close", id="help.close"),
        Binding("j", "scroll(1)", "down", id="help.down", show=False),
        Binding("k", "scroll(-1)", "up", id="help.up", show=False),
    ]

    def __init__(self, title: str, sections: Sequence[Section], keys: Sequence[Shown]) -> None:
        super().__init__()
        self._title = title
        self._sections = sections
        self._keys = keys

    @classmethod
    def of_place(cls, screen: Screen[Any]) -> Self:
        """Of everything on a screen."""
        place = PLACES[screen.PLACE].title if isinstance(screen, PlaceScreen) else "Help"
        sections = [("", screen.HELP.strip())] if screen.HELP else []
        for widget in screen.walk_children(Widget):
            section = _section(widget)
            if section and section not in sections and widget.display:
                sections.append(section)
        return cls(place, sections, active_keys(screen))

    @classmethod
    def of_panel(cls, screen: Screen[Any]) -> Self:
        """Of the panel that has the focus; of the place where none has."""
        for node in screen.focused.ancestors_with_self if screen.focused else ():
            section = _section(node) if isinstance(node, Widget) and node is not screen else None
            if section:
                keys = [key for key in active_keys(screen) if key.node in (screen.focused, node)]
                return cls(section[0], [("", section[1])], keys)
        return cls.of_place(screen)

    def compose(self) -> ComposeResult:
        """One scrolling page."""
        with Vertical(id="help", classes="dialog") as box:
            box.border_title = Content(self._title)
            box.border_subtitle = "Esc closes"
            with VerticalScroll():
                yield Static(self._page())

    def action_close(self) -> None:
        """Back to the place."""
        self.dismiss()

    def action_scroll(self, lines: int) -> None:
        """Up or down."""
        self.query_one(VerticalScroll).scroll_relative(y=lines)

    def _page(self) -> Content:
        parts: list[Content | str] = []
        for title, text in self._sections:
            if title:
                parts += [Content.styled(title, "bold $accent"), "\n"]
            parts += [text, "\n\n"]
        wide = max((len(entry.shown) for entry in self._keys), default=0)
        for entry in self._keys:
            parts.append(Content.styled(f"{entry.shown:>{wide}}", "bold $footer-key-foreground"))
            more = f": {entry.tooltip}" if entry.tooltip else ""
            parts.append(f"  {entry.text}{more}\n")
        return Content.assemble(*parts).rstrip()


def _section(widget: Widget) -> Section | None:
    text = type(widget).__dict__.get("HELP")
    if not text:
        return None
    title = widget.border_title
    return (Content.from_markup(title).plain if isinstance(title, str) else type(widget).__name__, text.strip())

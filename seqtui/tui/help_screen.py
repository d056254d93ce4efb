"""Help: the keys of the place one stands in, and of each panel what is seen, what is good, what is bad, what to do."""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, ClassVar, Final, Self, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from seqtui.tui.dialog import Dialog
from seqtui.tui.glyphs import FULL, Glyphs
from seqtui.tui.keymap import Shown, active_keys
from seqtui.tui.place import PlaceScreen
from seqtui.tui.places import PLACES

Section = tuple[str, str]
"""A title, and plain lines."""

_LABELS: Final = {
    "Equation": "$quiet", "Good": "bold $success", "Bad": "bold $warning", "Do": "bold $accent",
    "Horizon": "$quiet", "Saturated": "$quiet", "Suggestion": "$quiet", "Smoothing": "$quiet",
}  # fmt: skip
_LABEL: Final = 11
_WIDEST: Final = 116
_TWO_COLUMNS: Final = 96
_AROUND: Final = 8  # cells of frame, padding and scroll bar
_ENDS: Final = (".", ":", "?", "!")


@final
class HelpScreen(Dialog[None]):
    """What the place is for, its keys, and a section for each panel."""

    DEFAULT_CSS = """
    HelpScreen #help { width: 90%; height: auto; padding: 0 2; }
    HelpScreen VerticalScroll { height: auto; max-height: 100%; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "close", "close", id="help.close"),
        Binding("j", "scroll(1)", "down", id="help.down", show=False),
        Binding("k", "scroll(-1)", "up", id="help.up", show=False),
    ]

    def __init__(self, title: str, sections: Sequence[Section], keys: Sequence[Shown], glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
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
        return cls(place, sections, active_keys(screen), _glyphs_of(screen))

    @classmethod
    def of_panel(cls, screen: Screen[Any]) -> Self:
        """Of the panel that has the focus; of the place where none has."""
        for node in screen.focused.ancestors_with_self if screen.focused else ():
            section = _section(node) if isinstance(node, Widget) and node is not screen else None
            if section:
                keys = [key for key in active_keys(screen) if key.node in (screen.focused, node)]
                return cls(section[0], [("", section[1])], keys, _glyphs_of(screen))
        return cls.of_place(screen)

    def compose(self) -> ComposeResult:
        """One scrolling page."""
        with Vertical(id="help", classes="dialog") as box:
            box.border_title = Content(self._glyphs.text(self._title))
            box.border_subtitle = "Esc closes"
            with VerticalScroll():
                yield Static(id="page")

    def on_mount(self) -> None:
        """The page, in the room there is."""
        self._show()

    def on_resize(self) -> None:
        """Wrapped anew."""
        self._show()

    def action_close(self) -> None:
        """Back to the place."""
        self.dismiss()

    def action_scroll(self, lines: int) -> None:
        """Up or down."""
        self.query_one(VerticalScroll).scroll_relative(y=lines)

    def _show(self) -> None:
        wide = min(int(0.9 * self.size.width), _WIDEST)
        self.query_one("#help").styles.width = wide
        width = max(wide - _AROUND, 20)
        first, *rest = self._sections or [("", "")]
        lines = [*_lines(first, width), *self._key_lines(width)]
        for section in rest:
            lines += _lines(section, width)
        text = Content("\n").join([Content(self._glyphs.text(line.plain), spans=list(line.spans)) for line in lines])
        self.query_one("#page", Static).update(text.rstrip())

    def _key_lines(self, width: int) -> Iterator[Content]:
        """A key and what it does, those that say more first; in two columns where that is wide."""
        entries = sorted(self._keys, key=lambda entry: not entry.tooltip)
        columns = 2 if width >= _TWO_COLUMNS else 1
        room = width // columns - 2 * (columns - 1)
        told = [self._entry(entry, room) for entry in entries]
        half = sum(map(len, told)) / columns
        left: list[Content] = []
        right: list[Content] = []
        for lines in told:
            (left if len(left) < half else right).extend(lines)
        for one, other in zip_longest(left, right, fillvalue=Content("")):
            yield Content.assemble(one, " " * (room + 4 - one.cell_length), other) if other else one
        yield Content("")

    def _entry(self, entry: Shown, room: int) -> list[Content]:
        wide = max(len(each.shown) for each in self._keys)
        text = f"{entry.text}: {entry.tooltip}" if entry.tooltip else entry.text
        first, *others = textwrap.wrap(text, max(room - wide - 2, 10))
        key = Content.styled(f"{entry.shown:>{wide}}", "bold $footer-key-foreground")
        style = "" if entry.enabled else "$quiet"
        lines = [Content.assemble(key, "  ", Content.styled(first, style))]
        return [*lines, *(Content.styled(" " * (wide + 2) + line, style) for line in others)]


def _lines(section: Section, width: int) -> Iterator[Content]:
    """A section, wrapped; Good, Bad, Do and the like stand in a column of their own."""
    title, text = section
    if title:
        yield Content.styled(title, "bold $accent")
    for line in _sentences(text):
        label, _, rest = line.partition(": ")
        if label not in _LABELS or not rest:
            yield from map(Content, textwrap.wrap(line, width))
            continue
        for place, part in enumerate(textwrap.wrap(rest, width - _LABEL)):
            head = label if place == 0 else ""
            yield Content.assemble(Content.styled(f"{head:<{_LABEL}}", _LABELS[label]), part)
    yield Content("")


def _sentences(text: str) -> list[str]:
    """Lines that end where a sentence does: one that was broken in the source is whole again."""
    whole: list[str] = []
    for line in text.splitlines():
        if whole and not whole[-1].endswith(_ENDS):
            whole[-1] += f" {line.strip()}"
        else:
            whole.append(line.strip())
    return whole


def _glyphs_of(screen: Screen[Any]) -> Glyphs:
    return screen.services.glyphs if isinstance(screen, PlaceScreen) else FULL


def _section(widget: Widget) -> Section | None:
    text = type(widget).__dict__.get("HELP")
    if not text:
        return None
    title = widget.border_title
    return (Content.from_markup(title).plain if isinstance(title, str) else type(widget).__name__, text.strip())

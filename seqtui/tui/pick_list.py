"""A panel with a list to pick from: a cursor, a filter on `/`, rows that may change while one looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from seqtui.tui.paged_list import PagedList
from seqtui.tui.plain_input import PlainInput


@dataclass(frozen=True, slots=True)
class Row:
    """One line. key: what is picked; words: what the filter looks into; heading: of the rows after it, not picked."""

    key: str
    content: Content
    words: str
    heading: bool = False


@final
class Picks(PagedList, inherit_bindings=False):
    """The lines, with keys that have ids."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "down", id="list.down", show=False),
        Binding("up,k", "cursor_up", "up", id="list.up", show=False),
        Binding("home", "first", "first", id="list.first", show=False),
        Binding("end", "last", "last", id="list.last", show=False),
        Binding("pagedown", "page_down", "page down", id="list.page_down", show=False),
        Binding("pageup", "page_up", "page up", id="list.page_up", show=False),
    ]


class PickPanel(Vertical):
    """A titled list. Subclass it to give it HELP and a binding of Enter to `pick`."""

    DEFAULT_CSS = """
    PickPanel > Picks {
        height: 1fr; border: none; padding: 0; background: $background; text-wrap: nowrap; text-overflow: ellipsis;
    }
    PickPanel > Picks > .option-list--option-disabled { color: $accent; text-style: none; }
    PickPanel > Picks:focus { border: none; background-tint: $foreground 0%; }
    PickPanel > Input { height: 1; border: none; padding: 0; background: $surface; display: none; }
    PickPanel > #empty { color: $quiet; display: none; }
    PickPanel.-filtering > Input { display: block; }
    PickPanel.-empty > #empty { display: block; }
    PickPanel.-empty > Picks { display: none; }
    """

    class Looked(Message):
        """The cursor came to a row. panel: the widget's id."""

        def __init__(self, panel: str, key: str) -> None:
            super().__init__()
            self.panel = panel
            self.key = key

    class Picked(Message):
        """Enter, or a click, on a row."""

        def __init__(self, panel: str, key: str) -> None:
            super().__init__()
            self.panel = panel
            self.key = key

    def __init__(self, title: str, *, id: str, empty: str) -> None:
        super().__init__(id=id, classes="panel")
        self.border_title = title
        self._empty = empty
        self._rows: Sequence[Row] = ()
        self._filter = ""

    def compose(self) -> ComposeResult:
        """The list, what stands there while it is empty, and the filter."""
        yield Picks()
        yield Static(Content(self._empty), id="empty")
        yield PlainInput(placeholder="filter", compact=True)

    def on_mount(self) -> None:
        """Rows may have come before the widgets that show them."""
        self._fill()

    @property
    def key(self) -> str:
        """The row under the cursor, or ''."""
        option = next((picks.highlighted_option for picks in self.query(Picks)), None)
        return option.id or "" if option else ""

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows; the cursor stays on its row."""
        if rows != self._rows:
            self._rows = rows
            self._fill()

    def point_at(self, key: str) -> None:
        """Put the cursor on a row, where it is there."""
        picks = self.query_one(Picks)
        if key and key in [option.id for option in picks.options]:
            picks.highlighted = picks.get_option_index(key)

    def action_pick(self) -> None:
        """The row under the cursor."""
        self.query_one(Picks).action_select()

    def action_filter(self) -> None:
        """Type words; only rows that hold them all are left."""
        self.add_class("-filtering")
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as one types."""
        event.stop()
        self._filter = event.value
        self._fill()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Back to the list; the filter holds."""
        event.stop()
        self.query_one(Picks).focus()

    def on_key(self, event: events.Key) -> None:
        """Esc takes the filter away; down leaves the line of the filter."""
        if not self.has_class("-filtering"):
            return
        if event.key == "escape":
            event.stop()
            self.query_one(Input).clear()
            self.remove_class("-filtering")
            self.query_one(Picks).focus()
        elif event.key == "down" and self.query_one(Input).has_focus:
            event.stop()
            self.query_one(Picks).focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Tell by the row's key."""
        event.stop()
        self.post_message(self.Looked(self.id or "", event.option_id or ""))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tell by the row's key."""
        event.stop()
        self.post_message(self.Picked(self.id or "", event.option_id or ""))

    def _fill(self) -> None:
        words = self._filter.lower().split()
        found = [row for row in self._rows if row.heading or all(word in row.words.lower() for word in words)]
        rows = [row for row, after in zip(found, [*found[1:], None], strict=False) if not _is_bare(row, after)]
        self.set_class(not rows, "-empty")
        if not (self.query("#empty") and self.query(Picks)):
            return  # not composed yet, or taken down already
        if not rows:  # else nobody sees it, and the whole screen would be laid out anew
            self.query_one("#empty", Static).update(Content(f"nothing with {self._filter}" if words else self._empty))
        picks = self.query_one(Picks)
        before = self.key
        picks.set_options([Option(row.content, id=row.key or None, disabled=row.heading) for row in rows])
        keys = [row.key for row in rows]
        if keys:
            first = next(place for place, row in enumerate(rows) if not row.heading)
            picks.highlighted = keys.index(before) if before and before in keys else first


def _is_bare(row: Row, after: Row | None) -> bool:
    """A heading with nothing below it."""
    return row.heading and (after is None or after.heading)

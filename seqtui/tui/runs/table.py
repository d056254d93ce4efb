"""The table of all runs: only the lines in view are ever drawn, so that a thousand scroll like ten."""

import time
from collections.abc import Sequence
from typing import ClassVar, Final, final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from seqtui.runs.comparison import LETTERS
from seqtui.tui.drawing.cells import fit
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.home.rows import state_mark
from seqtui.tui.runs.columns import GAP, MARK, Column, Order, RunRow, cell, fitting

_BY_COLOR: Final = {"$train": "living", "$warning": "waiting", "$success": "done", "$quiet": "quiet", "$error": "bad"}


@final
class RunTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows as they are given; owns the cursor and the marks, which stay with their runs."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"run-table--{name}"
        for name in (
            "header", "sorted", "row", "quiet", "strong", "best", "mark", "cursor", "resting", "living", "waiting",
            "done", "bad",
        )
    }  # fmt: skip
    DEFAULT_CSS = """
    RunTable { height: 1fr; background: $background; overflow-x: hidden; overflow-y: auto; }
    RunTable > .run-table--header { color: $quiet; }
    RunTable > .run-table--sorted { color: $accent; text-style: bold; }
    RunTable > .run-table--row { color: $foreground; }
    RunTable > .run-table--quiet { color: $quiet; }
    RunTable > .run-table--strong { color: $foreground; text-style: bold; }
    RunTable > .run-table--best { color: $best; text-style: bold; }
    RunTable > .run-table--mark { color: $accent; text-style: bold; }
    RunTable > .run-table--cursor {
        color: $block-cursor-foreground; background: $block-cursor-background; text-style: $block-cursor-text-style;
    }
    RunTable > .run-table--resting {
        color: $block-cursor-blurred-foreground; background: $block-cursor-blurred-background;
        text-style: $block-cursor-blurred-text-style;
    }
    RunTable > .run-table--living { color: $train; }
    RunTable > .run-table--waiting { color: $warning; }
    RunTable > .run-table--done { color: $success; }
    RunTable > .run-table--bad { color: $error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", id="runs.open", tooltip="Follow a living run, look at an ended one"),
        Binding("space", "mark", "mark", id="runs.mark", tooltip="Compare this run with the other marked ones"),
        Binding("A", "mark_all", "mark all", id="runs.mark_all", show=False, tooltip="Mark all in view, or none"),
        Binding("down,j", "move(1)", "down", id="runs.down", show=False),
        Binding("up,k", "move(-1)", "up", id="runs.up", show=False),
        Binding("pagedown", "page(1)", "page down", id="runs.page_down", show=False),
        Binding("pageup", "page(-1)", "page up", id="runs.page_up", show=False),
        Binding("home", "move(-1000000)", "first", id="runs.first", show=False),
        Binding("end", "move(1000000)", "last", id="runs.last", show=False),
    ]

    class Looked(Message):
        """The cursor came to another run, or its run changed."""

    class Marked(Message):
        """Other runs are marked."""

    class Opened(Message):
        """Enter, or a double click."""

    class Sorted(Message):
        """A heading was clicked."""

        def __init__(self, column: str) -> None:
            super().__init__()
            self.column = column

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="table")
        self._glyphs = glyphs
        self._rows: list[RunRow] = []
        self._order = Order()
        self._place = 0
        self._marks: list[str] = []
        self._columns: list[Column] = []

    @property
    def current(self) -> RunRow | None:
        """The run under the cursor."""
        return self._rows[self._place] if self._rows else None

    @property
    def marks(self) -> list[str]:
        """The ids of the marked runs, in the order in which they were marked; the first is a."""
        return list(self._marks)

    def show(self, rows: Sequence[RunRow], order: Order) -> None:
        """Show these rows; the cursor stays on its run, or near where that was."""
        before = self.current
        places = {row.id: place for place, row in enumerate(rows)}
        self._rows, self._order = list(rows), order
        self._place = places.get(before.id, self._place) if before else 0
        self._place = min(self._place, max(len(rows) - 1, 0))
        self._lay_out()
        self._follow()
        if self.current is not before:
            self.post_message(self.Looked())

    def forget(self, gone: set[str]) -> None:
        """Runs that are no longer there are not marked."""
        kept = [name for name in self._marks if name not in gone]
        if kept != self._marks:
            self._set_marks(kept)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """Grey while there is nothing to open or mark."""
        return True if self._rows or action not in ("open", "mark") else None

    def action_open(self) -> None:
        """The run under the cursor."""
        if self.current:
            self.post_message(self.Opened())

    def action_mark(self) -> None:
        """Mark the run under the cursor, or take its mark away; then the next."""
        if self.current:
            self._toggle(self.current.id)
            self.action_move(1)

    def action_mark_all(self) -> None:
        """All rows; if all are, none."""
        new = [row.id for row in self._rows if row.id not in self._marks]
        shown = {row.id for row in self._rows}
        self._set_marks([*self._marks, *new] if new else [name for name in self._marks if name not in shown])

    def action_unmark(self) -> None:
        """No run is marked."""
        self._set_marks([])

    def action_move(self, by: int) -> None:
        """The cursor, up or down."""
        self._go_to(self._place + by)

    def action_page(self, pages: int) -> None:
        """The cursor by as many rows as there are in view."""
        self._go_to(self._place + pages * max(self.size.height - 2, 1))

    def on_resize(self) -> None:
        """Other columns may fit."""
        self._lay_out()
        self._follow()

    def on_click(self, event: events.Click) -> None:
        """A heading sorts; a row takes the cursor, its first cells mark it, a second click opens it."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        place = offset.y - 1 + self.scroll_offset.y
        if offset.y == 0:
            if chosen := self._column_at(offset.x):
                self.post_message(self.Sorted(chosen.name))
        elif 0 <= place < len(self._rows):
            self._go_to(place)
            if offset.x < MARK:
                self._toggle(self._rows[place].id)
            elif event.chain == 2:
                self.action_open()

    def render_line(self, y: int) -> Strip:
        """The headings, or the row that is scrolled to this line."""
        width, place = self.scrollable_content_region.width, y - 1 + self.scroll_offset.y
        ground = self.visual_style.rich_style
        if y == 0:
            segments = self._header(ground)
        elif place < len(self._rows):
            segments = self._line(self._rows[place], ground, is_current=place == self._place)
        else:
            return Strip.blank(width, ground)
        return Strip(segments).adjust_cell_length(width, segments[-1].style or ground)

    def _header(self, ground: Style) -> list[Segment]:
        segments = [Segment(" " * MARK, ground)]
        for each in self._columns:
            is_sorted = each.name == self._order.column
            style = ground + self._style("sorted" if is_sorted else "header")
            arrow = self._glyphs.text(("▾" if self._order.down else "▴") if is_sorted else "")
            title = fit(arrow + each.title if each.right else each.title + arrow, each.width)
            segments.append(Segment(_padded(title, each) + " " * GAP, style))
        return segments

    def _line(self, row: RunRow, ground: Style, *, is_current: bool) -> list[Segment]:
        over = self._style("cursor" if self.has_focus else "resting") if is_current else None
        now = time.time()
        segments = [Segment(self._mark_of(row).ljust(MARK), over or ground + self._style("mark"))]
        for each in self._columns:
            text = _padded(cell(row, each, self._glyphs, now), each)
            segments.append(Segment(text + " " * GAP, over or ground + self._style(self._kind(row, each))))
        return segments

    def _kind(self, row: RunRow, shown: Column) -> str:
        match shown.name:
            case "state":
                return _BY_COLOR[state_mark(row.run.status, self._glyphs)[1]]
            case "best":
                return "best" if row.best else "strong"
            case "name":
                return "bad" if row.run.trouble else "row" if row.name else "quiet"
            case "id" | "test":
                return "row"
        return "quiet"

    def _mark_of(self, row: RunRow) -> str:
        if row.id not in self._marks:
            return ""
        place = self._marks.index(row.id)
        return LETTERS[place] if place < len(LETTERS) else self._glyphs.dot

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"run-table--{name}", partial=True)

    def _toggle(self, name: str) -> None:
        marks = self._marks
        self._set_marks([each for each in marks if each != name] if name in marks else [*marks, name])

    def _set_marks(self, marks: list[str]) -> None:
        self._marks = marks
        self.refresh()
        self.post_message(self.Marked())

    def _go_to(self, place: int) -> None:
        place = min(max(place, 0), max(len(self._rows) - 1, 0))
        if place != self._place:
            for each in (self._place, place):
                self.refresh_line(each + 1)
            self._place = place
            self._follow()
            self.post_message(self.Looked())

    def _follow(self) -> None:
        # The headings cover the first line: a row is in view only under them.
        self.scroll_to_region(Region(0, self._place, 1, 2), animate=False, force=True, immediate=True, x_axis=False)

    def _lay_out(self) -> None:
        longest = max((cell_len(row.id) for row in self._rows), default=8)
        self._columns = fitting(self.scrollable_content_region.width - MARK - GAP, longest_id=longest)
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._rows) + 1)
        self.refresh()

    def _column_at(self, x: int) -> Column | None:
        at = MARK
        for each in self._columns:
            if at <= x < at + each.width + GAP:
                return each
            at += each.width + GAP
        return None


def _padded(text: str, shown: Column) -> str:
    """`text` in exactly the cells of its column."""
    room = " " * max(shown.width - cell_len(text), 0)
    return room + text if shown.right else text + room

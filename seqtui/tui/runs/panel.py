"""The table with its filter: which runs are in view, in which order, and what stands there while there are none."""

from collections.abc import Sequence
from typing import ClassVar, Final, final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from seqtui.errors import Usage
from seqtui.runs.query import Term, parse
from seqtui.runs.trash import LIVING
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.plain_input import PlainInput
from seqtui.tui.plain_text import plain
from seqtui.tui.runs.columns import COLUMNS, Order, RunRow, arranged, column, with_best
from seqtui.tui.runs.table import RunTable

_NONE_YET: Final = """\
No runs yet.

Train one: Esc, and t on an application; or in a shell: seqtui run music
It stands here while it trains, and afterwards.

a opens a run folder that lies elsewhere; u takes back what was deleted."""
_NONE_FITS: Final = "No run fits the filter. Esc in the filter takes it away."
_HINT: Final = "app:music backbone:gru valid_loss<=8.5 status:finished lr>=1e-3 or any word"


@final
class RunsPanel(Vertical):
    """Takes all rows; tells when another run is under the cursor, or others are marked."""

    HELP = """
Every run, also those that still train. Best is the lowest validation loss
(▾: the lowest on the same data), Test the loss on data never trained on.
Space marks runs: their curves and differences stand beside each other.
Click a heading to sort; click it again to turn the order. The filter knows
id, status, step, valid_loss, best_loss, test_loss, seconds and every option.
"""
    DEFAULT_CSS = """
    RunsPanel > #query { height: 1; border: none; padding: 0; background: $surface; display: none; }
    RunsPanel > #query:focus { border: none; background-tint: $accent 10%; }
    RunsPanel > #wrong { height: auto; max-height: 2; color: $error; display: none; }
    RunsPanel.-filtering > #query { display: block; }
    RunsPanel.-wrong > #wrong { display: block; }
    RunsPanel > #none { color: $quiet; padding: 1 2; height: 1fr; display: none; }
    RunsPanel.-none > #none { display: block; }
    RunsPanel.-none > RunTable { height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter", id="runs.filter", tooltip="Only runs that fit: app:dna valid_loss<=8.5"),
        Binding("s", "sort", "sort", id="runs.sort", tooltip="By the next column"),
        Binding("S", "turn", "turn", id="runs.turn", show=False, tooltip="The other end of the order first"),
    ]

    class Changed(Message):
        """What is marked, under the cursor or in view has changed."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="runs", classes="panel")
        self.border_title = "Runs"
        self._glyphs = glyphs
        self.table = RunTable(glyphs)
        self._query = PlainInput(placeholder=_HINT, id="query", compact=True)
        self._wrong, self._none = Static(id="wrong"), Static(id="none", markup=False)
        self._all: dict[str, RunRow] = {}
        self._in_view: list[RunRow] = []
        self._terms: list[Term] = []
        self._order = Order()
        self._is_complete = False

    def compose(self) -> ComposeResult:
        """The filter, the table, what stands there instead of it."""
        yield self._query
        yield self._wrong
        yield self.table
        yield self._none

    @property
    def current(self) -> RunRow | None:
        """The run under the cursor."""
        return self.table.current

    @property
    def is_empty(self) -> bool:
        """Whether there is no run at all."""
        return self._is_complete and not self._all

    @property
    def in_view(self) -> list[RunRow]:
        """The rows that fit the filter, in order."""
        return list(self._in_view)

    @property
    def marked(self) -> list[RunRow]:
        """The marked runs, whether in view or not, in the order in which they were marked."""
        return [self._all[name] for name in self.table.marks if name in self._all]

    @property
    def chosen(self) -> list[RunRow]:
        """What a command is about: the marked runs in view, else the one under the cursor."""
        shown = {row.id for row in self._in_view}
        marked = [row for row in self.marked if row.id in shown]
        return marked or ([self.current] if self.current else [])

    def show(self, rows: Sequence[RunRow], *, complete: bool) -> None:
        """All runs there are, in any order. complete: False while more are still being read."""
        self._all = {row.id: row for row in rows}
        self._is_complete = complete
        if complete:
            self.table.forget({name for name in self.table.marks if name not in self._all})
        self._arrange()

    def action_filter(self) -> None:
        """Type what runs must have."""
        self.add_class("-filtering")
        self._query.focus()

    def action_sort(self) -> None:
        """By the next column, its own way up."""
        names = [each.name for each in COLUMNS]
        self._sort(names[(names.index(self._order.column) + 1) % len(names)])

    def action_turn(self) -> None:
        """The last first."""
        self._order = Order(self._order.column, not self._order.down)
        self._arrange()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as one types; what is wrong is said beside it, and the last good filter holds."""
        event.stop()
        wrong = ""
        try:
            self._terms = parse([event.value])
        except Usage as error:
            wrong = str(error)
        self._wrong.update(plain(wrong))
        self.set_class(bool(wrong), "-wrong")
        self._arrange()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Back to the table; the filter holds."""
        event.stop()
        if not event.value.strip():
            self.remove_class("-filtering")
        self.table.focus()

    def on_key(self, event: events.Key) -> None:
        """Esc takes the filter away, then the marks; down leaves the line of the filter."""
        if event.key == "down" and self._query.has_focus:
            event.stop()
            self.table.focus()
        elif event.key == "escape" and self.has_class("-filtering"):
            event.stop()
            self._query.clear()
            self.remove_class("-filtering")
            self.table.focus()
        elif event.key == "escape" and self.table.marks:
            event.stop()
            self.table.action_unmark()

    def on_run_table_sorted(self, message: RunTable.Sorted) -> None:
        """A heading: by that column, or the other way up."""
        message.stop()
        if message.column == self._order.column:
            self.action_turn()
        else:
            self._sort(message.column)

    def on_run_table_looked(self, message: RunTable.Looked) -> None:
        """Tell on."""
        message.stop()
        self.post_message(self.Changed())

    def on_run_table_marked(self, message: RunTable.Marked) -> None:
        """Tell on."""
        message.stop()
        self._tell_counts()
        self.post_message(self.Changed())

    def _sort(self, name: str) -> None:
        self._order = Order(name, column(name).down)
        self._arrange()

    def _arrange(self) -> None:
        self._in_view = arranged(with_best(list(self._all.values())), self._terms, self._order)
        self.table.show(self._in_view, self._order)
        nothing = not self._in_view and self._is_complete
        self.set_class(nothing, "-none")
        if nothing:
            self._none.update(_NONE_FITS if self._all else self._glyphs.text(_NONE_YET))
        self._tell_counts()
        self.post_message(self.Changed())

    def _tell_counts(self) -> None:
        total, shown, marked = len(self._all), len(self._in_view), len(self.table.marks)
        living = sum(row.run.status in LIVING for row in self._all.values())
        words = [f"{shown:,} of {total:,}" if shown < total else f"{total:,}"]
        words += [f"{living} running"] if living else []
        words += [f"{marked} marked"] if marked else []
        words += [] if self._is_complete else [f"reading{self._glyphs.rest}"]
        self.border_subtitle = Content(self._glyphs.text(" · ".join(words)))

"""The small questions of the runs screen: a line of text, a name and a note, what to export and where, yes or no.

What is wrong with an answer is said beside it, and the dialog stays open.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from seqtui.runs.notes import LONGEST_NAME, LONGEST_NOTE, Note
from seqtui.tui.dialog import Dialog
from seqtui.tui.plain_input import PlainInput
from seqtui.tui.plain_text import plain

EXPORTS: Final = (
    ("table", "The table, as CSV: one line a run", "runs.csv"),
    ("curves", "All curves of the marked runs, as CSV", "curves.csv"),
    ("picture", "The overlay as it stands, as SVG", "overlay.svg"),
)
_LOOK: Final = """
.runs-dialog { width: 76; }
.runs-dialog Input { border: none; height: 1; padding: 0 1; background: $panel; margin-bottom: 1; }
.runs-dialog Input:focus { border: none; background: $panel; background-tint: $accent 12%; }
.runs-dialog .label { color: $quiet; }
.runs-dialog .wrong { color: $error; height: auto; min-height: 1; }
.runs-dialog .keys { color: $quiet; }
.runs-dialog OptionList { height: auto; border: none; background: $surface; padding: 0; margin-bottom: 1; }
"""


@dataclass(frozen=True, slots=True)
class Export:
    """What a person wants to have written: 'table', 'curves' or 'picture', and the file's path as typed."""

    what: str
    path: str


@final
class AskText(Dialog[str | None]):
    """One line. check: a sentence about what is wrong with an answer, or ''."""

    DEFAULT_CSS = _LOOK
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "cancel", id="runs.ask.cancel")]

    def __init__(self, title: str, label: str, check: Callable[[str], str]) -> None:
        super().__init__()
        self._title, self._label, self._check = title, label, check

    def compose(self) -> ComposeResult:
        """Label, field, what is wrong."""
        with Vertical(classes="dialog runs-dialog") as box:
            box.border_title = Content(self._title)
            yield Static(self._label, classes="label", markup=False)
            yield PlainInput()
            yield Static(classes="wrong")
            yield Static("Enter accepts   Esc cancels", classes="keys")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Accept it if nothing is wrong."""
        wrong = self._check(event.value.strip())
        self.query_one(".wrong", Static).update(plain(wrong))
        if not wrong:
            self.dismiss(event.value.strip())


@final
class AskNote(Dialog[Note | None]):
    """A name and a note."""

    DEFAULT_CSS = _LOOK
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "cancel", id="runs.note.cancel")]

    def __init__(self, run: str, name: str, note: Note) -> None:
        super().__init__()
        self._run, self._name_before, self._note = run, name, note

    def compose(self) -> ComposeResult:
        """Two fields."""
        with Vertical(classes="dialog runs-dialog") as box:
            box.border_title = plain(self._run)
            yield Static("Name: commands find the run by it", classes="label")
            yield PlainInput(self._name_before, id="name", max_length=LONGEST_NAME)
            yield Static("Note: what you want to remember", classes="label")
            yield PlainInput(self._note.text, id="note", max_length=LONGEST_NOTE)
            yield Static("Tab next field   Enter keeps   Esc cancels", classes="keys")

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Enter in either field. A name that was not touched stays the one of the config."""
        name, text = (self.query_one(f"#{field}", Input).value.strip() for field in ("name", "note"))
        self.dismiss(Note(self._note.name if name == self._name_before else name, text))


@final
class AskExport(Dialog[Export | None]):
    """What to write, and where. check: as in AskText."""

    DEFAULT_CSS = _LOOK
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "cancel", id="runs.export.cancel")]

    def __init__(self, first: str, check: Callable[[str], str]) -> None:
        super().__init__()
        self._first, self._check = first, check

    def compose(self) -> ComposeResult:
        """The choices, the path."""
        with Vertical(classes="dialog runs-dialog") as box:
            box.border_title = "Export"
            yield OptionList(*(Option(text, id=name) for name, text, _ in EXPORTS), markup=False)
            yield Static("File: nothing is overwritten", classes="label")
            yield PlainInput()
            yield Static(classes="wrong")
            yield Static("Tab path   Enter writes   Esc cancels", classes="keys")

    def on_mount(self) -> None:
        """The likeliest choice first."""
        self.query_one(OptionList).highlighted = [name for name, _, _ in EXPORTS].index(self._first)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Suggest a name, unless one was typed."""
        field = self.query_one(Input)
        if field.value in ("", *(name for _, _, name in EXPORTS)):
            field.value = EXPORTS[event.option_index][2]

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Chosen: now the path."""
        event.stop()
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Accept it if nothing is wrong."""
        wrong = self._check(event.value.strip())
        self.query_one(".wrong", Static).update(plain(wrong))
        chosen = self.query_one(OptionList).highlighted
        if not wrong and chosen is not None:
            self.dismiss(Export(EXPORTS[chosen][0], event.value.strip()))


@final
class AskYes(Dialog[bool]):
    """A question that begins at no."""

    DEFAULT_CSS = _LOOK
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "yes", id="runs.yes"),
        Binding("n,escape,q", "dismiss(False)", "no", id="runs.no"),
    ]

    def __init__(self, title: str, question: str, yes: str) -> None:
        super().__init__()
        self._title, self._question, self._yes = title, question, yes

    def compose(self) -> ComposeResult:
        """The question and two answers."""
        with Vertical(classes="dialog runs-dialog") as box:
            box.border_title = Content(self._title)
            yield Static(plain(self._question))
            yield Static()
            yield OptionList(Option("n    No, leave them"), Option(f"y    {self._yes}", id="yes"), markup=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        self.dismiss(event.option_id == "yes")

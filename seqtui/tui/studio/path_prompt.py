"""A question with one line to type into: a path, or a few letters. Tab completes paths."""

from collections.abc import Callable
from typing import ClassVar, Final, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from seqtui.text_safety import clean
from seqtui.tui.dialog import Dialog
from seqtui.tui.line_input import LineInput, names_of

MOST_SHOWN: Final = 8


@final
class PathPrompt(Dialog[str | None]):
    """Dismisses with what was typed, or None. fault: says what is wrong with a text, or ''.

    verbatim: blanks at its ends are meant.
    """

    DEFAULT_CSS = """
    PathPrompt #prompt { width: 72; }
    PathPrompt LineInput, PathPrompt LineInput:focus { padding: 0 1; background: $panel; }
    PathPrompt #note { color: $quiet; }
    PathPrompt #fault { color: $error; display: none; }
    PathPrompt.-bad #fault { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel", id="prompt.cancel"),
    ]

    def __init__(
        self, title: str, note: str, value: str, *, fault: Callable[[str], str], verbatim: bool = False
    ) -> None:
        super().__init__()
        self._title = title
        self._note = note
        self._value = value
        self._fault = fault
        self._verbatim = verbatim

    def compose(self) -> ComposeResult:
        """Title, line, note, fault."""
        with Vertical(id="prompt", classes="dialog") as box:
            box.border_title = Content(clean(self._title))
            box.border_subtitle = "Enter takes it, Tab completes, Esc leaves"
            line = LineInput(self._value, compact=True)
            line.completes = True
            yield line
            yield Static(Content(clean(self._note)), id="note")
            yield Static(id="fault")

    def on_input_changed(self) -> None:
        """A new text, a new judgment."""
        self.remove_class("-bad")
        self.query_one(LineInput).look_around()

    def on_line_input_candidates(self, message: LineInput.Candidates) -> None:
        """Name a few of the paths that what was typed may become."""
        message.stop()
        names = names_of(message.paths[:MOST_SHOWN]) if message.text else ""
        self.query_one("#note", Static).update(Content(names or clean(self._note)))

    def on_line_input_left(self, message: LineInput.Left) -> None:
        """Esc."""
        message.stop()
        if message.way is None:
            self.dismiss(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take it, or say why not."""
        text = event.value if self._verbatim else event.value.strip()
        wrong = self._fault(text)
        self.set_class(bool(wrong), "-bad")
        self.query_one("#fault", Static).update(Content(clean(wrong)))
        if not wrong:
            self.dismiss(text)

    def action_cancel(self) -> None:
        """Leave things as they are."""
        self.dismiss(None)

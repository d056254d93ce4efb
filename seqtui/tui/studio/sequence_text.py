"""The text that a model is asked about: typed, pasted, or a record of a file. Nothing that a terminal obeys gets in."""

from typing import ClassVar, Final, final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

MOST: Final = 20_000  # characters


@final
class SequenceText(TextArea):
    """A few lines, wrapped. Says when a person has changed it."""

    DEFAULT_CSS = """
    SequenceText { height: 6; background: $background; }
    SequenceText:focus { border: round $border; }
    """
    HELP = """
What is asked about: type or paste a sequence, or o opens a file. Every change is
asked at once. Tab leads to the next panel, o to a file once you are there.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "empty", "empty", id="text.empty", tooltip="Take all text away"),
    ]

    class Typed(Message):
        """It is another text now, by a person's hand."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class CutShort(Message):
        """More was pasted than there is room for."""

        def __init__(self, most: int) -> None:
            super().__init__()
            self.most = most

    def __init__(self) -> None:
        super().__init__(
            id="text", classes="panel", soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False,
            placeholder="Type or paste a sequence here, or press Tab and then o to open a file.",
        )  # fmt: skip
        self.border_title = "Sequence"
        self._shown = ""

    def put(self, text: str) -> None:
        """Show a text that nobody typed."""
        self._shown = printable(text)
        if self._shown != self.text:
            self.load_text(self._shown)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Only what a person did is news."""
        event.stop()
        if self.text != self._shown:
            self._shown = self.text
            self.post_message(self.Typed(self.text))

    async def _on_paste(self, event: events.Paste) -> None:
        """Only what can be printed, and not without end."""
        event.stop()
        event.prevent_default()
        room = MOST - len(self.text) + len(self.selected_text)
        text = printable(event.text[: max(room, 0)])
        if len(event.text) > room:
            self.post_message(self.CutShort(MOST))
        if text and (result := self._replace_via_keyboard(text, *self.selection)):
            self.move_cursor(result.end_location)

    def action_empty(self) -> None:
        """Begin anew."""
        self.clear()


def printable(text: str) -> str:
    """`text` with its newlines and a mark for all else that a terminal would obey."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    return "\n".join("".join(each if each.isprintable() else "?" for each in line) for line in lines)

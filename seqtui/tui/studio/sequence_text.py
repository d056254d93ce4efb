"""The text that a model is asked about: typed, pasted, or a record of a file. Nothing that a terminal obeys gets in."""

from typing import ClassVar, Final, final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from seqtui.tui.studio.wording import Wording

MOST: Final = 20_000  # characters


@final
class SequenceText(TextArea):
    """A few lines, wrapped. Says when a person has changed it."""

    DEFAULT_CSS = """
    SequenceText { height: 6; background: $background; }
    SequenceText:focus { border: round $border; }
    """
    HELP = """
What is asked about: type or paste it, or o opens a file. Every change is asked at
once. Words: each line is a record of its own; shown is the one with the cursor.
Tab leads to the next panel; the keys in the line below work from there.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "to the panels", id="text.leave", tooltip="Where letters are keys again"),
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

    class Moved(Message):
        """The cursor came to another line."""

    def __init__(self, wording: Wording) -> None:
        super().__init__(
            id="text", classes="panel", soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False,
            placeholder=f"Type or paste a {wording.thing} here, or press Tab and then o to open a file.",
        )  # fmt: skip
        self.border_title = wording.thing.capitalize()
        self._shown = ""
        self._line = 0

    @property
    def record(self) -> int:
        """Which of the lines with something in them the cursor stands in, or after."""
        above = self.text.split("\n")[: self.cursor_location[0] + 1]
        return max(sum(bool(line.strip()) for line in above) - 1, 0)

    def go_to(self, record: int) -> None:
        """The cursor at the end of one of the lines with something in them."""
        lines = self.text.split("\n")
        filled = [number for number, line in enumerate(lines) if line.strip()]
        if record < len(filled):
            self.move_cursor((filled[record], len(lines[filled[record]])))

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

    def on_text_area_selection_changed(self) -> None:
        """Only another line is news."""
        line, self._line = self._line, self.cursor_location[0]
        if line != self._line:
            self.post_message(self.Moved())

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

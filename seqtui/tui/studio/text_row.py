"""A text among the controls, in one line: its name, and its end where it is long. Enter asks for another."""

from typing import ClassVar, Final, final

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from seqtui.text_safety import clean

NAME: Final = 12


@final
class TextRow(Widget, can_focus=True):
    """`primer` or `stop at`, by its id."""

    DEFAULT_CSS = "TextRow { height: 1; } TextRow:focus { background: $panel; }"
    HELP = """
Primer: what the model goes on from, a file or text; left empty, the application chooses an opening of its own, by the
seed. Stop at: a text that ends a take where the model has written it; \\n is the end of a line.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "change", "change", id="primer.change", tooltip="Type another text, or the name of a file"),
        Binding("delete", "clear", "none", id="primer.clear", show=False),
        Binding("up,k", "app.focus_previous", "up", id="primer.up", show=False),
        Binding("down,j", "app.focus_next", "down", id="primer.down", show=False),
    ]

    class Asked(Message):
        """Another is wanted. row: the id."""

        def __init__(self, row: str) -> None:
            super().__init__()
            self.row = row

    class Cleared(Message):
        """None is wanted."""

        def __init__(self, row: str) -> None:
            super().__init__()
            self.row = row

    def __init__(self, name: str, empty: str, *, id: str, tooltip: str) -> None:
        super().__init__(id=id)
        self.text = ""
        self._label, self._empty = name, empty
        self.tooltip = tooltip

    def show(self, text: str) -> None:
        """Name it."""
        if text != self.text:
            self.text = text
            self.refresh()

    def render(self) -> Content:
        """Its name, the end of it where it is long."""
        room = max(self.content_size.width - NAME, 4)
        name = clean(self.text) or self._empty
        shown = name if len(name) <= room else f"…{name[1 - room :]}"
        label = Content.styled(f"{self._label:<{NAME}}", "$accent" if self.has_focus else "$foreground 80%")
        return Content.assemble(label, Content.styled(shown.rjust(room), "" if self.text else "$quiet"))

    def on_click(self, event: events.Click) -> None:
        """A click is Enter."""
        event.stop()
        self.action_change()

    def action_change(self) -> None:
        """Ask for another."""
        self.post_message(self.Asked(self.id or ""))

    def action_clear(self) -> None:
        """Back to none."""
        self.post_message(self.Cleared(self.id or ""))

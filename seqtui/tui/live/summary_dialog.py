"""The end summary of a run, as `seqtui run` prints it, over the live screen."""

from collections.abc import Sequence
from typing import ClassVar, Final, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from seqtui.tui.dialog import Dialog
from seqtui.tui.plain_text import plain

WIDTH: Final = 84


@final
class SummaryDialog(Dialog[None]):
    """Lines of at most WIDTH cells, but for paths."""

    DEFAULT_CSS = """
    SummaryDialog #summary { width: 92; height: auto; }
    SummaryDialog VerticalScroll { height: auto; max-height: 100%; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,i,enter", "close", "close", id="summary.close", tooltip="Back to the panels"),
    ]

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        """One scrolling page."""
        with Vertical(id="summary", classes="dialog") as box:
            box.border_title = "Summary"
            box.border_subtitle = "Esc closes"
            with VerticalScroll():
                yield Static(plain("\n".join(self._lines)))

    def action_close(self) -> None:
        """Back."""
        self.dismiss()

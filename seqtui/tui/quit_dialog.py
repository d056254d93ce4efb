"""What is to become of the living runs, asked when the app is left. Quit is not stop."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import ClassVar, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from seqtui.runs.folder import RunFolder
from seqtui.tui.dialog import Dialog
from seqtui.tui.plain_text import plain


class QuitAnswer(Enum):
    """What a person chose. None stands for staying."""

    DETACH = auto()
    STOP = auto()


@final
class QuitDialog(Dialog[QuitAnswer | None]):
    """Leave them training, stop them, or stay."""

    DEFAULT_CSS = """
    QuitDialog #question { width: 64; }
    QuitDialog OptionList { height: auto; border: none; background: $surface; margin-top: 1; padding: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "answer('DETACH')", "leave", id="quit.leave", show=False),
        Binding("x", "answer('STOP')", "stop", id="quit.stop", show=False),
        Binding("escape,q", "answer('')", "stay", id="quit.stay", show=False),
    ]
    _CHOICES: ClassVar = (
        ("DETACH", "l", "Leave: the training goes on (seqtui attach last)"),
        ("STOP", "x", "Stop: finish the step, save, end"),
        ("", "Esc", "Stay"),
    )

    def __init__(self, living: Sequence[RunFolder]) -> None:
        super().__init__()
        self._living = living

    def compose(self) -> ComposeResult:
        """The question and the choices."""
        with Vertical(id="question", classes="dialog") as box:
            box.border_title = "Still training"
            yield Static(plain("\n".join(folder.id for folder in self._living)))
            yield OptionList(
                *(
                    Option(Content.assemble(Content.styled(f" {key:<5}", "bold"), text), id=name or None)
                    for name, key, text in self._CHOICES
                )
            )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        self.action_answer(event.option_id or "")

    def action_answer(self, name: str) -> None:
        """Close with the answer."""
        self.dismiss(QuitAnswer[name] if name else None)

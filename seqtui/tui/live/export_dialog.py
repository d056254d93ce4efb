"""Which file to write from a run: a path, and for answers the file of records."""

from typing import ClassVar, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from seqtui.text_safety import clean
from seqtui.tui.dialog import Dialog
from seqtui.tui.live.exporting import Exportable, export_fault, needs_records
from seqtui.tui.plain_input import PlainInput


@final
class ExportDialog(Dialog[tuple[str, str] | None]):
    """Answers the path of the file, and of the records or ''."""

    DEFAULT_CSS = """
    ExportDialog #ask { width: 74; }
    ExportDialog Input { border: none; height: 1; padding: 0; background: $panel; margin-bottom: 1; }
    ExportDialog #fault { color: $error; height: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave it", id="export.leave", tooltip="Write nothing"),
    ]

    def __init__(self, kinds: Exportable, *, name: str) -> None:
        super().__init__()
        self._kinds = kinds
        self._name = name

    def compose(self) -> ComposeResult:
        """The two fields, and what is wrong with them."""
        with Vertical(id="ask", classes="dialog") as box:
            box.border_title = "Export"
            box.border_subtitle = "Enter writes, Esc leaves"
            makes = "a sample" if self._kinds.makes else "predictions"
            model = "; the model itself as .onnx or .safetensors"
            yield Static(Content(f"Writes {makes} as {', '.join(self._kinds.suffixes)}{model}."))
            yield Static(Content.styled("file to write", "$quiet"))
            yield PlainInput(f"{self._name}{self._kinds.suffixes[0]}", compact=True, id="path")
            yield Static(Content.styled("file with the records to predict", "$quiet"), id="records-label")
            yield PlainInput(compact=True, id="records")
            yield Static(id="fault")

    def on_mount(self) -> None:
        """The name is there to be changed."""
        self.query_one("#path", Input).focus()
        self._look()

    def on_input_changed(self, _event: Input.Changed) -> None:
        """Errors as one types."""
        self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """To the records if they are needed and missing, else done if all is right."""
        path, records = self._values
        if needs_records(self._kinds, path) and not records and event.input.id == "path":
            self.query_one("#records", Input).focus()
        elif not export_fault(self._kinds, path, records):
            self.dismiss((path, records))

    def action_leave(self) -> None:
        """Write nothing."""
        self.dismiss(None)

    @property
    def _values(self) -> tuple[str, str]:
        return self.query_one("#path", Input).value, self.query_one("#records", Input).value

    def _look(self) -> None:
        path, records = self._values
        needed = needs_records(self._kinds, path)
        for name in ("#records-label", "#records"):
            self.query_one(name).display = needed
        self.query_one("#fault", Static).update(Content(clean(export_fault(self._kinds, path, records))))

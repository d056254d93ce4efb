"""Asked over the form: which preset, and a file to save to or to load."""

from collections.abc import Callable, Sequence
from typing import ClassVar, final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from seqtui.errors import SeqtuiError
from seqtui.text_safety import clean
from seqtui.tui.dialog import Dialog
from seqtui.tui.line_input import LineInput, names_of
from seqtui.tui.setup.form import shown
from seqtui.tui.setup.presets import Preset


@final
class PresetDialog(Dialog[Preset | None]):
    """Pick one."""

    DEFAULT_CSS = """
    PresetDialog #presets { width: 72; }
    PresetDialog OptionList { height: auto; border: none; padding: 0; background: $surface; }
    PresetDialog OptionList:focus > .option-list--option-highlighted {
        background: $block-cursor-background; color: $block-cursor-foreground; text-style: $block-cursor-text-style;
    }
    PresetDialog OptionList:focus { border: none; background-tint: $foreground 0%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,p", "leave", "close", id="presets.leave"),
        Binding("j", "move(1)", "down", id="presets.down", show=False),
        Binding("k", "move(-1)", "up", id="presets.up", show=False),
    ]

    def __init__(self, presets: Sequence[Preset]) -> None:
        super().__init__()
        self._presets = presets

    def compose(self) -> ComposeResult:
        """A line for each, with what it sets."""
        with Vertical(id="presets", classes="dialog") as box:
            box.border_title = "Presets"
            box.border_subtitle = "Enter takes it, Esc leaves"
            yield OptionList(*[Option(_line(preset)) for preset in self._presets])

    def action_leave(self) -> None:
        """None of them."""
        self.dismiss(None)

    def action_move(self, way: int) -> None:
        """Down or up."""
        picks = self.query_one(OptionList)
        if way > 0:
            picks.action_cursor_down()
        else:
            picks.action_cursor_up()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """This one."""
        event.stop()
        self.dismiss(self._presets[event.option_index])


@final
class FileDialog(Dialog[str | None]):
    """Asks for a file and has it used; a SeqtuiError or OSError is told beneath, and one may try again.

    use(path, sure): '' when it is done, or a question that Enter answers: it is called again, with sure.
    """

    DEFAULT_CSS = """
    FileDialog #file { width: 72; }
    FileDialog #said { height: 4; color: $quiet; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "close", id="file.leave")]

    def __init__(self, title: str, path: str, use: Callable[[str, bool], str]) -> None:
        super().__init__()
        self._title = title
        self._path = path
        self._use = use
        self._asked = ""

    def compose(self) -> ComposeResult:
        """A line to type into, and a few lines for what is said of it."""
        with Vertical(id="file", classes="dialog") as box:
            box.border_title = self._title
            box.border_subtitle = "Enter does it, tab completes, Esc leaves"
            line = LineInput(self._path, placeholder="a path", compact=True)
            line.completes = True
            yield line
            yield Static(id="said")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(LineInput).focus()

    def action_leave(self) -> None:
        """Nothing was done."""
        self.dismiss(None)

    def on_line_input_left(self, message: LineInput.Left) -> None:
        """Esc."""
        message.stop()
        if message.way is None:
            self.dismiss(None)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for candidates."""
        event.stop()
        self._asked = ""
        self.query_one(LineInput).look_around()

    def on_line_input_candidates(self, message: LineInput.Candidates) -> None:
        """Show them."""
        message.stop()
        self.query_one("#said", Static).update(Content(names_of(message.paths)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do it, or say why not."""
        event.stop()
        path = event.value.strip()
        try:
            question = self._use(path, self._asked == path) if path else "give a path"
        except SeqtuiError as error:
            question = str(error)
        except OSError as error:
            question = f"{path}: {error.strerror}"
        if not question:
            self.dismiss(path)
            return
        self._asked = path
        self.query_one("#said", Static).update(Content.styled(clean(question), "$warning"))

    def on_click(self, event: events.Click) -> None:
        """A click beside the dialog leaves it."""
        if event.widget is self:
            self.dismiss(None)


def _line(preset: Preset) -> Content:
    values = "  ".join(f"{name}={shown(value)}" for name, value in preset.values.items()) or "nothing changed"
    return Content.assemble((f"{preset.name:<13}", "bold"), preset.why, "\n", (f"{'':<13}{clean(values)}", "$quiet"))

"""Small questions over the live screen: a number, and whether to stop."""

import math
from collections.abc import Callable
from functools import partial
from typing import ClassVar, Final, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from seqtui.runs.control import knob_fault
from seqtui.text_safety import clean
from seqtui.tui.dialog import Dialog
from seqtui.tui.plain_input import PlainInput


@final
class NumberPrompt(Dialog[float | None]):
    """Asks for a number. fault: what is wrong with one, in words, or ''; hint: what a right one comes to, or ''."""

    DEFAULT_CSS = """
    NumberPrompt #ask { width: 56; }
    NumberPrompt Input { border: none; height: 1; padding: 0; background: $panel; margin: 1 0 0 0; }
    NumberPrompt #said { color: $error; height: 2; }
    NumberPrompt #said.-hint { color: $quiet; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave it", id="prompt.leave", tooltip="Change nothing"),
    ]

    def __init__(
        self, title: str, *, now: float | None, about: str, fault: Callable[[float], str], hint: Callable[[float], str]
    ) -> None:
        super().__init__()
        self._title = title
        self._first = f"{now:g}" if now is not None and not fault(now) else ""
        self._about = about
        self._fault, self._hint = fault, hint

    def compose(self) -> ComposeResult:
        """What it means, the field with the present value, and what is wrong with what stands there."""
        with Vertical(id="ask", classes="dialog") as box:
            box.border_title = Content(self._title)
            box.border_subtitle = "Enter sets, Esc leaves"
            yield Static(Content(clean(self._about)))
            yield PlainInput(self._first, compact=True)
            yield Static(id="said")

    def on_mount(self) -> None:
        """Ready to be typed over."""
        self.query_one(Input).focus()
        self.query_one(Input).action_select_all()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What it comes to, or what is wrong with it, as one types; an empty field is no fault yet."""
        value, fault = self._read(event.value)
        self._say(fault if event.value else "", hint="" if fault else self._hint(value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Done, if it is right."""
        value, fault = self._read(event.value)
        if fault:
            self._say(fault)
        else:
            self.dismiss(value)

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)

    def _say(self, fault: str, *, hint: str = "") -> None:
        said = self.query_one("#said", Static)
        said.set_class(not fault, "-hint")
        said.update(Content(clean(fault or hint)))

    def _read(self, text: str) -> tuple[float, str]:
        try:
            value = float(text)
        except ValueError:
            return math.nan, "give a number, such as 0.001 or 1e-3"
        return value, self._fault(value)


_ASKED: Final = {
    "temperature": (
        "Sample now",
        "Temperature of the sample that is made after this step: under 1 surer, over 1 wilder.",
    ),
    "lr": (
        "Learning rate",
        "Learning rate from the next step on, before its schedule. Every chart marks the change with l.",
    ),
    "max_grad_norm": (
        "Clipping threshold",
        "The gradient's total norm is clipped to this from the next step on; 0 clips nothing.",
    ),
}


def knob_prompt(knob: str, *, now: float | None, hint: Callable[[float], str] | None = None) -> NumberPrompt:
    """Asks for the value of a knob, or the temperature of a sample, under the rules that the run itself has."""
    title, about = _ASKED[knob]
    fault = partial(knob_fault, knob)
    return NumberPrompt(title, now=now, about=about, fault=fault, hint=hint or (lambda _: ""))


@final
class Choice(Dialog[str | None]):
    """Asks for one of a few answers, each with its key. None: Esc."""

    DEFAULT_CSS = """
    Choice #ask { width: 66; }
    Choice OptionList { height: auto; border: none; background: $surface; margin-top: 1; padding: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n,q", "leave", "leave it", id="choice.leave", tooltip="Change nothing"),
        Binding("x,y", "take", "do it", id="choice.take", tooltip="The first answer"),
    ]

    def __init__(self, title: str, about: str, answers: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._title = title
        self._about = about
        self._answers = answers

    def compose(self) -> ComposeResult:
        """The question and the answers."""
        with Vertical(id="ask", classes="dialog") as box:
            box.border_title = Content(self._title)
            yield Static(Content(clean(self._about)))
            yield OptionList(*(Option(Content(f" {text}"), id=name) for name, text in self._answers))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        self.dismiss(event.option_id)

    def action_take(self) -> None:
        """The first answer."""
        self.dismiss(self._answers[0][0])

    def action_leave(self) -> None:
        """None of them."""
        self.dismiss(None)


def stop_choice(run: str, step: int) -> Choice:
    """Asks whether a run is to be stopped; '' or None: no."""
    about = f"{run}, step {step:,}" if step else run
    answers = (("stop", "x    Stop: finish the step, save, end; it can be resumed"), ("", "Esc  Train on"))
    return Choice("Stop this run?", about, answers)

"""The desk of a model that writes symbols: takes as any model's, colored by surprise, and a panel to write together."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from seqtui.runs.studio_model import ModelFacts
from seqtui.runs.studio_words import Answer
from seqtui.runs.writing_words import LONGEST_TEXT, AskSurprise, Continued, Followed, Surprised
from seqtui.shapes import NextToken, head_name
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.studio.controls import Controls
from seqtui.tui.studio.desk import Desk
from seqtui.tui.studio.expected_panel import ExpectedPanel
from seqtui.tui.studio.next_picker import NextPicker
from seqtui.tui.studio.surprises import Surprises
from seqtui.tui.studio.take_list import TakeList
from seqtui.tui.studio.takes_desk import TakesDesk
from seqtui.tui.studio.text_view import TextView, tokens_of
from seqtui.tui.studio.writing_panel import WritingPanel

if TYPE_CHECKING:
    from seqtui.task import Task


def writes_symbols(facts: ModelFacts, task: "Task") -> bool:
    """Whether it is a model of the next token, and its tokens have names."""
    return facts.head == head_name(NextToken(1)) and bool(task.token_names(facts.encoding))


@final
class TextDesk(Desk):
    """Holds a desk of takes, and carries what the rest of it asks.

    What asks is called by call_next: a message goes no further than whoever was at work when it was made.
    """

    DEFAULT_CSS = """
    TextDesk { height: 1fr; }
    TextDesk #text-take { height: 1fr; }
    TextDesk #expected-take { height: 9; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "takes", "to the takes", id="studio.takes", tooltip="Back from writing to the takes"),
    ]

    def __init__(self, facts: ModelFacts, task: "Task", glyphs: Glyphs) -> None:
        super().__init__()
        numbers = itertools.count(1)
        self._numbers = numbers
        self._text = TextView(task, facts.encoding, id="text-take")
        parts = task.parts(np.arange(facts.size), facts.encoding)
        self._expected = ExpectedPanel(parts, id="expected-take")
        self._writing = WritingPanel(facts.place.name, task, facts.encoding, facts.size, numbers)
        more = (self._writing,)
        self._takes = TakesDesk(
            facts, task, glyphs, numbers=numbers, text=self._text, below=(self._expected,), more=more
        )  # fmt: skip
        self._surprises = Surprises(0, ())
        self._is_open = False

    def compose(self) -> ComposeResult:
        """The desk of takes, with everything in it."""
        yield self._takes

    def on_mount(self) -> None:
        """Takes first."""
        self._writing.display = self._expected.display = False

    def opened(self, folder: Path) -> None:
        """A first take, or the text goes on."""
        self._is_open = True
        if self._is_writing:
            self._takes.rest(idle=True)
        self._takes.opened(folder)
        if self._is_writing:
            self._writing.taste(self.query_one(Controls).recipe)

    def lost(self) -> None:
        """For both."""
        self._is_open = False
        self._takes.lost()
        self._writing.lost()

    def hear(self, answers: Sequence[Answer]) -> None:
        """Each takes what it asked."""
        for answer in answers:
            if isinstance(answer, Surprised) and answer.id == self._surprises.request:
                self._surprises.take(answer)
                self._show_surprise()
        self._writing.hear(answers)
        rest = [answer for answer in answers if not isinstance(answer, Surprised | Followed | Continued)]
        if rest:
            self._takes.hear(rest)

    def status(self) -> Content:
        """Of the takes; how long the text is."""
        if self._is_writing:
            return Content.styled(f"{len(self._writing.written.tokens):,} symbols", "$quiet")
        return self._takes.status()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """There is a way back only where one has gone."""
        return self._is_writing if action == "takes" else True

    def on_takes_desk_looked(self, message: TakesDesk.Looked) -> None:
        """Its surprise."""
        message.stop()
        self.refresh_bindings()
        if message.take.done:
            self._ask_surprise()

    def on_takes_desk_asked(self, message: TakesDesk.Asked) -> None:
        """A key of the takes."""
        message.stop()
        if message.what == "surprise":
            self._color()
        else:
            self._write()

    def on_text_view_marked(self) -> None:
        """Another symbol of a take."""
        self._show_surprise()

    def on_controls_changed(self, message: Controls.Changed) -> None:
        """Other symbols may come next."""
        if self._is_writing:
            self._writing.call_next(self._writing.taste, message.recipe)

    def _color(self) -> None:
        """Color, or no longer; of whichever text is in view."""
        if self._is_writing:
            self._writing.call_next(self._writing.color, on=not self._writing.is_colored)
            return
        on = not self._text.is_colored
        self._text.color(self._surprises if on else None)
        self._expected.display = on
        self.query_one(TakeList).display = not on
        self._takes.read(as_text=on)
        if on:
            self._text.focus()
        self._ask_surprise()

    def _write(self) -> None:
        """Go on from what stands before the mark of the take, or from its opening, unless a text is at hand."""
        take = self._takes.take
        if take and not self._writing.written.is_touched:
            mark = self._text.mark
            values = take.values[: mark - 1] if mark and mark > 1 else take.values[: max(take.opening_steps, 1)]
            made = [place >= take.opening_steps for place in range(len(values))]
            self._writing.call_next(self._writing.begin, values, made)
        self._takes.rest(idle=True)
        self._writing.display = True
        self._writing.call_next(self._writing.taste, self.query_one(Controls).recipe)
        self.query_one(NextPicker).focus()
        self.refresh_bindings()

    def action_takes(self) -> None:
        """Back to them."""
        self._writing.display = False
        self._takes.rest(idle=False)
        (self._text if self._text.display else self.query_one("#take")).focus()
        self.refresh_bindings()

    @property
    def _is_writing(self) -> bool:
        return self._writing.display

    def _ask_surprise(self) -> None:
        take = self._takes.take
        if not (self._text.is_colored and self._is_open and take and take.done) or self._is_writing:
            return
        tokens = tokens_of(take.values[:LONGEST_TEXT])
        if len(tokens) > 1 and list(self._surprises.tokens) != tokens:
            number = next(self._numbers)
            self._surprises = Surprises(number, tokens)
            self.post_message(self.Wanted(AskSurprise(number, tokens)))
        self._show_surprise()

    def _show_surprise(self) -> None:
        if self._text.is_colored:
            self._text.color(self._surprises)
            self._expected.show(self._surprises, self._text.cursor)

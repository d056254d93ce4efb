"""Writing together with a model of the next token: the text, what may come next, and a line to type one's own into."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, final

import numpy as np
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from seqtui.errors import SeqtuiError
from seqtui.runs.studio_words import Answer, Dropped, Refused, WriteSamples
from seqtui.runs.writing_words import LONGEST_TEXT, Continued, Followed, Surprised
from seqtui.text_safety import clean
from seqtui.tui.line_input import LineInput
from seqtui.tui.studio.desk import Desk
from seqtui.tui.studio.expected_panel import ExpectedPanel
from seqtui.tui.studio.export_prompt import export_prompt
from seqtui.tui.studio.naming import open_fault
from seqtui.tui.studio.next_picker import NextPicker
from seqtui.tui.studio.path_prompt import PathPrompt
from seqtui.tui.studio.surprises import Surprises
from seqtui.tui.studio.takes import Recipe
from seqtui.tui.studio.text_view import TextView
from seqtui.tui.studio.writing_asks import WritingAsks
from seqtui.tui.studio.written import Written

if TYPE_CHECKING:
    from seqtui.task import Task, Values

LARGEST_FILE: Final = 4 * 2**20  # bytes
MOST_OWED: Final = 20


@final
class WritingPanel(Vertical):
    """Asks by Desk.Wanted, as a desk does; what was chosen while an answer is awaited is done when that has come."""

    DEFAULT_CSS = """
    WritingPanel { width: 1fr; }
    WritingPanel #text-written { height: 1fr; }
    WritingPanel #next, WritingPanel #expected-written { height: 13; }
    WritingPanel #typed, WritingPanel #typed:focus { padding: 0 1; background: $panel; }
    .-narrow WritingPanel #next, .-narrow WritingPanel #expected-written { height: 8; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "write('word')", "a word", id="writing.word", tooltip="Have the model write a word (three bases)"),
        Binding("l", "write('line')", "a line", id="writing.line", tooltip="Have the model write to the line's end"),
        Binding("t", "type", "type", id="writing.type", tooltip="Type your own text"),
        Binding("u", "undo", "undo", id="writing.undo", tooltip="As it was before the last act"),
        Binding("backspace", "take_back", "back", id="writing.back", tooltip="Take the last symbol away", show=False),
        Binding("o", "open", "open", id="writing.open", tooltip="Go on from the text of a file"),
        Binding("e", "export", "export", id="writing.export", tooltip="Write the text to a file"),
    ]

    def __init__(self, name: str, task: "Task", encoding: Mapping[str, Any], size: int, numbers: Iterator[int]) -> None:
        super().__init__(id="writing")
        self._model, self._application, self._encoding = name, task, encoding
        self._parts = task.parts(np.arange(size), encoding)
        self._types_symbols = all(len(part.strip()) < 2 for part in self._parts)
        self.written = Written()
        self._asks = WritingAsks(numbers)
        self._typed: list[int] = []
        self._owed: deque[int] = deque(maxlen=MOST_OWED)

    def compose(self) -> ComposeResult:
        """Text, symbols to choose from, a line."""
        yield TextView(self._application, self._encoding, id="text-written")
        yield ExpectedPanel(self._parts, id="expected-written")
        yield NextPicker(self._parts, id="next")
        yield LineInput(placeholder="t types here; Enter takes it, alone: line end", id="typed", compact=True)

    def on_mount(self) -> None:
        """One of the two panels beneath the text at a time."""
        self._text.border_title = "Yours dim, the model's bright"
        self.query_one(ExpectedPanel).display = False

    @property
    def is_colored(self) -> bool:
        """Whether surprise is shown."""
        return self._text.is_colored

    def begin(self, values: "Values", made: Sequence[bool]) -> None:
        """Go on from this text, its end where it is too long."""
        self.written.begin(values[-LONGEST_TEXT:].tolist(), list(made)[-LONGEST_TEXT:])
        self._renew()

    def taste(self, recipe: Recipe) -> None:
        """Ask again, under other controls."""
        self._asks.recipe = recipe
        self._ask()

    def color(self, *, on: bool) -> None:
        """By surprise, or no longer."""
        self._text.color(Surprises(0, ()) if on else None)
        self._choose_panel()
        if on:
            self._ask()

    def lost(self) -> None:
        """Nothing that was asked will be answered."""
        self._asks.forget()
        self._owed.clear()

    def hear(self, answers: Sequence[Answer]) -> None:
        """Symbols to choose from; what the model wrote; surprise."""
        for answer in answers:
            match answer:
                case Followed(id=number) if self._asks.is_next(number):
                    self.query_one(NextPicker).show(answer)
                    self._do_what_is_owed()
                case Continued(id=number, tokens=tokens) if self._asks.is_more(number):
                    self._add(tokens, by_model=True)
                case Surprised() if self.is_colored:
                    self._text.color(self._asks.surprised(answer, self._text.surprises))
                    self._choose_panel()
                case Dropped(id=number) | Refused(id=number) if self._asks.is_lost(number):
                    self._owed.clear()

    def on_next_picker_chosen(self, message: NextPicker.Chosen) -> None:
        """Write a symbol, or when it is known which."""
        message.stop()
        if self._asks.is_waiting:
            self._owed.append(message.place)
        else:
            self._write_symbol(message.place)

    def on_text_view_marked(self, message: TextView.Marked) -> None:
        """Its surprise, where that is shown."""
        message.stop()
        self._choose_panel()

    def on_descendant_focus(self) -> None:
        """What was expected stands there while one is in the text."""
        self._choose_panel()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What would come next after what is being typed."""
        event.stop()
        self._typed = self._tokens_of(event.value, quiet=True) if self._types_symbols else []
        self._ask()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write it; nothing is the end of a line."""
        event.stop()
        self._typed = []
        tokens = self._tokens_of(event.value.replace("\\n", "\n") or "\n")
        with self.prevent(Input.Changed):
            event.input.clear()
        self._add(tokens, by_model=False)

    def on_line_input_left(self, message: LineInput.Left) -> None:
        """Up to what may come next, with what was typed written, unless it was cancelled."""
        message.stop()
        line = self.query_one(LineInput)
        text, self._typed = line.value if message.way is not None else "", []
        with self.prevent(Input.Changed):
            line.clear()
        self._add(self._tokens_of(text), by_model=False)
        self.query_one(NextPicker).focus()

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text, all its lines."""
        event.stop()
        self._add(self._tokens_of(event.text[:LONGEST_TEXT].replace("\r\n", "\n")), by_model=False)

    def action_write(self, piece: str) -> None:
        """Have the model write a word or a line."""
        if self.written.tokens and not self._asks.is_writing:
            self.post_message(Desk.Wanted(self._asks.more(self.written.tokens, piece)))

    def action_type(self) -> None:
        """To the line."""
        self.query_one(LineInput).focus()

    def action_undo(self) -> None:
        """As it was before the last act."""
        if self.written.undo():
            self._renew()

    def action_take_back(self) -> None:
        """One symbol less."""
        if self.written.take_back():
            self._renew()

    def action_open(self) -> None:
        """Ask for a file."""
        note = f"a text file ({' or '.join(self._application.sample_suffixes)}); its end is gone on from"
        self.app.push_screen(PathPrompt("Open a text", note, "", fault=open_fault), lambda path: self._open(path or ""))

    def action_export(self) -> None:
        """Ask for a path."""
        if self.written.tokens:
            suffixes = self._application.sample_suffixes
            prompt = export_prompt("what was written", f"{self._model}-written", suffixes, 1)
            self.app.push_screen(prompt, lambda path: self._export(path) if path else None)

    @property
    def _text(self) -> TextView:
        return self.query_one("#text-written", TextView)

    def _open(self, path: str) -> None:
        if not path:
            return
        place = Path(path).expanduser()
        try:
            if place.stat().st_size > LARGEST_FILE:
                self._say(f"{place.name} is larger than {LARGEST_FILE // 2**20} MiB: open a part of it", bad=True)
                return
            values = self._application.prime(str(place), self._encoding, rng=np.random.default_rng(0))
        except (SeqtuiError, OSError) as error:
            self._say(str(error), bad=True)
        else:
            self.begin(values, [False] * len(values))

    def _export(self, path: str) -> None:
        number = self._asks.number()
        name = f"written-{number}"
        values = {name: np.array(self.written.tokens, np.int64)}
        request = WriteSamples(number, [f"{name}.npy"], str(Path(path).expanduser().absolute()))
        self.post_message(Desk.Wanted(request, values))

    def _tokens_of(self, text: str, *, quiet: bool = False) -> list[int]:
        """Typed text as tokens; what the model does not know is told of."""
        try:
            values = self._application.tokens_of(text, self._encoding)
        except SeqtuiError as error:
            if not quiet:
                self._say(str(error), bad=True)
            return []
        read = "".join(self._application.parts(values, self._encoding))
        if not quiet and read.split() != text.split() and self._application.length_unit == "characters":
            self._say(f"the model reads: {clean(read, limit=80)}")
        return [int(value) for value in values]

    def _add(self, tokens: Sequence[int], *, by_model: bool) -> None:
        if len(self.written.tokens) + len(tokens) > LONGEST_TEXT:
            self._say(f"a text has {LONGEST_TEXT:,} symbols at most: e exports it, o opens another", bad=True)
        elif tokens:
            self.written.add(tokens, by_model=by_model)
            self._renew()
        else:
            self._ask()

    def _renew(self) -> None:
        self._text.put(np.array(self.written.tokens, np.int64), self.written.made)
        self._choose_panel()
        self._ask()

    def _ask(self) -> None:
        tokens = [*self.written.tokens, *self._typed][-LONGEST_TEXT:]
        self._owed.clear()
        if not tokens:
            self._asks.forget()
            self.query_one(NextPicker).show(None)
        elif not self._asks.is_writing:
            self.post_message(Desk.Wanted(self._asks.next_after(tokens)))

    def _do_what_is_owed(self) -> None:
        if self._owed:
            owed = list(self._owed)
            self._write_symbol(owed.pop(0))
            self._owed.extend(owed)
        elif self.is_colored and len(self.written.tokens) > 1:
            self.post_message(Desk.Wanted(self._asks.surprise(self.written.tokens)))

    def _write_symbol(self, place: int) -> None:
        tokens = self.query_one(NextPicker).tokens
        if place < len(tokens):
            typed, self._typed = self._typed, []
            with self.prevent(Input.Changed):
                self.query_one(LineInput).clear()
            if typed:
                self.written.add(typed, by_model=False)
            self._add([tokens[place]], by_model=True)

    def _choose_panel(self) -> None:
        """What was expected at the cursor, while one looks at the text and its colors; else what may come next."""
        text, expected = self._text, self.query_one(ExpectedPanel)
        is_asked = text.is_colored and text.has_focus
        if is_asked:
            expected.show(text.surprises, text.cursor)
        expected.display, self.query_one(NextPicker).display = is_asked, not is_asked

    def _say(self, text: str, *, bad: bool = False) -> None:
        self.post_message(Desk.Said(text, bad=bad))

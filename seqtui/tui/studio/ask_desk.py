"""The desk of a model that labels: a sequence, its class, and why; records of a file beside it."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content

from seqtui.runs.studio_model import ModelFacts
from seqtui.runs.studio_words import (
    Answer,
    Answered,
    AskLabel,
    Listed,
    Refused,
    Salient,
    Substituted,
    Told,
    WritePredictions,
    Wrote,
)
from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.pick_list import PickPanel
from seqtui.tui.studio.class_bars import STYLES, ClassBars
from seqtui.tui.studio.desk import Desk
from seqtui.tui.studio.naming import export_fault, free_name, open_fault
from seqtui.tui.studio.path_prompt import PathPrompt
from seqtui.tui.studio.record_list import RecordList
from seqtui.tui.studio.sequence_map import Facts, SequenceMap
from seqtui.tui.studio.sequence_text import MOST, SequenceText

if TYPE_CHECKING:
    from seqtui.task import Task


@final
class AskDesk(Desk):
    """Asks about a text at every change of it."""

    DEFAULT_CSS = """
    AskDesk { height: 1fr; layout: vertical; }
    AskDesk #said-of { height: auto; max-height: 10; }
    AskDesk #classes { width: 1fr; max-height: 10; }
    AskDesk #records { width: 1fr; height: 100%; display: none; }
    AskDesk.-file #records { display: block; height: 10; }
    AskDesk.-file #classes { height: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "open a file", id="ask.open", tooltip="Ask about the records of a file"),
        Binding("e", "export", "export", id="ask.export", tooltip="Write what is said of every record to a file"),
        Binding("x", "explain", "next class", id="ask.explain", tooltip="Explain another class"),
        Binding("slash", "filter", "filter", id="ask.filter", tooltip="Only records with these words", show=False),
    ]

    def __init__(self, facts: ModelFacts, task: "Task", glyphs: Glyphs) -> None:
        super().__init__()
        self._facts, self._application, self._glyphs = facts, task, glyphs
        self._numbers = itertools.count(1)
        self._asked: AskLabel | None = None
        self._is_open = self._busy = False
        self._label: int | None = None
        self._answer: Answered | None = None
        self._why: Facts | None = None

    def compose(self) -> ComposeResult:
        """Text, classes and records, why."""
        yield SequenceText()
        with Horizontal(id="said-of"):
            yield ClassBars(self._facts.classes, self._glyphs)
            yield RecordList()
        yield SequenceMap()

    def on_mount(self) -> None:
        """Ready to be typed or pasted into."""
        self.query_one(SequenceText).focus()

    def opened(self, folder: Path) -> None:  # noqa: ARG002  nothing of it is needed here
        """Ask what was asked, once more."""
        self._is_open = True
        text = self.query_one(SequenceText).text
        if self._asked and (self._asked.path or not text):
            self._ask(path=self._asked.path, record=self._asked.record)
        elif text:
            self._ask(text=text)

    def lost(self) -> None:
        """Nothing is answered now."""
        self._is_open = self._busy = False
        self.refresh_bindings()

    def status(self) -> Content:
        """Whether an answer is on its way."""
        return Content.styled("asking", "$train") if self._busy else Content("")

    def hear(self, answers: Sequence[Answer]) -> None:
        """Of the newest question alone; one picture however many came."""
        for answer in answers:
            self._hear(answer)
        self.query_one(SequenceMap).show(self._why)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """What cannot be done now is grey."""
        if action in ("export", "explain"):
            return True if self._is_open and self._answer else None
        return (True if self._is_open else None) if action == "open" else True

    def on_sequence_text_typed(self, message: SequenceText.Typed) -> None:
        """Another text, another answer."""
        self._ask(text=message.text)

    def on_sequence_text_cut_short(self, message: SequenceText.CutShort) -> None:
        """A pasted chromosome."""
        self.post_message(self.Said(f"only {message.most:,} letters fit here: o opens a file of any size", bad=True))

    def on_sequence_map_put(self, message: SequenceMap.Put) -> None:
        """One letter is another one now."""
        if self._answer:
            symbols = list(self._answer.symbols)
            symbols[message.step] = message.letter
            text = self._spelled(symbols)
            self.query_one(SequenceText).put(text)
            self._ask(text=text)

    def on_pick_panel_picked(self, message: PickPanel.Picked) -> None:
        """Another record of the file."""
        if self._asked and (self._asked.path or self._asked.text):
            self._ask(text=self._asked.text, path=self._asked.path, record=int(message.key), whole=False)

    def action_open(self) -> None:
        """Ask for a path."""
        note = f"reads {self._application.reads}"
        prompt = PathPrompt("Open a file", note, "", fault=open_fault)
        self.app.push_screen(prompt, lambda text: self._open(text) if text else None)

    def action_export(self) -> None:
        """Ask for a path."""
        asked, suffixes = self._asked, self._application.predict_suffixes
        if asked is None or self._answer is None:
            return
        what = f"{self._answer.count:,} predictions" if self._answer.count > 1 else "this prediction"
        value = free_name(f"{self._facts.place.name}-predictions", ".csv" if ".csv" in suffixes else suffixes[0], 1)
        note = f"ends in {' or '.join(each for each in suffixes if not each.endswith('.gz'))}; nothing is overwritten"
        prompt = PathPrompt(f"Export {what} to", note, value, fault=lambda text: export_fault(text, suffixes))
        self.app.push_screen(prompt, lambda text: self._write(asked, text) if text else None)

    def action_explain(self) -> None:
        """The next class."""
        if self._answer and self._asked:
            self._label = (self._answer.explained + 1) % len(self._facts.classes)
            self._ask(text=self._asked.text, path=self._asked.path, record=self._asked.record, whole=False)

    def action_filter(self) -> None:
        """Only some records."""
        if self.has_class("-file"):
            self.query_one(RecordList).action_filter()

    def _open(self, text: str) -> None:
        self._label = None
        self._ask(path=str(Path(text).expanduser().absolute()))

    def _write(self, asked: AskLabel, path: str) -> None:
        target = str(Path(path).expanduser().absolute())
        self.post_message(self.Wanted(WritePredictions(next(self._numbers), target, asked.text, asked.path)))

    def _ask(self, *, text: str = "", path: str = "", record: int = 0, whole: bool = True) -> None:
        self._asked = AskLabel(next(self._numbers), text, path, record, self._label, whole)
        if not text.strip() and not path:
            self._forget()
        elif self._is_open:
            self._busy = True
            self.post_message(self.Wanted(self._asked))

    def _forget(self) -> None:
        self._answer = self._why = None
        self._busy = False
        self.remove_class("-file")
        self.query_one(ClassBars).show((), 0, None)
        self.query_one(SequenceMap).show(None)
        self.query_one(SequenceText).border_subtitle = ""
        self.post_message(self.Said(""))
        self.refresh_bindings()

    def _hear(self, answer: Answer) -> None:
        newest = self._asked.id if self._asked else 0
        match answer:
            case Wrote(paths=paths):
                self.post_message(self.Said(f"wrote {', '.join(paths)}"))
            case Refused(id=number, reason=reason):
                self._busy = self._busy and number != newest
                self.post_message(self.Said(reason, bad=True))
            case Answered(id=number) if number == newest:
                self._be_answered(answer)
            case Salient(id=number, scores=scores) if number == newest and self._why:
                self._why.scores[: len(scores)] = scores
            case Substituted(id=number, first=first, changes=changes) if number == newest and self._why:
                self._why.changes[first : first + len(changes)] = changes
            case Listed(id=number) if number == newest:
                self.query_one(RecordList).add(answer, self._facts.classes, STYLES)
            case Told(id=number) if number == newest:
                self._busy = False

    def _be_answered(self, answer: Answered) -> None:
        asked = self._asked
        assert asked
        self._answer = answer
        classes = self._facts.classes
        self.query_one(ClassBars).show(answer.chances, answer.explained, answer.truth)
        symbols = [clean(symbol, limit=40) or "?" for symbol in answer.symbols]
        steps, letters = len(symbols), [clean(letter, limit=40) for letter in answer.letters]
        empty = np.full(steps, np.nan), np.full((steps, len(letters)), np.nan)
        label = clean(classes[answer.explained], limit=30)
        self._why = Facts(symbols, letters, label, answer.chances[answer.explained], *empty)
        self.query_one(SequenceMap).border_title = Content(f"What speaks for {label} · nats of its log-odds")
        if asked.whole:
            self.query_one(RecordList).empty()
            self.set_class(answer.count > 1, "-file")
        text = self.query_one(SequenceText)
        if asked.path or not asked.whole:
            text.put(self._spelled(answer.symbols))
        text.border_title = Content(clean(f"Sequence · {answer.record}", limit=60))
        cut = f" (the first {steps:,} are shown)" if answer.steps > steps else ""
        text.border_subtitle = Content(f"{answer.steps:,} {self._application.length_unit}{cut}")
        full = [f"only {MOST:,} letters fit here: o opens a file of any size"] if len(text.text) >= MOST else []
        if notes := [*full, *answer.notes]:
            self.post_message(self.Said("; ".join(notes)))
        self.refresh_bindings()

    def _spelled(self, symbols: Sequence[str]) -> str:
        return ("" if all(len(symbol) <= 1 for symbol in symbols) else " ").join(symbols)

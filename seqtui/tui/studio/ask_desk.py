"""The desk of a model that labels: a sequence or a text, its class, and why; records of a file beside it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final, final

import numpy as np
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content

from seqtui.runs.studio_model import ModelFacts
from seqtui.runs.studio_words import Answer, Answered, AskLabel, Listed, Salient, Substituted
from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.pick_list import PickPanel
from seqtui.tui.studio.asking_desk import AskingDesk
from seqtui.tui.studio.class_bars import STYLES, ClassBars
from seqtui.tui.studio.record_list import RecordList
from seqtui.tui.studio.sequence_map import Facts, SequenceMap
from seqtui.tui.studio.sequence_text import MOST, SequenceText
from seqtui.tui.studio.word_map import WordMap
from seqtui.tui.studio.wording import LETTERS, WORDS

if TYPE_CHECKING:
    from seqtui.task import Task

LONGEST: Final = 60  # characters of a word that is drawn


@final
class AskDesk(AskingDesk):
    """Explains letter by letter, or, where the model reads words, word by word."""

    DEFAULT_CSS = """
    AskDesk { height: 1fr; layout: vertical; }
    AskDesk #said-of { height: auto; max-height: 10; }
    AskDesk #classes { width: 1fr; max-height: 10; }
    AskDesk #records { width: 1fr; height: 100%; display: none; }
    AskDesk.-file #records { display: block; height: 10; }
    AskDesk.-file #classes { height: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "explain", "next class", id="ask.explain", tooltip="Explain another class"),
    ]

    def __init__(self, facts: ModelFacts, task: "Task", glyphs: Glyphs) -> None:
        super().__init__(facts, task, glyphs, WORDS if facts.is_of_words else LETTERS)
        self._label: int | None = None
        self._answer: Answered | None = None
        self._why: Facts | None = None

    def compose(self) -> ComposeResult:
        """Text, classes and records, why."""
        yield SequenceText(self._wording)
        with Horizontal(id="said-of"):
            yield ClassBars(self._facts.classes, self._glyphs, self._wording.thing)
            yield RecordList()
        yield WordMap() if self._facts.is_of_words else SequenceMap()

    @property
    def records_said(self) -> int:
        """Of the last answer."""
        return self._answer.count if self._answer else 0

    def question(self, number: int, text: str, path: str, record: int, *, whole: bool) -> AskLabel:
        """With the class that is explained."""
        return AskLabel(number, text, path, record, self._label, whole)

    def record_of_text(self) -> int:
        """Of words, each line is a record; that with the cursor is asked about."""
        return self.query_one(SequenceText).record if self._facts.is_of_words else 0

    def hear(self, answers: Sequence[Answer]) -> None:
        """One picture, however many came."""
        super().hear(answers)
        self._map.show(self._why)

    def on_sequence_text_moved(self) -> None:
        """To another line of a text of several."""
        asked, record = self._asked, self.record_of_text()
        if asked and self._answer and asked.text and record != asked.record < self._answer.count > record:
            self._ask(text=asked.text, record=record, whole=False)

    def on_pick_panel_picked(self, message: PickPanel.Picked) -> None:
        """Another record; of a text of several lines, the cursor goes there."""
        if self._facts.is_of_words and self._asked and self._asked.text:
            self.query_one(SequenceText).go_to(int(message.key))
        else:
            super().on_pick_panel_picked(message)

    def on_sequence_map_put(self, message: SequenceMap.Put) -> None:
        """The text with another letter in it."""
        if self._answer and self._why:
            symbols = list(self._answer.symbols)
            symbols[message.step] = message.letter
            text = _spelled(symbols)
            self.query_one(SequenceText).put(text)
            self._ask(text=text)

    def action_explain(self) -> None:
        """The next class."""
        if self._answer and self._asked:
            self._label = (self._answer.explained + 1) % len(self._facts.classes)
            self._ask(text=self._asked.text, path=self._asked.path, record=self._asked.record, whole=False)

    def open_file(self, text: str) -> None:
        """Its guesses are explained."""
        self._label = None
        super().open_file(text)

    def forget(self) -> None:
        """There is nothing to show."""
        self._answer = self._why = None
        self.query_one(ClassBars).show((), 0, None)
        self._map.show(None)

    def take(self, answer: Answer) -> None:
        """One of the answers to the newest question."""
        match answer:
            case Answered():
                self._be_answered(answer)
            case Salient(scores=scores) if self._why:
                self._why.scores[: len(scores)] = scores
            case Substituted(first=first, changes=changes) if self._why:
                self._why.changes[first : first + len(changes)] = changes
            case Listed():
                self.query_one(RecordList).add(answer, self._facts.classes, STYLES)

    @property
    def _map(self) -> SequenceMap | WordMap:
        return self.query_one(WordMap) if self._facts.is_of_words else self.query_one(SequenceMap)

    def _be_answered(self, answer: Answered) -> None:
        asked = self._asked
        assert asked
        self._answer = answer
        classes = self._facts.classes
        self.query_one(ClassBars).show(answer.chances, answer.explained, answer.truth)
        symbols = [clean(symbol, limit=LONGEST) or "?" for symbol in answer.symbols]
        steps, letters = len(symbols), [clean(letter, limit=40) for letter in answer.letters]
        empty = np.full(steps, np.nan), np.full((steps, len(letters)), np.nan)
        label = clean(classes[answer.explained], limit=30)
        self._why = Facts(symbols, letters, label, answer.chances[answer.explained], *empty, frozenset(answer.unknown))
        self._map.border_title = Content(f"What speaks for {label} · nats of its log-odds")
        if asked.whole:
            self.query_one(RecordList).empty()
            self.set_class(answer.count > 1, "-file")
        text = self.query_one(SequenceText)
        if asked.path or not (asked.whole or self._facts.is_of_words):
            text.put(answer.text or _spelled(answer.symbols))
        text.border_title = Content(clean(f"{self._wording.thing.capitalize()} · {answer.record}", limit=60))
        text.border_subtitle = Content(self._counted(answer))
        full = [f"only {MOST:,} {self._wording.pieces} fit here: o opens a file of any size"]
        if notes := [*(full if len(text.text) >= MOST else []), *answer.notes]:
            self.post_message(self.Said("; ".join(notes)))
        self.refresh_bindings()

    def _counted(self, answer: Answered) -> str:
        steps, shown, unit = answer.steps, len(answer.symbols), self._application.length_unit
        if self._facts.is_of_words and shown > 1 and all(len(symbol) < 2 for symbol in answer.symbols):
            unit = self._wording.pieces
        cut = f" (the first {shown:,} are shown)" if steps > shown else ""
        strange = f", {len(answer.unknown):,} of them unknown" if answer.unknown else ""
        return f"{steps:,} {unit if steps > 1 else unit.removesuffix('s')}{strange}{cut}"


def _spelled(symbols: Sequence[str]) -> str:
    return ("" if all(len(symbol) <= 1 for symbol in symbols) else " ").join(symbols)

"""What every desk of a model that is asked shares: a text or a file, its records, exports; questions and answers."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from seqtui.runs.studio_model import ModelFacts
from seqtui.runs.studio_words import Answer, AskLabel, Refused, Told, WritePredictions, Wrote
from seqtui.runs.tagging_words import AskTags
from seqtui.runs.translation_words import AskTranslation
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.pick_list import PickPanel
from seqtui.tui.studio.desk import Desk
from seqtui.tui.studio.naming import export_fault, free_name, open_fault
from seqtui.tui.studio.path_prompt import PathPrompt
from seqtui.tui.studio.record_list import RecordList
from seqtui.tui.studio.sequence_text import SequenceText
from seqtui.tui.studio.wording import Wording

if TYPE_CHECKING:
    from seqtui.task import Task

Question = AskLabel | AskTags | AskTranslation


class AskingDesk(Desk):
    """Abstract. Asks at every change of the text; only what the newest question is answered is shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "open a file", id="ask.open", tooltip="Ask about the records of a file"),
        Binding("e", "export", "export", id="ask.export", tooltip="Write what is said of every record to a file"),
        Binding("slash", "filter", "filter", id="ask.filter", tooltip="Only records with these words", show=False),
    ]

    def __init__(self, facts: ModelFacts, task: "Task", glyphs: Glyphs, wording: Wording) -> None:
        super().__init__()
        self._facts, self._application, self._glyphs, self._wording = facts, task, glyphs, wording
        self._numbers = itertools.count(1)
        self._asked: Question | None = None
        self._is_open = self._busy = False

    @property
    def records_said(self) -> int:
        """How many records the answer is about; 0 without one."""
        raise NotImplementedError

    def question(self, number: int, text: str, path: str, record: int, *, whole: bool) -> Question:
        """The question of this desk."""
        raise NotImplementedError

    def forget(self) -> None:
        """There is nothing to show."""
        raise NotImplementedError

    def take(self, answer: Answer) -> None:
        """One of the answers to the newest question."""
        raise NotImplementedError

    def record_of_text(self) -> int:
        """The record of what was typed that is asked about."""
        return 0

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
            self._ask(text=text, record=self.record_of_text())

    def lost(self) -> None:
        """Nothing is answered now."""
        self._is_open = self._busy = False
        self.refresh_bindings()

    def status(self) -> Content:
        """Whether an answer is on its way."""
        return Content.styled("asking", "$train") if self._busy else Content("")

    def hear(self, answers: Sequence[Answer]) -> None:
        """Of the newest question alone."""
        for answer in answers:
            self._hear(answer)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """What cannot be done now is grey."""
        if action in ("export", "explain"):
            return True if self._is_open and self.records_said else None
        return (True if self._is_open else None) if action == "open" else True

    def on_sequence_text_typed(self, message: SequenceText.Typed) -> None:
        """Another text, another answer."""
        self._ask(text=message.text, record=self.record_of_text())

    def on_sequence_text_cut_short(self, message: SequenceText.CutShort) -> None:
        """A pasted chromosome."""
        words = f"only {message.most:,} {self._wording.pieces} fit here: o opens a file of any size"
        self.post_message(self.Said(words, bad=True))

    def on_pick_panel_picked(self, message: PickPanel.Picked) -> None:
        """Another record of the file."""
        if self._asked and (self._asked.path or self._asked.text):
            self._ask(text=self._asked.text, path=self._asked.path, record=int(message.key), whole=False)

    def action_open(self) -> None:
        """Ask for a path."""
        note = f"reads {self._application.reads}"
        prompt = PathPrompt("Open a file", note, "", fault=open_fault)
        self.app.push_screen(prompt, lambda text: self.open_file(text) if text else None)

    def action_export(self) -> None:
        """Ask for a path."""
        asked, suffixes, count = self._asked, self._application.predict_suffixes, self.records_said
        if asked is None or not count:
            return
        what = f"{count:,} predictions" if count > 1 else "this prediction"
        value = free_name(f"{self._facts.place.name}-predictions", ".csv" if ".csv" in suffixes else suffixes[0], 1)
        note = f"ends in {' or '.join(each for each in suffixes if not each.endswith('.gz'))}; nothing is overwritten"
        prompt = PathPrompt(f"Export {what} to", note, value, fault=lambda text: export_fault(text, suffixes))
        self.app.push_screen(prompt, lambda text: self._write(asked, text) if text else None)

    def action_filter(self) -> None:
        """Only some records."""
        if self.has_class("-file"):
            self.query_one(RecordList).action_filter()

    def open_file(self, text: str) -> None:
        """Ask about the first record of a file."""
        self._ask(path=str(Path(text).expanduser().absolute()))

    def _write(self, asked: Question, path: str) -> None:
        target = str(Path(path).expanduser().absolute())
        self.post_message(self.Wanted(WritePredictions(next(self._numbers), target, asked.text, asked.path)))

    def _ask(self, *, text: str = "", path: str = "", record: int = 0, whole: bool = True) -> None:
        self._asked = self.question(next(self._numbers), text, path, record, whole=whole)
        if not text.strip() and not path:
            self._busy = False
            self.remove_class("-file")
            self.forget()
            self.query_one(SequenceText).border_subtitle = ""
            self.post_message(self.Said(""))
            self.refresh_bindings()
        elif self._is_open:
            self._busy = True
            self.post_message(self.Wanted(self._asked))

    def _hear(self, answer: Answer) -> None:
        newest = self._asked.id if self._asked else 0
        match answer:
            case Wrote(paths=paths):
                self.post_message(self.Said(f"wrote {', '.join(paths)}"))
            case Refused(id=number, reason=reason):
                self._busy = self._busy and number != newest
                self.post_message(self.Said(reason, bad=True))
            case Told(id=number) if number == newest:
                self._busy = False
            case _ if getattr(answer, "id", None) == newest:
                self.take(answer)

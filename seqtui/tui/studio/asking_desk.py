"""What every desk of a model that is asked about texts shares: a text or a file, and its records."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from seqtui.runs.studio_model import ModelFacts
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.pick_list import PickPanel
from seqtui.tui.studio.naming import open_fault
from seqtui.tui.studio.path_prompt import PathPrompt
from seqtui.tui.studio.question_desk import QuestionDesk, TextQuestion
from seqtui.tui.studio.record_list import RecordList
from seqtui.tui.studio.sequence_text import SequenceText
from seqtui.tui.studio.wording import Wording

if TYPE_CHECKING:
    from seqtui.task import Task


class AskingDesk(QuestionDesk[TextQuestion]):
    """Abstract. Asks at every change of the text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "open a file", id="ask.open", tooltip="Ask about the records of a file"),
        Binding("e", "export", "export", id="ask.export", tooltip="Write what is said of every record to a file"),
        Binding("slash", "filter", "filter", id="ask.filter", tooltip="Only records with these words", show=False),
    ]

    def __init__(self, facts: ModelFacts, task: "Task", glyphs: Glyphs, wording: Wording) -> None:
        super().__init__(facts, task, glyphs)
        self._wording = wording

    def question(self, number: int, text: str, path: str, record: int, *, whole: bool) -> TextQuestion:
        """The question of this desk."""
        raise NotImplementedError

    def forget(self) -> None:
        """There is nothing to show."""
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

    def action_filter(self) -> None:
        """Only some records."""
        if self.has_class("-file"):
            self.query_one(RecordList).action_filter()

    def open_file(self, text: str) -> None:
        """Ask about the first record of a file."""
        self._ask(path=str(Path(text).expanduser().absolute()))

    def _ask(self, *, text: str = "", path: str = "", record: int = 0, whole: bool = True) -> None:
        question = self.question(next(self._numbers), text, path, record, whole=whole)
        if text.strip() or path:
            self.put(question)
            return
        self._asked, self._busy = question, False
        self.remove_class("-file")
        self.forget()
        self.query_one(SequenceText).border_subtitle = ""
        self.post_message(self.Said(""))
        self.refresh_bindings()

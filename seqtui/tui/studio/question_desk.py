"""What every desk that asks a model shares: one question at a time, its answers, what is said, exports."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.content import Content

from seqtui.runs.speech_words import AskSpeech
from seqtui.runs.studio_model import ModelFacts
from seqtui.runs.studio_words import Answer, AskLabel, Refused, Told, WritePredictions, Wrote
from seqtui.runs.tagging_words import AskTags
from seqtui.runs.translation_words import AskTranslation
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.studio.desk import Desk
from seqtui.tui.studio.naming import export_fault, free_name
from seqtui.tui.studio.path_prompt import PathPrompt

if TYPE_CHECKING:
    from seqtui.task import Task

TextQuestion = AskLabel | AskTags | AskTranslation
Question = TypeVar("Question", AskLabel, AskSpeech, TextQuestion)


class QuestionDesk(Desk, Generic[Question]):
    """Abstract. Only what the newest question is answered is shown."""

    WORKS: ClassVar[str] = "asking"
    """What is said in the header while an answer is on its way."""

    def __init__(self, facts: ModelFacts, task: "Task", glyphs: Glyphs) -> None:
        super().__init__()
        self._facts, self._application, self._glyphs = facts, task, glyphs
        self._numbers = itertools.count(1)
        self._asked: Question | None = None
        self._is_open = self._busy = False

    @property
    def records_said(self) -> int:
        """How many records the answer is about; 0 without one."""
        raise NotImplementedError

    def take(self, answer: Answer) -> None:
        """One of the answers to the newest question."""
        raise NotImplementedError

    def lost(self) -> None:
        """Nothing is answered now."""
        self._is_open = self._busy = False
        self.refresh_bindings()

    def status(self) -> Content:
        """Whether an answer is on its way."""
        return Content.styled(self.WORKS, "$train") if self._busy else Content("")

    def hear(self, answers: Sequence[Answer]) -> None:
        """Of the newest question alone."""
        for answer in answers:
            self._hear(answer)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """What cannot be done now is grey."""
        if action in ("export", "explain"):
            return True if self._is_open and self.records_said else None
        return (True if self._is_open else None) if action == "open" else True

    def action_export(self) -> None:
        """Ask for a path."""
        asked, count = self._asked, self.records_said
        suffixes = self._application.suffixes_for(self._facts.config.options)
        if asked is None or not count:
            return
        what = f"{count:,} predictions" if count > 1 else "this prediction"
        value = free_name(f"{self._facts.place.name}-predictions", ".csv" if ".csv" in suffixes else suffixes[0], 1)
        note = f"ends in {' or '.join(each for each in suffixes if not each.endswith('.gz'))}; nothing is overwritten"
        prompt = PathPrompt(f"Export {what} to", note, value, fault=lambda text: export_fault(text, suffixes))
        self.app.push_screen(prompt, lambda text: self._write(asked, text) if text else None)

    def put(self, question: Question) -> None:
        """Ask it, now or as soon as the model is open."""
        self._asked = question
        if self._is_open:
            self._busy = True
            self.post_message(self.Wanted(question))

    def _write(self, asked: Question, path: str) -> None:
        target = str(Path(path).expanduser().absolute())
        text = "" if isinstance(asked, AskSpeech) else asked.text
        self.post_message(self.Wanted(WritePredictions(next(self._numbers), target, text, asked.path)))

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

"""The desk of a model that hears: a file or a microphone, and what is heard in each recording."""

from typing import TYPE_CHECKING, ClassVar, Final, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from seqtui.runs.speech_words import AskSpeech, SpeechHeard
from seqtui.runs.studio_model import ModelFacts
from seqtui.runs.studio_words import Answer
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.studio.file_desk import FileDesk
from seqtui.tui.studio.heard_view import HeardView
from seqtui.tui.studio.microphone import SECONDS, Microphone

if TYPE_CHECKING:
    from seqtui.task import Task

LOOK_SECONDS: Final = 0.1


def hears(task: "Task") -> bool:
    """Whether an application reads sounds."""
    return task.name == "speech"


@final
class ListenDesk(FileDesk[AskSpeech]):
    """One picture, and keys."""

    WORKS = "listening"
    OPENS = "Listen to"
    BEGINS = False
    MADE = ("digits", "captcha", "captcha-digits")  # of seqtui.readers.named_speech, which is slow to load

    DEFAULT_CSS = """
    ListenDesk { height: 1fr; layout: vertical; }
    ListenDesk HeardView { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "open a file", id="listen.open", tooltip="Listen to a file, a folder or a manifest"),
        Binding("r", "record", "record", id="listen.record", tooltip="Record three seconds from a microphone"),
        Binding("left,h", "go(-1)", "before", id="listen.before", tooltip="The recording before"),
        Binding("right,l", "go(1)", "next", id="listen.next", tooltip="The next recording"),
        Binding("e", "export", "export", id="listen.export", tooltip="Write what is heard in every record to a file"),
    ]

    def __init__(self, facts: ModelFacts, task: "Task", glyphs: Glyphs) -> None:
        super().__init__(facts, task, glyphs)
        self._heard: SpeechHeard | None = None
        self._microphone = Microphone()

    def compose(self) -> ComposeResult:
        """The picture."""
        yield HeardView(classes="panel")

    def on_mount(self) -> None:
        """Keys go to the picture; what is recorded is looked for."""
        self.query_one(HeardView).border_title = "What it hears"
        self.query_one(HeardView).focus()
        self.set_interval(LOOK_SECONDS, self._look)

    def on_unmount(self) -> None:
        """Nobody listens any more."""
        self._microphone.stop()

    @property
    def records_said(self) -> int:
        """Of the last answer."""
        return self._heard.count if self._heard else 0

    def status(self) -> Content:
        """Whether it records, or an answer is on its way."""
        if self._microphone.is_on:
            return Content.styled("recording", "$warning")
        return super().status()

    def take(self, answer: Answer) -> None:
        """A recording with what is heard in it."""
        if isinstance(answer, SpeechHeard):
            self._heard = answer
            self.query_one(HeardView).show(answer)
            self.post_message(self.Said("; ".join(answer.notes)))
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What cannot be done now is grey."""
        if action == "go":
            return True if self._is_open and self.records_said > 1 else None
        if action == "record":
            return True if self._is_open and not self._microphone.is_on else None
        return super().check_action(action, parameters)

    def action_record(self) -> None:
        """Three seconds from a microphone."""
        if self._folder is not None and not self._microphone.is_on:
            self.post_message(self.Said(f"recording {SECONDS:g} seconds: speak now"))
            self._microphone.start(self._folder / f"recording-{next(self._numbers)}.wav")

    def action_go(self, by: int) -> None:
        """Another record of the same file or folder."""
        if self._asked and self._heard:
            self.ask(self._asked.path, (self._heard.index + by) % self._heard.count)

    def ask(self, path: str, record: int = 0) -> None:
        """What is heard in one record."""
        self.put(AskSpeech(next(self._numbers), path, record))

    def _look(self) -> None:
        found = self._microphone.outcome()
        if found is None:
            return
        path, trouble = found
        if path is None:
            self.post_message(self.Said(trouble, bad=True))
        else:
            self.post_message(self.Said(""))
            self.ask(str(path))

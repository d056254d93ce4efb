"""The desk of a model that hears: a file or a microphone, and what is heard in each recording."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from seqtui.errors import SeqtuiError
from seqtui.runs.speech_words import AskSpeech, SpeechHeard
from seqtui.runs.studio_model import ModelFacts
from seqtui.runs.studio_words import Answer
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.studio.file_desk import FileDesk
from seqtui.tui.studio.heard_view import HeardView
from seqtui.tui.studio.microphone import Begun, Microphone, NoRecording, Recording

if TYPE_CHECKING:
    from seqtui.task import Task

LOOK_SECONDS: Final = 0.1
WORD_SECONDS: Final = 3.0  # of a recording at most
TEXT_SECONDS: Final = 10.0


def hears(task: "Task") -> bool:
    """Whether an application reads sounds."""
    return task.name == "speech"


@final
class ListenDesk(FileDesk[AskSpeech]):
    """One picture, and keys."""

    WORKS = "listening"
    OPENS = "Listen to"
    BEGINS = False
    MADE = ("digits", "captcha", "captcha-digits")  # of seqtui.readers.speech.named_speech, which is slow to load

    DEFAULT_CSS = """
    ListenDesk { height: 1fr; layout: vertical; }
    ListenDesk HeardView { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "open a file", id="listen.open", tooltip="Listen to a file, a folder or a manifest"),
        Binding("r", "record", "record", id="listen.record", tooltip="Record from a microphone; once more: enough"),
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

    def lost(self) -> None:
        """Nothing is heard now."""
        self._microphone.stop()
        super().lost()

    @property
    def records_said(self) -> int:
        """Of the last answer."""
        return self._heard.count if self._heard else 0

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
            return True if self._is_open else None
        return super().check_action(action, parameters)

    def action_record(self) -> None:
        """From a microphone, until the key is pressed again or it is long enough."""
        if self._microphone.is_on:
            if not self._microphone.finish():
                self.post_message(self.Said("nothing was recorded: the microphone was not open yet"))
        elif self._folder is not None:
            self._record(self._folder / f"recording-{next(self._numbers)}.wav")

    def action_go(self, by: int) -> None:
        """Another record of the same file or folder."""
        if self._asked and self._heard:
            self.ask(self._asked.path, (self._heard.index + by) % self._heard.count)

    def ask(self, path: str, record: int = 0) -> None:
        """What is heard in one record."""
        self.put(AskSpeech(next(self._numbers), path, record))

    def _record(self, path: Path) -> None:
        self.post_message(self.Said("opening the microphone"))
        try:
            self._microphone.start(path, TEXT_SECONDS if self._facts.head == "transcript" else WORD_SECONDS)
        except SeqtuiError as error:
            self.post_message(self.Said(str(error), bad=True))

    def _look(self) -> None:
        match self._microphone.look():
            case Begun():
                self.post_message(self.Said("recording: speak now; r when it is enough"))
            case Recording(path=path):
                self.post_message(self.Said(""))
                self.ask(str(path))
            case NoRecording(reason=reason):
                self.post_message(self.Said(reason, bad=True))

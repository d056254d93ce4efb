"""The desk of a model that hears: a file or a microphone, and what is heard in each recording."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from seqtui.runs.speech_words import AskSpeech, SpeechHeard
from seqtui.runs.studio_model import ModelFacts
from seqtui.runs.studio_words import Answer, Refused, Told, WritePredictions, Wrote
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.studio.desk import Desk
from seqtui.tui.studio.heard_view import HeardView
from seqtui.tui.studio.microphone import SECONDS, Microphone
from seqtui.tui.studio.naming import export_fault, free_name
from seqtui.tui.studio.path_prompt import PathPrompt

if TYPE_CHECKING:
    from seqtui.task import Task

LOOK_SECONDS: Final = 0.1


def hears(task: "Task") -> bool:
    """Whether an application reads sounds."""
    return task.name == "speech"


@final
class ListenDesk(Desk):
    """One picture, and keys."""

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
        super().__init__()
        self._facts, self._application, self._glyphs = facts, task, glyphs
        self._numbers = itertools.count(1)
        self._asked: AskSpeech | None = None
        self._heard: SpeechHeard | None = None
        self._folder: Path | None = None
        self._microphone = Microphone()
        self._is_open = self._busy = False

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

    def opened(self, folder: Path) -> None:
        """Ask what was asked, once more."""
        self._is_open, self._folder = True, folder
        if self._asked:
            self.listen_to(self._asked.path, self._asked.record)
        self.refresh_bindings()

    def lost(self) -> None:
        """Nothing is answered now."""
        self._is_open = self._busy = False
        self.refresh_bindings()

    def status(self) -> Content:
        """Whether it records, or an answer is on its way."""
        if self._microphone.is_on:
            return Content.styled("recording", "$warning")
        return Content.styled("listening", "$train") if self._busy else Content("")

    def hear(self, answers: Sequence[Answer]) -> None:
        """Of the newest question alone."""
        newest = self._asked.id if self._asked else 0
        for answer in answers:
            match answer:
                case Wrote(paths=paths):
                    self.post_message(self.Said(f"wrote {', '.join(paths)}"))
                case Refused(id=number, reason=reason):
                    self._busy = self._busy and number != newest
                    self.post_message(self.Said(reason, bad=True))
                case Told(id=number) if number == newest:
                    self._busy = False
                case SpeechHeard(id=number) if number == newest:
                    self._show(answer)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """What cannot be done now is grey."""
        if action == "go":
            return True if self._heard and self._heard.count > 1 else None
        if action == "export":
            return True if self._is_open and self._heard else None
        return True if self._is_open or action not in ("open", "record") else None

    def action_open(self) -> None:
        """Ask for a path."""
        prompt = PathPrompt("Listen to", f"reads {self._application.reads}", "", fault=_fault)
        self.app.push_screen(
            prompt, lambda text: self.listen_to(str(Path(text).expanduser().absolute())) if text else None
        )

    def action_record(self) -> None:
        """Three seconds from a microphone."""
        if self._folder is not None and not self._microphone.is_on:
            self.post_message(self.Said(f"recording {SECONDS:g} seconds: speak now"))
            self._microphone.start(self._folder / f"recording-{next(self._numbers)}.wav")

    def action_go(self, by: int) -> None:
        """Another record of the same file or folder."""
        if self._asked and self._heard:
            self.listen_to(self._asked.path, (self._heard.index + by) % self._heard.count)

    def action_export(self) -> None:
        """Ask for a path."""
        asked, suffixes = self._asked, self._application.suffixes_for(self._facts.config.options)
        if asked is None:
            return
        value = free_name(f"{self._facts.place.name}-heard", suffixes[0], 1)
        note = f"ends in {' or '.join(suffixes)}; nothing is overwritten"
        prompt = PathPrompt("Export what is heard to", note, value, fault=lambda text: export_fault(text, suffixes))
        self.app.push_screen(prompt, lambda text: self._write(asked.path, text) if text else None)

    def listen_to(self, path: str, record: int = 0) -> None:
        """Ask about one record."""
        self._asked = AskSpeech(next(self._numbers), path, record)
        if self._is_open:
            self._busy = True
            self.post_message(self.Wanted(self._asked))

    def _write(self, source: str, text: str) -> None:
        target = str(Path(text).expanduser().absolute())
        self.post_message(self.Wanted(WritePredictions(next(self._numbers), target, "", source)))

    def _look(self) -> None:
        found = self._microphone.outcome()
        if found is None:
            return
        path, trouble = found
        if path is None:
            self.post_message(self.Said(trouble, bad=True))
        else:
            self.post_message(self.Said(""))
            self.listen_to(str(path))

    def _show(self, heard: SpeechHeard) -> None:
        self._heard = heard
        self.query_one(HeardView).show(heard)
        self.post_message(self.Said("; ".join(heard.notes)))
        self.refresh_bindings()


def _fault(text: str) -> str:
    """A file or folder that is there."""
    return "" if text and Path(text).expanduser().exists() else f"there is no file {text or 'yet: type a path'}"

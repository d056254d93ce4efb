"""The desk of a model that labels clips: one that plays, its class, and which frames decided; all clips beside it."""

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
from seqtui.runs.studio_words import Answer, Answered, AskLabel, Listed, Refused, Salient, Told, WritePredictions, Wrote
from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.pick_list import PickPanel
from seqtui.tui.studio.class_bars import STYLES, ClassBars
from seqtui.tui.studio.desk import Desk
from seqtui.tui.studio.film_view import FilmView, film_from
from seqtui.tui.studio.naming import export_fault, free_name
from seqtui.tui.studio.path_prompt import PathPrompt
from seqtui.tui.studio.record_list import RecordList

if TYPE_CHECKING:
    from seqtui.task import Task, Values

MADE = ("motions", "bouncing")  # what can be opened without any file


@final
class WatchDesk(Desk):
    """Begins with made clips, where the model knows them."""

    DEFAULT_CSS = """
    WatchDesk { height: 1fr; layout: vertical; }
    WatchDesk FilmView { height: 2fr; }
    WatchDesk #said-of { height: 1fr; min-height: 8; max-height: 18; }
    WatchDesk #classes { width: 1fr; height: 100%; }
    WatchDesk #records { width: 1fr; height: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "open clips", id="watch.open", tooltip="A film, a folder, arrays, or motions"),
        Binding("x", "explain", "next class", id="watch.explain", tooltip="Which frames speak for another class"),
        Binding("e", "export", "export", id="watch.export", tooltip="Write what is said of every clip to a file"),
    ]

    def __init__(self, facts: ModelFacts, task: "Task", glyphs: Glyphs) -> None:
        super().__init__()
        self._facts, self._application, self._glyphs = facts, task, glyphs
        self._numbers = itertools.count(1)
        self._asked: AskLabel | None = None
        self._answer: Answered | None = None
        self._values: Values | None = None
        self._folder: Path | None = None
        self._busy = False

    def compose(self) -> ComposeResult:
        """The clip, its classes, all clips."""
        yield FilmView(self._facts.encoding)
        with Horizontal(id="said-of"):
            yield ClassBars(self._facts.classes, self._glyphs, "clip")
            yield RecordList()

    def opened(self, folder: Path) -> None:
        """Ask what was asked, or about made clips."""
        self._folder = folder
        if self._asked:
            self._ask(self._asked.path, record=self._asked.record)
        elif self._facts.config.data is None:
            self._ask(MADE[0])
        self.refresh_bindings()

    def lost(self) -> None:
        """Nothing is answered now."""
        self._folder, self._busy = None, False
        self.refresh_bindings()

    def status(self) -> Content:
        """Whether an answer is on its way."""
        return Content.styled("watching", "$train") if self._busy else Content("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """What cannot be done now is grey."""
        if action in ("export", "explain"):
            return True if self._folder and self._answer else None
        return (True if self._folder else None) if action == "open" else True

    def hear(self, answers: Sequence[Answer]) -> None:
        """Of the newest question alone."""
        newest = self._asked.id if self._asked else 0
        for answer in answers:
            match answer:
                case Wrote(paths=paths):
                    self.post_message(self.Said(f"wrote {', '.join(paths)}"))
                case Refused(reason=reason):
                    self._busy = False
                    self.post_message(self.Said(reason, bad=True))
                case Answered(id=number) if number == newest:
                    self._be_answered(answer)
                case Salient(id=number, scores=scores) if number == newest:
                    self._show(scores)
                case Listed(id=number) if number == newest:
                    self.query_one(RecordList).add(answer, self._facts.classes, STYLES)
                case Told():
                    self._busy = False

    def on_pick_panel_picked(self, message: PickPanel.Picked) -> None:
        """Another clip."""
        if self._asked:
            self._ask(self._asked.path, record=int(message.key), whole=False)

    def action_open(self) -> None:
        """Ask for a path."""
        note = f"reads {self._application.reads}; or {MADE[0]}, made by rule"
        prompt = PathPrompt("Open clips", note, "", fault=_fault)
        self.app.push_screen(prompt, lambda text: self._ask(_source(text)) if text else None)

    def action_explain(self) -> None:
        """The next class."""
        if self._answer and self._asked:
            label = (self._answer.explained + 1) % len(self._facts.classes)
            self._ask(self._asked.path, record=self._asked.record, label=label, whole=False)

    def action_export(self) -> None:
        """Ask for a path."""
        asked, suffixes = self._asked, self._application.predict_suffixes
        if asked is None or self._answer is None:
            return
        value = free_name(f"{self._facts.place.name}-predictions", suffixes[0], 1)
        note = f"ends in {' or '.join(suffixes)}; nothing is overwritten"
        what = f"Export {self._answer.count:,} predictions to"
        prompt = PathPrompt(what, note, value, fault=lambda text: export_fault(text, suffixes))
        self.app.push_screen(prompt, lambda path: self._write(asked, path) if path else None)

    def _write(self, asked: AskLabel, path: str) -> None:
        target = str(Path(path).expanduser().absolute())
        self.post_message(self.Wanted(WritePredictions(next(self._numbers), target, "", asked.path)))

    def _ask(self, path: str, *, record: int = 0, label: int | None = None, whole: bool = True) -> None:
        self._asked = AskLabel(next(self._numbers), "", path, record, label, whole)
        if self._folder:
            self._busy = True
            self.post_message(self.Wanted(self._asked))

    def _be_answered(self, answer: Answered) -> None:
        assert self._asked and self._folder
        self._answer = answer
        self.query_one(ClassBars).show(answer.chances, answer.explained, answer.truth)
        if self._asked.whole:
            self.query_one(RecordList).empty()
        try:
            self._values = np.load(self._folder / f"clip-{answer.id}.npy", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            self._values = None
        self._show(())
        film = self.query_one(FilmView)
        film.border_title = Content(self._glyphs.text(clean(f"Clip · {answer.record}", limit=60)))
        if answer.notes:
            self.post_message(self.Said("; ".join(answer.notes)))
        self.refresh_bindings()

    def _show(self, scores: Sequence[float]) -> None:
        made = None if self._values is None else film_from(self._values, self._facts.encoding, scores=scores)
        self.query_one(FilmView).show_film(made, afresh=not scores)


def _source(text: str) -> str:
    name = text.strip()
    return name if name.split(":")[0] in MADE else str(Path(name).expanduser().absolute())


def _fault(text: str) -> str:
    if text.strip().split(":")[0] in MADE:
        return ""
    return "" if Path(text).expanduser().exists() else "there is no such file or folder"

"""The desk of a model that labels clips: one that plays, its class, and which frames decided; all clips beside it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content

from seqtui.runs.studio_model import ModelFacts
from seqtui.runs.studio_words import Answer, Answered, AskLabel, Listed, Salient
from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.pick_list import PickPanel
from seqtui.tui.studio.class_bars import STYLES, ClassBars
from seqtui.tui.studio.file_desk import FileDesk
from seqtui.tui.studio.film_view import FilmView, film_from
from seqtui.tui.studio.record_list import RecordList

if TYPE_CHECKING:
    from seqtui.task import Task, Values


@final
class WatchDesk(FileDesk[AskLabel]):
    """A clip, its classes, all clips."""

    WORKS = "watching"
    OPENS = "Open clips"
    MADE = ("motions", "bouncing")

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
        super().__init__(facts, task, glyphs)
        self._answer: Answered | None = None
        self._values: Values | None = None

    def compose(self) -> ComposeResult:
        """The clip, its classes, all clips."""
        yield FilmView(self._facts.encoding)
        with Horizontal(id="said-of"):
            yield ClassBars(self._facts.classes, self._glyphs, "clip")
            yield RecordList()

    @property
    def records_said(self) -> int:
        """Of the last answer."""
        return self._answer.count if self._answer else 0

    def take(self, answer: Answer) -> None:
        """One of the answers to the newest question."""
        match answer:
            case Answered():
                self._be_answered(answer)
            case Salient(scores=scores):
                self._show(scores)
            case Listed():
                self.query_one(RecordList).add(answer, self._facts.classes, STYLES)

    def on_pick_panel_picked(self, message: PickPanel.Picked) -> None:
        """Another clip."""
        if self._asked:
            self._ask(self._asked.path, record=int(message.key), whole=False)

    def action_explain(self) -> None:
        """The next class."""
        if self._answer and self._asked:
            label = (self._answer.explained + 1) % len(self._facts.classes)
            self._ask(self._asked.path, record=self._asked.record, label=label, whole=False)

    def ask(self, path: str, record: int = 0) -> None:
        """About all clips of a file, and one of them."""
        self._ask(path, record=record)

    def _ask(self, path: str, *, record: int, label: int | None = None, whole: bool = True) -> None:
        self.put(AskLabel(next(self._numbers), "", path, record, label, whole))

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

"""The take that is looked at, as a picture or as text, and the list of all beneath it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from seqtui.runs.studio_model import ModelFacts
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.studio.controls import is_read
from seqtui.tui.studio.film_view import FilmView, shape_in
from seqtui.tui.studio.take_list import TakeList, take_title
from seqtui.tui.studio.take_view import TakeView
from seqtui.tui.studio.takes import Take
from seqtui.tui.studio.text_view import TextView

if TYPE_CHECKING:
    from seqtui.task import Task


@final
class TakePane(Vertical):
    """text: the other view, for takes whose steps are symbols; below: panels between a take and the list."""

    DEFAULT_CSS = "TakePane { width: 1fr; }"

    def __init__(
        self, facts: ModelFacts, task: "Task", glyphs: Glyphs, text: TextView | None, below: Sequence[Widget]
    ) -> None:  # fmt: skip
        super().__init__(id="made")
        self._application, self._glyphs = task, glyphs
        makes_clips = facts.head == "next-picture" and shape_in(facts.encoding) is not None
        self._picture = FilmView(facts.encoding) if makes_clips else TakeView(task, facts.encoding, glyphs)
        self._text, self._below = text, below
        self.view: TakeView | FilmView | TextView = self._picture

    def compose(self) -> ComposeResult:
        """Views, panels, list."""
        yield self._picture
        if self._text:
            yield self._text
        yield from self._below
        yield TakeList("Takes", id="takes", empty="Takes will stand here.")

    def on_mount(self) -> None:
        """One view of a take."""
        self.read(as_text=False)

    def read(self, *, as_text: bool) -> None:
        """Takes symbol by symbol, or as their application draws them; what is read anyway is always text."""
        self.view = self._text if self._text and (as_text or is_read(self._application)) else self._picture
        self._picture.display = self.view is self._picture
        if self._text:
            self._text.display = self.view is self._text

    def show(self, takes: Sequence[Take], take: Take | None, beside: Take | None, *, empty: str) -> None:
        """The take, one to compare it with, the list."""
        view, unit = self.view, self._application.length_unit
        view.show(take, beside, empty=empty)
        if take:
            units, mark = (view.units(take), view.mark or 0) if take.done else (0, 0)
            view.border_title = take_title(take, unit, self._glyphs, units=units, mark=mark)
        self.query_one(TakeList).put(takes, take, beside, unit, self._glyphs)

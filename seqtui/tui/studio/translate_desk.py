"""The desk of a model that translates: a text, what it becomes as one types, the beam, and where the model looks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content

from seqtui.runs.studio_model import ModelFacts
from seqtui.runs.studio_words import Answer
from seqtui.runs.translation_words import (
    MOST_BEST,
    AskTranslation,
    BeamMoved,
    TranslationAsked,
    TranslationFound,
    TranslationsListed,
)
from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.pick_list import PickPanel
from seqtui.tui.studio.asking_desk import AskingDesk
from seqtui.tui.studio.attention_map import AttentionMap
from seqtui.tui.studio.beam_view import BeamView
from seqtui.tui.studio.hypothesis_list import HypothesisList
from seqtui.tui.studio.record_list import RecordList
from seqtui.tui.studio.search_sliders import SearchSliders
from seqtui.tui.studio.sequence_text import MOST, SequenceText
from seqtui.tui.studio.slider import Slider
from seqtui.tui.studio.translating import Translating
from seqtui.tui.studio.wording import SENTENCES

if TYPE_CHECKING:
    from seqtui.task import Task

BOTH: Final = 110  # cells from which on there is room for the map and the beam


@final
class TranslateDesk(AskingDesk):
    """Text and search, translations and records, attention and beam."""

    DEFAULT_CSS = """
    TranslateDesk { height: 1fr; layout: vertical; }
    TranslateDesk #asked-of { height: auto; }
    TranslateDesk #asked-of SequenceText { width: 1fr; height: 5; }
    TranslateDesk #found { height: auto; }
    TranslateDesk HypothesisList { width: 3fr; }
    TranslateDesk #records { width: 2fr; height: 7; display: none; }
    TranslateDesk.-file #records { display: block; }
    TranslateDesk #behind { height: 1fr; min-height: 5; }
    TranslateDesk AttentionMap { width: 3fr; height: 100%; }
    TranslateDesk BeamView { width: 2fr; height: 100%; display: none; }
    TranslateDesk.-beam BeamView { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "beam", "beam", id="translate.beam", tooltip="Show or hide the search, step by step"),
    ]

    def __init__(self, facts: ModelFacts, task: "Task", glyphs: Glyphs) -> None:
        super().__init__(facts, task, glyphs, SENTENCES)
        self._translating: Translating | None = None
        self._coming: Translating | None = None
        self._rank = 0
        self._wants_beam: bool | None = None

    def compose(self) -> ComposeResult:
        """Text and search, translations and records, attention and beam."""
        with Horizontal(id="asked-of"):
            yield SequenceText(self._wording)
            yield SearchSliders(self._glyphs)
        with Horizontal(id="found"):
            yield HypothesisList()
            yield RecordList()
        with Horizontal(id="behind"):
            yield AttentionMap()
            yield BeamView()

    @property
    def records_said(self) -> int:
        """Of the last answer."""
        return self._translating.asked.count if self._translating else 0

    def question(self, number: int, text: str, path: str, record: int, *, whole: bool) -> AskTranslation:
        """With the search that the sliders say."""
        search = self.query_one(SearchSliders)
        best = min(search.beam, MOST_BEST)
        return AskTranslation(number, text, path, record, whole, search.beam, best, search.penalty)

    def record_of_text(self) -> int:
        """Each line is a record; that with the cursor is asked about."""
        return self.query_one(SequenceText).record

    def hear(self, answers: Sequence[Answer]) -> None:
        """One picture, however many came."""
        super().hear(answers)
        self._show()

    def on_resize(self) -> None:
        """The search is seen where there is room for it, or where a person has asked for it."""
        self._arrange()

    def on_sequence_text_moved(self) -> None:
        """To another line of a text of several."""
        asked, record = self._asked, self.record_of_text()
        if asked and asked.text and record != asked.record < self.records_said > record:
            self._ask(text=asked.text, record=record, whole=False)

    def on_pick_panel_picked(self, message: PickPanel.Picked) -> None:
        """Another record; of a text of several lines, the cursor goes there."""
        if self._asked and self._asked.text:
            self.query_one(SequenceText).go_to(int(message.key))
        else:
            super().on_pick_panel_picked(message)

    def on_slider_moved(self, message: Slider.Moved) -> None:
        """The same text, searched in another way."""
        message.stop()
        if self._asked and (self._asked.path or self._asked.text):
            self._ask(text=self._asked.text, path=self._asked.path, record=self._asked.record, whole=False)

    def on_hypothesis_list_chosen(self, message: HypothesisList.Chosen) -> None:
        """Its attention, its way through the beam."""
        self._rank = message.rank
        self._show()

    def action_beam(self) -> None:
        """Beside the attention where there is room, else in its place."""
        self._wants_beam = not self.has_class("-beam")
        self._arrange()
        if self.screen.focused is None or not self.screen.focused.display:
            self.query_one(BeamView if self._wants_beam else AttentionMap).focus()

    def forget(self) -> None:
        """There is nothing to show."""
        self._translating = self._coming = None
        self.query_one(RecordList).empty()
        self._show()

    def take(self, answer: Answer) -> None:
        """One of the answers to the newest question."""
        match answer:
            case TranslationAsked():
                self._be_asked(answer)
            case BeamMoved() | TranslationFound() if self._coming:
                self._coming.take(answer)
                # The last picture stands until there is another to put in its place.
                if self._translating is not self._coming and (self._coming.found or len(self._coming.moves) > 1):
                    self._translating, self._rank = self._coming, 0
            case TranslationsListed():
                self.query_one(RecordList).add_translated(answer)

    def _arrange(self) -> None:
        wide = self.size.width >= BOTH
        self.set_class(wide if self._wants_beam is None else self._wants_beam, "-beam")
        self.query_one(AttentionMap).display = wide or not self.has_class("-beam")

    def _show(self) -> None:
        for panel in (self.query_one(HypothesisList), self.query_one(AttentionMap), self.query_one(BeamView)):
            panel.show(self._translating, self._rank)

    def _be_asked(self, answer: TranslationAsked) -> None:
        asked = self._asked
        assert asked
        self._coming = Translating(answer)
        if asked.whole:
            self.query_one(RecordList).empty()
            self.set_class(answer.count > 1, "-file")
        text = self.query_one(SequenceText)
        if asked.path:
            text.put(answer.text)
        text.border_title = Content(clean(f"{self._wording.thing.capitalize()} · {answer.record}", limit=60))
        text.border_subtitle = Content(self._counted(answer))
        full = [f"only {MOST:,} {self._wording.pieces} fit here: o opens a file of any size"]
        if notes := [*(full if len(text.text) >= MOST else []), *answer.notes]:
            self.post_message(self.Said("; ".join(notes)))
        self.refresh_bindings()

    def _counted(self, answer: TranslationAsked) -> str:
        count = len(answer.source)
        parts = [f"{count:,} step{'s' * (count != 1)}"]
        parts += [f"{len(answer.unknown):,} unknown"] if answer.unknown else []
        parts += [f"{answer.cut:,} more are not read"] if answer.cut else []
        return ", ".join(parts)

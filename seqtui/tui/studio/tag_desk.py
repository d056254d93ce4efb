"""The desk of a model that tags: a sentence, its entities underlined as one types, and the scores behind them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content

from seqtui.runs.studio_model import ModelFacts
from seqtui.runs.studio_words import Answer
from seqtui.runs.tagging_words import AskTags, TagMoves, TagScores, TagsListed, TagsSaid
from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.studio.asking_desk import AskingDesk
from seqtui.tui.studio.record_list import RecordList
from seqtui.tui.studio.sequence_text import MOST, SequenceText
from seqtui.tui.studio.tag_moves import TagMoveMap
from seqtui.tui.studio.tag_scores import TagScoreMap
from seqtui.tui.studio.tagged_text import TaggedText, Tagging
from seqtui.tui.studio.wording import SENTENCES

if TYPE_CHECKING:
    from seqtui.task import Task


@final
class TagDesk(AskingDesk):
    """Text, entities, records of a file; scores and moves where they were opened."""

    DEFAULT_CSS = """
    TagDesk { height: 1fr; layout: vertical; }
    TagDesk #tagged-row { height: 1fr; min-height: 5; }
    TagDesk #records { width: 2fr; height: 100%; display: none; }
    TagDesk TaggedText { width: 3fr; height: 100%; }
    TagDesk.-file #records { display: block; }
    TagDesk #behind { height: 2fr; min-height: 8; max-height: 22; display: none; }
    TagDesk.-scores #behind, TagDesk.-moves #behind { display: block; }
    TagDesk TagScoreMap, TagDesk TagMoveMap { display: none; height: 100%; }
    TagDesk.-scores TagScoreMap, TagDesk.-moves TagMoveMap { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "scores", "scores", id="tags.scores", tooltip="Show or hide the scores of each word's tags"),
        Binding("w", "moves", "moves", id="tags.moves", tooltip="Show or hide the scores of tag after tag"),
    ]  # fmt: skip

    def __init__(self, facts: ModelFacts, task: "Task", glyphs: Glyphs) -> None:
        super().__init__(facts, task, glyphs, SENTENCES)
        self._moves: TagMoves | None = None
        self._tagging: Tagging | None = None

    def compose(self) -> ComposeResult:
        """Text, entities and records, scores and moves."""
        yield SequenceText(self._wording)
        with Horizontal(id="tagged-row"):
            yield TaggedText()
            yield RecordList()
        with Horizontal(id="behind"):
            yield TagScoreMap()
            yield TagMoveMap()

    @property
    def records_said(self) -> int:
        """Of the last answer."""
        return self._tagging.said.count if self._tagging else 0

    def question(self, number: int, text: str, path: str, record: int, *, whole: bool) -> AskTags:
        """All of a text, or a record of a file."""
        return AskTags(number, text, path, record, whole)

    def hear(self, answers: Sequence[Answer]) -> None:
        """One picture, however many came."""
        super().hear(answers)
        self._show()

    def on_tagged_text_looked(self) -> None:
        """The scores are of the word with the cursor."""
        self._show_scores()

    def on_tag_score_map_wanted(self, message: TagScoreMap.Wanted) -> None:
        """The cursor is the same in both panels."""
        self.query_one(TaggedText).go(message.step)

    def action_scores(self) -> None:
        """Open or close them; where there is no room for both, the moves are closed."""
        self._toggle("-scores", "-moves", TagScoreMap)

    def action_moves(self) -> None:
        """Open or close them; where there is no room for both, the scores are closed."""
        self._toggle("-moves", "-scores", TagMoveMap)

    def forget(self) -> None:
        """There is nothing to show."""
        self._tagging = None
        self.query_one(TaggedText).border_title = "Entities"
        self._show()

    def take(self, answer: Answer) -> None:
        """One of the answers to the newest question."""
        match answer:
            case TagMoves():
                self._moves = answer
            case TagsSaid():
                self._be_answered(answer)
            case TagScores() if self._tagging:
                self._tagging.add(answer)
            case TagsListed():
                self.query_one(RecordList).add_tagged(answer)

    def _toggle(self, mine: str, other: str, panel: type[TagScoreMap] | type[TagMoveMap]) -> None:
        self.toggle_class(mine)
        if self.has_class(mine):
            if not self.screen.has_class("-wide"):
                self.remove_class(other)
            self.query_one(panel).focus()
        elif self.screen.focused is None or not self.screen.focused.display:
            self.query_one(TaggedText).focus()
        self._show_scores()

    def _show(self) -> None:
        self.query_one(TaggedText).show(self._tagging)
        self._show_scores()

    def _show_scores(self) -> None:
        step = self.query_one(TaggedText).step if self._tagging else 0
        self.query_one(TagScoreMap).show(self._tagging, step)
        self.query_one(TagMoveMap).show(self._tagging, step)

    def _be_answered(self, said: TagsSaid) -> None:
        asked = self._asked
        assert asked
        self._tagging = Tagging(said, self._facts.classes, self._moves)
        text = self.query_one(SequenceText)
        if asked.whole:
            self.query_one(RecordList).empty()
            self.set_class(bool(asked.path) and said.count > 1, "-file")
        if asked.path:
            text.put(said.text or " ".join(said.words))
        text.border_title = Content(clean(f"{self._wording.thing.capitalize()} · {said.record}", limit=60))
        text.border_subtitle = Content(self._counted(said))
        self.query_one(TaggedText).border_title = f"Entities · {len(self._tagging.spans()):,}"
        full = [f"only {MOST:,} {self._wording.pieces} fit here: o opens a file of any size"]
        if notes := [*(full if len(text.text) >= MOST else []), *said.notes]:
            self.post_message(self.Said("; ".join(notes)))
        self.refresh_bindings()

    def _counted(self, said: TagsSaid) -> str:
        count, unit = len(said.words), self._application.length_unit
        parts = [f"{count:,} {unit if count > 1 else unit.removesuffix('s')}"]
        parts += [f"{len(said.starts):,} sentences"] if len(said.starts) > 1 else []
        parts += [f"{len(said.unknown):,} unknown"] if said.unknown else []
        parts += [f"{said.cut:,} more are not shown"] if said.cut else []
        return ", ".join(parts)

"""The records of a file with what the model says of each."""

from collections.abc import Sequence
from typing import ClassVar, Final, final

from rich.cells import cell_len, set_cell_size
from textual.binding import Binding, BindingType
from textual.content import Content

from seqtui.runs.studio_words import Listed
from seqtui.runs.tagging_words import TagsListed
from seqtui.runs.translation_words import TranslationsListed
from seqtui.text_safety import clean
from seqtui.tui.drawing.cells import fit
from seqtui.tui.pick_list import PickPanel, Row

MOST_ROWS: Final = 2_000  # in the list; an export holds them all
LEAST_LABEL, MOST_LABEL = 11, 18  # cells


@final
class RecordList(PickPanel):
    """One line a record."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", "look at it", id="records.open", tooltip="Ask about this record"),
    ]
    HELP = """
Every record, its class and the chance of it; of a model that tags, how many
entities it has, the chance of its least certain tag, and the text with the entities
in brackets; of one that translates, score, translation and source. Enter looks at
one; e writes all of them, and what was said, to a file.
"""

    def __init__(self) -> None:
        super().__init__("Records", id="records", empty="The records of a file will stand here: o opens one.")
        self._rows_made: list[Row] = []
        self._counts: dict[str, int] = {}

    def empty(self) -> None:
        """Another source."""
        self._rows_made, self._counts = [], {}
        self.show([])

    def add(self, listed: Listed, classes: Sequence[str], styles: Sequence[str]) -> None:
        """Some more records."""
        texts = listed.texts or listed.names
        known = zip(listed.names, texts, listed.guesses, listed.chances, strict=False)
        wide = max(LEAST_LABEL, *(min(cell_len(clean(name)), MOST_LABEL) for name in classes))
        for index, (name, text, guess, chance) in enumerate(known, listed.first):
            label = fit(clean(classes[guess]), MOST_LABEL) if 0 <= guess < len(classes) else "?"
            self._counts[label] = self._counts.get(label, 0) + 1
            if len(self._rows_made) < MOST_ROWS:
                style = styles[guess % len(styles)]
                content = Content.assemble(
                    Content.styled(f"{index + 1:>5}  ", "$quiet"),
                    Content.styled(set_cell_size(label, wide) + " ", style),
                    Content.styled(f"{chance:.3f}  ", "bold"), clean(text, limit=200),
                )  # fmt: skip
                self._rows_made.append(Row(str(index), content, f"{clean(name)} {clean(text, limit=200)} {label}"))
        self._tell()

    def add_tagged(self, listed: TagsListed) -> None:
        """Some more records of a model that tags."""
        known = zip(listed.names, listed.entities, listed.chances, listed.lines, strict=False)
        for index, (name, entities, chance, line) in enumerate(known, listed.first):
            label = "with entities" if entities else "without"
            self._counts[label] = self._counts.get(label, 0) + 1
            if len(self._rows_made) < MOST_ROWS:
                content = Content.assemble(
                    Content.styled(f"{index + 1:>5}  ", "$quiet"),
                    Content.styled(f"{entities:>2}  ", "$train" if entities else "$quiet"),
                    Content.styled(f"{chance:.3f}  ", "bold"), clean(line, limit=200),
                )  # fmt: skip
                self._rows_made.append(Row(str(index), content, f"{clean(name)} {clean(line, limit=200)}"))
        self._tell()

    def add_translated(self, listed: TranslationsListed) -> None:
        """Some more records of a model that translates."""
        known = zip(listed.names, listed.sources, listed.texts, listed.scores, listed.exact, strict=False)
        for index, (name, source, text, score, exact) in enumerate(known, listed.first):
            label = ("right", "other than the reference")[exact == 0] if exact >= 0 else "translated"
            self._counts[label] = self._counts.get(label, 0) + 1
            if len(self._rows_made) < MOST_ROWS:
                content = Content.assemble(
                    Content.styled(f"{index + 1:>5}  ", "$quiet"), Content.styled(f"{score:>7.3f}  ", "bold"),
                    Content.styled(f"{clean(text, limit=200)}  ", "$success" if exact == 1 else ""),
                    Content.styled(clean(source, limit=200), "$quiet"),
                )  # fmt: skip
                searched = f"{clean(name)} {clean(source, limit=200)} {clean(text, limit=200)} {label}"
                self._rows_made.append(Row(str(index), content, searched))
        self._tell()

    def _tell(self) -> None:
        self.show(list(self._rows_made))
        told = ", ".join(f"{name} {count:,}" for name, count in sorted(self._counts.items()))
        self.border_subtitle = Content(told)

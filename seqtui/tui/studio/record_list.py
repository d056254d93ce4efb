"""The records of a file with what the model says of each."""

from collections.abc import Sequence
from typing import ClassVar, Final, final

from textual.binding import Binding, BindingType
from textual.content import Content

from seqtui.runs.studio_words import Listed
from seqtui.text_safety import clean
from seqtui.tui.pick_list import PickPanel, Row

MOST_ROWS: Final = 2_000  # in the list; an export holds them all


@final
class RecordList(PickPanel):
    """One line a record."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", "look at it", id="records.open", tooltip="Ask about this record"),
    ]
    HELP = """
Every record of the file, its class and the chance of it. Enter looks at one; e
writes all of them, and what was said of them, to a file.
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
        known = zip(listed.names, listed.guesses, listed.chances, strict=False)
        for index, (name, guess, chance) in enumerate(known, listed.first):
            label = clean(classes[guess], limit=18) if 0 <= guess < len(classes) else "?"
            self._counts[label] = self._counts.get(label, 0) + 1
            if len(self._rows_made) < MOST_ROWS:
                style = styles[guess % len(styles)]
                content = Content.assemble(
                    Content.styled(f"{index + 1:>5}  ", "$quiet"), Content.styled(f"{label:<11} ", style),
                    Content.styled(f"{chance:.3f}  ", "bold"), clean(name, limit=80),
                )  # fmt: skip
                self._rows_made.append(Row(str(index), content, f"{clean(name)} {label}"))
        self.show(list(self._rows_made))
        told = ", ".join(f"{name} {count:,}" for name, count in sorted(self._counts.items()))
        self.border_subtitle = Content(told)

"""What `seqtui predict` tells of a model that labels whole sequences: a line or a JSON object a record, and a file.

Predictions pass through one by one; only the first rows of the table and counts are kept.
"""

import textwrap
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

from seqtui.commands import console
from seqtui.commands.finite import plain
from seqtui.task import Prediction
from seqtui.text_safety import counted

if TYPE_CHECKING:
    from seqtui.engine.open_model import OpenModel

MOST_ROWS: Final = 40
LONGEST_NAME: Final = 40


def predict_labels(
    opened: "OpenModel", classes: Sequence[str], sources: Iterable[str], *, output: Path | None, as_json: bool
) -> None:
    """Ask about every record of every source; write `output` through the application."""
    table = Table(classes)
    told = _told(_predictions(opened, sources), classes, None if as_json else table)
    if output is None:
        deque(told, maxlen=0)
    else:
        for path in opened.task.export_predictions(told, classes, opened.meaning.encoding, output):
            console.say(f"wrote {path}")
    if not as_json:
        console.out(table.text())


@final
class Table:
    """The first records and their labels, and counts of all."""

    def __init__(self, classes: Sequence[str]) -> None:
        self.classes = classes
        self.rows: list[list[str]] = []
        self.counts = [0] * len(classes)
        self.known = self.right = 0

    def add(self, prediction: Prediction) -> None:
        """Count one in, and keep it where it is among the first."""
        guess, truth = prediction.guess, prediction.truth
        self.counts[guess] += 1
        self.known += truth is not None
        self.right += truth == guess
        if len(self.rows) < MOST_ROWS:
            said = "" if truth is None else self.classes[truth]
            self.rows.append([_clipped(prediction.name), self.classes[guess], f"{prediction.chances[guess]:.4f}", said])

    def text(self) -> str:
        """The table, how many more there are, how often each class was said, and how often rightly."""
        wide = 4 if any(row[3] for row in self.rows) else 3
        heading = ["record", "label", "p", "truth"][:wide]
        lines = [console.table(heading, [row[:wide] for row in self.rows], right=frozenset({2}))]
        more = sum(self.counts) - len(self.rows)
        if more:
            lines.append(f"… and {counted(more, 'more record')}: -o FILE or --json has them all")
        often = ", ".join(f"{name} {count:,}" for name, count in zip(self.classes, self.counts, strict=True))
        accuracy = (
            f"; accuracy {self.right / self.known:.4f} of {self.known:,} with a known class" if self.known else ""
        )
        lines += textwrap.wrap(f"{counted(sum(self.counts), 'record')}: {often}{accuracy}", console.width())
        return "\n".join(lines)


def _predictions(opened: "OpenModel", sources: Iterable[str]) -> Iterator[Prediction]:
    from seqtui.engine.asking import predict_all

    for source in sources:
        predictions, notes = predict_all(opened, source, progress=lambda _what, _done, _total: None)
        for note in notes:
            console.warning(note)
        yield from predictions


def _told(predictions: Iterable[Prediction], classes: Sequence[str], table: Table | None) -> Iterator[Prediction]:
    """The same predictions, each told as it passes: into the table, or without one as JSON."""
    for prediction in predictions:
        if table is not None:
            table.add(prediction)
        else:
            console.json_line(_row(prediction, classes))
        yield prediction


def _row(prediction: Prediction, classes: Sequence[str]) -> dict[str, Any]:
    chances = [plain(chance) for chance in prediction.chances]
    return {
        "record": prediction.name,
        "label": classes[prediction.guess],
        "probability": chances[prediction.guess],
        "probabilities": dict(zip(classes, chances, strict=True)),
        "truth": None if prediction.truth is None else classes[prediction.truth],
    }


def _clipped(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"

"""What `seqtui predict` tells of a model that tags steps: a paragraph or a JSON object a record, and a file."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from seqtui.commands import console
from seqtui.commands.finite import plain
from seqtui.task import TagPrediction
from seqtui.text_safety import counted

if TYPE_CHECKING:
    from pathlib import Path

    from seqtui.engine.open_model import OpenModel

MOST_SHOWN: Final = 40
TALLEST: Final = 6  # lines of one record


def predict_tags(
    opened: "OpenModel", tags: Sequence[str], sources: Iterable[str], *, output: "Path | None", as_json: bool
) -> None:
    """Tag every record of every source; write `output` through the application."""
    told = _told(opened, _predictions(opened, sources), tags, as_json=as_json)
    if output is None:
        deque(told, maxlen=0)
        return
    for path in opened.task.export_tags(told, tags, opened.meaning.encoding, output):
        console.say(f"wrote {path}")


def _predictions(opened: "OpenModel", sources: Iterable[str]) -> Iterator[TagPrediction]:
    from seqtui.engine.asking import tag_all

    for source in sources:
        predictions, notes = tag_all(opened, source, progress=lambda _what, _done, _total: None)
        for note in notes:
            console.warning(note)
        yield from predictions


def _told(
    opened: "OpenModel", predictions: Iterable[TagPrediction], tags: Sequence[str], *, as_json: bool
) -> Iterator[TagPrediction]:
    """The same predictions, each told as it passes: drawn by the application, or as JSON."""
    count = 0
    for count, prediction in enumerate(predictions, 1):
        if as_json:
            console.json_line(_row(opened, prediction, tags))
        elif count <= MOST_SHOWN:
            console.out(
                opened.task.show_tags(prediction, tags, opened.meaning.encoding, width=console.width(), height=TALLEST)
            )
        yield prediction
    if not as_json:
        more = f"; the first {MOST_SHOWN} are shown: -o FILE or --json has them all" if count > MOST_SHOWN else ""
        console.say(f"{counted(count, 'record')}{more}")


def _row(opened: "OpenModel", prediction: TagPrediction, tags: Sequence[str]) -> dict[str, Any]:
    from seqtui.engine.tagging import spelled_steps

    truth = prediction.truth
    return {
        "record": prediction.name,
        "symbols": spelled_steps(opened.task, prediction, opened.meaning.encoding),
        "tags": [tags[tag] for tag in prediction.tags],
        "probabilities": [plain(chance) for chance in prediction.chances],
        "truth": None if truth is None else [tags[tag] if tag >= 0 else None for tag in truth],
    }

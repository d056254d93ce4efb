"""What `seqtui predict` tells of a model that translates: source and translation, or a JSON object a record; a file."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from seqtui.commands import console
from seqtui.commands.finite import plain
from seqtui.task import TranslationPrediction
from seqtui.text_safety import counted

if TYPE_CHECKING:
    from pathlib import Path

    from seqtui.engine.open_model import OpenModel

MOST_SHOWN: Final = 40
TALLEST: Final = 4  # lines of one record


@dataclass(frozen=True, slots=True)
class Search:
    """How it is searched: hypotheses kept, how many are told, and the length penalty's alpha."""

    beam: int
    best: int
    length_penalty: float


def predict_translations(
    opened: "OpenModel", sources: Iterable[str], wanted: Search, *, output: "Path | None", as_json: bool
) -> None:
    """Translate every record of every source; write `output` through the application."""
    told = _told(opened, _predictions(opened, sources, wanted), as_json=as_json)
    if output is None:
        deque(told, maxlen=0)
        return
    for path in opened.task.export_translations(told, opened.meaning.encoding, output):
        console.say(f"wrote {path}")


def _predictions(
    opened: "OpenModel", sources: Iterable[str], wanted: Search
) -> Iterator[TranslationPrediction]:  # fmt: skip
    from seqtui.engine import beam
    from seqtui.engine.asking import translate_data

    asked = beam.Search(max(wanted.beam, wanted.best), wanted.best, wanted.length_penalty)
    for source in sources:
        predictions, notes = translate_data(opened, source, asked, progress=lambda _what, _done, _total: None)
        for note in notes:
            console.warning(note)
        yield from predictions


def _told(
    opened: "OpenModel", predictions: Iterable[TranslationPrediction], *, as_json: bool
) -> Iterator[TranslationPrediction]:
    """The same predictions, each told as it passes: drawn by the application, or as JSON."""
    count = known = right = 0
    for count, prediction in enumerate(predictions, 1):
        row = _row(opened, prediction)
        known += bool(prediction.references)
        right += row["translations"][0]["text"] in prediction.references if row["translations"] else 0
        if as_json:
            console.json_line(row)
        elif count <= MOST_SHOWN:
            _show(opened, prediction, row)
        yield prediction
    if not as_json:
        exact = f"; {right:,} of {known:,} with a reference are exactly right" if known else ""
        more = f"; the first {MOST_SHOWN} are shown: -o FILE or --json has them all" if count > MOST_SHOWN else ""
        console.say(f"{counted(count, 'record')}{exact}{more}")


def _show(opened: "OpenModel", prediction: TranslationPrediction, row: dict[str, Any]) -> None:
    task, encoding = opened.task, opened.meaning.encoding
    console.out(task.show_translation(prediction, encoding, width=console.width(), height=TALLEST))
    for rank, other in enumerate(row["translations"][1:], 2):
        console.out(f"{rank:>5}. {other['score']:>8.3f} {other['text']}"[: console.width()])
    console.out("")


def _row(opened: "OpenModel", prediction: TranslationPrediction) -> dict[str, Any]:
    from seqtui.engine.wording import Wording

    wording = Wording(opened.task, opened.meaning.encoding)
    source = wording.read(prediction)
    return {
        "record": prediction.name,
        "source": source,
        "references": list(prediction.references),
        "translations": [
            {
                "text": wording.text(each, source),
                "tokens": wording.tokens(each, source),
                "score": plain(each.score),
                "log_probability": plain(each.log_probability),
                "probabilities": [plain(chance) for chance in each.chances],
            }
            for each in prediction.hypotheses
        ],
    }

"""What `seqtui predict` tells of a model that transcribes: a line or a JSON object a recording, and a file."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from seqtui.commands import console
from seqtui.commands.finite import plain
from seqtui.errors import Usage
from seqtui.shapes import Transcript
from seqtui.task import TranscriptPrediction
from seqtui.text_safety import clean

if TYPE_CHECKING:
    from seqtui.engine.open_model import OpenModel
    from seqtui.engine.prefix_beam import Listening

MOST_SHOWN: Final = 40
USUAL_BEAM: Final = 8  # prefixes kept


@dataclass(frozen=True, slots=True)
class Wanted:
    """How texts are found. beam 0: greedily, None: as is usual; weight, bonus: of a language model, of characters."""

    beam: int | None
    language_model: str | None
    weight: float
    bonus: float


def predict_transcripts(
    opened: "OpenModel", sources: Iterable[str], wanted: Wanted, *, output: Path | None, as_json: bool
) -> None:
    """Transcribe every recording of every source; write `output` through the application."""
    told = _told(opened, _predictions(opened, sources, listening(opened, wanted)), as_json=as_json)
    if output is None:
        deque(told, maxlen=0)
        return
    for path in opened.task.export_transcripts(told, opened.meaning.encoding, output):
        console.say(f"wrote {path}")


def check_wanted(opened: "OpenModel", wanted: Wanted) -> None:
    """Usage where it cannot be."""
    if not isinstance(opened.meaning.head, Transcript) and wanted.language_model is not None:
        raise Usage(f"{opened.name} writes no transcripts: leave out --language-model")
    if wanted.language_model is None and wanted.bonus:
        raise Usage("--lm-bonus is beside the say of a language model: give one with --language-model")
    if wanted.language_model is not None and wanted.beam == 0:
        raise Usage(
            "--beam 0 takes the likeliest path, where no language model has a say: leave it out, or give 1 or more"
        )


def listening(opened: "OpenModel", wanted: Wanted) -> "Listening":
    """The search that is asked for, with its language model opened. Usage where that is none of characters."""
    from seqtui.engine.open_model import open_model
    from seqtui.engine.prefix_beam import Guide, Listening
    from seqtui.engine.spelling_model import SpellingModel
    from seqtui.runs.models import find_model

    beam = USUAL_BEAM if wanted.beam is None else wanted.beam
    if wanted.language_model is None:
        return Listening(beam)
    head = opened.meaning.head
    assert isinstance(head, Transcript)
    spelling = SpellingModel(open_model(find_model(wanted.language_model)), head)
    return Listening(beam, Guide(spelling.expects, wanted.weight, wanted.bonus))


def _predictions(opened: "OpenModel", sources: Iterable[str], asked: "Listening") -> Iterator[TranscriptPrediction]:
    from seqtui.engine.asking import transcribe_data

    for source in sources:
        predictions, notes = transcribe_data(opened, source, asked, progress=lambda _what, _done, _total: None)
        for note in notes:
            console.warning(note)
        yield from predictions


def _told(
    opened: "OpenModel", predictions: Iterable[TranscriptPrediction], *, as_json: bool
) -> Iterator[TranscriptPrediction]:
    """The same predictions, each told as it passes, and at the end their error rates where truths are known."""
    from seqtui.metrics import error_rates

    head = opened.meaning.head
    assert isinstance(head, Transcript)
    truths, texts, count = [], [], 0
    for said in predictions:
        text, truth = head.text(said.symbols), None if said.truth is None else head.text(said.truth)
        if as_json:
            console.json_line(_row(said, text, truth))
        elif count < MOST_SHOWN:
            console.out(f"{clean(said.name, limit=40)}: {clean(text) or '(nothing)'}" + _beside(text, truth))
        count += 1
        if truth is not None:
            truths.append(truth)
            texts.append(text)
        yield said
    if not as_json:
        more = f"; the first {MOST_SHOWN} are shown: -o FILE or --json has them all" if count > MOST_SHOWN else ""
        rates = error_rates(truths, texts) if truths else {}
        scores = "".join(f", {name.upper() if name != 'exact' else name} {rate:.4f}" for name, rate in rates.items())
        console.say(f"{count:,} recordings{scores}{more}")


def _beside(text: str, truth: str | None) -> str:
    return "" if truth is None else "  (right)" if truth == text else f"  (said: {clean(truth)})"


def _row(said: TranscriptPrediction, text: str, truth: str | None) -> dict[str, Any]:
    return {
        "record": said.name,
        "text": text,
        "log_probability": plain(said.log_probability),
        "truth": truth,
    }

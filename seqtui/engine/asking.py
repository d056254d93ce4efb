"""What a trained model can be asked: samples, and scores of other data, as a whole or record by record."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from seqtui.engine.batches import FlatData, rows_of
from seqtui.engine.beam import Search
from seqtui.engine.evaluate import Scorable, evaluate, run_over
from seqtui.engine.generate import generate
from seqtui.engine.open_model import OpenModel
from seqtui.engine.prefix_beam import Listening
from seqtui.engine.tagging import predict_tags
from seqtui.engine.tally import Asked, LabelTally, Score
from seqtui.engine.transcribing import transcribe_all
from seqtui.engine.translating import translate_all
from seqtui.engine.wording import Wording
from seqtui.errors import BadInput
from seqtui.runs.taste import Taste
from seqtui.shapes import PADDING, Label, Tags, Transcript, Translation, ends_predicted, steps_ahead
from seqtui.task import (
    Prediction,
    Progress,
    Records,
    TagPrediction,
    TranscriptPrediction,
    TranslationPrediction,
    Values,
)


@dataclass(frozen=True, slots=True)
class Sample:
    """values: the opening and what was made after it, (steps[, features]); new_steps of them are new."""

    values: Values
    new_steps: int
    seconds: float


@dataclass(frozen=True, slots=True)
class RecordScore:
    """One record under a model."""

    name: str
    score: Score


def sample(
    opened: OpenModel, *, number: int, length: int, taste: Taste, prime: str | None, seed: int, stop: str | None = None
) -> Sample:
    """Sample `number` (0, 1 …) of a seed; it is the same whatever the others are. length in the task's length_unit.

    stop: a text that ends the sample earlier.
    """
    task, encoding = opened.task, opened.meaning.encoding
    rng = np.random.Generator(np.random.PCG64([seed, number]))
    started = time.monotonic()
    opening = task.prime(prime, encoding, rng=rng)
    is_enough = task.is_long_enough(length, task.primed(prime, encoding))
    if stop is not None:
        is_enough = either(is_enough, task.stop_at(stop, encoding))
    unwritten = task.unwritten(encoding)
    new = list(
        generate(
            opened.model, opened.meaning.head, opening, taste=taste, rng=rng, is_enough=is_enough, unwritten=unwritten
        )
    )
    values = np.concatenate([opening, np.stack(new).astype(opening.dtype)])
    return Sample(values, len(new), time.monotonic() - started)


def either(one: Callable[[Values], bool], other: Callable[[Values], bool]) -> Callable[[Values], bool]:
    """Both meters see every value."""
    return lambda value: any([one(value), other(value)])


def score_all(
    opened: OpenModel, data: str, *, progress: Progress, asked: Asked | None = None
) -> tuple[Score, Records, tuple[str, ...]]:
    """The score of all of `data` under the model, the records, and what was odd about them.

    asked: how sequences are written, where the model writes some; else a beam of translations, transcripts greedily.
    """
    records, notes = opened.task.load_for_scoring(data, opened.meaning.encoding, progress=progress)
    if isinstance(opened.meaning.head, Label) and (records.labels is None or (records.labels < 0).all()):
        raise BadInput(f"{data} has no labels that {opened.name} knows: ask for labels with seqtui predict")
    if isinstance(opened.meaning.head, Tags) and (records.tags is None or (records.tags == PADDING).all()):
        raise BadInput(f"{data} has no tags that {opened.name} knows: ask for tags with seqtui predict")
    if isinstance(opened.meaning.head, Transcript) and (
        records.target_lengths is None or not records.target_lengths.sum()
    ):
        raise BadInput(f"{data} does not say what is spoken: ask for it with seqtui predict")
    if isinstance(opened.meaning.head, Translation) and not any(records.references or ()):
        raise BadInput(f"{data} has nothing that its texts should become: ask for that with seqtui predict")
    return evaluate(opened, _flat(opened, records, data), asked=asked or Search()), records, notes


def score_each(opened: OpenModel, data: str, *, progress: Progress) -> tuple[Iterator[RecordScore], tuple[str, ...]]:
    """Each record of `data` by itself, in order, where there is a step to predict in it; and what was odd about it."""
    records, notes = opened.task.load_for_scoring(data, opened.meaning.encoding, progress=progress)
    _flat(opened, records, data)  # so that data without any such record are refused, and not passed over in silence
    return _each(opened, records, data), notes


def predict_labels(scorable: Scorable, data: FlatData) -> Iterator[Prediction]:
    """The label of each sequence of a split, in order; the parts of one are pooled."""
    tally = run_over(scorable, data)
    assert isinstance(tally, LabelTally)
    seen, chances = tally.chances()
    labels, records = data.parent_labels(), data.records
    for parent, row in zip(seen.tolist(), chances.tolist(), strict=True):
        truth = int(labels[parent]) if labels[parent] >= 0 else None
        yield Prediction(records.names[parent], records.whole(parent), tuple(row), truth)


def predict_all(opened: OpenModel, data: str, *, progress: Progress) -> tuple[Iterator[Prediction], tuple[str, ...]]:
    """The label of each record of `data` under a model that labels; and what was odd about them."""
    records, notes = opened.task.load_for_scoring(data, opened.meaning.encoding, progress=progress)
    return predict_labels(opened, _flat(opened, records, data)), notes


def tag_all(opened: OpenModel, data: str, *, progress: Progress) -> tuple[Iterator[TagPrediction], tuple[str, ...]]:
    """The tags of each record of `data` under a model that tags; and what was odd about them."""
    records, notes = opened.task.load_for_scoring(data, opened.meaning.encoding, progress=progress)
    return predict_tags(opened, _flat(opened, records, data)), notes


def translate_data(
    opened: OpenModel, data: str, asked: Search, *, progress: Progress
) -> tuple[Iterator[TranslationPrediction], tuple[str, ...]]:
    """What is made of each record of `data` under a model that translates; and what was odd about them."""
    records, notes = opened.task.load_for_scoring(data, opened.meaning.encoding, progress=progress)
    return translate_all(opened, _flat(opened, records, data), asked), notes


def transcribe_data(
    opened: OpenModel, data: str, asked: Listening, *, progress: Progress
) -> tuple[Iterator[TranscriptPrediction], tuple[str, ...]]:
    """What is heard in each record of `data` under a model that transcribes; and what was odd about them."""
    records, notes = opened.task.load_for_scoring(data, opened.meaning.encoding, progress=progress)
    return transcribe_all(opened, _flat(opened, records, data), asked), notes


def _each(opened: OpenModel, records: Records, data: str) -> Iterator[RecordScore]:
    for index, name in enumerate(records.names):
        lengths = records.lengths[index : index + 1]
        one = replace(records, values=records.record(index), lengths=lengths, names=(name,))
        if lengths[0] > 1:
            yield RecordScore(name, evaluate(opened, _flat(opened, one, data)))


def _flat(opened: OpenModel, records: Records, data: str) -> FlatData:
    head = opened.meaning.head
    ahead = steps_ahead(head)
    rows = rows_of(records, batch_size=1, bptt=0, ahead=ahead, ends=ends_predicted(head))
    if not len(rows):
        raise BadInput(f"{data} holds no sequence of {1 + ahead} steps or more, so there is nothing to predict in it")
    wording = Wording(opened.task, opened.meaning.encoding)
    return FlatData(records, rows, next(opened.model.parameters()).device, wording)

"""What a model hears in recordings: in those that are asked about, and in a few while it trains."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqtui.engine.attribution import input_gradient
from seqtui.engine.batches import FlatData, Integers, Unit
from seqtui.engine.evaluate import BATCH, Scorable
from seqtui.engine.model import SequenceModel
from seqtui.engine.prefix_beam import GREEDY, Listening, prefix_beam
from seqtui.engine.session import Session
from seqtui.engine.transcript_head import TranscriptHead, collapsed
from seqtui.runs.speech_events import Heard, HeardUtterance, Spike
from seqtui.shapes import PADDING, Label, Transcript, Vectors
from seqtui.task import Task, TranscriptPrediction, Values

SHOWN: Final = 4  # recordings that are shown while training
COLUMNS: Final = 120  # of a picture, at most
ROWS: Final = 20
LONGEST: Final = 1000  # steps of a recording that is shown
DIGITS: Final = "0123456789abcdef"


def transcribe_all(scorable: Scorable, data: FlatData, asked: Listening) -> Iterator[TranscriptPrediction]:
    """What is heard in each sequence of a split, in the split's order; in one without steps, nothing."""
    count = len(data.records)
    for first in range(0, count, BATCH):
        wanted = np.arange(first, min(first + BATCH, count))
        rows = np.flatnonzero(np.isin(data.rows.records, wanted))
        said = transcribe_rows(scorable, data, rows, asked) if len(rows) else []
        found = dict(zip(data.rows.records[rows].tolist(), said, strict=True))
        for record in wanted.tolist():
            nothing = TranscriptPrediction(data.records.name(record), data.records.record(record), (), (), (), 0.0)
            yield found.get(record, nothing)


def transcribe_rows(scorable: Scorable, data: FlatData, rows: Integers, asked: Listening) -> list[TranscriptPrediction]:
    """What is heard in some rows, all in one batch."""
    model = scorable.model
    log_chances, steps = log_chances_of(scorable, data, rows)
    assert isinstance(model.head, TranscriptHead)
    targets = data.gather(_unit(data, rows)).targets if data.rows.target_steps is not None else None
    found = []
    for column, (record, count) in enumerate(zip(data.rows.records[rows].tolist(), steps.tolist(), strict=True)):
        truth = None
        if targets is not None:
            truth = tuple(each for each in targets[:, column].tolist() if each != PADDING)
        mine = log_chances[:count, column].double().cpu().numpy()
        found.append(
            heard(data.records.name(record), data.records.record(record), mine, asked, truth=truth or None)
        )  # fmt: skip
    return found


def log_chances_of(scorable: Scorable, data: FlatData, rows: Integers) -> tuple[Tensor, Integers]:
    """(time, rows, symbols + 1) of one batch, and the (rows,) steps of each."""
    model, window = scorable.model, data.gather(_unit(data, rows))
    was_training = model.training
    model.eval()
    with torch.inference_mode(), scorable.arithmetic():
        logits = model(window.inputs, None, lengths=window.lengths)[0].float()
    model.train(was_training)
    return logits.log_softmax(2), data.rows.steps[rows]


def heard(
    name: str, values: Values, log_chances: NDArray[np.float64], asked: Listening, *, truth: tuple[int, ...] | None
) -> TranscriptPrediction:
    """The text of one recording: log_chances (steps, symbols + 1)."""
    blank = log_chances.shape[1] - 1
    best = log_chances.argmax(1)
    path = collapsed(best.tolist(), blank)
    symbols = tuple(symbol for symbol, _ in path)
    total = float(log_chances.max(1).sum())
    if asked.beam:
        text = prefix_beam(log_chances, beam=asked.beam, guide=asked.guide)[0]
        symbols, total = text.symbols, text.log_probability
    begins = placed(symbols, path)
    chances = tuple(
        float(np.exp(log_chances[begin, symbol])) if begin >= 0 else float("nan")
        for symbol, begin in zip(symbols, begins, strict=True)
    )
    return TranscriptPrediction(name, values, symbols, begins, chances, total, truth)


def placed(symbols: tuple[int, ...], path: list[tuple[int, int]]) -> tuple[int, ...]:
    """Where each symbol of a text stands on the likeliest path, in order; -1 for one that is not on it."""
    begins, at = [], 0
    for symbol in symbols:
        found = next((place for place in range(at, len(path)) if path[place][0] == symbol), None)
        begins.append(-1 if found is None else path[found][1])
        at = at if found is None else found + 1
    return tuple(begins)


def heard_event(session: Session) -> Iterator[Heard]:
    """A few validation recordings, always the same, as the model hears them now; within telemetry's price."""
    head, telemetry = session.corpus.head, session.telemetry
    if not isinstance(head, Label | Transcript) or not isinstance(head.inputs, Vectors):
        return
    if telemetry.level != "full" or not telemetry.price.is_due("saliency"):
        return
    data, encoding = session.valid, session.corpus.encoding
    rows = _telling_rows(data)
    records = data.rows.records[rows].tolist()
    if not records or session.task.picture(data.records.record(records[0]), encoding) is None:
        return
    with telemetry.price.charged("saliency"):
        classes = head.classes if isinstance(head, Label) else ()
        utterances = [listen(session.trainee, session.task, encoding, data, row, classes) for row in rows.tolist()]
    yield Heard(session.state.step, utterances)


def listen(
    scorable: Scorable, task: Task, encoding: Mapping[str, Any], data: FlatData, row: int, classes: Sequence[str] = ()
) -> HeardUtterance:
    """One recording as the model hears it: its picture, the text, and what the text rests on. classes: of words."""
    record = int(data.rows.records[row])
    values = data.records.record(record)
    picture = task.picture(values, encoding)
    assert picture is not None
    drawn = quantised(picture)
    seconds = task.seconds(values, encoding)
    head = scorable.model.head
    if isinstance(head, TranscriptHead):
        return _transcript(scorable, data, row, head, drawn, seconds)
    return _word(scorable.model, data, row, classes, drawn, seconds)


def _transcript(
    scorable: Scorable, data: FlatData, row: int, head: TranscriptHead, drawn: list[str], seconds: float
) -> HeardUtterance:
    rows, columns = np.array([row]), len(drawn[0])
    log_chances, steps = log_chances_of(scorable, data, rows)
    mine = log_chances[: int(steps[0]), 0].double().cpu().numpy()
    record, chances = int(data.rows.records[row]), np.exp(mine)
    truth = tuple(data.records.target(record).tolist())
    said = heard(data.records.name(record), data.records.record(record), mine, GREEDY, truth=truth)
    spikes = [
        Spike(begin * columns // len(chances), head.says.symbols[symbol], round(chance, 3))
        for symbol, begin, chance in zip(said.symbols, said.begins, said.chances, strict=True)
    ]
    blank = [round(each, 3) for each in spread_over(chances[:, head.blank], columns)]
    return HeardUtterance(
        said.name, seconds, drawn, head.says.text(said.symbols), head.says.text(said.truth or ()), float("nan"), spikes,
        blank, [],
    )  # fmt: skip


def _word(
    model: SequenceModel, data: FlatData, row: int, classes: Sequence[str], drawn: list[str], seconds: float
) -> HeardUtterance:
    window = data.gather(_unit(data, np.array([row])))
    values, truth = window.inputs[:, 0], int(window.targets[0])
    was_training = model.training
    model.eval()
    with torch.inference_mode():
        chances = model(values.unsqueeze(1))[0].float().softmax(1)[0]
    model.train(was_training)
    guess = int(chances.argmax())
    speaks = input_gradient(model, values, guess).double().cpu().numpy()
    return HeardUtterance(
        data.record_names(_unit(data, np.array([row])))[0], seconds, drawn, classes[guess],
        classes[truth] if truth >= 0 else "", round(float(chances[guess]), 4), [], [],
        [round(each, 4) for each in spread_over(speaks, len(drawn[0]))],
    )  # fmt: skip


def quantised(picture: NDArray[np.float32]) -> list[str]:
    """(height, width), the highest band first, as at most ROWS strings of at most COLUMNS digits: f is loud."""
    from seqtui.readers.speech.spectrogram_text import shrunk

    if not picture.size:
        return []
    small = shrunk(picture, min(ROWS, picture.shape[0]), min(COLUMNS, picture.shape[1]))
    low, high = np.quantile(small, [0.05, 0.995])
    levels = np.clip((small - low) / max(float(high - low), 1e-6) * 15, 0, 15).round().astype(int)
    return ["".join(DIGITS[level] for level in row) for row in levels]


def spread_over(numbers: NDArray[np.float64], columns: int) -> list[float]:
    """(steps,) -> one a column: of the step that stands there, or the mean of those that share it."""
    steps = len(numbers)
    edges = [place * steps // max(columns, 1) for place in range(columns + 1)]
    return [float(numbers[begin : max(end, begin + 1)].mean()) for begin, end in pairwise(edges)]


def _unit(data: FlatData, rows: Integers) -> Unit:
    steps = data.rows.steps[rows]
    return Unit(rows, 0, int(steps.max()), int(steps.sum()), len(rows))


def _telling_rows(data: FlatData) -> Integers:
    """Evenly over the lengths that can be shown."""
    short = np.flatnonzero(data.rows.steps <= LONGEST)
    if not len(short):
        return short
    by_length = short[np.argsort(data.rows.steps[short], kind="stable")]
    places = np.linspace(len(by_length) // 8, len(by_length) - 1 - len(by_length) // 8, min(SHOWN, len(by_length)))
    return np.unique(by_length[places.round().astype(np.int64)])

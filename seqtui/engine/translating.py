"""What a model that translates makes of sequences: of those that are asked about, and of a few while it trains."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import torch

from seqtui.engine.batches import FlatData, Integers, Unit
from seqtui.engine.beam import GREEDY, Search, Watcher, search
from seqtui.engine.evaluate import BATCH, Scorable
from seqtui.engine.session import Session
from seqtui.engine.translation_head import TranslationHead
from seqtui.engine.wording import Wording
from seqtui.runs.translation_events import Translated, TranslatedPair
from seqtui.task import Hypothesis, TranslationPrediction

SHOWN: Final = 6  # sequences that are shown while training
LONGEST: Final = 40  # steps of each
POOL: Final = 8  # batches whose records are sorted by length together
NOTHING: Final = Hypothesis((), 0.0, 0.0, ())


def translate_all(scorable: Scorable, data: FlatData, asked: Search) -> Iterator[TranslationPrediction]:
    """What is made of each sequence of a split, in the split's order; of one without steps, nothing."""
    count = len(data.records)
    row_of = np.full(count, -1)
    row_of[data.rows.records] = np.arange(len(data.rows))
    for first in range(0, count, POOL * BATCH):
        wanted = row_of[first : first + POOL * BATCH]
        rows = wanted[wanted >= 0]
        rows = rows[np.argsort(data.rows.steps[rows], kind="stable")]
        found: dict[int, TranslationPrediction] = {}
        for begin in range(0, len(rows), BATCH):
            some = rows[begin : begin + BATCH]
            found |= dict(
                zip(data.rows.records[some].tolist(), translate_rows(scorable, data, some, asked), strict=True)
            )
        for record in range(first, min(first + POOL * BATCH, count)):
            yield found.get(record) or TranslationPrediction(
                data.records.name(record), data.records.values[:0], (NOTHING,), read_from=data.records.text_of(record)
            )


def translate_rows(
    scorable: Scorable, data: FlatData, rows: Integers, asked: Search, *, watch: Watcher | None = None
) -> list[TranslationPrediction]:
    """What is made of some rows, all in one batch; watch: see seqtui.engine.beam.search."""
    if not len(rows):
        return []
    model, steps = scorable.model, data.rows.steps[rows]
    assert isinstance(model.head, TranslationHead)
    window = data.gather(Unit(rows, 0, int(steps.max()), int(steps.sum()), 0))
    was_training = model.training
    model.eval()
    with torch.inference_mode(), scorable.arithmetic():
        states = model(window.inputs, None, lengths=window.lengths)[0].float()
        memory = model.head.remember(states, window.mask)
        found = search(model.head.decoder, memory, model.head.full(asked), model.head.vocabulary, watch=watch)
    model.train(was_training)
    return [_prediction(data, int(row), hypotheses) for row, hypotheses in zip(rows, found, strict=True)]


def _prediction(data: FlatData, row: int, hypotheses: tuple[Hypothesis, ...]) -> TranslationPrediction:
    records, rows = data.records, data.rows
    record, begin = int(rows.records[row]), int(rows.starts[row])
    truth = None
    if rows.target_starts is not None and rows.target_steps is not None and records.targets is not None:
        first = int(rows.target_starts[row])
        truth = tuple(records.targets[first : first + int(rows.target_steps[row])].tolist())
    return TranslationPrediction(
        records.name(record), records.values[begin : begin + int(rows.steps[row])], hypotheses, truth,
        () if records.references is None else tuple(records.references[record]), records.text_of(record),
    )  # fmt: skip


def translated_event(session: Session) -> Iterator[Translated]:
    """A few validation sequences, always the same, as the model translates them now; within telemetry's price."""
    wording, telemetry = session.valid.wording, session.telemetry
    if not isinstance(session.trainee.model.head, TranslationHead) or wording is None:
        return
    if telemetry.level != "full" or not telemetry.price.is_due("saliency"):
        return
    with telemetry.price.charged("saliency"):
        said = translate_rows(session.trainee, session.valid, _telling_rows(session.valid), GREEDY)
        pairs = [translated_pair(wording, each) for each in said]
    yield Translated(session.state.step, pairs)


def translated_pair(wording: Wording, said: TranslationPrediction) -> TranslatedPair:
    """The best of what was made of one sequence, in words."""
    best, source = said.hypotheses[0], wording.read(said)
    attention = [] if best.attention is None else [[round(each, 4) for each in row] for row in best.attention.tolist()]
    return TranslatedPair(
        said.name, source, wording.tokens(best, source), wording.spell(said.truth or ()), attention,
        list(best.chances), list(best.copied),
    )  # fmt: skip


def _telling_rows(data: FlatData) -> Integers:
    """Rows evenly over the lengths that can be read, the first where they tie."""
    short = np.flatnonzero(data.rows.steps <= LONGEST)
    if not len(short):
        short = np.array([int(data.rows.steps.argmin())])
    by_length = short[np.argsort(data.rows.steps[short], kind="stable")]
    places = np.linspace(len(by_length) // 4, len(by_length) - 1, min(SHOWN, len(by_length))).round().astype(np.int64)
    return np.unique(by_length[places])

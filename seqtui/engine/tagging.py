"""What a model that tags says of sequences: of those that are asked about, and of a few while it trains."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from seqtui.engine.batches import FlatData, Integers, Unit
from seqtui.engine.evaluate import BATCH, Scorable
from seqtui.engine.session import Session
from seqtui.engine.tag_head import TagHead
from seqtui.runs.events import Tagged, TaggedSequence
from seqtui.shapes import PADDING, Tags
from seqtui.task import TagPrediction, Task

SHOWN: Final = 6  # sequences that are shown while training
LONGEST: Final = 60  # steps of each


def predict_tags(scorable: Scorable, data: FlatData) -> Iterator[TagPrediction]:
    """The tags of each sequence of a split, in the split's order; a sequence without steps has none."""
    count = len(data.records)
    for first in range(0, count, BATCH):
        wanted = np.arange(first, min(first + BATCH, count))
        rows = np.flatnonzero(np.isin(data.rows.records, wanted))
        found = dict(zip(data.rows.records[rows].tolist(), tag_rows(scorable, data, rows), strict=True))
        for record in wanted.tolist():
            records = data.records
            empty = TagPrediction(
                records.name(record), records.record(record), (), (), read_from=records.text_of(record)
            )  # fmt: skip
            yield found.get(record, empty)


@dataclass(frozen=True, slots=True)
class ReadRows:
    """Rows read in one batch: emissions and chances (time, rows, tags), tags of best paths and targets (time, rows).

    steps: (rows,) how many of `time` each has.
    """

    emissions: Tensor
    chances: Tensor
    tags: Tensor
    targets: Tensor
    steps: Integers


def read_rows(scorable: Scorable, data: FlatData, rows: Integers) -> ReadRows:
    """One row or more."""
    model, steps = scorable.model, data.rows.steps[rows]
    assert isinstance(model.head, TagHead)
    real = int(steps.sum())
    window = data.gather(Unit(rows, 0, int(steps.max()), real, real))
    was_training = model.training
    model.eval()
    with torch.inference_mode(), scorable.arithmetic():
        logits = model(window.inputs, None, lengths=window.lengths)[0].float()
        tags = model.head.decode(logits, window.mask)
        chances = model.head.chances(logits, window.mask)
    model.train(was_training)
    return ReadRows(logits, chances, tags, window.targets, steps)


def tag_rows(scorable: Scorable, data: FlatData, rows: Integers) -> list[TagPrediction]:
    """The tags of some rows, all in one batch."""
    if not len(rows):
        return []
    read = read_rows(scorable, data, rows)
    chances, steps = read.chances.gather(2, read.tags.unsqueeze(2)).squeeze(2), read.steps
    columns = zip(read.tags.t().tolist(), chances.t().tolist(), read.targets.t().tolist(), steps.tolist(), strict=True)
    return [
        TagPrediction(
            data.records.name(record), data.records.record(record), tuple(path[:count]), tuple(sure[:count]),
            None if all(tag == PADDING for tag in truth[:count]) else tuple(truth[:count]),
            data.records.text_of(record),
        )
        for record, (path, sure, truth, count) in zip(data.rows.records[rows].tolist(), columns, strict=True)
    ]  # fmt: skip


def spelled_steps(task: Task, said: TagPrediction, encoding: Mapping[str, Any]) -> list[str]:
    """One short text a step: as it was read where that is known, else as the model knows it."""
    return task.spell(said.values, encoding) if said.read_from is None else said.read_from.words()


def tagged_event(session: Session) -> Iterator[Tagged]:
    """A few validation sequences, always the same, as the model tags them now; within telemetry's price."""
    head, telemetry = session.corpus.head, session.telemetry
    if not isinstance(head, Tags) or telemetry.level != "full" or not telemetry.price.is_due("saliency"):
        return
    with telemetry.price.charged("saliency"):
        said = tag_rows(session.trainee, session.valid, _telling_rows(session.valid))
        spelled = [spelled_steps(session.task, each, session.corpus.encoding) for each in said]
    yield Tagged(
        session.state.step,
        [
            TaggedSequence(
                each.name, symbols, [head.tags[tag] if tag >= 0 else "" for tag in each.truth or ()],
                [head.tags[tag] for tag in each.tags], list(each.chances),
            )
            for each, symbols in zip(said, spelled, strict=True)
        ],
    )  # fmt: skip


def _telling_rows(data: FlatData) -> Integers:
    """The rows with most different tags among those that are short enough to be read, the first where they tie."""
    assert data.records.tags is not None
    short = np.flatnonzero(data.rows.steps <= LONGEST)
    starts, steps = data.rows.starts[short].tolist(), data.rows.steps[short].tolist()
    kinds = [
        -len(np.unique(data.records.tags[start : start + count])) for start, count in zip(starts, steps, strict=True)
    ]
    return np.sort(short[np.argsort(kinds, kind="stable")[:SHOWN]])

"""How much each step of a text surprises a model of the next token, and what it had expected instead."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from seqtui.engine.explaining import choose_record
from seqtui.engine.model import SequenceModel
from seqtui.engine.open_model import OpenModel
from seqtui.engine.session import Session
from seqtui.errors import BadInput, Usage
from seqtui.runs.events import Surprise
from seqtui.shapes import NextToken
from seqtui.task import Progress, Task, Values

SHOWN: Final = 240  # steps of the text that is shown while training
LONGEST: Final = 20_000  # steps of a text that is explained
EXPECTED: Final = 3  # guesses that are named


@dataclass(frozen=True, slots=True)
class Surprises:
    """Of the steps of a text after its first: nats (steps,), −log p of what stands there; expected (steps, EXPECTED)
    tokens, the likeliest first, and their chances.
    """

    nats: NDArray[np.float64]
    expected: NDArray[np.int64]
    chances: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text as a model read it: symbols, one a step, the first of which nothing was expected of."""

    record: str
    symbols: tuple[str, ...]
    names: tuple[str, ...]
    found: Surprises


def surprises(model: SequenceModel, values: torch.Tensor) -> Surprises:
    """values (time,) of at least two tokens, read from a zero state."""
    was_training = model.training
    model.eval()
    with torch.inference_mode():
        logits, _ = model(values[:-1].long().unsqueeze(1))
        scores = logits[:, 0].double().log_softmax(1)
        nats = -scores.gather(1, values[1:].long().unsqueeze(1)).squeeze(1)
        chances, expected = scores.exp().topk(min(EXPECTED, scores.shape[1]), dim=1)
    model.train(was_training)
    return Surprises(nats.cpu().numpy(), expected.cpu().numpy(), chances.cpu().numpy())


def read_surprised(
    opened: OpenModel, data: str, record: str | None, *, progress: Progress
) -> tuple[ReadText, tuple[str, ...]]:
    """A record of `data` as the model reads it, and what was odd about the data. record: as in explaining.explain.

    Usage where the model does not write symbols that have names, NotFound without such a record, BadInput where it is
    too short or too long.
    """
    names = named_tokens(opened.task, opened.meaning.head, opened.meaning.encoding)
    if not names:
        raise Usage(f"{opened.name} writes no symbols that could be shown one by one, so it cannot be surprised by any")
    records, notes = opened.task.load_for_scoring(data, opened.meaning.encoding, progress=progress)
    chosen = choose_record(records.names, record, data)
    values = np.asarray(records.record(chosen), np.int64)
    if not 2 <= len(values) <= LONGEST:
        raise BadInput(f"{records.names[chosen]} has {len(values):,} steps; from 2 to {LONGEST:,} can be explained")
    tokens = torch.from_numpy(values).to(next(opened.model.parameters()).device)
    symbols = tuple(names[value] for value in values.tolist())
    return ReadText(records.names[chosen], symbols, names, surprises(opened.model, tokens)), notes


def surprise_event(session: Session) -> Iterator[Surprise]:
    """The beginning of the validation text as the model reads it now; within telemetry's price."""
    telemetry, data = session.telemetry, session.valid
    names = named_tokens(session.task, session.corpus.head, session.corpus.encoding)
    if not names or telemetry.level != "full" or not telemetry.price.is_due("saliency"):
        return
    with telemetry.price.charged("saliency"):
        row = int(data.rows.steps.argmax())
        begin, count = int(data.rows.starts[row]), min(int(data.rows.steps[row]) + 1, SHOWN)
        values: Values = np.asarray(data.records.values[begin : begin + count], np.int64)
        found = surprises(session.trainee.model, torch.from_numpy(values).to(session.trainee.device))
    yield Surprise(
        session.state.step,
        data.records.name(int(data.rows.records[row])),
        [names[value] for value in values.tolist()],
        found.nats.tolist(),
        [names[value] for value in found.expected[:, 0].tolist()],
    )


def named_tokens(task: Task, head: object, encoding: dict[str, object]) -> tuple[str, ...]:
    """The name of every token of a model of the next token; none where tokens have no names."""
    return tuple(task.token_names(encoding)) if isinstance(head, NextToken) else ()

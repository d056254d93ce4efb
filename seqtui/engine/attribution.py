"""What in a sequence speaks for its label: the gradient with respect to the input, and every single substitution.

Both are about the log-odds of a class, log p / (1 − p), which unlike p does not saturate.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from seqtui.engine.batches import FlatData, Integers, Unit
from seqtui.engine.inputs import InputLayer, MixtureInput, PositionedInput
from seqtui.engine.model import SequenceModel
from seqtui.engine.picture_input import PictureInput, in_stretches
from seqtui.engine.session import Session
from seqtui.engine.vector_input import VectorInput
from seqtui.errors import Usage
from seqtui.runs.events import Attribution
from seqtui.shapes import FEW_SYMBOLS, Label, Mixtures, Pictures, Tokens, Vectors
from seqtui.task import Values

LONGEST: Final = 200  # steps of the sequence that is shown while training
BATCH: Final = 256  # variants of a sequence at once


def log_odds(logits: Tensor, label: int) -> Tensor:
    """(batch, classes) -> (batch,) of the class `label`; with one class only there are no odds: its logit."""
    others = [each for each in range(logits.shape[1]) if each != label]
    return logits[:, label] - logits[:, others].logsumexp(1) if others else logits[:, label]


def input_gradient(model: SequenceModel, values: Tensor, label: int) -> Tensor:
    """Gradient times input (Shrikumar et al. 2017) of one sequence: values (time[, width]) -> (time,), signed.

    Of a mixture the gradient is taken on the simplex: its mean over the parts is subtracted (Majdandzic et al. 2023).
    Of vectors it is taken where they are normalised, so that a step counts by how far it is from the mean one. Of
    pictures it is of their pixels: black ones have no say.
    """
    was_training = model.training
    model.eval()
    with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):
        source, x = _open(model.embed, values.unsqueeze(1))
        logits, _ = model.read(x)
        (gradient,) = torch.autograd.grad(log_odds(logits.float(), label).sum(), source)
    model.train(was_training)
    if isinstance(_inner(model.embed), MixtureInput):
        gradient = gradient - gradient.mean(2, keepdim=True)
    return (gradient * source.detach()).sum(2).squeeze(1)


def substitutes(inputs: Tokens | Mixtures | Vectors | Pictures) -> list[int]:
    """What is worth putting in a step's place: every symbol where there are few of them, such as the four bases.

    Of many, such as the words of a language, the unknown one alone: the step is left out, and the others stay where
    they are. Usage of vectors and pictures, which are numbers.
    """
    if isinstance(inputs, Vectors | Pictures):
        raise Usage("this model reads numbers, in whose place no symbol can be put: ask for --method saliency")
    if isinstance(inputs, Mixtures):
        return list(range(len(inputs.table[0])))  # those that are no mixture come first, as many as there are parts
    return [inputs.unknown] if inputs.size > FEW_SYMBOLS else list(range(inputs.size))


def mutagenesis(model: SequenceModel, values: Tensor, label: int, symbols: Sequence[int]) -> Tensor:
    """In-silico mutagenesis of one sequence: values (time,) -> (time, symbols), the change of the log-odds of `label`
    when that step is replaced by that symbol; 0 where it is that symbol already.
    """
    was_training = model.training
    model.eval()
    parts = substitutions(model, values, label, symbols, steps_at_once=max(BATCH // len(symbols), 1))
    changes = torch.cat([changes for _, changes in parts])
    model.train(was_training)
    return changes


def substitutions(
    model: SequenceModel, values: Tensor, label: int, symbols: Sequence[int], *, steps_at_once: int
) -> Iterator[tuple[int, Tensor]]:
    """Mutagenesis some steps at a time: the first of them, and their rows (steps, symbols). The model is in eval."""
    time, known, count = len(values), torch.tensor(symbols, device=values.device), len(symbols)
    with torch.inference_mode():
        before = log_odds(model(values.unsqueeze(1))[0].float(), label)
    for first in range(0, time, steps_at_once):
        steps = torch.arange(first, min(first + steps_at_once, time), device=values.device)
        variants = values.repeat(len(steps) * count, 1).T.contiguous()  # (time, steps · symbols)
        places = steps.repeat_interleave(count)
        variants[places, torch.arange(len(places), device=values.device)] = known.repeat(len(steps))
        with torch.inference_mode():
            changes = (log_odds(model(variants)[0].float(), label) - before).view(-1, count)
            # Exactly 0, and not what rounds otherwise in a batch of another size.
            changes[values[steps].unsqueeze(1) == known] = 0
        yield first, changes


def attribution_event(session: Session) -> Iterator[Attribution]:
    """What one validation sequence, always the same, shows of the model as it stands; within telemetry's price."""
    head, telemetry = session.corpus.head, session.telemetry
    if not isinstance(head, Label) or isinstance(head.inputs, Pictures):  # of clips: seqtui.engine.watching
        return
    if telemetry.level != "full" or not telemetry.price.is_due("saliency"):
        return
    with telemetry.price.charged("saliency"):
        read = read_telling_row(session)
        symbols = session.task.spell(read.values, session.corpus.encoding)
    yield Attribution(
        session.state.step, read.record, symbols, read.scores, read.truth, read.predicted, read.probability
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A validation sequence as a model that labels reads it. values (steps[, features]); scores: input_gradient."""

    record: str
    values: Values
    scores: list[float]
    truth: str
    predicted: str
    probability: float


def read_telling_row(session: Session) -> ReadRow:
    """The first LONGEST steps of the row that tells most, always the same."""
    head, data, model = session.corpus.head, session.valid, session.trainee.model
    assert isinstance(head, Label), "asked of models that label"
    row = _telling_row(data)
    unit = Unit(row, 0, min(int(data.rows.steps[row[0]]), LONGEST), 0, 1)
    window = data.gather(unit)
    values, truth = window.inputs[:, 0], int(window.targets[0])
    was_training = model.training
    model.eval()
    with torch.inference_mode():
        chances = model(values.unsqueeze(1))[0].float().softmax(1)[0]
    model.train(was_training)
    guess = int(chances.argmax())
    scores = input_gradient(model, values, guess).tolist()
    known = head.classes[truth] if truth >= 0 else ""
    record = data.record_names(unit)[0]
    return ReadRow(record, values.cpu().numpy(), scores, known, head.classes[guess], float(chances[guess]))


def _telling_row(data: FlatData) -> Integers:
    """(1,) the first row of the rarest class: of two, that is more often the one with something in it."""
    labels = data.parent_labels()[data.parents_of_rows()]
    counts = np.bincount(labels[labels >= 0], minlength=1)
    rarest = len(counts) - 1 - int(np.where(counts[::-1] > 0, counts[::-1], counts.sum() + 1).argmin())
    return np.flatnonzero(labels == rarest)[:1] if counts.sum() else np.zeros(1, np.int64)


def _open(embed: InputLayer, values: Tensor) -> tuple[Tensor, Tensor]:
    """What the gradient is taken of, and the input layer's output that follows from it."""
    inner = _inner(embed)
    if isinstance(inner, MixtureInput):
        source = inner.mixtures(values).requires_grad_()
        x = inner.project(source)
    elif isinstance(inner, VectorInput):
        source = inner.normalised(values).requires_grad_()
        x = inner.project(source)
    elif isinstance(inner, PictureInput):
        source = inner.pixels(values).requires_grad_()
        x = in_stretches(inner.encode, source, inner.shape.pixels)
    else:
        source = x = inner(values).detach().requires_grad_()
    return source, embed.place(x) if isinstance(embed, PositionedInput) else x


def _inner(embed: InputLayer) -> InputLayer:
    return embed.inner if isinstance(embed, PositionedInput) else embed

"""A pass over a split without training. Must never touch the training's random numbers, nor its carried state."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol

import torch

from seqtui.engine.batches import FlatData, units_in_order
from seqtui.engine.model import SequenceModel
from seqtui.engine.step import Carry

WINDOW: Final = 512  # time steps held in memory at once; the state is carried from window to window
BATCH: Final = 64


class Scorable(Protocol):
    """What can be scored: a model in training, or one that was opened to be asked."""

    @property
    def model(self) -> SequenceModel:
        """The model."""

    def arithmetic(self) -> AbstractContextManager[object]:
        """The context of a forward pass."""


@dataclass(frozen=True, slots=True)
class Score:
    """loss: mean over all real time steps of the split, in nats; steps: how many there are."""

    loss: float
    metrics: dict[str, float]
    steps: int


def evaluate(scorable: Scorable, data: FlatData, *, progress: Callable[[int, int], None] | None = None) -> Score:
    """Score a split; the mean is over time steps, not over sequences, and padding has no part in it."""
    model = scorable.model
    was_training = model.training
    model.eval()
    loss, steps = 0.0, 0
    counts: dict[str, float] = {}
    carry: Carry = None
    units = units_in_order(data.rows, batch_size=BATCH, window=WINDOW if model.backbone.directions == 1 else 0)
    with torch.inference_mode():
        for number, unit in enumerate(units):
            window = data.gather(unit)
            with scorable.arithmetic():
                logits, carry = model(window.inputs, None if unit.begin == 0 else carry, lengths=window.lengths)
            logits = logits.float()
            loss += float(model.head.loss(logits, window.targets, window.mask))
            for name, count in model.head.hits(logits, window.targets, window.mask).items():
                counts[name] = counts.get(name, 0.0) + float(count)
            steps += unit.real_steps
            if progress is not None:
                progress(number + 1, len(units))
    model.train(was_training)
    mean = loss / max(steps, 1)
    return Score(mean, model.head.scores(counts, mean), steps)

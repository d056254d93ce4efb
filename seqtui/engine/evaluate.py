"""A pass over a split without training. Must never touch the training's random numbers, nor its carried state."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final, Protocol

import torch

from seqtui.engine.batches import FlatData, units_in_order
from seqtui.engine.model import SequenceModel
from seqtui.engine.step import Carry
from seqtui.engine.tally import Score, Tally, start_tally

WINDOW: Final = 512  # time steps held in memory at once; the state is carried from window to window
BATCH: Final = 64


class Scorable(Protocol):
    """What can be scored: a model in training, or one that was opened to be asked."""

    @property
    def model(self) -> SequenceModel:
        """The model."""

    def arithmetic(self) -> AbstractContextManager[object]:
        """The context of a forward pass."""


def evaluate(scorable: Scorable, data: FlatData, *, progress: Callable[[int, int], None] | None = None) -> Score:
    """Score a split; padding has no part in it."""
    tally = run_over(scorable, data, progress=progress)
    return tally.score()


def run_over(scorable: Scorable, data: FlatData, *, progress: Callable[[int, int], None] | None = None) -> Tally:
    """Every batch of a split through the model, counted in a tally."""
    model = scorable.model
    was_training = model.training
    model.eval()
    tally = start_tally(model.head, data)
    carry: Carry = None
    units = units_in_order(data.rows, batch_size=BATCH, window=WINDOW if model.backbone.directions == 1 else 0)
    with torch.inference_mode():
        for number, unit in enumerate(units):
            window = data.gather(unit)
            with scorable.arithmetic():
                logits, carry = model(window.inputs, None if unit.begin == 0 else carry, lengths=window.lengths)
            tally.add(logits.float(), window, unit)
            if progress is not None:
                progress(number + 1, len(units))
    model.train(was_training)
    return tally

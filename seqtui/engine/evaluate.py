"""A pass over a split without training. Must never touch the training's random numbers, nor its carried state."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Final, Protocol

import torch

from seqtui.engine.batches import FlatData, units_in_order
from seqtui.engine.drift import drift
from seqtui.engine.model import SequenceModel
from seqtui.engine.picture_head import PictureHead
from seqtui.engine.step import Carry
from seqtui.engine.tally import Asked, Score, Tally, start_tally

WINDOW: Final = 512  # time steps held in memory at once; the state is carried from window to window
BATCH: Final = 64
MOST_NUMBERS: Final = 1 << 26  # of a batch's values: sequences of pictures come fewer at a time


class Scorable(Protocol):
    """What can be scored: a model in training, or one that was opened to be asked."""

    @property
    def model(self) -> SequenceModel:
        """The model."""

    def arithmetic(self) -> AbstractContextManager[object]:
        """The context of a forward pass."""


def evaluate(
    scorable: Scorable,
    data: FlatData,
    *,
    asked: Asked | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Score:
    """Score a split; padding has no part in it. asked: how all of it is written, where sequences are."""
    score, model = run_over(scorable, data, asked=asked, progress=progress).score(), scorable.model
    if not isinstance(model.head, PictureHead):
        return score
    was_training = model.training
    model.eval()
    with scorable.arithmetic():
        drifted = drift(model, model.head, data)
    model.train(was_training)
    return replace(score, metrics=score.metrics | drifted)


def run_over(
    scorable: Scorable,
    data: FlatData,
    *,
    asked: Asked | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Tally:
    """Every batch of a split through the model, counted in a tally."""
    model = scorable.model
    was_training = model.training
    model.eval()
    tally = start_tally(model.head, data, asked)
    carry: Carry = None
    window = WINDOW if model.backbone.directions == 1 else 0
    units = units_in_order(data.rows, batch_size=_batch(data, window), window=window)
    with torch.inference_mode():
        for number, unit in enumerate(units):
            read = data.gather(unit)
            with scorable.arithmetic():
                logits, carry = model(read.inputs, None if unit.begin == 0 else carry, lengths=read.lengths)
            tally.add(logits.float(), read, unit)
            if progress is not None:
                progress(number + 1, len(units))
    model.train(was_training)
    return tally


def _batch(data: FlatData, window: int) -> int:
    """So many sequences at once that their values stay within bounds: BATCH, but where each is large."""
    longest = int(data.rows.steps.max(initial=1))
    steps = min(longest, window) if window and data.rows.ahead else longest
    return max(min(BATCH, MOST_NUMBERS // (steps * max(data.values[:1].numel(), 1))), 1)

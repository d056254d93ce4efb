"""Gradient against time lag: how far back the loss at the last step is heard, per layer and direction.

Norms of weight gradients cannot show vanishing: recent steps dominate them. Here the loss of one step alone is sent
back through the recurrence, and the total gradient with respect to every earlier state is measured.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final

import torch
from torch import Tensor

from seqtui.engine.batches import Window
from seqtui.engine.model import SequenceModel
from seqtui.engine.recurrent.backbone import Backbone
from seqtui.engine.recurrent.layer import reversal_index
from seqtui.engine.recurrent.tape import GradientTape
from seqtui.runs.events import LagProfile

HEARD: Final = 0.01  # a lag is heard while its norm is at least this share of lag 0's
LastLoss = Callable[[Tensor, Tensor], Tensor]


def lag_profiles(
    backbone: Backbone, x: Tensor, lengths: Tensor, last_loss: LastLoss, *, longest: int = 1 << 30
) -> list[LagProfile]:
    """Profiles of every layer and direction, at most `longest` lags each.

    x (time, batch, inputs); lengths (batch,); last_loss(h, step) maps the backbone's output (batch, hidden) at each
    sequence's `step` (batch,) to a scalar. The backward direction has read everything at step 0, so its loss is there.
    The norm is over the batch and the units; the state is h, or (h, c) for an LSTM.
    """
    profiles: list[LagProfile] = []
    for direction in range(backbone.directions):
        step = lengths - 1 if direction == 0 else torch.zeros_like(lengths)
        tapes = [GradientTape() for _ in backbone.recurrent_layers for _ in range(backbone.directions)]
        source = x.detach().requires_grad_()
        with torch.enable_grad():
            h, _ = backbone(source, lengths=lengths, tapes=tapes)
            at_step = h[step, torch.arange(h.shape[1], device=h.device)]
            torch.autograd.grad(last_loss(at_step, step), source)
        for layer, tape in enumerate(tapes[direction :: backbone.directions]):
            norms = _by_lag(tape.squared_norms(), lengths)[:longest]
            profiles.append(_profile(layer, "backward" if direction else "forward", norms))
    return sorted(profiles, key=lambda profile: profile.layer)


def _by_lag(squares: Tensor, lengths: Tensor) -> list[float]:
    """(time, batch), in the order in which the direction read -> norm at lag 0, 1, 2 …, each sequence from its end."""
    index = reversal_index(lengths, squares.shape[0])
    aligned = squares.gather(0, index)
    real = torch.arange(squares.shape[0], device=lengths.device).unsqueeze(1) < lengths
    sums: list[float] = torch.where(real, aligned, 0.0).sum(1).sqrt().tolist()
    return sums[: int(lengths.max())]


def _profile(layer: int, direction: str, norms: Sequence[float]) -> LagProfile:
    first = norms[0]
    sound = math.isfinite(first) and first > 0
    horizon = next((lag for lag, norm in enumerate(norms) if sound and norm < HEARD * first), None)
    largest = max(norms) if all(math.isfinite(norm) for norm in norms) else math.inf
    exploding = largest / first if sound else math.nan if first == 0 else math.inf
    return LagProfile(layer, direction, list(norms), horizon, exploding)


def model_lag_profiles(model: SequenceModel, window: Window, *, longest: int) -> list[LagProfile]:
    """lag_profiles of a whole model on a probe batch, with the loss of its own head, in evaluation mode."""
    was_training = model.training
    model.eval()
    time, batch = window.mask.shape
    lengths = torch.full((batch,), time, device=window.mask.device) if window.lengths is None else window.lengths

    def last_loss(h: Tensor, step: Tensor) -> Tensor:
        return model.head.loss_at(h, window.targets, step) / batch

    with torch.no_grad():
        x = model.embed(window.inputs, window.lengths)
    profiles = lag_profiles(model.backbone, x, lengths, last_loss, longest=longest)
    model.train(was_training)
    return profiles

"""One optimizer step: gather, forward, backward, norms, clip, apply. A non-finite step is measured and not applied."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor

from seqtui.config import RunConfig
from seqtui.engine.batches import FlatData, Unit
from seqtui.engine.model import SequenceModel
from seqtui.engine.optimizer import Optimizer
from seqtui.engine.recurrent.cells import State

Carry = list[State] | None


@dataclass(slots=True)
class Knobs:
    """What can be changed while a run lives."""

    lr: float
    max_grad_norm: float
    clip_value: float
    temperature: float = 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step did. loss: per target (real time step, or sequence where those are labeled); carry: the state to go
    on with.

    grad_norm and norms: before clipping, in all and of each parameter with a gradient, in the model's order.
    """

    loss: float
    grad_norm: float
    norms: Tensor
    real_steps: int
    targets: int
    finite: bool
    clipped: bool
    carry: Carry


@dataclass(slots=True)
class Trainee:
    """A model, its optimizer, and how their arithmetic is done."""

    model: SequenceModel
    optimizer: Optimizer
    scaler: torch.amp.GradScaler
    autocast: torch.dtype | None = None

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.model.parameters()).device

    def arithmetic(self) -> AbstractContextManager[object]:
        """The context of a forward pass: mixed precision, or nothing."""
        return torch.autocast(self.device.type, self.autocast) if self.autocast else nullcontext()


def build_trainee(config: RunConfig, model: SequenceModel, precision: str) -> Trainee:
    """Model and a fresh optimizer; fp16 scales its loss (Micikevicius et al. 2018), bf16 and fp32 do not."""
    dtype = {"fp32": None, "bf16": torch.bfloat16, "fp16": torch.float16}[precision]
    device = next(model.parameters()).device.type
    scaler = torch.amp.GradScaler(device, enabled=precision == "fp16")
    return Trainee(model, Optimizer(config, model.parameters()), scaler, dtype)


def train_step(trainee: Trainee, data: FlatData, units: Sequence[Unit], carry: Carry, *, knobs: Knobs) -> Outcome:
    """One optimizer step over the units of an accumulation; the gradient is that of the mean over targets."""
    model, optimizer, scaler = trainee.model, trainee.optimizer, trainee.scaler
    optimizer.zero_grad()
    real_steps, targets = sum(unit.real_steps for unit in units), sum(unit.targets for unit in units)
    total_loss = torch.zeros((), device=trainee.device)
    for unit in units:
        carry = None if unit.begin == 0 else carry
        loss, carry = unit_loss(trainee, data, unit, carry)
        torch.autograd.backward(scaler.scale(loss / targets))
        total_loss += loss.detach()
    if scaler.is_enabled():
        scaler.unscale_(cast(torch.optim.Optimizer, optimizer))  # which looks at its param_groups only
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    norms = torch.stack(torch._foreach_norm(gradients))
    norm = float(torch.linalg.vector_norm(norms))
    loss_value = float(total_loss) / targets
    finite = norm - norm == 0 and loss_value - loss_value == 0  # false for nan and for infinities
    clipped = finite and _clip(gradients, norm, knobs)
    if finite:
        optimizer.step(knobs.lr)
    scaler.update()
    return Outcome(loss_value, norm, norms, real_steps, targets, finite, clipped, carry)


def unit_loss(trainee: Trainee, data: FlatData, unit: Unit, carry: Carry) -> tuple[Tensor, Carry]:
    """Sum of the loss over the targets of a unit, and the detached state after it."""
    window = data.gather(unit)
    with trainee.arithmetic():
        logits, after = trainee.model(window.inputs, carry, lengths=window.lengths)
    loss = trainee.model.head.loss(logits.float(), window.targets, window.mask)
    return loss, [tuple(entry.detach() for entry in state) for state in after]


def _clip(gradients: list[Tensor], norm: float, knobs: Knobs) -> bool:
    """Clip in place, by norm and then by value; whether anything was clipped."""
    clipped = False
    if 0 < knobs.max_grad_norm < norm:
        torch._foreach_mul_(gradients, knobs.max_grad_norm / (norm + 1e-6))
        clipped = True
    if knobs.clip_value > 0:
        clipped |= any(float(gradient.abs().max()) > knobs.clip_value for gradient in gradients)
        torch._foreach_clamp_min_(gradients, -knobs.clip_value)
        torch._foreach_clamp_max_(gradients, knobs.clip_value)
    return clipped

"""After a non-finite step: run it again with instruments and name the culprit."""

from collections.abc import Sequence

import torch
from torch import Tensor

from seqtui.engine.batches import FlatData, Unit, Window
from seqtui.engine.model import SequenceModel
from seqtui.engine.recurrent.layer import RecurrentLayer, reversal_index, reverse_within
from seqtui.engine.recurrent.tape import GradientTape
from seqtui.engine.step import Carry, Outcome, Trainee
from seqtui.runs.events import NonFinite


def find_culprit(
    trainee: Trainee,
    data: FlatData,
    units: Sequence[Unit],
    carry: Carry,
    *,
    rng: Tensor,
    outcome: Outcome,
    step: int,
    in_a_row: int,
    last_norms: list[float],
) -> NonFinite:
    """The event of a step that was not applied. rng: torch's generator as the step found it, for the same dropout."""
    model = trainee.model
    bad = (name for name, p in model.named_parameters() if p.grad is not None and not bool(p.grad.isfinite().all()))
    tensor = next(bad, "") or _largest(model)
    after = torch.get_rng_state()
    torch.set_rng_state(rng)
    layer, time, unit = _locate(trainee, data, units, carry)
    torch.set_rng_state(after)
    return NonFinite(
        step,
        "gradient" if outcome.loss - outcome.loss == 0 else "loss",
        outcome.loss,
        outcome.grad_norm,
        tensor,
        layer,
        time,
        data.record_names(unit),
        in_a_row,
        last_norms,
    )


def _locate(trainee: Trainee, data: FlatData, units: Sequence[Unit], carry: Carry) -> tuple[str, int | None, Unit]:
    """Layer and time step where a non-finite value first appears: in the forward pass, else in the backward one."""
    for unit in units:
        carry = None if unit.begin == 0 else carry
        layer, time, carry = _locate_in(trainee.model, data, unit, carry)
        if layer:
            return layer, time, unit
    return "", None, units[0]


def _locate_in(model: SequenceModel, data: FlatData, unit: Unit, carry: Carry) -> tuple[str, int | None, Carry]:
    seen: list[tuple[str, int, Tensor]] = []
    modules = [("embed", model.embed), *((f"backbone.layers.{n}", m) for n, m in enumerate(model.backbone.layers))]
    hooks = [
        module.register_forward_hook(lambda m, _i, out, name=name: seen.append((name, _directions(m), _output(out))))
        for name, module in modules
    ]
    window = data.gather(unit)
    tapes = [GradientTape() for _ in model.backbone.recurrent_layers for _ in range(model.backbone.directions)]
    logits, after = model(window.inputs, carry, lengths=window.lengths, tapes=tapes)
    for hook in hooks:
        hook.remove()
    detached = [tuple(entry.detach() for entry in state) for state in after]
    for name, directions, output in seen:
        time = _first_bad_read(output, directions, window)
        if time is not None:
            return name, unit.begin + time, detached
    if not bool(logits.detach().isfinite().all()):
        time = _first_bad_step(logits) if logits.ndim == 3 else None
        return "head", None if time is None else unit.begin + time, detached
    loss = model.head.loss(logits, window.targets, window.mask)
    if not bool(loss.detach().isfinite()):
        return "head", None, detached
    torch.autograd.grad(loss / unit.targets, list(model.parameters()), allow_unused=True)
    reversal = None if window.lengths is None else reversal_index(window.lengths, len(window.mask))
    for number in reversed(range(len(tapes))):
        layer, direction = divmod(number, model.backbone.directions)
        dh = tapes[number].dh
        if dh is None:
            continue
        # The gradient goes from the last step to the first; that of the backward direction goes the other way.
        time = _last_bad_step(dh) if direction == 0 else _first_bad_step(reverse_within(dh, reversal))
        if time is not None:
            return f"backbone.layers.{layer}", unit.begin + time, detached
    return "", None, detached


def _directions(module: torch.nn.Module) -> int:
    return module.directions if isinstance(module, RecurrentLayer) else 1


def _largest(model: SequenceModel) -> str:
    """The parameter with the largest gradient: where each number is finite, it made the norm overflow."""
    sizes = {name: float(p.grad.abs().max()) for name, p in model.named_parameters() if p.grad is not None}
    return max(sizes, key=lambda name: sizes[name], default="")


def _output(out: Tensor | tuple[Tensor, object]) -> Tensor:
    return out[0] if isinstance(out, tuple) else out


def _first_bad_read(output: Tensor, directions: int, window: Window) -> int | None:
    """output (time, batch, directions × features): for the backward direction, the first that it reads is the last."""
    halves = output.detach().chunk(directions, -1)
    time = _first_bad_step(halves[0])
    if time is None and directions == 2:
        return _last_bad_step(halves[1].masked_fill(window.mask.unsqueeze(2) == 0, 0))
    return time


def _first_bad_step(values: Tensor) -> int | None:
    bad = (~values.detach().isfinite()).flatten(1).any(1).nonzero()
    return int(bad[0]) if len(bad) else None


def _last_bad_step(values: Tensor) -> int | None:
    bad = (~values.isfinite()).flatten(1).any(1).nonzero()
    return int(bad[-1]) if len(bad) else None

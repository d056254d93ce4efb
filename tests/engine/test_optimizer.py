"""Our optimizers against torch.optim's, to the bit; the compiler of torch, which those import, stays out."""

import os
import subprocess
import sys
from typing import Any

import pytest
import torch
from torch import nn

from seqtui.config import RunConfig
from seqtui.engine.optimizer import Optimizer

STOCK: dict[str, Any] = {
    "adam": lambda given, config: torch.optim.Adam(given, weight_decay=config.weight_decay, fused=True),
    "adamw": lambda given, config: torch.optim.AdamW(given, weight_decay=config.weight_decay, fused=True),
    "sgd": lambda given, config: torch.optim.SGD(
        given, weight_decay=config.weight_decay, momentum=config.momentum, fused=True
    ),
    "rmsprop": lambda given, config: torch.optim.RMSprop(
        given, weight_decay=config.weight_decay, momentum=config.momentum, foreach=True
    ),
}
SETTINGS = [
    {"optimizer": name, "weight_decay": decay, "momentum": momentum}
    for name in STOCK
    for decay in (0.0, 0.01)
    for momentum in ((0.0, 0.9) if name in ("sgd", "rmsprop") else (0.0,))
]


def parameters() -> list[nn.Parameter]:
    """The last never has a gradient; one of them is not contiguous."""
    generator = torch.Generator().manual_seed(4)
    shapes = [(3, 37), (129,), (1,), (2, 5, 7), (4,)]
    made = [torch.randn(shape, generator=generator) for shape in shapes]
    return [nn.Parameter(value) for value in [made[0].t(), *made[1:]]]


def give_gradients(given: list[nn.Parameter], step: int) -> None:
    """Of magnitudes from tiny to large, zeros of both signs among them."""
    generator = torch.Generator().manual_seed(step)
    for parameter in given[:-1]:
        gradient = torch.randn(parameter.shape, generator=generator) * 10.0 ** (step % 9 - 5)
        gradient.view(-1)[0] = -0.0
        parameter.grad = torch.empty_like(parameter).copy_(gradient)  # in the parameter's layout, as autograd does


def assert_same(ours: Optimizer, stock: torch.optim.Optimizer) -> None:
    """Parameters, and all that is kept of them."""
    theirs = stock.param_groups[0]["params"]
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters, theirs, strict=True))
    kept = {number: {k: v for k, v in state.items() if v is not None} for number, state in of(stock).items()}
    assert {number: set(state) for number, state in ours.state.items()} == {n: set(s) for n, s in kept.items() if s}
    for number, state in ours.state.items():
        for name, value in state.items():
            wanted = kept[number][name]
            assert torch.equal(value, wanted), (number, name)
            assert (value.dtype, value.device) == (wanted.dtype, wanted.device)


def of(stock: torch.optim.Optimizer) -> dict[int, dict[str, Any]]:
    """What a stock optimizer keeps, by the parameter's number."""
    state: dict[int, dict[str, Any]] = stock.state_dict()["state"]
    return state


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: "-".join(map(str, settings.values())))
def test_steps_equal_the_librarys_to_the_bit_also_after_a_restart(settings: dict[str, Any]) -> None:
    config = RunConfig(app="music", **settings)
    mine, others = parameters(), parameters()
    ours, stock = Optimizer(config, mine), STOCK[config.optimizer](others, config)
    for step in range(12):
        if step == 7:
            kept = ours.state
            ours = Optimizer(config, mine)
            ours.restore(kept)
        rate = 0.01 / (1 + step)
        give_gradients(mine, step)
        give_gradients(others, step)
        ours.step(rate)
        stock.param_groups[0]["lr"] = rate
        stock.step()
        assert_same(ours, stock)


@pytest.mark.parametrize("name", STOCK)
def test_what_the_librarys_optimizer_kept_can_be_gone_on_from(name: str) -> None:
    config = RunConfig(app="music", optimizer=name, momentum=0.5)
    mine, others = parameters(), parameters()
    stock = STOCK[name](others, config)
    for step in range(3):
        give_gradients(others, step)
        stock.step()
    with torch.no_grad():
        for parameter, other in zip(mine, others, strict=True):
            parameter.copy_(other)
    ours = Optimizer(config, mine)
    ours.restore(of(stock))
    give_gradients(mine, 3)
    give_gradients(others, 3)
    stock.step()
    ours.step(stock.param_groups[0]["lr"])
    assert_same(ours, stock)


def test_a_restored_state_is_the_optimizers_own() -> None:
    config = RunConfig(app="music")
    given = parameters()
    first = Optimizer(config, given)
    give_gradients(given, 0)
    first.step(0.1)
    second = Optimizer(config, given)
    second.restore(first.state)
    before = first.state[0]["exp_avg"].clone()
    second.step(0.1)
    assert torch.equal(first.state[0]["exp_avg"], before)


def test_a_parameter_that_gets_its_first_gradient_later_begins_then() -> None:
    for name in STOCK:
        given = parameters()
        ours = Optimizer(RunConfig(app="music", optimizer=name, momentum=0.9), given)
        give_gradients(given, 0)
        ours.step(0.1)
        before = given[-1].detach().clone()
        given[-1].grad = torch.ones_like(given[-1])
        ours.step(0.1)
        assert (given[-1] < before).all(), name


def test_losses_may_be_scaled_by_torchs_scaler() -> None:
    given = parameters()
    ours = Optimizer(RunConfig(app="music"), given)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    scaler.scale(given[1].sum()).backward()
    scaler.unscale_(ours)  # type: ignore[arg-type]
    assert given[1].grad is not None
    assert given[1].grad.tolist() == [1.0] * 129
    ours.step(0.1)
    scaler.update()
    assert scaler.get_scale() == 1024.0


def test_training_does_not_import_torchs_compiler(lab: Any) -> None:
    folder = lab.folder(max_steps=2)
    code = f"""
import sys
from pathlib import Path
from seqtui.engine.child import run_child
assert run_child(Path({str(folder.path)!r})) == 0
print([name for name in ("torch._dynamo", "torch._inductor", "sympy") if name in sys.modules])
"""
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=dict(os.environ))
    assert done.stdout.splitlines()[-1] == "[]"

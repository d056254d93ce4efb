"""The gradient-against-lag panel must tell the truth: the table of published orders of magnitude, within 1.5 decades.

T = 200, H = 64, input 2, batch 32, loss on the last step, median of 5 seeds; ratio of the state's gradient at t to that
at T. 0 stands for anything under 1e-20, where float32 runs out.
"""

import math
import statistics

import pytest
import torch
from torch import Tensor

from seqtui.engine.lag_probe import lag_profiles
from seqtui.engine.recurrent.backbone import Backbone
from seqtui.engine.recurrent.layer import RecurrentLayer
from seqtui.runs.events import LagProfile

STEPS = (1, 51, 101, 151, 191)
TABLE: dict[str, tuple[float, ...]] = {
    "rnn default": (0, 0, 0, 1e-12, 5e-3),
    "rnn gain=1": (7e-4, 2e-3, 1e-2, 7e-2, 0.50),
    "rnn orthogonal": (1e-5, 1e-4, 2e-3, 5e-2, 0.56),
    "rnn gain=2": (1e12, 8e8, 1e6, 9e2, 3.4),
    "irnn identity": (0.73, 0.73, 0.73, 0.73, 0.73),
    "gru default": (0, 0, 3e-20, 1e-10, 9e-3),
    "lstm default": (0, 0, 7e-21, 5e-11, 4e-3),
    "lstm forget=1": (2e-14, 3e-11, 4e-8, 1e-4, 7e-2),
    "lstm forget=3": (1.7, 0.39, 0.19, 0.17, 0.17),
    "lstm forget=5": (12, 0.74, 0.26, 0.11, 0.09),
}


def profile(name: str, seed: int, *, relu: bool = False, layers: int = 1, bidirectional: bool = False) -> LagProfile:
    cell, setting = name.split()
    torch.manual_seed(seed)
    backbone = Backbone(
        "rnn" if cell == "irnn" else cell,
        2,
        64,
        layers=layers,
        bidirectional=bidirectional,
        relu=relu or cell == "irnn",
        init=setting if "forget" not in setting else "default",
        forget_bias=float(setting.removeprefix("forget=")) if "forget" in setting else None,
    )
    if cell == "irnn":
        torch.nn.init.normal_(backbone.recurrent_layers[0].weights().w_ih, std=1e-3)
    readout = torch.randn(backbone.outputs)
    targets = torch.rand(32)
    x = torch.stack([torch.rand(200, 32), torch.zeros(200, 32)], 2)  # the adding problem, between its marks

    def last_loss(h: Tensor, _step: Tensor) -> Tensor:
        return ((h @ readout - targets) ** 2).mean()

    return lag_profiles(backbone, x, torch.full((32,), 200), last_loss)[0]


@pytest.mark.parametrize("name", TABLE)
def test_the_profile_has_the_published_order_of_magnitude(name: str) -> None:
    profiles = [profile(name, seed).norms for seed in range(5)]
    for step, published in zip(STEPS, TABLE[name], strict=True):
        ratio = statistics.median(norms[200 - step] / norms[0] for norms in profiles)
        if published == 0:
            assert ratio < 1e-18
        else:
            assert abs(math.log10(ratio) - math.log10(published)) < 1.5, (step, ratio, published)


def test_a_default_rnn_vanishes_to_exact_zero_and_says_where_it_stops_hearing() -> None:
    found = profile("rnn default", 0)
    assert found.norms[-1] == 0.0
    assert found.horizon is not None
    assert 3 < found.horizon < 30
    assert found.exploding == 1.0


def test_relu_with_gain_two_overflows_and_is_reported_as_infinite() -> None:
    found = profile("rnn gain=2", 0, relu=True)
    assert not all(math.isfinite(norm) for norm in found.norms)
    assert found.exploding == math.inf


def test_a_profile_equals_what_autograd_says_of_each_state() -> None:
    torch.manual_seed(3)
    layer = RecurrentLayer("lstm", 3, 5)
    backbone = Backbone("lstm", 3, 5)
    backbone.load_state_dict({f"layers.0.{name}": value for name, value in layer.state_dict().items()})
    x = torch.randn(6, 2, 3)
    found = lag_profiles(backbone, x, torch.tensor([6, 6]), lambda h, _: h.pow(2).sum())[0]
    state = tuple(entry.requires_grad_() for entry in (torch.zeros(2, 5), torch.zeros(2, 5)))
    seen = []
    for t in range(6):
        state = layer.step(x[t], state)
        for entry in state:
            entry.retain_grad()
        seen.append(state)
    state[0].pow(2).sum().backward()
    for lag, (h, c) in enumerate(reversed(seen)):
        cell = torch.zeros_like(h) if lag == 0 else c.grad - h_path(h, c)
        expected = (h.grad.pow(2).sum() + cell.pow(2).sum()).sqrt()
        assert math.isclose(found.norms[lag], float(expected), rel_tol=1e-4)


def h_path(h: Tensor, c: Tensor) -> Tensor:
    """What reaches c_t through h_t alone: h = o ∘ tanh(c), so dL/dc by that path is dL/dh ∘ o ∘ (1 − tanh²(c))."""
    o = h.detach() / torch.tanh(c.detach())
    return h.grad * o * (1 - torch.tanh(c.detach()) ** 2)


def test_each_sequence_of_a_padded_batch_counts_lags_from_its_own_end() -> None:
    torch.manual_seed(1)
    backbone = Backbone("gru", 3, 4, layers=2, bidirectional=True)
    x = torch.randn(9, 1, 3)

    def loss(h: Tensor, _step: Tensor) -> Tensor:
        return h.sum()

    alone = lag_profiles(backbone, x[:5], torch.tensor([5]), loss)
    padded = lag_profiles(backbone, x, torch.tensor([5]), loss)
    assert [(p.layer, p.direction) for p in padded] == [
        (0, "forward"),
        (0, "backward"),
        (1, "forward"),
        (1, "backward"),
    ]
    for one, other in zip(alone, padded, strict=True):
        assert torch.allclose(torch.tensor(one.norms), torch.tensor(other.norms), rtol=1e-4)
        assert len(other.norms) == 5

"""Our recurrent layers against torch.nn.RNN, GRU and LSTM: forward, gradients, every combination."""

import itertools

import pytest
import torch
from torch import Tensor, nn

from seqtui.engine.recurrent.backbone import Backbone

STOCK = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
CASES = list(itertools.product(["rnn", "relu", "gru", "lstm"], ["own", "stock"], [1, 2], [False, True]))


def build(cell: str, kernel: str, layers: int, bidirectional: bool) -> tuple[Backbone, nn.RNNBase]:
    """A backbone and the library's module with the same weights; 3 inputs, 7 hidden units."""
    torch.manual_seed(5)
    kind, relu = ("rnn", True) if cell == "relu" else (cell, False)
    ours = Backbone(kind, 3, 7, layers=layers, bidirectional=bidirectional, relu=relu)
    ours.use_kernel(kernel)
    extra = {"nonlinearity": "relu"} if relu else {}
    stock = STOCK[kind](3, 7, layers, bidirectional=bidirectional, **extra)
    renamed = {name: name.split(".")[1].replace("_reverse", "") for name, _ in ours.layers.named_parameters()}
    for name, parameter in ours.layers.named_parameters():
        suffix = "_reverse" if name.endswith("_reverse") else ""
        target = f"{renamed[name]}_l{name.split('.')[0]}{suffix}"
        getattr(stock, target).data.copy_(parameter.data)
    return ours, stock


def first_state(stock: nn.RNNBase, state: list[tuple[Tensor, ...]]) -> Tensor | tuple[Tensor, Tensor]:
    h = torch.stack([entry[0] for entry in state])
    return (h, torch.stack([entry[1] for entry in state])) if isinstance(stock, nn.LSTM) else h


@pytest.mark.parametrize(("cell", "kernel", "layers", "bidirectional"), CASES)
def test_forward_and_gradients_equal_the_library(cell: str, kernel: str, layers: int, bidirectional: bool) -> None:
    ours, stock = build(cell, kernel, layers, bidirectional)
    x = torch.randn(11, 4, 3)
    ours_x, stock_x = x.clone().requires_grad_(), x.clone().requires_grad_()
    entries = layers * (2 if bidirectional else 1)
    state = [tuple(torch.randn(4, 7) for _ in range(2 if cell == "lstm" else 1)) for _ in range(entries)]
    y, after = ours(ours_x, state)
    expected, expected_after = stock(stock_x, first_state(stock, state))
    torch.testing.assert_close(y, expected, atol=2e-6, rtol=2e-5)
    last = expected_after[0] if cell == "lstm" else expected_after
    torch.testing.assert_close(torch.stack([entry[0] for entry in after]), last, atol=2e-6, rtol=2e-5)

    weight = torch.randn_like(y)
    (y * weight).sum().backward()
    (expected * weight).sum().backward()
    torch.testing.assert_close(ours_x.grad, stock_x.grad, atol=5e-6, rtol=2e-5)
    for name, parameter in ours.layers.named_parameters():
        number, short = name.split(".")
        base, reverse = short.removesuffix("_reverse"), "_reverse" if short.endswith("_reverse") else ""
        reference = getattr(stock, f"{base}_l{number}{reverse}").grad
        torch.testing.assert_close(parameter.grad, reference, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("cell", ["rnn", "relu", "gru", "lstm"])
def test_gradients_flow_into_the_carried_state_as_in_the_library(cell: str) -> None:
    ours, stock = build(cell, "own", 1, False)
    count = 2 if cell == "lstm" else 1
    mine = [tuple(torch.randn(4, 7).requires_grad_() for _ in range(count))]
    theirs = [tuple(entry.detach().clone().requires_grad_() for entry in mine[0])]
    x = torch.randn(6, 4, 3)
    ours(x, mine)[0].sum().backward()
    stock(x, first_state(stock, theirs))[0].sum().backward()
    for entry, reference in zip(mine[0], theirs[0], strict=True):
        torch.testing.assert_close(entry.grad, reference.grad, atol=2e-6, rtol=2e-5)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("kernel", ["own", "stock"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_padding_changes_nothing(cell: str, kernel: str, bidirectional: bool) -> None:
    ours, _ = build(cell, kernel, 2, bidirectional)
    lengths = torch.tensor([9, 4, 1, 7])
    x = torch.randn(9, 4, 3)
    y, _ = ours(x, lengths=lengths)
    noisy = torch.where(torch.arange(9)[:, None, None] < lengths[None, :, None], x, 1e3 * torch.randn(9, 4, 3))
    y_noisy, _ = ours(noisy, lengths=lengths)
    for row, length in enumerate(lengths.tolist()):
        alone, _ = ours(x[:length, row : row + 1])
        torch.testing.assert_close(y[:length, row], alone[:, 0], atol=3e-7, rtol=2e-6)
        assert torch.equal(y[:length, row], y_noisy[:length, row])


@pytest.mark.parametrize("cell", ["rnn", "relu", "gru", "lstm"])
def test_stepping_equals_running_the_whole_sequence(cell: str) -> None:
    ours, _ = build(cell, "own", 2, False)
    x = torch.randn(8, 3, 3)
    whole, _ = ours(x)
    state = ours.zero_state(3, x)
    for t in range(8):
        h, state = ours.step(x[t], state)
        torch.testing.assert_close(h, whole[t], atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("cell", ["gru", "lstm", "rnn", "relu"])
def test_gates_belong_to_the_same_equations(cell: str) -> None:
    ours, _ = build(cell, "own", 1, False)
    layer = ours.recurrent_layers[0]
    state = layer.zero_state(2, torch.zeros(1))
    gated = state
    for t in range(5):
        x = torch.randn(2, 3) + t
        state = layer.step(x, state)
        gates, gated = layer.gates(x, gated)
        torch.testing.assert_close(gated[0], state[0], atol=1e-6, rtol=1e-5)
    assert (
        set(gates)
        == {
            "gru": {"update", "reset", "candidate"},
            "lstm": {"forget", "input", "output", "candidate"},
            "rnn": {"activation"},
            "relu": {"activation"},
        }[cell]
    )


@pytest.mark.parametrize("cell", ["rnn", "relu", "gru", "lstm"])
@pytest.mark.parametrize("kernel", ["own", "stock"])
def test_mixed_precision_trains_and_stays_near_full_precision(cell: str, kernel: str) -> None:
    ours, _ = build(cell, kernel, 2, False)
    x = torch.randn(6, 4, 3)
    full, _ = ours(x)
    with torch.autocast("cpu", torch.bfloat16):
        mixed, _ = ours(torch.nn.functional.linear(x, torch.eye(3)))
    mixed.float().sum().backward()
    torch.testing.assert_close(mixed.float(), full, atol=0.05, rtol=0.05)
    assert all(bool(parameter.grad.isfinite().all()) for parameter in ours.parameters())

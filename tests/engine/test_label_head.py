"""Pooling against loops over single sequences, the weighted loss against its definition, and padding without a say."""

import math

import pytest
import torch
from torch import Tensor

from seqtui.engine.heads import output_layer
from seqtui.engine.label_head import LabelHead
from seqtui.shapes import PADDING, AlignedPooling, Label, Tokens

POOLINGS: tuple[AlignedPooling, ...] = ("last", "mean", "max", "attention", "sites")
TIME, OUTPUTS, LENGTHS = 7, 6, torch.tensor([7, 4, 1, 6])
BATCH = len(LENGTHS)
PADDED = torch.arange(TIME).unsqueeze(1) >= LENGTHS


def head_of(
    pooling: AlignedPooling = "last", *, directions: int = 1, weights: tuple[float, ...] = (), positions: int = 0
) -> LabelHead:
    torch.manual_seed(8)
    head = LabelHead(Label(Tokens(4), ("a", "b", "c"), weights, pooling, positions), OUTPUTS, directions)
    torch.nn.init.normal_(head.classifier.weight)
    torch.nn.init.normal_(head.classifier.bias)
    return head


def hidden() -> Tensor:
    return torch.randn(TIME, BATCH, OUTPUTS, generator=torch.Generator().manual_seed(3))


def slow_pool(head: LabelHead, states: Tensor) -> list[float]:
    """One sequence without padding, (time, outputs), in plain numbers."""
    rows, time = states.tolist(), len(states)
    columns = list(zip(*rows, strict=True))
    match head.pooling:
        case "last":
            half = OUTPUTS // 2
            return rows[-1] if head.directions == 1 else rows[-1][:half] + rows[0][half:]
        case "mean":
            return [sum(column) / time for column in columns]
        case "max":
            return [max(column) for column in columns]
        case "attention":
            powers = [math.exp(slow_score(head, row)) for row in rows]
            return [sum(p * v for p, v in zip(powers, column, strict=True)) / sum(powers) for column in columns]


def slow_score(head: LabelHead, row: list[float]) -> float:
    """Yang et al. (2016), equations 5 and 6: tanh(W h + b) against a learned context vector."""
    weight, bias = head.attention_hidden.weight.tolist(), head.attention_hidden.bias.tolist()
    inner = [
        math.tanh(sum(w * h for w, h in zip(each, row, strict=True)) + b) for each, b in zip(weight, bias, strict=True)
    ]
    return sum(u * v for u, v in zip(inner, head.attention_score.weight[0].tolist(), strict=True))


@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("pooling", POOLINGS[:-1])
def test_pooling_is_what_its_name_says_of_each_sequence(pooling: AlignedPooling, directions: int) -> None:
    head, states = head_of(pooling, directions=directions), hidden()
    pooled = head.pool(states, LENGTHS)
    assert pooled.shape == (BATCH, OUTPUTS)
    for row, length in enumerate(LENGTHS.tolist()):
        wanted = torch.tensor(slow_pool(head, states[:length, row]))
        torch.testing.assert_close(pooled[row], wanted)
        torch.testing.assert_close(head.pool(states[:length, row : row + 1], None)[0], wanted)
    torch.testing.assert_close(head(states, LENGTHS), head.classifier(pooled))


@pytest.mark.parametrize("positions", [0, 3, 9])
def test_each_site_has_weights_of_its_own_and_those_after_the_last_share_one(positions: int) -> None:
    head, states = head_of("sites", positions=positions), hidden()
    own, bias = head.classifier.weight.tolist(), head.classifier.bias.tolist()
    for row, length in enumerate(LENGTHS.tolist()):
        for kind in range(3):
            total = 0.0
            for step, state in enumerate(states[:length, row].tolist()):
                site = own[min(step, positions)]
                total += sum(weights[kind] * h for weights, h in zip(site, state, strict=True))
            wanted = total / math.sqrt(length) + bias[kind]
            assert head(states, LENGTHS)[row, kind].item() == pytest.approx(wanted, abs=1e-5)
            assert head(states[:length, row : row + 1])[0, kind].item() == pytest.approx(wanted, abs=1e-5)


def test_the_loss_of_one_step_is_seen_with_the_weights_of_its_site() -> None:
    head, targets, steps = head_of("sites", positions=3), torch.tensor([0, 1, 2, PADDING]), torch.tensor([6, 1, 0, 2])
    state = hidden()[steps, torch.arange(BATCH)]
    alone = [
        head(each.expand(int(step) + 1, 1, -1) * torch.eye(int(step) + 1)[-1].view(-1, 1, 1))
        for each, step in zip(state, steps, strict=True)
    ]
    wanted = sum(
        head.loss(
            (logits - head.classifier.bias) * math.sqrt(int(step) + 1) + head.classifier.bias, target[None], state
        )
        for logits, step, target in zip(alone, steps, targets, strict=True)
    )
    torch.testing.assert_close(head.loss_at(state, targets, steps), wanted)


def test_sites_have_no_weight_but_their_own_and_begin_knowing_nothing() -> None:
    head = LabelHead(Label(Tokens(4), ("a", "b", "c"), pooling="sites", positions=5), OUTPUTS, 1)
    assert {name: tuple(each.shape) for name, each in head.named_parameters()} == {
        "classifier.weight": (6, OUTPUTS, 3),
        "classifier.bias": (3,),
    }
    assert head(hidden(), LENGTHS).eq(0).all()


@pytest.mark.parametrize("filling", [0.0, 1e30, math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("pooling", POOLINGS)
def test_padded_states_have_no_part_in_logits_or_gradients(pooling: AlignedPooling, filling: float) -> None:
    head = head_of(pooling, directions=2)
    results = []
    for states in (hidden(), hidden().masked_fill(PADDED.unsqueeze(2), filling)):
        head.zero_grad()
        states.requires_grad_()
        logits = head(states, LENGTHS)
        (logits**2).sum().backward()
        assert (states.grad[PADDED] == 0).all()
        results.append([logits, states.grad, *(each.grad for each in head.parameters())])
    for one, other in zip(*results, strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("pooling", POOLINGS)
def test_half_precision_pools_as_single_does(pooling: AlignedPooling, kind: torch.dtype) -> None:
    head = head_of(pooling)
    with torch.autocast("cpu", kind):
        halved = head(hidden().to(kind), LENGTHS)
    torch.testing.assert_close(halved.float(), head(hidden(), LENGTHS), atol=0.03, rtol=0.03)


@pytest.mark.parametrize("weights", [(), (1.0, 2.5, 0.25)])
def test_the_loss_is_the_sum_of_the_weighted_surprises(weights: tuple[float, ...]) -> None:
    head = head_of(weights=weights)
    logits, targets = torch.randn(5, 3, generator=torch.Generator().manual_seed(6)), torch.tensor([2, 0, 1, 1, 2])
    expected = 0.0
    for row, target in zip(logits.tolist(), targets.tolist(), strict=True):
        chance = math.exp(row[target]) / sum(math.exp(logit) for logit in row)
        expected -= (weights[target] if weights else 1.0) * math.log(chance)
    assert math.isclose(head.loss(logits, targets, torch.ones(7, 5)).item(), expected, rel_tol=1e-5)


def test_a_sequence_of_unknown_class_costs_nothing_and_teaches_nothing() -> None:
    head = head_of(weights=(1.0, 2.0, 3.0))
    logits = torch.randn(4, 3, generator=torch.Generator().manual_seed(6), requires_grad=True)
    targets = torch.tensor([2, PADDING, 0, PADDING])
    known = torch.tensor([0, 2])
    loss = head.loss(logits, targets, torch.ones(7, 4))
    torch.testing.assert_close(loss, head.loss(logits[known], targets[known], torch.ones(7, 2)))
    (gradient,) = torch.autograd.grad(loss, logits)
    assert (gradient[[1, 3]] == 0).all()
    assert (gradient[[0, 2]] != 0).all()


def test_where_no_class_is_known_the_loss_is_nought() -> None:
    logits = torch.randn(2, 3, requires_grad=True)
    loss = head_of().loss(logits, torch.full((2,), PADDING), torch.ones(7, 2))
    (gradient,) = torch.autograd.grad(loss, logits)
    assert loss.item() == 0
    assert (gradient == 0).all()


@pytest.mark.parametrize("pooling", POOLINGS)
def test_the_loss_of_one_step_is_that_of_its_state_alone(pooling: AlignedPooling) -> None:
    head, targets = head_of(pooling, weights=(1.0, 2.0, 3.0)), torch.tensor([0, 1, 2, PADDING])
    state = hidden()[2]
    # Without places there is one site, whose weights all steps share.
    logits = state @ head.classifier.weight[0] + head.classifier.bias if pooling == "sites" else head.classifier(state)
    wanted = head.loss(logits, targets, torch.ones(TIME, BATCH))
    torch.testing.assert_close(head.loss_at(state, targets, LENGTHS - 1), wanted)


def test_the_weights_of_the_classes_are_no_weights_of_the_model() -> None:
    head = output_layer(Label(Tokens(4), ("a", "b"), (1.0, 9.0)), OUTPUTS, 1)
    assert isinstance(head, LabelHead)
    assert head.state_dict().keys() == {"classifier.weight", "classifier.bias"}
    assert head.weights.tolist() == [1.0, 9.0]
    assert output_layer(Label(Tokens(4), ("a", "b")), OUTPUTS, 1).weights.tolist() == [1.0, 1.0]

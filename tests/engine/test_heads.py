"""Losses against their definitions, padding that counts for nothing, and the field's metrics."""

import math

import pytest
import torch
from torch import Tensor

from seqtui.engine.heads import FrameHead, TokenHead, output_layer
from seqtui.engine.inputs import FrameInput, input_layer
from seqtui.engine.token_input import TokenInput
from seqtui.shapes import PADDING, NextFrame, NextToken

TIME, BATCH, OUTPUTS = 7, 3, 5


def mask() -> Tensor:
    """Sequences of 7, 4 and 1 real steps."""
    return (torch.arange(TIME).unsqueeze(1) < torch.tensor([7, 4, 1])).float()


def frames() -> tuple[FrameHead, Tensor, Tensor]:
    torch.manual_seed(2)
    logits = torch.randn(TIME, BATCH, OUTPUTS, requires_grad=True)
    return FrameHead(4, OUTPUTS), logits, (torch.rand(TIME, BATCH, OUTPUTS) < 0.4).float()


def tokens() -> tuple[TokenHead, Tensor, Tensor]:
    torch.manual_seed(2)
    logits = torch.randn(TIME, BATCH, OUTPUTS, requires_grad=True)
    targets = torch.randint(0, OUTPUTS, (TIME, BATCH))
    return TokenHead(4, OUTPUTS), logits, torch.where(mask() > 0, targets, PADDING)


def real_steps() -> list[tuple[int, int]]:
    return [(time, row) for time in range(TIME) for row in range(BATCH) if mask()[time, row]]


def test_the_loss_of_frames_is_the_sum_of_the_cross_entropies_of_their_keys() -> None:
    head, logits, targets = frames()
    expected, rows = 0.0, logits.tolist()
    for time, row in real_steps():
        for key in range(OUTPUTS):
            chance = 1 / (1 + math.exp(-rows[time][row][key]))
            expected -= math.log(chance if targets[time, row, key] else 1 - chance)
    assert math.isclose(head.loss(logits, targets, mask()).item(), expected, rel_tol=1e-5)


def test_the_loss_of_tokens_is_their_negative_log_likelihood() -> None:
    head, logits, targets = tokens()
    expected, rows = 0.0, logits.tolist()
    for time, row in real_steps():
        powers = [math.exp(logit) for logit in rows[time][row]]
        expected -= math.log(powers[int(targets[time, row])] / sum(powers))
    assert math.isclose(head.loss(logits, targets, mask()).item(), expected, rel_tol=1e-5)


@pytest.mark.parametrize("case", [frames, tokens])
def test_padded_steps_have_no_part_in_loss_gradient_or_counts(case) -> None:
    head, logits, targets = case()
    padded = mask() == 0
    with torch.no_grad():
        other = logits.detach().clone()
        other[padded] = 1e30 * torch.randn(int(padded.sum()), OUTPUTS)
    other.requires_grad_()
    if case is frames:
        targets[padded] = 1.0
    losses = [head.loss(each, targets, mask()) for each in (logits, other)]
    assert torch.equal(*losses)
    for loss, each in zip(losses, (logits, other), strict=True):
        loss.backward()
        assert (each.grad[padded] == 0).all()
    assert torch.equal(logits.grad, other.grad)
    counts = [head.hits(each.detach(), targets, mask()) for each in (logits, other)]
    assert {name: int(count) for name, count in counts[0].items()} == {n: int(c) for n, c in counts[1].items()}


def test_accuracy_precision_and_recall_of_frames_count_keys_at_one_half() -> None:
    head, logits, targets = frames()
    tp = fp = fn = 0
    for time, row in real_steps():
        for key in range(OUTPUTS):
            on, real = bool(logits[time, row, key] > 0), bool(targets[time, row, key])
            tp, fp, fn = tp + (on and real), fp + (on and not real), fn + (real and not on)
    counts = {name: float(count) for name, count in head.hits(logits, targets, mask()).items()}
    assert counts == {"tp": tp, "fp": fp, "fn": fn}
    wanted = {"accuracy": tp / (tp + fp + fn), "precision": tp / (tp + fp), "recall": tp / (tp + fn)}
    assert head.scores(counts, 2.5) == wanted


def test_frames_without_any_key_score_nought_and_divide_by_nothing() -> None:
    scores = FrameHead(4, 2).scores({"tp": 0.0, "fp": 0.0, "fn": 0.0}, 0.1)
    assert scores == {"accuracy": 0.0, "precision": 0.0, "recall": 0.0}


def test_accuracy_of_tokens_is_the_share_of_right_guesses() -> None:
    head, logits, targets = tokens()
    right = sum(int(logits[time, row].argmax()) == int(targets[time, row]) for time, row in real_steps())
    counts = {name: float(count) for name, count in head.hits(logits, targets, mask()).items()}
    assert counts == {"right": right, "steps": 12}
    assert head.scores(counts, 1.0)["accuracy"] == right / 12


@pytest.mark.parametrize("loss", [0.0, 1.5, 700.0])
def test_perplexity_is_the_exponential_of_the_loss(loss: float) -> None:
    scores = TokenHead(4, 5).scores({"right": 1.0, "steps": 4.0}, loss)
    assert math.isclose(scores["perplexity"], math.exp(loss), rel_tol=1e-12)


def test_perplexity_of_a_huge_loss_is_infinite_and_of_nan_is_nan() -> None:
    head, counts = TokenHead(4, 5), {"right": 0.0, "steps": 0.0}
    assert head.scores(counts, 1e6)["perplexity"] == math.inf
    assert head.scores(counts, math.inf)["perplexity"] == math.inf
    assert math.isnan(head.scores(counts, math.nan)["perplexity"])


@pytest.mark.parametrize("size", [1e4, 1e30])
def test_huge_logits_give_a_finite_loss_where_they_are_right(size: float) -> None:
    targets = torch.tensor([[[1.0, 0.0]]])
    logits = torch.where(targets > 0, size, -size)
    assert float(FrameHead(4, 2).loss(logits, targets, torch.ones(1, 1))) == 0.0
    assert float(TokenHead(4, 2).loss(logits, torch.tensor([[0]]), torch.ones(1, 1))) == 0.0


def test_a_head_decides_the_layers_at_both_ends() -> None:
    frame_in, frame_out = input_layer(NextFrame(88), 6), output_layer(NextFrame(88), 9, 1)
    token_in, token_out = input_layer(NextToken(390), 6), output_layer(NextToken(390), 9, 1)
    assert isinstance(frame_in, FrameInput)
    assert isinstance(token_in, TokenInput)
    assert frame_in(torch.zeros(4, 2, 88)).shape == token_in(torch.zeros(4, 2, dtype=torch.long)).shape == (4, 2, 6)
    assert frame_out(torch.zeros(4, 2, 9)).shape == (4, 2, 88)
    assert token_out(torch.zeros(4, 2, 9)).shape == (4, 2, 390)

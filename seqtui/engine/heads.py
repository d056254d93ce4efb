"""From a task's head (a plain value) to the input layer, the output layer and the loss: the one place that matches.

A loss is the sum over real steps and their number, so that no mean ever depends on padding.
"""

from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqtui.shapes import Head, NextFrame, NextToken

PADDING = -100  # target of a padded step, for tokens


class HeadLayer(Protocol):
    """The output layer of a model and its loss."""

    def __call__(self, hidden: Tensor) -> Tensor:
        """(time, batch, hidden) -> logits."""

    def loss(self, logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
        """Sum of the loss over real steps, in nats."""

    def hits(self, logits: Tensor, targets: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Counts from which `scores` makes the field's metrics; they add up over batches."""

    def scores(self, counts: dict[str, float], loss: float) -> dict[str, float]:
        """Metrics by name, from summed counts and the mean loss."""


class FrameHead(nn.Linear):
    """Independent Bernoulli outputs; the loss of a frame (its NLL) is the sum of its keys' cross-entropies."""

    def loss(self, logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
        """logits and targets (time, batch, keys), mask (time, batch) of 0 and 1."""
        return functional.binary_cross_entropy_with_logits(logits, targets, weight=mask.unsqueeze(2), reduction="sum")

    def hits(self, logits: Tensor, targets: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """True and false positives and false negatives at probability one half."""
        on, real = (logits > 0) & mask.bool().unsqueeze(2), targets > 0
        return {"tp": (on & real).sum(), "fp": (on & ~real).sum(), "fn": (~on & real & mask.bool().unsqueeze(2)).sum()}

    def scores(self, counts: dict[str, float], loss: float) -> dict[str, float]:  # noqa: ARG002
        """Frame accuracy TP / (TP + FP + FN) (Bay et al. 2009), precision, recall."""
        tp, fp, fn = counts["tp"], counts["fp"], counts["fn"]
        return {
            "accuracy": tp / max(tp + fp + fn, 1),
            "precision": tp / max(tp + fp, 1),
            "recall": tp / max(tp + fn, 1),
        }


class TokenHead(nn.Linear):
    """One categorical output; the loss is the negative log-likelihood of the token."""

    def loss(self, logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:  # noqa: ARG002
        """logits (time, batch, tokens), targets (time, batch) with PADDING where there is nothing to predict."""
        return functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=PADDING, reduction="sum")

    def hits(self, logits: Tensor, targets: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Right guesses and real steps."""
        return {"right": ((logits.argmax(-1) == targets) & mask.bool()).sum(), "steps": mask.sum()}

    def scores(self, counts: dict[str, float], loss: float) -> dict[str, float]:
        """Perplexity and accuracy, per token."""
        perplexity = float(torch.tensor(loss, dtype=torch.float64).exp())
        return {"perplexity": perplexity, "accuracy": counts["right"] / max(counts["steps"], 1)}


class FrameInput(nn.Linear):
    """Linear projection of a binary frame: (…, keys) -> (…, embedding)."""


def input_layer(head: Head, embedding_size: int) -> nn.Module:
    """What turns a batch of the task's values into (time, batch, embedding)."""
    match head:
        case NextFrame(keys):
            return FrameInput(keys, embedding_size)
        case NextToken(size):
            return nn.Embedding(size, embedding_size)


def output_layer(head: Head, hidden: int) -> FrameHead | TokenHead:
    """What turns the backbone's output into logits and a loss."""
    match head:
        case NextFrame(keys):
            return FrameHead(hidden, keys)
        case NextToken(size):
            return TokenHead(hidden, size)

"""One label a sequence: the states of all steps pooled into one vector, classified."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqtui.shapes import PADDING, Label


class LabelHead(nn.Module):
    """Pooling, then a linear classifier; the loss is the (weighted) negative log-likelihood of the class.

    With "sites" the classifier has, for each place, weights of its own on top of those that all places share; they
    begin at nought. Logistic regression on places and symbols is such a model whose states are the symbols.
    """

    weights: Tensor

    def __init__(self, head: Label, outputs: int, directions: int) -> None:
        super().__init__()
        self.pooling = head.pooling
        self.directions = directions
        self.classifier = nn.Linear(outputs, len(head.classes))
        self.register_buffer("weights", torch.tensor(head.weights or [1.0] * len(head.classes)), persistent=False)
        if head.pooling == "attention":
            self.attention_hidden = nn.Linear(outputs, outputs)
            self.attention_score = nn.Linear(outputs, 1, bias=False)
        if head.pooling == "sites":
            self.sites = nn.Parameter(torch.zeros(head.positions + 1, outputs, len(head.classes)))

    def forward(self, hidden: Tensor, lengths: Tensor | None = None) -> Tensor:
        """(time, batch, outputs) -> logits (batch, classes). lengths (batch,): real steps, where some are padded."""
        logits = self.classifier(self.pool(hidden, lengths))
        if self.pooling != "sites":
            return torch.as_tensor(logits)
        steps = torch.arange(hidden.shape[0], device=hidden.device)
        by_place = hidden.masked_fill(_padded(hidden, lengths), 0) @ self._own_weights(steps)  # (time, batch, classes)
        return torch.as_tensor(logits + by_place.sum(0) / _count(hidden, lengths) ** 0.5)

    def pool(self, hidden: Tensor, lengths: Tensor | None) -> Tensor:
        """(time, batch, outputs) -> (batch, outputs). Attention as in Yang et al. (2016)."""
        padded = _padded(hidden, lengths)
        match self.pooling:
            case "last":
                return self._ends(hidden, lengths)
            case "mean":
                return hidden.masked_fill(padded, 0).sum(0) / _count(hidden, lengths)
            case "sites":
                return hidden.masked_fill(padded, 0).sum(0) / _count(hidden, lengths) ** 0.5
            case "max":
                return hidden.masked_fill(padded, -torch.inf).amax(0)
            case "attention":
                hidden = hidden.masked_fill(padded, 0)
                scores = self.attention_score(torch.tanh(self.attention_hidden(hidden)))
                weights = scores.masked_fill(padded, -torch.inf).softmax(0)
                return torch.as_tensor((weights * hidden).sum(0))

    def _ends(self, hidden: Tensor, lengths: Tensor | None) -> Tensor:
        """Each direction's state after it has read everything: the last step, and for the backward one the first."""
        if lengths is None:
            last = hidden[-1]
        else:
            last = hidden[lengths - 1, torch.arange(hidden.shape[1], device=hidden.device)]
        if self.directions == 1:
            return last
        half = hidden.shape[2] // 2
        return torch.cat([last[:, :half], hidden[0, :, half:]], 1)

    def loss(self, logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:  # noqa: ARG002
        """Sum over the batch of the weighted NLL: logits (batch, classes), targets (batch,), PADDING if unknown."""
        return functional.cross_entropy(logits, targets, self.weights, ignore_index=PADDING, reduction="sum")

    def loss_at(self, state: Tensor, targets: Tensor, step: Tensor) -> Tensor:
        """The loss as if the one step were all: state (batch, outputs), targets and step (batch,)."""
        logits = self.classifier(state)
        if self.pooling == "sites":
            logits = logits + (state.unsqueeze(1) @ self._own_weights(step)).squeeze(1)
        return self.loss(logits, targets, state)

    def _own_weights(self, steps: Tensor) -> Tensor:
        """(steps,) -> (steps, outputs, classes); steps after the last place share one."""
        return self.sites[steps.clamp(max=self.sites.shape[0] - 1)]


def _count(hidden: Tensor, lengths: Tensor | None) -> Tensor | int:
    """Real steps of each sequence, (batch, 1), or of all of them."""
    return hidden.shape[0] if lengths is None else lengths.unsqueeze(1)


def _padded(hidden: Tensor, lengths: Tensor | None) -> Tensor:
    """(time, batch, 1) true at padded steps."""
    time, batch = hidden.shape[:2]
    if lengths is None:
        return torch.zeros(time, batch, 1, dtype=torch.bool, device=hidden.device)
    return (torch.arange(time, device=hidden.device).unsqueeze(1) >= lengths).unsqueeze(2)

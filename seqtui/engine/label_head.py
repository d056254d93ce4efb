"""One label a sequence: the states of all steps pooled into one vector, classified."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqtui.shapes import PADDING, Label


class SiteClassifier(nn.Module):
    """A linear classifier with weights of its own for each of the first places; all later ones share theirs.

    Logistic regression on places and symbols is this of states that are the symbols. All weights begin at nought, as
    its do: what no gradient has asked for has no say.
    """

    def __init__(self, places: int, outputs: int, classes: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(places + 1, outputs, classes))
        self.bias = nn.Parameter(torch.zeros(classes))

    def forward(self, hidden: Tensor, lengths: Tensor | None = None) -> Tensor:
        """(time, batch, outputs) -> (batch, classes): the sum of all steps over the square root of their number."""
        own = self._own_weights(torch.arange(hidden.shape[0], device=hidden.device))
        by_place = hidden.masked_fill(_padded(hidden, lengths), 0) @ own  # (time, batch, classes)
        return torch.as_tensor(by_place.sum(0) / _count(hidden, lengths) ** 0.5 + self.bias)

    def at(self, state: Tensor, step: Tensor) -> Tensor:
        """One step of each sequence: state (batch, outputs), step (batch,) -> (batch, classes)."""
        return torch.as_tensor((state.unsqueeze(1) @ self._own_weights(step)).squeeze(1) + self.bias)

    def _own_weights(self, steps: Tensor) -> Tensor:
        """(steps,) -> (steps, outputs, classes)."""
        return self.weight[steps.clamp(max=self.weight.shape[0] - 1)]


class LabelHead(nn.Module):
    """Pooling, then a linear classifier, or one of sites; the loss is the (weighted) negative log-likelihood."""

    weights: Tensor

    def __init__(self, head: Label, outputs: int, directions: int) -> None:
        super().__init__()
        self.pooling = head.pooling
        self.directions = directions
        self.classifier: nn.Linear | SiteClassifier = (
            SiteClassifier(head.positions, outputs, len(head.classes))
            if head.pooling == "sites"
            else nn.Linear(outputs, len(head.classes))
        )
        self.register_buffer("weights", torch.tensor(head.weights or [1.0] * len(head.classes)), persistent=False)
        if head.pooling == "attention":
            self.attention_hidden = nn.Linear(outputs, outputs)
            self.attention_score = nn.Linear(outputs, 1, bias=False)

    def forward(self, hidden: Tensor, lengths: Tensor | None = None) -> Tensor:
        """(time, batch, outputs) -> logits (batch, classes). lengths (batch,): real steps, where some are padded."""
        if isinstance(self.classifier, SiteClassifier):
            return torch.as_tensor(self.classifier(hidden, lengths))
        return torch.as_tensor(self.classifier(self.pool(hidden, lengths)))

    def pool(self, hidden: Tensor, lengths: Tensor | None) -> Tensor:
        """(time, batch, outputs) -> (batch, outputs). Attention as in Yang et al. (2016)."""
        padded = _padded(hidden, lengths)
        match self.pooling:
            case "last":
                return self._ends(hidden, lengths)
            case "mean":
                return hidden.masked_fill(padded, 0).sum(0) / _count(hidden, lengths)
            case "max":
                return hidden.masked_fill(padded, -torch.inf).amax(0)
            case "attention":
                hidden = hidden.masked_fill(padded, 0)
                scores = self.attention_score(torch.tanh(self.attention_hidden(hidden)))
                weights = scores.masked_fill(padded, -torch.inf).softmax(0)
                return torch.as_tensor((weights * hidden).sum(0))
            case "sites":
                raise ValueError("sites weigh every step by itself: there is nothing to pool")

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
        own = self.classifier
        return self.loss(own.at(state, step) if isinstance(own, SiteClassifier) else own(state), targets, state)


def _count(hidden: Tensor, lengths: Tensor | None) -> Tensor | int:
    """Real steps of each sequence, (batch, 1), or of all of them."""
    return hidden.shape[0] if lengths is None else lengths.unsqueeze(1)


def _padded(hidden: Tensor, lengths: Tensor | None) -> Tensor:
    """(time, batch, 1) true at padded steps."""
    time, batch = hidden.shape[:2]
    if lengths is None:
        return torch.zeros(time, batch, 1, dtype=torch.bool, device=hidden.device)
    return (torch.arange(time, device=hidden.device).unsqueeze(1) >= lengths).unsqueeze(2)

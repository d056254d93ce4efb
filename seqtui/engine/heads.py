"""From a task's head (a plain value) to the output layer and the loss: the one place that matches (seqtui.engine.inputs
does it for the input layer).

A loss is the sum over real steps and their number, so that no mean ever depends on padding.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqtui.engine.label_head import LabelHead
from seqtui.engine.picture_head import PictureHead
from seqtui.engine.tag_head import TagHead
from seqtui.engine.token_input import TokenInput
from seqtui.engine.transcript_head import TranscriptHead
from seqtui.engine.translation_head import TranslationHead
from seqtui.shapes import PADDING, Label, NextFrame, NextPicture, NextToken, Tags, Transcript


class FrameHead(nn.Linear):
    """Independent Bernoulli outputs; the loss of a frame (its NLL) is the sum of its keys' cross-entropies."""

    def forward(self, input: Tensor, lengths: Tensor | None = None) -> Tensor:  # noqa: ARG002
        """(…, hidden) -> logits (…, keys)."""
        return super().forward(input)

    def loss_at(self, state: Tensor, targets: Tensor, step: Tensor) -> Tensor:
        """The loss of one step of each sequence: state (batch, hidden), targets (time, batch, keys), step (batch,)."""
        return _loss_at(self, state, targets, step)

    def loss(self, logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
        """logits and targets (time, batch, keys), mask (time, batch) of 0 and 1."""
        weight = mask.unsqueeze(2)
        return functional.binary_cross_entropy_with_logits(logits, targets.float(), weight=weight, reduction="sum")

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


class TokenScores(nn.Module):
    """One categorical output a step, however it is made; the loss is the negative log-likelihood of the token."""

    def loss_at(self, state: Tensor, targets: Tensor, step: Tensor) -> Tensor:
        """The loss of one step of each sequence: state (batch, hidden), targets (time, batch), step (batch,)."""
        return _loss_at(self, state, targets, step)

    def loss(self, logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:  # noqa: ARG002
        """logits (time, batch, tokens), targets (time, batch) with PADDING where there is nothing to predict."""
        return functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=PADDING, reduction="sum")

    def hits(self, logits: Tensor, targets: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Right guesses and real steps."""
        return {"right": ((logits.argmax(-1) == targets) & mask.bool()).sum(), "steps": mask.sum()}

    def scores(self, counts: dict[str, float], loss: float) -> dict[str, float]:
        """Per token: bits, perplexity, accuracy."""
        perplexity = float(torch.tensor(loss, dtype=torch.float64).exp())
        accuracy = counts["right"] / max(counts["steps"], 1)
        return {"bits": loss / math.log(2), "perplexity": perplexity, "accuracy": accuracy}


class TokenHead(TokenScores):
    """A linear layer of its own."""

    def __init__(self, outputs: int, size: int) -> None:
        super().__init__()
        linear = nn.Linear(outputs, size)
        self.weight, self.bias = linear.weight, linear.bias

    def forward(self, input: Tensor, lengths: Tensor | None = None) -> Tensor:  # noqa: ARG002
        """(…, hidden) -> logits (…, tokens)."""
        return functional.linear(input, self.weight, self.bias)


class TiedHead(TokenScores):
    """The embedding's own weights, read the other way (Press & Wolf 2017, Inan et al. 2017).

    Where the backbone is not as wide as the embedding, a linear layer stands between them.
    """

    def __init__(self, embed: TokenInput, outputs: int) -> None:
        super().__init__()
        size, width = embed.weight.shape
        self._embed = (embed,)  # in a tuple, so that its weights are stored once, as the input's
        nn.init.uniform_(embed.weight, -0.1, 0.1)
        self.between = nn.Linear(outputs, width) if outputs != width else None
        self.bias = nn.Parameter(torch.zeros(size))

    def forward(self, input: Tensor, lengths: Tensor | None = None) -> Tensor:  # noqa: ARG002
        """(…, hidden) -> logits (…, tokens)."""
        between = input if self.between is None else self.between(input)
        return functional.linear(between, self._embed[0].weight, self.bias)


HeadLayer = FrameHead | PictureHead | TokenHead | TiedHead | LabelHead | TagHead | TranslationHead | TranscriptHead


def output_layer(
    head: NextFrame | NextPicture | NextToken | Label | Tags | Transcript, outputs: int, directions: int
) -> HeadLayer:
    """What turns the backbone's output (time, batch, outputs) into logits and a loss; a TranslationHead needs more."""
    match head:
        case NextFrame(keys):
            return FrameHead(outputs, keys)
        case NextPicture():
            return PictureHead(head, outputs)
        case NextToken(size):
            return TokenHead(outputs, size)
        case Label():
            return LabelHead(head, outputs, directions)
        case Tags():
            return TagHead(head, outputs)
        case Transcript():
            return TranscriptHead(head, outputs)


def _loss_at(head: FrameHead | TokenScores, state: Tensor, targets: Tensor, step: Tensor) -> Tensor:
    batch = torch.arange(len(step), device=step.device)
    return head.loss(head(state).unsqueeze(0), targets[step, batch].unsqueeze(0), state.new_ones(1, len(step)))

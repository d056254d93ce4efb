"""What is said, symbol by symbol, when nobody tells: connectionist temporal classification (Graves et al. 2006).

At every step stands a symbol or nothing, the blank. A path is read by merging what repeats and dropping the blanks; the
probability of a text is the sum over all paths that read as it.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqtui.shapes import PADDING, Transcript


class TranscriptHead(nn.Module):
    """Symbols have the numbers of their places in Transcript.symbols; the blank comes after the last."""

    def __init__(self, head: Transcript, outputs: int) -> None:
        super().__init__()
        self.says = head
        self.blank = len(head.symbols)
        self.linear = nn.Linear(outputs, self.blank + 1)

    def forward(self, hidden: Tensor, lengths: Tensor | None = None) -> Tensor:  # noqa: ARG002
        """(time, batch, outputs) -> logits (time, batch, symbols + 1)."""
        return torch.as_tensor(self.linear(hidden))

    def loss(self, logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
        """Sum over the batch of the NLL of the texts; what no path can read as its text has none, and is counted."""
        return self.losses(logits, targets, mask)[0].sum()

    def losses(self, logits: Tensor, targets: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """logits (time, batch, symbols + 1), targets (longest, batch), PADDING behind each text, mask (time, batch).

        (batch,) NLL of each text, 0 where it is impossible; (batch,) whether it is: it has more symbols, and blanks
        between equal ones, than there are steps.
        """
        steps, counts = mask.sum(0).long(), (targets != PADDING).sum(0)
        possible = needed_steps(targets) <= steps
        log_chances = logits.log_softmax(2)
        if not len(targets):
            nothing = -(log_chances[:, :, self.blank] * mask).sum(0)
            return nothing, possible
        # An impossible text is given none to read, so that no infinity enters the graph.
        counts = torch.where(possible, counts, 0)
        filled = targets.masked_fill(targets == PADDING, 0).t()
        found = functional.ctc_loss(
            log_chances, filled, steps.clamp(min=1), counts, blank=self.blank, reduction="none"
        )  # fmt: skip
        return torch.where(possible, found, 0.0), possible

    def loss_at(self, state: Tensor, targets: Tensor, step: Tensor) -> Tensor:  # noqa: ARG002
        """state (batch, outputs): a text has no symbol at a step of its own, so the likeliest one stands for it."""
        logits = self.linear(state)
        return functional.cross_entropy(logits, logits.argmax(1), reduction="sum")

    def greedy(self, logits: Tensor, mask: Tensor) -> list[list[tuple[int, int]]]:
        """The likeliest path of each sequence, read: (symbol, step at which it begins)."""
        best, steps = logits.argmax(2).t().tolist(), mask.sum(0).long().tolist()
        return [collapsed(path[:count], self.blank) for path, count in zip(best, steps, strict=True)]


def collapsed(path: list[int], blank: int) -> list[tuple[int, int]]:
    """A path read: (symbol, step at which it begins), without repeats and blanks."""
    before = [blank, *path]
    return [(each, step) for step, each in enumerate(path) if each not in (blank, before[step])]


def needed_steps(targets: Tensor) -> Tensor:
    """(longest, batch) -> (batch,) steps that a text takes at least: its symbols, and a blank between equal ones."""
    real = targets != PADDING
    twice = (targets[1:] == targets[:-1]) & real[1:]
    return real.sum(0) + twice.sum(0)

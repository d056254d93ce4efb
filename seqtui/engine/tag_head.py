"""A tag at each step: scores of tags ("emissions"), decoded one by one or together as a path that the scheme allows."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqtui.engine.crf import Chain, best_paths, log_partition, marginals, path_score
from seqtui.shapes import PADDING, Tags

FORBIDDEN: Final = -1e4  # the score of what the scheme forbids: never chosen, and without weight in any sum


class TagHead(nn.Module):
    """The loss is the negative log-likelihood: of the whole path under a CRF, else of each step's tag."""

    barred_starts: Tensor
    barred_ends: Tensor
    barred_moves: Tensor

    def __init__(self, head: Tags, outputs: int) -> None:
        super().__init__()
        count = len(head.tags)
        self.tags, self.missed_cost = head.tags, head.missed_cost
        self.emissions = nn.Linear(outputs, count)
        self.has_chain = head.decoder == "crf"
        if self.has_chain:
            self.starts = nn.Parameter(torch.zeros(count))
            self.ends = nn.Parameter(torch.zeros(count))
            self.moves = nn.Parameter(torch.zeros(count, count))
        moves = torch.zeros(count, count)
        for before, after in head.forbidden_moves:
            moves[before, after] = FORBIDDEN
        self.register_buffer("barred_starts", _barred(count, head.forbidden_starts), persistent=False)
        self.register_buffer("barred_ends", _barred(count, head.forbidden_ends), persistent=False)
        self.register_buffer("barred_moves", moves, persistent=False)

    def forward(self, hidden: Tensor, lengths: Tensor | None = None) -> Tensor:  # noqa: ARG002
        """(time, batch, outputs) -> (time, batch, tags)."""
        return torch.as_tensor(self.emissions(hidden))

    def chain(self) -> Chain:
        """What is learned of paths, under what the scheme forbids."""
        if not self.has_chain:
            return Chain(self.barred_starts, self.barred_ends, self.barred_moves)
        return Chain(
            self.starts + self.barred_starts, self.ends + self.barred_ends, self.moves + self.barred_moves
        )  # fmt: skip

    def loss(self, logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
        """Sum of the NLL: logits (time, batch, tags), targets (time, batch), PADDING where a tag is not known.

        Under a CRF a sequence with a step whose tag is not known has no part in it. In training O scores higher where
        it would be wrong, by missed_cost, and is learned to be shunned by as much.
        """
        if self.training and self.missed_cost:
            outside = self.tags.index("O")
            missed = (targets != outside) & (targets != PADDING)
            cost = functional.one_hot(torch.tensor(outside, device=logits.device), len(self.tags)) * self.missed_cost
            logits = logits + missed.unsqueeze(2) * cost
        if not self.has_chain:
            return functional.cross_entropy(
                logits.flatten(0, 1), targets.flatten(), ignore_index=PADDING, reduction="sum"
            )
        real, chain = mask.bool(), self.chain()
        known = ((targets != PADDING) | ~real).all(0)
        nll = log_partition(logits, chain, real) - path_score(logits, chain, real, targets.clamp(min=0))
        return nll.masked_fill(~known, 0).sum()

    def loss_at(self, state: Tensor, targets: Tensor, step: Tensor) -> Tensor:
        """NLL of one step of each sequence by its emissions alone: state (batch, outputs), targets (time, batch)."""
        chosen = targets[step, torch.arange(len(step), device=step.device)]
        return functional.cross_entropy(self.emissions(state), chosen, ignore_index=PADDING, reduction="sum")

    def decode(self, logits: Tensor, mask: Tensor) -> Tensor:
        """(time, batch) the likeliest path that is allowed."""
        return best_paths(logits, self.chain(), mask.bool())

    def chances(self, logits: Tensor, mask: Tensor) -> Tensor:
        """(time, batch, tags) the chance of each tag at each step, the steps around it being free."""
        return marginals(logits, self.chain(), mask.bool()) if self.has_chain else logits.softmax(2)


def _barred(count: int, tags: Sequence[int]) -> Tensor:
    scores = torch.zeros(count)
    scores[list(tags)] = FORBIDDEN
    return scores

"""Looking back at a sequence that was read: scores of its states against a query, made into weights, and their mean.

Padding never leaks: a padded state is nought, and its weight is nought to the last bit.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

MOST_AT_ONCE: Final = 1 << 24  # numbers that additive attention compares and keeps for the backward pass
MOST_A_STEP: Final = 1 << 20  # the same where each step asks by itself, and there are many steps


@dataclass(frozen=True, slots=True)
class Memory:
    """What was read, as a decoder needs it, for each of `batch` sequences.

    end (batch, size): the last state of the forward direction beside the first one of the backward direction;
    states (batch, time, size), nought where padded (batch, time); keys (batch, time, units): the states as they are
    compared with queries. A decoder without attention needs the end alone.
    """

    end: Tensor
    states: Tensor
    keys: Tensor
    padded: Tensor

    def chosen(self, rows: Tensor) -> "Memory":
        """Of some of the sequences only, (rows,)."""
        return Memory(*(each[rows] for each in (self.end, self.states, self.keys, self.padded)))


class Attention(nn.Module):
    """bahdanau: v · tanh(W s + U h), additive (Bahdanau et al. 2015, appendix A.1.2); luong: s · W h, general (Luong et
    al. 2015, equation 8). With coverage c, the sum of the weights so far: w c is added within the tanh (See et al.
    2017, equation 11), or to the score.
    """

    def __init__(self, kind: Literal["bahdanau", "luong"], units: int, size: int, *, coverage: bool) -> None:
        super().__init__()
        self.key = nn.Linear(size, units, bias=False)
        self.query: nn.Linear | None = None
        if kind == "bahdanau":
            self.query = nn.Linear(units, units)
            self.energy = nn.Linear(units, 1, bias=False)
        self.heed = nn.Parameter(torch.zeros(units if kind == "bahdanau" else 1)) if coverage else None

    def weights(self, queries: Tensor, memory: Memory, covered: Tensor | None = None) -> Tensor:
        """queries (batch, queries, units), covered (batch, queries, time) -> (batch, queries, time), summing to one."""
        return self._scores(queries, memory, covered).masked_fill(memory.padded.unsqueeze(1), -torch.inf).softmax(2)

    def _scores(self, queries: Tensor, memory: Memory, covered: Tensor | None) -> Tensor:
        if self.query is None:
            scores = queries @ memory.keys.transpose(1, 2)
            return scores if self.heed is None or covered is None else scores + self.heed * covered
        asked = torch.as_tensor(self.query(queries))
        each = memory.keys.numel()  # numbers that comparing one query makes
        if each * asked.shape[1] <= MOST_AT_ONCE and each <= MOST_A_STEP:
            return self._additive(asked, memory.keys, covered)
        # Made anew in the backward pass, a few queries at a time, so that memory stays bounded on long sequences.
        count = max(MOST_AT_ONCE // each, 1)
        parts = [slice(at, at + count) for at in range(0, asked.shape[1], count)]
        return torch.cat(
            [
                checkpoint(
                    self._additive,
                    asked[:, part],
                    memory.keys,
                    None if covered is None else covered[:, part],
                    use_reentrant=False,
                    preserve_rng_state=False,
                )
                for part in parts
            ],
            1,
        )

    def _additive(self, asked: Tensor, keys: Tensor, covered: Tensor | None) -> Tensor:
        terms = asked.unsqueeze(2) + keys.unsqueeze(1)  # (batch, queries, time, units)
        if self.heed is not None and covered is not None:
            terms = terms + covered.unsqueeze(3) * self.heed
        return torch.as_tensor(self.energy(torch.tanh(terms))).squeeze(3)


def remember(hidden: Tensor, padded: Tensor, attention: Attention | None, directions: int) -> Memory:
    """The memory of states hidden (time, batch, size) that were read in one or two directions; padded (time, batch)."""
    last = (~padded).sum(0) - 1
    end = hidden[last, torch.arange(hidden.shape[1], device=hidden.device)]
    if directions == 2:
        half = hidden.shape[2] // 2
        end = torch.cat([end[:, :half], hidden[0, :, half:]], 1)
    states = hidden.masked_fill(padded.unsqueeze(2), 0).transpose(0, 1)
    memory = Memory(end, states, states, padded.t())
    return memory if attention is None else replace(memory, keys=attention.key(states))

"""A linear-chain conditional random field (Lafferty et al. 2001): exact sums and maxima over all paths of tags.

Shapes: emissions (time, batch, tags), real (time, batch) true at the steps of each sequence, which begins at step 0.
The score of a path is the sum of its emissions and of the scores of its start, its moves and its end.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Chain:
    """starts and ends (tags,): scores of being first and last; moves (tags, tags): of going from a row to a column."""

    starts: Tensor
    ends: Tensor
    moves: Tensor


def log_partition(emissions: Tensor, chain: Chain, real: Tensor) -> Tensor:
    """(batch,) the logarithm of the sum of exp(score) over all paths: the forward algorithm."""
    alpha = chain.starts + emissions[0]
    for step in range(1, len(emissions)):
        onward = (alpha.unsqueeze(2) + chain.moves).logsumexp(1) + emissions[step]
        alpha = torch.where(real[step].unsqueeze(1), onward, alpha)
    return (alpha + chain.ends).logsumexp(1)


def path_score(emissions: Tensor, chain: Chain, real: Tensor, tags: Tensor) -> Tensor:
    """(batch,) the score of one path each: tags (time, batch); what stands at padded steps does not matter."""
    tags = tags.masked_fill(~real, 0)
    seen = emissions.gather(2, tags.unsqueeze(2)).squeeze(2).masked_fill(~real, 0).sum(0)
    moved = chain.moves[tags[:-1], tags[1:]].masked_fill(~real[1:], 0).sum(0)
    last = tags.gather(0, (real.sum(0) - 1).unsqueeze(0)).squeeze(0)
    return seen + moved + chain.starts[tags[0]] + chain.ends[last]


def best_paths(emissions: Tensor, chain: Chain, real: Tensor) -> Tensor:
    """(time, batch) the path with the highest score (Viterbi 1967); at padded steps its last tag again."""
    score = chain.starts + emissions[0]
    origins = []
    stay = torch.arange(emissions.shape[2], device=emissions.device).expand_as(score)
    for step in range(1, len(emissions)):
        onward, origin = (score.unsqueeze(2) + chain.moves).max(1)
        going = real[step].unsqueeze(1)
        score = torch.where(going, onward + emissions[step], score)
        origins.append(torch.where(going, origin, stay))
    path = [(score + chain.ends).argmax(1)]
    for origin in reversed(origins):
        path.append(origin.gather(1, path[-1].unsqueeze(1)).squeeze(1))
    return torch.stack(path[::-1])


def marginals(emissions: Tensor, chain: Chain, real: Tensor) -> Tensor:
    """(time, batch, tags) the chance of each tag at each step, which is the gradient of the log-partition."""
    with torch.inference_mode(mode=False), torch.enable_grad():
        source = emissions.detach().clone().requires_grad_()
        fixed = Chain(*(scores.detach().clone() for scores in (chain.starts, chain.ends, chain.moves)))
        (found,) = torch.autograd.grad(log_partition(source, fixed, real.clone()).sum(), source)
    return found


def losses(emissions: Tensor, chain: Chain) -> Tensor:
    """(time, tags) what the best path of one sequence loses if it has to go through a tag at a step: 0 where it does.

    emissions (time, tags). The max-marginals, by Viterbi from either end.
    """
    ahead, behind = [chain.starts + emissions[0]], [chain.ends]
    for row in emissions[1:]:
        ahead.append((ahead[-1].unsqueeze(1) + chain.moves).amax(0) + row)
    for row in emissions[1:].flip(0):
        behind.append((chain.moves + row + behind[-1]).amax(1))
    through = torch.stack(ahead) + torch.stack(behind[::-1])
    return through.amax(1, keepdim=True) - through

"""Order-k Markov chains of bases: what a generator must beat, scored and sampled as the engine scores and samples it.

Tokens: A C G T are 0 … 3, an ambiguity code is 4, the end is 5. A record of n bases is 5, b1 … bn, 5: the first token
is input only, so n + 1 are predicted, and a context that reaches before the record is filled with 5.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.readers.dna.alphabet import Codes
from seqtui.readers.dna.promoters import site_strengths

AMBIGUOUS: Final = 4
END: Final = 5
_SIZE: Final = 6
_AT_ONCE: Final = 2**20  # bases that are counted

Records = tuple[Codes, NDArray[np.int64]]  # flat codes (total,) and lengths (records,)
Chances = NDArray[np.float64]


def markov_losses(train: Records, test: Records, orders: Sequence[int] = range(6)) -> dict[str, float]:
    """'order k Markov' -> nats a predicted token on test."""
    losses: dict[str, float] = {}
    for order in orders:
        chances = np.log(markov_chances(train, order))
        counts = _counts(test, order)
        losses[f"order {order} Markov"] = -float((counts * chances).sum() / counts.sum())
    return losses


def markov_bits(train: Records, test: Records, orders: Sequence[int] = range(6)) -> dict[str, float]:
    """markov_losses in bits a predicted token."""
    return {name: loss / math.log(2) for name, loss in markov_losses(train, test, orders).items()}


def markov_chances(train: Records, order: int) -> Chances:
    """(6**order, 6) the chance of every token after every context, whose latest token is its last digit in base 6.

    Each order leans on the one below as far as its context is often followed by something new: (count + kinds * lower)
    / (total + kinds), method C of Witten and Bell (IEEE Trans. Inf. Theory 37, 1991); below order 0 lies the uniform
    chance of the six tokens. Nothing is tuned.
    """
    chances = np.full((1, _SIZE), 1 / _SIZE)
    for k in range(order + 1):
        counts = _counts(train, k)
        lower = np.tile(chances, (_SIZE**k // len(chances), 1))
        total, kinds = counts.sum(1, keepdims=True), (counts > 0).sum(1, keepdims=True)
        chances = np.where(total > 0, (counts + kinds * lower) / np.maximum(total + kinds, 1), lower)
    return chances


def sample_markov(train: Records, order: int, lengths: NDArray[np.int64], rng: np.random.Generator) -> Records:
    """Records of these lengths, of clear bases only, from a chain of this order.

    The lengths are asked for because a chain cannot count: records of its own lengths, near geometric, would offer more
    or fewer places for a motif than what they are compared with.
    """
    table = markov_chances(train, order)[:, :AMBIGUOUS]  # (contexts, 4)
    reached = np.cumsum(table / table.sum(axis=1, keepdims=True), axis=1)[:, :-1]
    rows = np.zeros((len(lengths), int(lengths.max(initial=0))), np.uint8)
    context = np.full(len(lengths), _SIZE**order - 1)
    for place in range(rows.shape[1]):
        uniform = rng.random(len(lengths))
        rows[:, place] = (uniform[:, None] >= reached[context]).sum(axis=1)
        context = (context * _SIZE + rows[:, place]) % _SIZE**order
    return rows[np.arange(rows.shape[1]) < lengths[:, None]], lengths


def consensus_strength(codes: Codes, lengths: NDArray[np.int64]) -> float:
    """Mean over records of the best log-odds (nats) of the two promoter boxes: do samples carry the consensus?

    Records under 31 bases hold no pair of boxes and are left out; BadInput where all are.
    """
    best = site_strengths(codes, lengths)
    if not np.isfinite(best).any():
        raise BadInput("no sequence has the 31 bases of a promoter; sample longer ones")
    return float(best[np.isfinite(best)].mean())


def _counts(records: Records, order: int) -> NDArray[np.int64]:
    """(6**order, 6) how often every token follows every context; about a million bases, or a record, at a time."""
    codes, lengths = records
    ends = np.cumsum(lengths)
    counts = np.zeros(_SIZE ** (order + 1), np.int64)
    edges = np.flatnonzero(np.diff(ends // _AT_ONCE)) + 1
    for part in np.split(np.arange(len(lengths)), edges):
        begin = int(ends[part[0] - 1]) if len(part) and part[0] else 0
        contexts, tokens = _steps((codes[begin : int(ends[part[-1]]) if len(part) else 0], lengths[part]), order)
        counts += np.bincount(contexts * _SIZE + tokens, minlength=len(counts))
    return counts.reshape(-1, _SIZE)


def _steps(records: Records, order: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(predictions,) the context in base 6, and (predictions,) the token that follows it."""
    codes, lengths = records
    sizes = lengths + order + 1
    stream = np.full(int(sizes.sum()), END, np.int64)  # a record: `order` times the end token, its bases, the end token
    before = (order + 1) * np.arange(len(lengths)) + order
    stream[np.arange(len(codes)) + np.repeat(before, lengths)] = np.minimum(codes, AMBIGUOUS)
    begins = np.cumsum(sizes) - sizes + order
    ends = np.cumsum(lengths + 1)
    at = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - (ends - lengths - 1), lengths + 1)
    contexts = np.zeros(len(at), np.int64)
    for back in range(order, 0, -1):
        contexts = contexts * _SIZE + stream[at - back]
    return contexts, stream[at]

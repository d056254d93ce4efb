"""Order-k Markov chains of any symbols: what a language model must beat, scored as the engine scores it.

Each order leans on the one below: (count + kinds * lower) / (total + kinds), method C of Witten and Bell (IEEE Trans.
Inf. Theory 37, 1991); below order 0 lies the uniform chance. Nothing is tuned. Counts are of the training text alone.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MOST: Final = 20_000_000  # symbols of the training text that are counted, its last ones

Numbers = NDArray[np.int64]


def ngram_losses(train: NDArray[Any], test: NDArray[Any], symbols: int, orders: Sequence[int]) -> dict[str, float]:
    """'order k Markov' -> nats a symbol on test. train, test: (steps,) numbers under `symbols`.

    The first symbol of test is input only, as it is for the engine.
    """
    counted = np.asarray(train[-MOST:], np.int64)
    both = np.concatenate([counted, np.asarray(test, np.int64)])
    split = len(counted)
    contexts = np.zeros(len(both), np.int64)  # before each symbol: which context of the present order it is
    chances = np.full(len(both) - split, 1 / symbols)
    losses = {}
    for order in range(max(orders) + 1):
        if order:
            contexts = _longer(contexts, both, symbols)
        chances = _interpolated(contexts, both, split, symbols, chances)
        if order in orders:
            losses[f"order {order} Markov"] = -float(np.log(chances[1:]).mean())
    return losses


def _longer(contexts: Numbers, both: Numbers, symbols: int) -> Numbers:
    """The context one symbol longer: that of the symbol before, and that symbol. The very first has none of either."""
    pairs = np.empty(len(both), np.int64)
    pairs[0] = -1
    pairs[1:] = contexts[:-1] * symbols + both[:-1]
    return np.unique(pairs, return_inverse=True)[1].astype(np.int64)


def _interpolated(
    contexts: Numbers, both: Numbers, split: int, symbols: int, lower: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The chance of each symbol of test, given that under the order below."""
    count = int(contexts.max()) + 1
    total = np.bincount(contexts[:split], minlength=count)
    grams, place = np.unique(contexts * symbols + both, return_inverse=True)
    seen = np.bincount(place[:split], minlength=len(grams))
    kinds = np.bincount((grams[seen > 0]) // symbols, minlength=count)
    here, total_here, kinds_here = place[split:], total[contexts[split:]], kinds[contexts[split:]]
    with np.errstate(divide="ignore", invalid="ignore"):
        leaning = (seen[here] + kinds_here * lower) / (total_here + kinds_here)
    return np.where(total_here > 0, leaning, lower)

"""Order-k Markov chains of any symbols: what a language model must beat, scored as the engine scores it.

Each order leans on the one below: (count + kinds * lower) / (total + kinds), method C of Witten and Bell (IEEE Trans.
Inf. Theory 37, 1991); below order 0 lies the uniform chance. Nothing is tuned. Counts are of the training text alone.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

COUNTED: Final = 10_000_000  # symbols of the training text that are counted, its last ones
JUDGED: Final = 1_000_000  # symbols of the test text that chains are judged by, its first ones

Numbers = NDArray[Any]


def ngram_losses(train: Numbers, test: Numbers, symbols: int, orders: Sequence[int]) -> dict[str, float]:
    """'order k Markov' -> nats a symbol on test. train, test: (steps,) numbers under `symbols`.

    The first symbol of test is input only, as it is for the engine.
    """
    both = np.concatenate([train[-COUNTED:], test[:JUDGED]]).astype(np.int64)
    split = min(len(train), COUNTED)
    contexts = np.zeros(len(both), np.int64)  # before each symbol: which context of the present order it is
    chances = np.full(len(both) - split, 1 / symbols)
    losses = {}
    for order in range(max(orders) + 1):
        grams, places = _numbered(contexts * symbols + both)
        chances = _interpolated(contexts, grams // symbols, places, split, chances)
        if order in orders:
            losses[f"order {order} Markov"] = -float(np.log(chances[1:]).mean())
        # What stands before a symbol, one longer: the context of the one before, and that one. The first has none.
        contexts = np.concatenate([[len(grams)], places[:-1]])
    return losses


def _numbered(grams: Numbers) -> tuple[Numbers, Numbers]:
    """The different ones in order, and the place of each among them; np.unique with half of its memory."""
    order = np.argsort(grams)
    found = grams[order]
    is_new = np.concatenate([[True], found[1:] != found[:-1]])
    places = np.empty(len(grams), np.int32)
    places[order] = np.cumsum(is_new, dtype=np.int32) - 1
    return found[is_new], places


def _interpolated(
    contexts: Numbers, heads: Numbers, places: Numbers, split: int, lower: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The chance of each symbol of test, given that under the order below.

    heads: (grams,) the context of each different gram; places: (steps,) the gram at each step.
    """
    count = int(contexts.max()) + 1
    total = np.bincount(contexts[:split], minlength=count)
    seen = np.bincount(places[:split], minlength=len(heads))
    kinds = np.bincount(heads[seen > 0], minlength=count)
    here, total_here, kinds_here = places[split:], total[contexts[split:]], kinds[contexts[split:]]
    with np.errstate(divide="ignore", invalid="ignore"):
        leaning = (seen[here] + kinds_here * lower) / (total_here + kinds_here)
    return np.where(total_here > 0, leaning, lower)

"""Strings of integers to be written backwards: whether a model can keep a sequence, and look back in order.

As JoeyNMT's tutorial has it: 50,000 pairs to train on, 1,000 each for validation and test, of 1 to 25 integers of 0 to
49, all drawn at random. Every answer is known, so the ceiling is 100 BLEU.
"""

from typing import Final

import numpy as np

from seqtui.readers.pairs.pair_set import PairSet

SYMBOLS: Final = 50
LONGEST: Final = 25
SIZES: Final = {"train": 50_000, "valid": 1_000, "test": 1_000}

_STREAM: Final = 0x4EE5


def make_reversals(*, seed: int) -> PairSet:
    """52,000 pairs with different sources, in splits. The same seed gives the same ones on every machine."""
    rng = np.random.default_rng([seed, _STREAM])
    total = sum(SIZES.values())
    said: dict[str, str] = {}
    while len(said) < total:
        lengths = (rng.random(total) * LONGEST).astype(int) + 1
        numbers = (rng.random((total, LONGEST)) * SYMBOLS).astype(int)
        for length, row in zip(lengths.tolist(), numbers.tolist(), strict=True):
            words = [str(each) for each in row[:length]]
            said.setdefault(" ".join(words), " ".join(reversed(words)))
            if len(said) == total:
                break
    names = [f"made by rule, pair {place}" for place in range(1, total + 1)]
    splits = [split for split, size in SIZES.items() for _ in range(size)]
    return PairSet(list(said), list(said.values()), names, splits)

"""Which records of a set made by rule are of its first class."""

import numpy as np
from numpy.typing import NDArray


def half(records: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """(records,) True for a random half of them, one fewer where their number is odd."""
    positives = np.zeros(records, bool)
    positives[np.argsort(rng.random(records), kind="stable")[: records // 2]] = True
    return positives

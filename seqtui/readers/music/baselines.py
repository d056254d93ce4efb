"""What trivial predictors score on the test split, exactly as the engine scores a model: nats a step, the first step
of each record is input only, and the mean is over all scored steps. Counts come from the training split alone.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Rolls = Sequence[NDArray[np.uint8]]
TokenLists = Sequence[NDArray[Any]]

_PSEUDO: Final = 1.0
_BACKED_BY: Final = 10.0


def frame_baselines(train: Rolls, test: Rolls) -> dict[str, float]:
    """Sum over the 88 keys of binary cross-entropy, a frame."""
    before, after = np.concatenate([roll[:-1] for roll in train]), np.concatenate([roll[1:] for roll in train])
    was, now = np.concatenate([roll[:-1] for roll in test]) > 0, np.concatenate([roll[1:] for roll in test]) > 0
    frames, keys = now.shape
    pressed = before > 0
    marginal = (after.sum(axis=0) + _PSEUDO) / (len(after) + 2 * _PSEUDO)
    after_silence = ((after * ~pressed).sum(axis=0) + _PSEUDO) / ((~pressed).sum(axis=0) + 2 * _PSEUDO)
    after_sound = ((after * pressed).sum(axis=0) + _PSEUDO) / (pressed.sum(axis=0) + 2 * _PSEUDO)
    return {
        "coin flip": keys * float(np.log(2)),
        "marginal per key": _cross_entropy(np.broadcast_to(marginal, now.shape), now) / frames,
        "per-key Markov": _cross_entropy(np.where(was, after_sound, after_silence), now) / frames,
    }


def _cross_entropy(chance: NDArray[np.float64], pressed: NDArray[np.bool_]) -> float:
    return -float(np.log(np.where(pressed, chance, 1 - chance)).sum())


def token_baselines(train: TokenLists, test: TokenLists, size: int) -> dict[str, float]:
    """Nats a token. The bigram leans on the unigram where a context is rare."""
    after = np.concatenate([tokens[1:] for tokens in train]).astype(np.int64)
    before = np.concatenate([tokens[:-1] for tokens in train]).astype(np.int64)
    was = np.concatenate([tokens[:-1] for tokens in test]).astype(np.int64)
    now = np.concatenate([tokens[1:] for tokens in test]).astype(np.int64)
    unigram = (np.bincount(after, minlength=size) + _PSEUDO) / (len(after) + size * _PSEUDO)
    pairs = np.bincount(before * size + after, minlength=size * size).reshape(size, size)
    contexts = pairs.sum(axis=1)
    bigram = (pairs[was, now] + _BACKED_BY * unigram[now]) / (contexts[was] + _BACKED_BY)
    return {
        "uniform": float(np.log(size)),
        "unigram": -float(np.log(unigram[now]).mean()),
        "bigram": -float(np.log(bigram).mean()),
    }

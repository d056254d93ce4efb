"""Sampling: one value at a time from a one-directional model, with the state kept, so a step costs the same always."""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from seqtui.engine.model import SequenceModel
from seqtui.runs.taste import Taste
from seqtui.shapes import Head, NextFrame, NextPicture, NextToken
from seqtui.task import Values

LONGEST: Final = 100_000  # steps after which a sample ends whatever the meter says
RECENT: Final = 64  # tokens that a repetition penalty looks back over
LARGEST: Final = 1e300  # what an infinite logit counts as; nan counts as its negative, so that it is never chosen
Floats = NDArray[np.float64]


# A decorator, for a `with` in a generator would leave the caller in inference mode between two values.
@torch.inference_mode()
def generate(
    model: SequenceModel,
    head: Head,
    prime: Values,
    *,
    taste: Taste,
    rng: np.random.Generator,
    is_enough: Callable[[Values], bool],
    unwritten: Sequence[int] = (),
) -> Iterator[Values]:
    """New values after `prime` (steps[, features]; at least one), until `is_enough` says so. Same rng, same values.

    unwritten: tokens that are never chosen.
    """
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device
    try:
        values = torch.from_numpy(np.ascontiguousarray(prime)).to(device).unsqueeze(1)  # (steps, 1[, features])
        logits, state = model(as_inputs(values, head))
        row = logits[-1]  # (1, outputs)
        recent = deque(values[-RECENT:].flatten().tolist() if isinstance(head, NextToken) else (), maxlen=RECENT)
        for _ in range(LONGEST):
            scores = discourage(row[0].double().cpu().numpy(), recent, taste.repetition_penalty, unwritten)
            value = choose(scores, head, taste=taste, rng=rng)
            if isinstance(head, NextPicture):
                value = np.concatenate([value, prime[-1, len(value) :]])  # what class it is goes on as it was told
            yield value
            if isinstance(head, NextToken):
                recent.append(int(value))
            if is_enough(value):
                return
            fed = torch.as_tensor(value, device=device).unsqueeze(0)
            row, state = model.step(as_inputs(fed, head), state)
    finally:
        model.train(was_training)


def as_inputs(values: torch.Tensor, head: Head) -> torch.Tensor:
    """Values as FlatData.gather hands them on: symbols by their numbers, else bytes of frames."""
    return values.long() if isinstance(head, NextToken) else values


def discourage(logits: Floats, recent: Collection[int], penalty: float, unwritten: Sequence[int] = ()) -> Floats:
    """Logits with those of recent tokens made smaller (see Taste), and of unwritten ones so that none is chosen."""
    changed = logits.copy()
    if penalty != 1 and recent:
        seen = np.unique(np.array(recent, np.int64))
        changed[seen] = np.where(logits[seen] > 0, logits[seen] / penalty, logits[seen] * penalty)
    changed[list(unwritten)] = -LARGEST
    return changed


def choose(logits: Floats, head: Head, *, taste: Taste, rng: np.random.Generator) -> Values:
    """One value: a frame (keys,) of uint8, or a token as a zero-dimensional int64 array."""
    logits = finite(logits)
    match head:
        case NextFrame():
            return _choose_frame(logits, taste, rng)
        case NextPicture():
            return _choose_picture(logits, taste)
        case NextToken():
            return np.asarray(_choose_token(logits, taste, rng), dtype=np.int64)
        case _:
            raise ValueError("a model that does not predict the next step makes none")


def _choose_frame(logits: Floats, taste: Taste, rng: np.random.Generator) -> Values:
    draws = rng.random(len(logits))
    if taste.temperature == 0:
        chances = (logits > 0).astype(np.float64)
    else:
        with np.errstate(over="ignore"):
            chances = 1 / (1 + np.exp(-np.clip(logits / taste.temperature, -60, 60)))
    if 0 < taste.top_k < len(chances):
        chances[np.argsort(-logits, kind="stable")[taste.top_k :]] = 0
    chances[chances < 1 - taste.top_p] = 0
    return (draws < chances).astype(np.uint8)


def _choose_picture(logits: Floats, taste: Taste) -> Values:
    """The expected brightness of every pixel, 0 … 255; at a lower temperature dim ones darken and others brighten."""
    if taste.temperature == 0:
        return np.where(logits > 0, 255, 0).astype(np.uint8)
    with np.errstate(over="ignore"):
        chances = 1 / (1 + np.exp(-np.clip(logits / taste.temperature, -60, 60)))
    return np.rint(chances * 255).astype(np.uint8)


def _choose_token(logits: Floats, taste: Taste, rng: np.random.Generator) -> int:
    if taste.temperature == 0:
        return int(logits.argmax())
    order, chances = nucleus(logits, taste)
    kept = np.cumsum(chances)
    return int(order[min(np.searchsorted(kept, rng.random() * kept[-1], side="right"), len(order) - 1)])


def nucleus(logits: Floats, taste: Taste) -> tuple[NDArray[np.int64], Floats]:
    """The tokens that a taste leaves, the likeliest first, and their chances, not made to sum to one again."""
    order = np.argsort(-logits, kind="stable")
    if taste.temperature == 0:
        return order[:1], np.ones(1)
    with np.errstate(over="ignore"):
        chances = np.exp((logits[order] - logits[order[0]]) / taste.temperature)
    chances /= chances.sum()
    keep = len(chances) if taste.top_k == 0 else min(taste.top_k, len(chances))
    if taste.top_p < 1:  # the smallest set that holds top_p of the mass (Holtzman et al. 2020)
        keep = min(keep, int(np.searchsorted(np.cumsum(chances), taste.top_p)) + 1)
    return order[:keep], chances[:keep]


def finite(logits: Floats) -> Floats:
    """Logits of which each can be compared: see LARGEST."""
    found: Floats = np.nan_to_num(logits, nan=-LARGEST, posinf=LARGEST, neginf=-LARGEST)
    return found

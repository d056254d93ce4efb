"""How far a model of pictures drifts that goes on by itself: the error of frames that it makes after its own frames.

The model is in evaluation mode, and its arithmetic is chosen, by whoever asks.
"""

from functools import partial
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqtui.engine.batches import FlatData, Integers
from seqtui.engine.model import SequenceModel
from seqtui.engine.picture_head import PictureHead
from seqtui.roll_outs import AHEAD, error_name, scored_clips

BATCH: Final = 64
MOST_NUMBERS: Final = 1 << 24  # values that are read at once: large pictures come fewer at a time


def drift(model: SequenceModel, head: PictureHead, data: FlatData) -> dict[str, float]:
    """mse_after_1, mse_after_2 … as far as the clips go: squared error of pixels of 0 … 1 of the last of so many frames
    after the first `head.given`, each predicted from the frames that the model made before, as a sample's are.
    """
    frames: Integers = data.rows.steps + data.rows.ahead
    chosen = scored_clips(frames, head.given)
    horizon = min(max(AHEAD), int(frames[chosen].max(initial=0)) - head.given)
    if horizon < 1:
        return {}
    sums, counts = np.zeros(horizon), np.zeros(horizon, np.int64)
    batch = max(min(BATCH, MOST_NUMBERS // (head.given * data.values.shape[1])), 1)
    for first in range(0, len(chosen), batch):
        rows = chosen[first : first + batch]
        errors = _errors(model, head, data, rows=rows, frames=frames[rows], horizon=horizon)  # (horizon, rows)
        there = np.arange(horizon)[:, None] < frames[rows] - head.given
        sums += np.where(there, errors, 0).sum(1)
        counts += there.sum(1)
    return {error_name(ahead): float(sums[ahead - 1] / counts[ahead - 1]) for ahead in AHEAD if ahead <= horizon}


@torch.inference_mode()
def _errors(
    model: SequenceModel, head: PictureHead, data: FlatData, *, rows: Integers, frames: Integers, horizon: int
) -> NDArray[np.float64]:
    """(horizon, rows), of which what lies beyond the end of a clip says nothing."""
    on_device = partial(torch.as_tensor, device=data.values.device)
    starts, last = on_device(data.rows.starts[rows]), on_device(frames - 1)
    places = starts + on_device(np.arange(head.given)[:, None])  # (given, rows)
    logits, state = model(data.values[places])
    row = logits[-1]  # (rows, pixels)
    found = []
    for frame in range(head.given, head.given + horizon):
        truth = data.values[starts + last.clamp(max=frame)]
        made = row.float().sigmoid()
        found.append(head.errors(made, truth))
        if frame + 1 < head.given + horizon:
            row, state = model.step(_fed(made, truth, head), state)
    return torch.stack(found).double().cpu().numpy()


def _fed(made: Tensor, truth: Tensor, head: PictureHead) -> Tensor:
    """The picture that was made, as bytes, and the class as it is told: (rows, pixels[ + class])."""
    return torch.cat([(made * 255).round().to(torch.uint8), truth[:, head.pixels :]], 1)

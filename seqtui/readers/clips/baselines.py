"""What can be said of clips without a model of sequences: of their class, and of their next frame.

Losses are in nats: a clip, as the engine scores labels, and a pixel, as it scores pictures.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.clips.clip_set import ClipSet
from seqtui.readers.clips.text import brightness, shrink
from seqtui.readers.label_baselines import class_shares, evenly_spaced, fit_logistic, logistic_chances, scores
from seqtui.roll_outs import AHEAD, error_name, scored_clips

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Scores = dict[str, dict[str, float]]

SIDE: Final = 8  # pixels of a side that a logistic regression sees of a frame
MOMENTS: Final = 16  # of a clip of vectors that it sees, evenly spaced
MOST_FRAMES: Final = 20_000  # frames that the next-frame baselines are measured on
_LEVELS: Final = 256
_LEAST: Final = 1e-12  # the chance that a pixel is bright where nothing else is known


def label_baselines(clips: ClipSet, labels: Integers, train: Integers, test: Integers, classes: int) -> Scores:
    """Majority, and logistic regression on the last frame alone; of vectors also on the whole clip."""
    shares = class_shares(labels[train], classes)
    found = {"majority class": scores(np.tile(shares, (len(test), 1)), labels[test])}
    if len(np.unique(labels[train])) < 2:
        return found
    fitted = train[evenly_spaced(len(train))]
    looks = {"logistic regression, last frame": _last_frames}
    if clips.shape is None:
        looks["logistic regression, whole clip"] = _moments
    for name, look in looks.items():
        model = fit_logistic(look(clips, fitted), labels[fitted])
        found[name] = scores(logistic_chances(model, look(clips, test), shares), labels[test])
    return found


def _last_frames(clips: ClipSet, chosen: Integers) -> Floats:
    """(chosen, features)."""
    ends = (clips.begins() + clips.lengths - 1)[chosen]
    frames = clips.values[ends]
    if clips.shape is None:
        return np.asarray(frames, np.float64)
    grey = brightness(frames, clips.shape)
    small = shrink(grey, min(SIDE, clips.shape.height), min(SIDE, clips.shape.width))
    return small.reshape(len(chosen), -1)


def _moments(clips: ClipSet, chosen: Integers) -> Floats:
    begins, lengths = clips.begins()[chosen], clips.lengths[chosen]
    places = begins[:, None] + (np.linspace(0, 1, MOMENTS) * (lengths - 1)[:, None]).round().astype(np.int64)
    return np.asarray(clips.values[places].reshape(len(chosen), -1), np.float64)


def next_frame_baselines(clips: ClipSet, train: Integers, test: Integers, *, given: int) -> Scores:
    """Copy the last frame; go on as from the frame before to the last one; the mean frame of all; and the true next
    frame itself.

    mse: of pixels of 0 … 1 as they are predicted; mse_after_5: of the fifth frame after the first `given`. loss: of
    each pixel's chance where it is what pixels predicted so bright turned out to be in the training split, a table of
    256. The true frame is what known physics says; its loss is the entropy of its greys, which no model can beat.
    """
    fitted, tested = _pairs(clips, train), _pairs(clips, test)
    found: Scores = {}
    for name, predict in (("copy last frame", _copied), ("linear extrapolation", _extrapolated)):
        table = _table(predict(*fitted[:2]), fitted[2])
        said = predict(*tested[:2])
        chances = table[said]
        found[name] = {"loss": _cross_entropy(chances, tested[2]), "mse": _mse(said, tested[2])}
    mean = np.clip(fitted[2].mean(0) / 255, _LEAST, 1 - _LEAST)
    found["mean frame"] = {"loss": _cross_entropy(mean, tested[2]), "mse": _mse(255 * mean, tested[2])}
    truth = np.clip(tested[2] / 255, _LEAST, 1 - _LEAST)
    found["known physics"] = {"loss": _cross_entropy(truth, tested[2]), "mse": 0.0}
    own = test[scored_clips(clips.lengths[test], given)]
    for ahead in AHEAD:
        going = own[clips.lengths[own] >= given + ahead]
        if len(going):
            for name, error in _drifts(clips, going, given, ahead=ahead, mean=255 * mean).items():
                found[name][error_name(ahead)] = error
    return found


def _drifts(clips: ClipSet, chosen: Integers, given: int, *, ahead: int, mean: Floats) -> dict[str, float]:
    """The error of each predictor so many frames after the first `given`."""
    ends = clips.begins()[chosen] + given - 1
    before, last = (clips.values[each].astype(np.int64) for each in (np.maximum(ends - 1, ends - given + 1), ends))
    truth = clips.values[ends + ahead]
    said = {
        "copy last frame": last,
        "linear extrapolation": np.clip(last + ahead * (last - before), 0, _LEVELS - 1),
        "mean frame": np.broadcast_to(mean, truth.shape),
    }
    return {name: _mse(values, truth) for name, values in said.items()} | {"known physics": 0.0}


def _pairs(clips: ClipSet, chosen: Integers) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """(frames, pixels) each: the frame before the last one (at a clip's beginning the last one), the last, the next."""
    begins, lengths = clips.begins()[chosen], clips.lengths[chosen]
    places = np.concatenate([np.arange(b, b + n - 1) for b, n in zip(begins.tolist(), lengths.tolist(), strict=True)])
    first = np.repeat(begins, np.maximum(lengths - 1, 0))
    if len(places) > MOST_FRAMES:
        some = np.linspace(0, len(places) - 1, MOST_FRAMES).round().astype(np.int64)
        places, first = places[some], first[some]
    return clips.values[np.maximum(places - 1, first)], clips.values[places], clips.values[places + 1]


def _copied(_before: NDArray[np.uint8], last: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return last


def _extrapolated(before: NDArray[np.uint8], last: NDArray[np.uint8]) -> NDArray[np.uint8]:
    ahead = 2 * last.astype(np.int16) - before
    return np.asarray(np.clip(ahead, 0, _LEVELS - 1), np.uint8)


def _table(said: NDArray[np.uint8], came: NDArray[np.uint8]) -> Floats:
    """(256,) how bright pixels were that were predicted so bright, each level seen twice more, half bright."""
    counts = np.bincount(said.ravel(), minlength=_LEVELS)
    sums = np.bincount(said.ravel(), weights=came.ravel() / 255, minlength=_LEVELS)
    table: Floats = (sums + 1) / (counts + 2)
    return table


def _cross_entropy(chances: Floats, came: NDArray[np.uint8]) -> float:
    bright = came / 255
    return -float((bright * np.log(chances) + (1 - bright) * np.log1p(-chances)).mean())


def _mse(said: NDArray[Any], came: NDArray[np.uint8]) -> float:
    return float(np.square((said.astype(np.float64) - came) / 255).mean())

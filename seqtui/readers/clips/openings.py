"""First frames that roll-outs begin with, kept with a model, so that it can go on from them without its data."""

import base64
import binascii
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.readers.clips.clip_set import ClipSet

MOST: Final = 16  # openings
MOST_BYTES: Final = 1 << 20

Frames = NDArray[np.uint8]


def store_openings(clips: ClipSet, chosen: Sequence[int], frames: int) -> dict[str, Any]:
    """The first `frames` frames of some of the clips as JSON; fewer clips where they are large."""
    begins = clips.begins()
    room = max(MOST_BYTES // max(frames * clips.values.shape[1], 1), 1)
    long_enough = [each for each in chosen if clips.lengths[each] >= frames][: min(MOST, room)]
    taken = [clips.values[begins[each] : begins[each] + frames] for each in long_enough]
    data = np.stack(taken) if taken else np.zeros((0, frames, clips.values.shape[1]), np.uint8)
    return {"shape": list(data.shape), "frames": base64.b64encode(zlib.compress(data.tobytes(), 9)).decode("ascii")}


def stored_openings(stored: Mapping[str, Any]) -> Frames:
    """(openings, frames, pixels) back; BadInput where they are damaged."""
    try:
        shape = [int(each) for each in stored["shape"]]
        wanted = int(np.prod(shape))
        if len(shape) != 3 or min(shape) < 0 or wanted > MOST_BYTES * MOST:
            raise ValueError
        data = zlib.decompressobj().decompress(base64.b64decode(stored["frames"], validate=True), wanted + 1)
        return np.frombuffer(data, np.uint8).reshape(shape)
    except (KeyError, TypeError, ValueError, zlib.error, binascii.Error) as error:
        raise BadInput("the model's openings are damaged: begin with a clip of your own") from error

"""Pixels made alike: bytes of 0 … 255, grey or color, squeezed to one size."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.shapes import Pictures

FILE_SIDE: Final = 32  # pixels of a side of what is read from films and pictures, where nobody says
LEAST_SIDE, MOST_SIDE = 4, 512
_AT_ONCE: Final = 1 << 24  # numbers
_LUMA: Final = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601

Planes = NDArray[np.uint8]


def as_bytes(planes: NDArray[Any], name: str) -> Planes:
    """Brightness of 0 … 255 from bytes, truth values, whole numbers up to 255, or real ones of 0 … 1 or 0 … 255."""
    if planes.dtype == np.uint8:
        return planes
    if planes.dtype == np.bool_:
        return np.asarray(planes, np.uint8) * np.uint8(255)
    if not planes.size:
        return planes.astype(np.uint8)
    low, high = float(planes.min()), float(planes.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise BadInput(f"{name} holds pixels that are not finite numbers")
    if low < 0 or high > 255:
        raise BadInput(f"{name} holds pixels of {low:g} to {high:g}; give brightness of 0 to 1, or 0 to 255")
    times = 255 if planes.dtype.kind == "f" and high <= 1 else 1
    return np.asarray(np.rint(planes * times), np.uint8)


def alike(planes: Planes, target: Pictures) -> NDArray[np.uint8]:
    """(frames, height, width, 1 or 3) -> (frames, pixels) of the target's size and channels; what is wider or higher is
    squeezed to it, each pixel the mean of those that fall on it.
    """
    step = max(_AT_ONCE // max(int(np.prod(planes.shape[1:])), 1), 1)
    parts = [_alike(planes[first : first + step], target) for first in range(0, len(planes), step)]
    return np.concatenate(parts) if parts else np.zeros((0, target.pixels), np.uint8)


def _alike(planes: Planes, target: Pictures) -> NDArray[np.uint8]:
    if planes.shape[1:] == (target.height, target.width, target.channels):
        return np.ascontiguousarray(planes).reshape(len(planes), -1)
    found = planes.astype(np.float64)
    if planes.shape[3] == 3 and target.channels == 1:
        found = (found @ _LUMA)[..., None]
    elif planes.shape[3] == 1 and target.channels == 3:
        found = found.repeat(3, 3)
    for axis, wanted in ((1, target.height), (2, target.width)):
        found = _squeezed(found, axis, wanted)
    return np.rint(found).astype(np.uint8).reshape(len(planes), -1)


def _squeezed(planes: NDArray[np.float64], axis: int, wanted: int) -> NDArray[np.float64]:
    have = planes.shape[axis]
    if wanted >= have:
        return np.asarray(np.take(planes, np.arange(wanted) * have // wanted, axis))
    edges = np.linspace(0, have, wanted + 1).round().astype(np.int64)
    counts = np.diff(edges).reshape([-1 if each == axis else 1 for each in range(4)])
    found: NDArray[np.float64] = np.add.reduceat(planes, edges[:-1], axis) / counts
    return found


def own_shape(planes: Planes, name: str, *, color: bool) -> Pictures:
    """The shape that arrays have by themselves; BadInput where it is none that a model reads."""
    height, width, channels = planes.shape[1:]
    if not (min(height, width) >= LEAST_SIDE and max(height, width) <= MOST_SIDE):
        raise BadInput(
            f"{name} holds pictures of {width} × {height} pixels; from {LEAST_SIDE} to {MOST_SIDE} of a side are read: "
            "ask for another --size"
        )
    return Pictures(height, width, 3 if color and channels == 3 else 1)

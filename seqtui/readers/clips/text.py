"""Frames drawn as plain text with half blocks, a film strip in rows: no color, no control characters.

Two pixels a cell. A picture of black and white is cut at half brightness, one of many greys is dithered.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.shapes import Pictures

_BLOCKS: Final = (" ", "▄", "▀", "█")
_DITHER: Final = (np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) + 0.5) / 16  # Bayer
_GREY_SHARE: Final = 0.3  # of pixels that are neither dark nor bright: such a picture has greys
_LEAST: Final = 8  # cells of a frame's width below which it shows nothing

Frames = NDArray[np.uint8]


def draw_strip(frames: Frames, shape: Pictures, *, width: int, height: int, given: int = 0) -> str:
    """frames (time, pixels) in at most `width` cells by `height` lines, each with its number over it.

    Where not all have room, they are evenly spaced. given: so many first frames are marked as such.
    """
    if not len(frames):
        return ""
    wide, high, columns, rows = _layout(len(frames), shape, width, height)
    room = columns * rows
    shown = np.unique(np.linspace(0, len(frames) - 1, min(room, len(frames))).round().astype(np.int64))
    grey = brightness(frames[shown], shape)  # (shown, height, width) of 0 … 1
    bits = _bits(shrink(grey, 2 * high, wide))
    lines: list[str] = []
    for first in range(0, len(shown), columns):
        row = range(first, min(first + columns, len(shown)))
        titles = [f"{shown[each] + 1}{'·' if shown[each] < given else ''}"[:wide].ljust(wide) for each in row]
        lines.append(" ".join(titles).rstrip())
        for line in range(high):
            lines.append("│".join(_cells(bits[each, 2 * line : 2 * line + 2]) for each in row).rstrip())
    return "\n".join(lines)


def brightness(frames: Frames, shape: Pictures) -> NDArray[np.float64]:
    """(time, pixels) -> (time, height, width) of 0 … 1; of colors the luma (ITU-R BT.601)."""
    planes = frames[:, : shape.pixels].reshape(-1, shape.height, shape.width, shape.channels) / 255
    weights = np.ones(1) if shape.channels == 1 else np.array([0.299, 0.587, 0.114])
    found: NDArray[np.float64] = planes @ weights
    return found


def shrink(pictures: NDArray[np.float64], height: int, width: int) -> NDArray[np.float64]:
    """(…, rows, columns) -> (…, height, width): the mean of what falls into each box; larger, pixels are repeated."""
    for axis, wanted in ((-2, height), (-1, width)):
        have = pictures.shape[axis]
        if wanted >= have:
            pictures = np.take(pictures, np.arange(wanted) * have // wanted, axis)
        else:
            edges = np.linspace(0, have, wanted + 1).round().astype(np.int64)
            sums = np.add.reduceat(pictures, edges[:-1], axis)
            counts = np.diff(edges)
            pictures = sums / (counts[:, None] if axis == -2 else counts)
    return pictures


def _layout(count: int, shape: Pictures, width: int, height: int) -> tuple[int, int, int, int]:
    """Cells and lines of a frame, and frames by rows, so that as many are shown as can be at a readable size."""
    wide, high = shape.width, -(-shape.height // 2)
    least = min(_LEAST, wide)
    while wide > least and (count > ((width + 1) // (wide + 1)) * (height // (high + 1))):
        if (width + 1) // (wide + 1) >= 1 and height // (high + 1) >= 1 and wide <= 2 * least:
            break
        wide -= 1
        high = max(round(wide * shape.height / shape.width / 2), 1)
    wide, high = min(wide, width), max(min(high, height - 1), 1)
    return wide, high, max((width + 1) // (wide + 1), 1), max(height // (high + 1), 1)


def _bits(grey: NDArray[np.float64]) -> NDArray[np.bool_]:
    middling = ((grey > 0.25) & (grey < 0.75)).mean()
    if middling <= _GREY_SHARE:
        return np.asarray(grey > 0.4)
    across, down = -(-grey.shape[2] // 4), -(-grey.shape[1] // 4)
    return np.asarray(grey > np.tile(_DITHER, (down, across))[: grey.shape[1], : grey.shape[2]])


def _cells(pair: NDArray[np.bool_]) -> str:
    """(2, width) -> one line."""
    return "".join(_BLOCKS[2 * int(upper) + int(lower)] for upper, lower in zip(*pair.tolist(), strict=True))

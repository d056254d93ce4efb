"""Features of sound as plain text: time to the right, low bands below, loud ones dark; for pipes and logs."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

SHADES: Final = " ░▒▓█"


def draw_spectrogram(values: NDArray[np.float32], *, width: int, height: int) -> str:
    """values (steps, numbers), at most `width` cells by `height` lines; the mean where several share a cell."""
    if not len(values) or width < 1 or height < 1:
        return ""
    picture = shrunk(values.T[::-1], min(height, values.shape[1]), min(width, len(values)))
    low, high = np.quantile(picture, [0.05, 0.99])
    levels = np.clip((picture - low) / max(high - low, 1e-6) * len(SHADES), 0, len(SHADES) - 1).astype(int)
    return "\n".join("".join(SHADES[level] for level in row).rstrip() for row in levels)


def shrunk(picture: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    """(height, width) -> (rows, columns), each the mean of what falls in it; rows and columns at most as many."""
    down = np.add.reduceat(picture, _edges(picture.shape[0], rows), axis=0)
    across = np.add.reduceat(down, _edges(picture.shape[1], columns), axis=1)
    counts = np.outer(_counts(picture.shape[0], rows), _counts(picture.shape[1], columns))
    return (across / counts).astype(np.float32)


def _edges(size: int, parts: int) -> NDArray[np.int64]:
    return np.arange(parts, dtype=np.int64) * size // parts


def _counts(size: int, parts: int) -> NDArray[np.int64]:
    return np.diff(np.append(_edges(size, parts), size))

"""Clips of vectors, such as the path of a hand: changes from frame to frame, copies moved a little, and a drawing."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.clips.clip_set import Clip, ClipSet, lay

TURN: Final = 0.12  # radians, of a copy's plane, one standard deviation
STRETCH: Final = 0.08  # of each axis, in shares
HURRY: Final = 0.15  # how far a moment is moved in time at most, as a share of the clip
TREMBLE: Final = 0.02  # of each number, in deviations of that number over the clip

Floats = NDArray[np.float64]


def with_changes(clips: ClipSet) -> ClipSet:
    """Beside each number stands its change from the frame before; 0 at the beginning of a clip."""
    values = clips.values
    changes = np.diff(values, axis=0, prepend=values[:1])
    changes[clips.begins()[clips.lengths > 0]] = 0
    return replace(clips, values=np.concatenate([values, changes], 1))


def moved_copies(
    clips: ClipSet, chosen: NDArray[np.int64], copies: int, *, seed: int
) -> tuple[ClipSet, NDArray[np.int64]]:
    """So many copies of each of the chosen clips, and which clip each is of.

    A copy is turned about its middle in each plane of two numbers (x and y stand together), stretched along each axis,
    hurried here and slowed there, and trembles. Not turned where the number of numbers is odd.
    """
    rng = np.random.Generator(np.random.PCG64([seed, 3]))
    made, own = [], []
    for index in np.repeat(chosen, copies).tolist():
        frames = _moved(clips.clip(index).astype(np.float64), rng)
        made.append(Clip(frames.astype(np.float32), f"{clips.names[index]} (moved)"))
        own.append(index)
    return lay(made, None), np.array(own, np.int64)


def _moved(frames: Floats, rng: np.random.Generator) -> Floats:
    """(time, width) -> the same."""
    time, width = frames.shape
    middle, spread = frames.mean(0), frames.std(0)
    moved = (frames - middle) * (1 + STRETCH * rng.standard_normal(width))
    if width % 2 == 0:
        angle = TURN * rng.standard_normal()
        cos, sin = np.cos(angle), np.sin(angle)
        pairs = moved.reshape(time, -1, 2)
        moved = np.stack([cos * pairs[..., 0] - sin * pairs[..., 1], sin * pairs[..., 0] + cos * pairs[..., 1]], 2)
        moved = moved.reshape(time, width)
    moments = np.linspace(0, 1, time)
    bent = moments + HURRY * rng.uniform(-1, 1) * np.sin(np.pi * moments) * moments * (1 - moments) * 4
    moved = np.stack([np.interp(bent, moments, column) for column in moved.T], 1)
    found: Floats = moved + middle + spread * TREMBLE * rng.standard_normal((time, width))
    return found


def draw_movement(values: NDArray[Any], *, width: int, height: int) -> str:
    """Where the first two numbers go, as a path in half blocks seen from above; the higher number is further up."""
    if not len(values):
        return ""
    x = values[:, 0].astype(np.float64)
    y = values[:, min(1, values.shape[1] - 1)].astype(np.float64)
    lines, cells = max(min(height, 24), 1), max(min(width, 60), 1)
    dots = np.zeros((2 * lines, cells), bool)
    moments = np.linspace(0, len(x) - 1, 8 * len(x))
    paths = (np.interp(moments, np.arange(len(x)), axis) for axis in (x, y))
    across, up = (_scaled(path, size) for path, size in zip(paths, (cells, 2 * lines), strict=True))
    dots[2 * lines - 1 - up, across] = True
    blocks = np.array([" ", "▄", "▀", "█"])[2 * dots[0::2] + dots[1::2].astype(np.int64)]
    return "\n".join("".join(row).rstrip() for row in blocks)


def _scaled(path: Floats, size: int) -> NDArray[np.int64]:
    low, high = float(path.min()), float(path.max())
    if not high > low:
        return np.full(len(path), size // 2, np.int64)
    return np.clip(((path - low) / (high - low) * (size - 1)).round(), 0, size - 1).astype(np.int64)

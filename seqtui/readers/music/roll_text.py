"""A piano roll drawn as plain text with half blocks: no color, no control characters, nothing but these cells."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.music.piano_roll import LOWEST, Frames

_BLOCKS: Final = (" ", "▄", "▀", "█")
_NAMES: Final = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_MARGIN: Final = 5
_WIDEST_STEP: Final = 4


def note_name(pitch: int) -> str:
    """Scientific pitch name: 60 is C4."""
    return f"{_NAMES[pitch % 12]}{pitch // 12 - 1}"


def draw_roll(frames: Frames, *, width: int, height: int, steps_per_bar: int) -> str:
    """The sounding range, high above low, two keys a line; note names at the left, bar numbers below.

    Where there are more steps than cells, a cell shows every key that sounds within it.
    """
    keys = np.flatnonzero(frames.any(axis=0))
    if len(keys) == 0:
        return "(silence)"[:width]
    if width <= _MARGIN + 2 or height < 1:
        return ""
    low, high = int(keys[0]), int(keys[-1])
    axis = height > 2
    halves = 2 * (height - axis)
    per_half = -(-(high - low + 1) // halves)
    cells, edges = _pool_time(frames[:, low : high + 1], width - _MARGIN)
    pixels = _pool_keys(cells, per_half)
    lines = []
    for row in range(0, len(pixels), 2):
        top = high - row * per_half
        name = note_name(_labelled(top, per_half, low) + LOWEST)
        blocks = "".join(_BLOCKS[2 * upper + lower] for upper, lower in zip(pixels[row], pixels[row + 1], strict=True))
        lines.append(f"{name:>{_MARGIN - 1}}│{blocks}".rstrip())
    if axis:
        lines.append(" " * (_MARGIN - 1) + "└" + _bar_numbers(edges, steps_per_bar))
    return "\n".join(lines)


def _labelled(top: int, per_half: int, low: int) -> int:
    """The key a line is named after: a C within it, for the eye to hold on to, else its highest natural."""
    held = range(top, max(top - 2 * per_half, low - 1), -1)
    naturals = [key for key in held if "#" not in note_name(key + LOWEST)]
    return next((key for key in held if (key + LOWEST) % 12 == 0), naturals[0] if naturals else top)


def _pool_time(frames: Frames, columns: int) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """(cells, keys), and the step each cell begins with; short rolls are stretched by a whole factor."""
    steps = len(frames)
    if steps <= columns:
        stretch = max(1, min(columns // steps, _WIDEST_STEP))
        return np.repeat(frames.astype(np.bool_), stretch, axis=0), np.arange(steps * stretch) // stretch
    edges = np.arange(columns) * steps // columns
    pooled: NDArray[np.bool_] = np.asarray(np.maximum.reduceat(frames, edges, axis=0), dtype=np.bool_)
    return pooled, edges


def _pool_keys(cells: NDArray[np.bool_], per_half: int) -> NDArray[np.bool_]:
    """(half lines, cells), highest first, an even number of half lines."""
    falling = cells.T[::-1]
    missing = -len(falling) % (2 * per_half)
    padded = np.pad(falling, ((0, missing), (0, 0)))
    return np.asarray(padded.reshape(-1, per_half, padded.shape[1]).max(axis=1), dtype=np.bool_)


def _bar_numbers(edges: NDArray[np.int64], steps_per_bar: int) -> str:
    bars = edges // max(1, steps_per_bar)
    line = ["─"] * len(edges)
    free = 0
    for cell in np.flatnonzero(np.diff(bars, prepend=-1)).tolist():
        label = str(int(bars[cell]) + 1)
        if cell >= free and cell + len(label) <= len(line):
            line[cell : cell + len(label)] = label
            free = cell + len(label) + 2
    return "".join(line)

"""Clips made by rule: one thing that moves on a small screen by known physics, so that the exact next frame is known.

Two sets. In MOTIONS eight kinds of movement are told apart, which no single frame can do: at every moment the place,
the turn and the picture are distributed alike in all eight classes, for the screen closes upon itself (what leaves at
the right comes back at the left). Each class has another that is the same film run backwards, so that even all frames
in no order tell no more than the pair. In BOUNCING one or two things fly and bounce off the walls.
The same seed gives the same clips to the byte.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.clips.motion_sprites import Sprites, own_sprites

Floats = NDArray[np.float64]
Frames = NDArray[np.uint8]

MOTIONS: Final = (
    "right", "left", "up", "down", "clockwise", "counterclockwise", "speeding up", "slowing down",
)  # fmt: skip
SIZE: Final = 16  # pixels of a side
LENGTH: Final = 12
SPEEDS: Final = (0.7, 1.7)  # pixels a frame
TURNS: Final = (0.35, 0.7)  # radians a frame
RADII: Final = (2.5, 4.0)  # pixels, of the circles that things go in
PACES: Final = (0.1, 2.4)  # the slowest and the fastest of what changes its speed
_HEADINGS: Final = {"right": (1, 0), "left": (-1, 0), "up": (0, -1), "down": (0, 1)}
_AT_ONCE: Final = 16  # clips that are drawn together: what they take stays in the processor's cache


@dataclass(frozen=True, slots=True)
class Paths:
    """Where things are: x, y (clips, things, frames) in pixels from the upper left, angle in radians, clockwise.

    sprites: (clips, things) which picture each is.
    """

    x: Floats
    y: Floats
    angle: Floats
    sprites: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MadeClips:
    """frames (clips, length, size, size) uint8; labels (clips,) numbers of MOTIONS, or -1 where things bounce."""

    frames: Frames
    labels: NDArray[np.int64]
    things: tuple[str, ...]


def make_motions(
    clips: int, *, seed: int, size: int = SIZE, length: int = LENGTH, sprites: Sprites | None = None
) -> MadeClips:
    """Clips of the eight classes, as many of each; sprites: pictures to draw with, one a clip where there are some."""
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    names, pictures = _pictures(sprites, clips)
    labels = np.arange(clips) % len(MOTIONS)
    labels = labels[np.argsort(rng.random(clips), kind="stable")]
    chosen = np.arange(clips) if sprites is not None else (rng.random(clips) * len(pictures)).astype(np.int64)
    paths = _motion_paths(labels, chosen, rng, size, length)
    things = tuple(names[each] for each in chosen.tolist())
    return MadeClips(draw(paths, pictures, size, wraps=True), labels, things)


def make_bouncing(
    clips: int, *, seed: int, size: int = SIZE, length: int = LENGTH, things: int = 1, sprites: Sprites | None = None
) -> MadeClips:
    """Clips of things that bounce off the walls of their screen; two pass through each other."""
    rng = np.random.Generator(np.random.PCG64([seed, 2]))
    names, pictures = _pictures(sprites, clips)
    chosen = (rng.random((clips, things)) * len(pictures)).astype(np.int64)
    if sprites is not None:
        chosen[:, 0] = np.arange(clips)
    half = pictures.shape[1] / 2
    low, high = half, size - half
    place = low + rng.random((2, clips, things)) * (high - low)
    speed, heading = _between(SPEEDS, rng.random((clips, things))), rng.random((clips, things)) * 2 * np.pi
    velocity = np.stack([speed * np.cos(heading), speed * np.sin(heading)])
    path = np.empty((2, clips, things, length))
    for frame in range(length):
        path[..., frame] = place
        place, velocity = bounce(place, velocity, low, high)
    paths = Paths(path[0], path[1], np.zeros((clips, things, length)), chosen)
    said = tuple("+".join(names[each] for each in row) for row in chosen.tolist())
    return MadeClips(draw(paths, pictures, size, wraps=False), np.full(clips, -1), said)


def bounce(place: Floats, velocity: Floats, low: float, high: float) -> tuple[Floats, Floats]:
    """One step of free flight between two walls: what would pass a wall is thrown back as far."""
    ahead = place + velocity
    under, over = ahead < low, ahead > high
    ahead = np.where(under, 2 * low - ahead, np.where(over, 2 * high - ahead, ahead))
    return ahead, np.where(under | over, -velocity, velocity)


def _motion_paths(
    labels: NDArray[np.int64], sprites: NDArray[np.int64], rng: np.random.Generator, size: int, length: int
) -> Paths:
    clips = len(labels)
    place, angle = rng.random((2, clips)) * size, rng.random(clips) * 2 * np.pi
    speed, turn, heading = rng.random(clips), rng.random(clips), rng.random(clips) * 2 * np.pi
    steps = np.arange(length)
    moved = np.zeros((2, clips, length))
    turned = np.zeros((clips, length))
    for number, name in enumerate(MOTIONS):
        own = labels == number
        if name in _HEADINGS:
            far = _between(SPEEDS, speed[own])[:, None] * steps
            moved[:, own] = np.array(_HEADINGS[name])[:, None, None] * far
        elif name.endswith("clockwise"):
            sense = -1 if name.startswith("counter") else 1
            turned[own] = sense * _between(TURNS, turn[own])[:, None] * steps
            phase, radius = heading[own][:, None], _between(RADII, speed[own])[:, None]
            moved[0, own] = radius * (np.cos(phase + turned[own]) - np.cos(phase))
            moved[1, own] = radius * (np.sin(phase + turned[own]) - np.sin(phase))
        else:
            far = _paced(speed[own], length, speeds_up=name == "speeding up")
            moved[0, own] = np.cos(heading[own])[:, None] * far
            moved[1, own] = np.sin(heading[own])[:, None] * far
    x, y = ((place[axis][:, None] + moved[axis]) % size for axis in (0, 1))
    return Paths(x[:, None], y[:, None], (angle[:, None] + turned)[:, None], sprites[:, None])


def _paced(share: Floats, length: int, *, speeds_up: bool) -> Floats:
    """(clips, length) how far each has come, its speed growing evenly from slow to fast, or the other way round."""
    slow = PACES[0] + 0.3 * share
    fast = PACES[1] - 0.6 * share
    speeds = np.linspace(slow, fast, length - 1, axis=1)
    speeds = speeds if speeds_up else speeds[:, ::-1]
    return np.concatenate([np.zeros((len(share), 1)), np.cumsum(speeds, 1)], 1)


def draw(paths: Paths, pictures: Sprites, size: int, *, wraps: bool) -> Frames:
    """(clips, length, size, size): each thing's picture, turned and moved by fractions of a pixel (bilinear); where
    two lie over each other the brighter one is seen. wraps: the screen closes upon itself.
    """
    padded = np.pad(pictures, ((0, 0), (2, 2), (2, 2)))
    parts = []
    for first in range(0, len(paths.x), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        seen = np.zeros((len(paths.x[some]), paths.x.shape[2], size, size))
        for thing in range(paths.x.shape[1]):
            x, y, angle = (each[some, thing] for each in (paths.x, paths.y, paths.angle))
            own = paths.sprites[some, thing]
            seen = np.maximum(seen, _drawn(x, y, angle, padded, own, size, wraps=wraps))
        parts.append(np.rint(seen * 255).astype(np.uint8))
    return np.concatenate(parts)


def _drawn(
    x: Floats, y: Floats, angle: Floats, padded: Sprites, sprites: NDArray[np.int64], size: int, *, wraps: bool
) -> Floats:
    """x, y, angle (clips, length) -> (clips, length, size, size) of 0 … 1."""
    centers = np.arange(size) + 0.5
    across = (centers - x[..., None])[:, :, None, :]  # (clips, length, 1, size)
    down = (centers - y[..., None])[:, :, :, None]
    if wraps:
        across, down = ((each + size / 2) % size - size / 2 for each in (across, down))
    cos, sin = np.cos(angle)[..., None, None], np.sin(angle)[..., None, None]
    side = padded.shape[1]
    u = cos * across + sin * down + side / 2 - 0.5  # (clips, length, size, size), columns of the picture
    v = -sin * across + cos * down + side / 2 - 0.5
    np.clip(u, 0, side - 1.001, out=u)
    np.clip(v, 0, side - 1.001, out=v)
    left, top = u.astype(np.int64), v.astype(np.int64)
    right, low = u - left, v - top
    pixels = padded.ravel()
    at = sprites[:, None, None, None] * side**2 + top * side + left
    upper = pixels[at] * (1 - right) + pixels[at + 1] * right
    at += side
    lower = pixels[at] * (1 - right) + pixels[at + 1] * right
    seen: Floats = upper * (1 - low) + lower * low
    return seen


def _pictures(sprites: Sprites | None, clips: int) -> tuple[tuple[str, ...], Sprites]:
    if sprites is None:
        return own_sprites()
    if len(sprites) < clips:
        raise ValueError(f"{len(sprites)} pictures are too few for {clips} clips")
    return tuple(str(number) for number in range(1, len(sprites) + 1)), sprites


def _between(bounds: tuple[float, float], share: Floats) -> Floats:
    return bounds[0] + share * (bounds[1] - bounds[0])

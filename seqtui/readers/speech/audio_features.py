"""What a speech model reads of a sound: log energies of mel bands, or cepstral coefficients, frame by frame; in numpy.

Frames are windowed as in HTK (pre-emphasis 0.97, Hamming), the power spectrum is summed under triangles that stand
equally far apart on the mel scale, mel(f) = 2595 log10(1 + f / 700), and the logarithm is taken. MFCC (Davis &
Mermelstein 1980): c_k = sqrt(2 / B) Σ_b log m_b cos(π k (b - 1/2) / B), k = 0, 1, …
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.speech.audio_file import Wave, at_rate

PRE_EMPHASIS: Final = 0.97
LOWEST: Final = 20.0  # Hz, where the first triangle begins
FLOOR: Final = 1e-7  # of a band's energy: silence has a logarithm, and the noise of 8 bits is not heard
AT_ONCE: Final = 4096  # frames whose spectra are in memory together
DELTA_REACH: Final = 2  # frames before and after that a slope is fitted to

Kind = Literal["log-mel", "mfcc"]
Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How features are made. rate: Hz; window, hop: seconds; bands: mel bands; coefficients: of mfcc.

    deltas: 0, 1 or 2 orders of slopes beside each number; stack: so many frames make one step, side by side.
    """

    kind: Kind
    rate: int
    bands: int
    coefficients: int
    window: float
    hop: float
    deltas: int
    stack: int

    @property
    def height(self) -> int:
        """Numbers of a frame, without its slopes."""
        return self.bands if self.kind == "log-mel" else self.coefficients

    @property
    def width(self) -> int:
        """Numbers of a step."""
        return self.height * (1 + self.deltas) * self.stack

    @property
    def seconds_a_step(self) -> float:
        """From one step to the next."""
        return self.hop * self.stack

    @property
    def words(self) -> str:
        """What is read, in a clause."""
        return f"read at {self.rate:,} Hz: {self.width} numbers every {1000 * self.seconds_a_step:g} ms"


def features(wave: Wave, recipe: Recipe) -> Features:
    """(steps, width); a sound shorter than a window is one step."""
    wave = at_rate(wave, recipe.rate)
    found = np.concatenate([
        frames if recipe.kind == "log-mel" else frames @ _cosines(recipe.coefficients, recipe.bands)
        for frames in _log_mel(wave.samples, recipe)
    ])  # fmt: skip
    with_slopes = [found]
    for _ in range(recipe.deltas):
        with_slopes.append(slopes(with_slopes[-1]))
    return stacked(np.concatenate(with_slopes, 1), recipe.stack)


def slopes(frames: Features) -> Features:
    """(frames, numbers) -> the same: Σ θ (x[t + θ] - x[t - θ]) / 2 Σ θ², θ = 1, 2; the ends are repeated (HTK)."""
    padded = np.pad(frames, ((DELTA_REACH, DELTA_REACH), (0, 0)), "edge")
    count, total = len(frames), np.zeros_like(frames)
    for reach in range(1, DELTA_REACH + 1):
        after, before = DELTA_REACH + reach, DELTA_REACH - reach
        total += reach * (padded[after : after + count] - padded[before : before + count])
    return total / np.float32(2 * sum(reach * reach for reach in range(1, DELTA_REACH + 1)))


def stacked(frames: Features, count: int) -> Features:
    """(frames, numbers) -> (⌈frames / count⌉, count · numbers); the last frame is repeated to fill up."""
    missing = -len(frames) % count
    if missing:
        frames = np.concatenate([frames, np.repeat(frames[-1:], missing, 0)])
    return np.ascontiguousarray(frames.reshape(len(frames) // count, -1))


def frames_of(values: Features, recipe: Recipe) -> Features:
    """Steps (steps, width) taken apart again into frames (steps · stack, height), without their slopes."""
    frames: Features = values.reshape(len(values) * recipe.stack, -1)[:, : recipe.height]
    return frames


@lru_cache(maxsize=8)
def mel_triangles(bands: int, points: int, rate: int) -> Features:
    """(bands, points / 2 + 1) weights of the frequencies of a spectrum of `points` in each band, 1 at its center."""
    edges = np.linspace(mel(LOWEST), mel(rate / 2), bands + 2)
    places = mel(np.arange(points // 2 + 1) * rate / points)
    left, center, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    weights = np.minimum((places - left) / (center - left), (right - places) / (right - center))
    found: Features = np.maximum(weights, 0).astype(np.float32)
    return found


def mel(frequency: Any) -> Any:
    """2595 log10(1 + f / 700), of Hz."""
    return 2595 * np.log10(1 + frequency / 700)


def spectrum_points(recipe: Recipe) -> int:
    """Of the Fourier transform: twice a window at least, a power of two, so that low bands have points too."""
    return 1 << (2 * round(recipe.window * recipe.rate) - 1).bit_length()


def _log_mel(samples: Features, recipe: Recipe) -> Iterator[Features]:
    """(frames, bands), some frames at a time."""
    window, hop = round(recipe.window * recipe.rate), round(recipe.hop * recipe.rate)
    if len(samples) < window:
        samples = np.pad(samples, (0, window - len(samples)))
    points = spectrum_points(recipe)
    triangles, shape = mel_triangles(recipe.bands, points, recipe.rate), np.hamming(window).astype(np.float32)
    emphasized = np.append(samples[:1] * np.float32(1 - PRE_EMPHASIS), samples[1:] - PRE_EMPHASIS * samples[:-1])
    frames = np.lib.stride_tricks.sliding_window_view(emphasized.astype(np.float32), window)[::hop]
    for first in range(0, len(frames), AT_ONCE):
        spectra = np.fft.rfft(frames[first : first + AT_ONCE] * shape, points)
        power = (spectra.real**2 + spectra.imag**2).astype(np.float32)
        yield np.log(power @ triangles.T + np.float32(FLOOR))


@lru_cache(maxsize=8)
def _cosines(coefficients: int, bands: int) -> Features:
    """(bands, coefficients)."""
    each = np.arange(1, bands + 1)[:, None] - 0.5
    found: Features = (np.sqrt(2 / bands) * np.cos(np.pi * np.arange(coefficients) * each / bands)).astype(np.float32)
    return found

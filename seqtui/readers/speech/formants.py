"""A voice made by rule: source and filter (Fant 1960), with resonances as in Klatt (1980), at the harmonics.

What is voiced is a sum of harmonics of the pitch, what is not is noise in a band.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 8000  # Hz
FRAME: Final = 40  # samples from one set of parameters to the next: 5 ms
BANDWIDTHS: Final = (60.0, 90.0, 150.0, 200.0)  # Hz, of the four formants
FOURTH: Final = 3500.0  # Hz, the fourth formant of a grown man

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Phone:
    """A speech sound: seconds, formants where it begins and where it ends (Hz), how loud its voice and its noise are.

    band: center and width of the noise, Hz.
    """

    seconds: float
    begins: tuple[float, float, float]
    ends: tuple[float, float, float]
    voice: float = 1.0
    noise: float = 0.0
    band: tuple[float, float] = (2500.0, 2000.0)


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker. pitch: Hz; tract: what formants are multiplied by; speed: what durations are divided by.

    breath: noise beside the voice; tilt: dB an octave that the source falls beyond its usual 6.
    """

    pitch: float
    tract: float
    speed: float
    breath: float = 0.02
    tilt: float = 0.0


def speak(phones: Sequence[Phone], voice: Voice, rng: np.random.Generator) -> NDArray[np.float32]:
    """(samples,) at RATE, the loudest at about 1; rng: breath and noise, and how pitch and lengths waver."""
    tracks = _tracks(phones, voice, rng)
    frames = len(tracks)
    pitch = voice.pitch * np.linspace(1.08, 0.88, frames) * (1 + 0.01 * rng.standard_normal(frames).cumsum() / 8)
    sound = _voiced(tracks, np.clip(pitch, 50, 450), voice) + _unvoiced(tracks, voice, rng)
    found: NDArray[np.float32] = (sound / max(float(np.abs(sound).max()), 1e-9)).astype(np.float32)
    return found


def resonance(frequency: Numbers, formants: Numbers, scale: float) -> Numbers:
    """|T(f)|, the product of one resonance a formant: frequency (…, n), formants (…, 4) -> (…, n).

    Each is c² / |c² + f² (...)|: (F² + (B/2)²) / sqrt(((f - F)² + (B/2)²) ((f + F)² + (B/2)²)).
    """
    total = np.ones_like(frequency)
    for number, bandwidth in enumerate(BANDWIDTHS):
        center, half = formants[..., number : number + 1], bandwidth * scale / 2
        below = ((frequency - center) ** 2 + half**2) * ((frequency + center) ** 2 + half**2)
        total *= (center**2 + half**2) / np.sqrt(below)
    return total


def _tracks(phones: Sequence[Phone], voice: Voice, rng: np.random.Generator) -> Numbers:
    """(frames, 8): four formants, voice, noise, center and width of its band; smoothed as an inert mouth would."""
    pieces = []
    for phone in phones:
        seconds = phone.seconds / voice.speed * rng.uniform(0.85, 1.15)
        count = max(round(seconds * RATE / FRAME), 2)
        along = np.linspace(0, 1, count)[:, None]
        formants = (1 - along) * np.array(phone.begins) + along * np.array(phone.ends)
        fixed = np.tile([FOURTH, phone.voice, phone.noise, *phone.band], (count, 1))
        pieces.append(np.concatenate([formants, fixed], 1))
    tracks = np.concatenate(pieces)
    tracks[:, :4] *= voice.tract * rng.uniform(0.97, 1.03, 4)
    return np.concatenate([_smoothed(tracks[:, :4], 9), _smoothed(tracks[:, 4:], 3)], 1)


def _smoothed(tracks: Numbers, width: int) -> Numbers:
    padded = np.pad(tracks, ((width // 2, width // 2), (0, 0)), "edge")
    smooth: Numbers = np.lib.stride_tricks.sliding_window_view(padded, width, axis=0).mean(2)
    return smooth


def _voiced(tracks: Numbers, pitch: Numbers, voice: Voice) -> Numbers:
    """The harmonics of the pitch under half the rate, as loud as source and filter make them."""
    count = int(RATE / 2 / pitch.min())
    numbers = np.arange(1, count + 1)
    frequency = pitch[:, None] * numbers  # (frames, harmonics)
    source = numbers ** -(1 + voice.tilt / 6.02) * (frequency < RATE / 2 - 50)
    shifts = 0.5 * numbers**2 % (2 * np.pi)  # so that not all harmonics have their crests at once
    loud = tracks[:, 4:5] * source * resonance(frequency, tracks[:, :4], voice.tract)
    cycles = np.cumsum(_by_sample(pitch[:, None])[:, 0]) / RATE
    angles = (2 * np.pi * (np.outer(cycles, numbers) % 1)).astype(np.float32)
    sound: Numbers = (_by_sample(loud.astype(np.float32)) * np.cos(angles + shifts.astype(np.float32))).sum(1)
    return sound.astype(np.float64)


def _unvoiced(tracks: Numbers, voice: Voice, rng: np.random.Generator) -> Numbers:
    """White noise shaped frame by frame: within its band, and the breath as the vowel around it is."""
    size = 2 * FRAME
    white = rng.standard_normal((len(tracks), size)) * np.hanning(size)
    spectra = np.fft.rfft(white, axis=1)
    frequency = np.broadcast_to(np.fft.rfftfreq(size, 1 / RATE), spectra.shape)
    center, width = tracks[:, 6:7] * voice.tract, tracks[:, 7:8]
    band = tracks[:, 5:6] * np.exp(-0.5 * ((frequency - center) / (width / 2)) ** 2)
    breath = voice.breath * tracks[:, 4:5] * resonance(frequency, tracks[:, :4], voice.tract)
    shaped = np.fft.irfft(spectra * (band + breath), size, axis=1)
    sound = np.zeros((len(tracks) + 1) * FRAME)
    for half in range(2):
        piece = shaped[:, half * FRAME : (half + 1) * FRAME].ravel()
        sound[half * FRAME : half * FRAME + len(piece)] += piece
    return sound[: len(tracks) * FRAME]


def _by_sample(tracks: Numbers) -> Numbers:
    """(frames, n) -> (frames · FRAME, n), straight lines between frames."""
    after = np.concatenate([tracks[1:], tracks[-1:]])
    along = (np.arange(FRAME, dtype=tracks.dtype) / FRAME)[None, :, None]
    return (tracks[:, None] * (1 - along) + after[:, None] * along).reshape(-1, tracks.shape[1])

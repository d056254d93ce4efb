"""Spoken digits made by rule: ten words in phones, a dozen voices, noise at a stated ratio. Endless by seed, MIT.

Formants of vowels are the means of men of Peterson & Barney (1952). Voices of the three splits are different ones.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.speech.audio_file import Wave
from seqtui.readers.speech.formants import RATE, Phone, Voice, speak
from seqtui.readers.speech.layouts import DIGITS
from seqtui.readers.speech.recording_set import SpeechSet, Utterance

TRAIN_VOICES, VALID_VOICES, TEST_VOICES = 10, 3, 3
TRAIN_TIMES, HELD_TIMES = 10, 8  # how often each voice says each digit
LEAST_SILENCE, MOST_SILENCE = 0.02, 0.08  # seconds before and after a word
LOUDNESS: Final = 0.3  # of full scale, about
PINK: Final = 0.5  # half of the noise's power falls with frequency, as rooms do; the other half is white

Formants = tuple[float, float, float]

_IY: Formants = (270, 2290, 3010)
_IH: Formants = (390, 1990, 2550)
_EH: Formants = (530, 1840, 2480)
_AH: Formants = (640, 1190, 2390)
_AA: Formants = (730, 1090, 2440)
_AO: Formants = (570, 840, 2410)
_UW: Formants = (300, 870, 2240)
_UH: Formants = (440, 1020, 2240)
_ER: Formants = (490, 1350, 1690)
_NASAL: Formants = (280, 1450, 2500)
_W: Formants = (290, 610, 2150)
_R: Formants = (310, 1060, 1380)
_LIP: Formants = (220, 1100, 2080)
_TEETH: Formants = (300, 1600, 2600)

_HISS = (3600.0, 1100.0)
_WEAK = (2600.0, 2600.0)
_S = Phone(0.12, _TEETH, _TEETH, 0.0, 0.5, _HISS)
_F = Phone(0.10, _LIP, _LIP, 0.0, 0.10, _WEAK)
_V = Phone(0.06, _LIP, _LIP, 0.35, 0.05, _WEAK)
_N = Phone(0.09, _NASAL, _NASAL, 0.4)


def _held(seconds: float, formants: Formants) -> Phone:
    return Phone(seconds, formants, formants)


def _stop(formants: Formants, band: tuple[float, float]) -> tuple[Phone, ...]:
    """Silence, a burst, and breath."""
    return (
        Phone(0.05, formants, formants, 0.0),
        Phone(0.015, formants, formants, 0.0, 0.6, band),
        Phone(0.03, formants, formants, 0.0, 0.12, band),
    )


PHONES: Final[dict[str, tuple[Phone, ...]]] = {
    "zero": (Phone(0.09, _TEETH, _TEETH, 0.4, 0.35, _HISS), _held(0.08, _IH), _held(0.06, _R), Phone(0.16, _AO, _UW)),
    "one": (_held(0.07, _W), _held(0.14, _AH), _N),
    "two": (*_stop(_TEETH, _HISS), Phone(0.20, _UH, _UW)),
    "three": (Phone(0.09, _TEETH, _TEETH, 0.0, 0.12, (3000, 1800)), _held(0.06, _R), _held(0.20, _IY)),
    "four": (_F, _held(0.17, _AO), _held(0.08, _ER)),
    "five": (_F, Phone(0.22, _AA, _IH), _V),
    "six": (_S, _held(0.10, _IH), *_stop(_IH, (1900, 700)), _S),
    "seven": (_S, _held(0.10, _EH), _V, _held(0.06, _AH), _N),
    "eight": (Phone(0.18, _EH, _IY), *_stop(_IY, _HISS)),
    "nine": (_N, Phone(0.22, _AA, _IH), _N),
}


def make_digits(noise: float, *, seed: int) -> SpeechSet:
    """Single words in three splits with voices of their own. noise: dB by which the words are louder than the noise."""
    rng = np.random.Generator(np.random.PCG64([seed, 8]))
    found: list[Utterance] = []
    wanted = (
        ("train", TRAIN_VOICES, TRAIN_TIMES),
        ("valid", VALID_VOICES, HELD_TIMES),
        ("test", TEST_VOICES, HELD_TIMES),
    )
    for split, voices, times in wanted:
        for number in range(1, voices + 1):
            voice, speaker = make_voice(rng), f"{split} voice {number}"
            for word in DIGITS:
                found += [
                    Utterance(
                        f"{word}, {speaker}, {time}", (say(word, voice, noise, rng),), word, word, speaker, split
                    )
                    for time in range(1, times + 1)
                ]  # fmt: skip
    return SpeechSet(tuple(found), "voice: each split has its own", DIGITS)


def make_voice(rng: np.random.Generator) -> Voice:
    """A man, a woman or a child: high voices have short tracts, but not always."""
    height = rng.uniform(0, 1)
    pitch = 95 * 2 ** (1.35 * height + rng.uniform(-0.15, 0.15))
    tract = 0.94 + 0.26 * height + rng.uniform(-0.05, 0.05)
    return Voice(pitch, tract, rng.uniform(0.8, 1.25), rng.uniform(0.005, 0.04), rng.uniform(0, 4))


def say(word: str, voice: Voice, noise: float, rng: np.random.Generator) -> Wave:
    """One word with silence around it, and noise over all: `noise` dB under the word's mean power."""
    return in_noise(Wave(RATE, speak(PHONES[word], voice, rng)), noise, rng)


def in_noise(spoken: Wave, noise: float, rng: np.random.Generator) -> Wave:
    """A word whose loudest sample is 1, about as loud as people talk, with silence around it and noise over all."""
    sound = spoken.samples * LOUDNESS * 10 ** (rng.uniform(-4, 4) / 20)
    before, after = (round(spoken.rate * each) for each in rng.uniform(LEAST_SILENCE, MOST_SILENCE, 2))
    power = float((sound**2).mean()) * 10 ** (-noise / 10)
    padded = np.pad(sound, (before, after))
    return Wave(spoken.rate, (padded + np.sqrt(power) * _noise(len(padded), rng)).astype(np.float32))


def _noise(samples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Mean power 1: white, and pink (power as 1 / f)."""
    white, spectrum = rng.standard_normal(samples), np.fft.rfft(rng.standard_normal(samples))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    pink = np.fft.irfft(spectrum, samples)
    mixed: NDArray[np.float64] = np.sqrt(1 - PINK) * white + np.sqrt(PINK) * pink / pink.std()
    return mixed

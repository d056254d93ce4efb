"""The digits and letters that the package captcha ships: 36 recordings of one voice, 8 bits at 8 kHz, a file a symbol.

Read from the installed files without importing the package (BSD-3-Clause, Hsiaoming Yang). One recording of each is no
data set, so each is varied: spoken faster or slower (speed perturbation, Ko et al. 2015), louder or softer, in noise.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np

from seqtui.errors import MissingExtra
from seqtui.readers.speech.audio_file import Wave, at_rate, mixed_down, read_sound
from seqtui.readers.speech.layouts import DIGITS
from seqtui.readers.speech.made_digits import in_noise
from seqtui.readers.speech.recording_set import SpeechSet, Utterance

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VOICE: Final = "captcha"
LONGEST: Final = 10.0  # seconds of a recording; they last half of one
SLOWEST, FASTEST, SPEED_STEPS = 34, 50, 40  # speeds are 34/40 … 50/40 of the recording's
RECORDINGS: Final = {"train": 1000, "valid": 200, "test": 200}  # of all symbols together, about
NOTE: Final = (
    "one recording of each in one voice, varied: the splits differ in speed, loudness and noise alone, so the test "
    "says nothing of other voices"
)


def captcha_files(*, digits_only: bool) -> dict[str, Path]:
    """What is said -> its file, digits first. MissingExtra where the package is not installed."""
    found = find_spec("captcha")
    places = [Path(place) / "data" for place in (found.submodule_search_locations or ())] if found else []
    symbols = dict(zip("0123456789", DIGITS, strict=True))
    if not digits_only:
        symbols |= {letter: letter.lower() for letter in LETTERS}
    files = {word: place / symbol / "default.wav" for place in places for symbol, word in symbols.items()}
    there = {word: path for word, path in files.items() if path.is_file()}
    if len(there) < 2:
        raise MissingExtra(
            "the recorded digits and letters come with the package captcha, which is not installed: pip install "
            '"seqtui[corpora]"'
        )
    return there


def vary_captcha(noise: float, *, digits_only: bool, seed: int) -> SpeechSet:
    """Single words in three splits, the same for a seed. noise: dB by which the words are louder than the noise."""
    rng = np.random.Generator(np.random.PCG64([seed, 36]))
    files = captcha_files(digits_only=digits_only)
    recorded = {word: mixed_down(read_sound(path, longest=LONGEST)) for word, path in files.items()}
    found = [
        Utterance(f"{word}, {split} {time}", (varied(wave, noise, rng),), word, word, VOICE, split)
        for split, count in RECORDINGS.items()
        for word, wave in recorded.items()
        for time in range(1, count // len(recorded) + 1)
    ]
    return SpeechSet(tuple(found), "variations of their own in each", tuple(files), (NOTE,))


def varied(wave: Wave, noise: float, rng: np.random.Generator) -> Wave:
    """The same at another speed, its pitch along with it; with silence around it and noise over all."""
    speed = int(rng.integers(SLOWEST, FASTEST + 1))
    spoken = at_rate(Wave(wave.rate * speed // SPEED_STEPS, wave.samples), wave.rate).samples
    return in_noise(Wave(wave.rate, spoken / max(float(np.abs(spoken).max()), 1e-9)), noise, rng)

"""What the studio of speech listens to in its picture: digits said by rule, by a voice of no split."""

import wave
from pathlib import Path
from typing import Final

import numpy as np

from seqtui.readers.speech.formants import RATE
from seqtui.readers.speech.made_digits import make_voice, say
from seqtui.readers.speech.recording_set import Utterance, hear

WORDS: Final = ("seven", "three", "five")
PAUSES: Final = (0.0, 0.12, 0.12)  # seconds before each
QUIETER: Final = 5.0  # dB by which the noise is, as in the digits that it learned from
SEED: Final = 5


def write_said(path: Path) -> None:
    """As WAV of 16 bits."""
    rng = np.random.default_rng(SEED)
    voice = make_voice(rng)
    spoken = Utterance("said", tuple(say(word, voice, QUIETER, rng) for word in WORDS), pauses=PAUSES)
    samples = hear(spoken, RATE, longest=10).wave.samples
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples.clip(-1, 1) * 32767).astype("<i2").tobytes())

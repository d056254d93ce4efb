"""A small synthesizer: a MIDI file as sound, by adding a few decaying partials for every note. numpy alone."""

import wave
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.music.midi import OFFSET, ONSET, PITCH, VELOCITY, read_midi

RATE: Final = 32_000
LONGEST_SECONDS: Final = 900
RELEASE: Final = 0.12  # seconds
PARTIALS: Final = ((1, 1.0, 1.6), (2, 0.45, 2.6), (3, 0.22, 3.8), (4, 0.12, 5.2), (5, 0.05, 7.0))
"""Number, share at the beginning, decay a second."""


def synthesize(path: Path) -> NDArray[np.int16]:
    """The notes of a MIDI file as 16-bit mono at RATE: a few decaying partials each (additive synthesis)."""
    score = read_midi(path)
    notes = score.pitched()
    begins = np.minimum(score.seconds(notes[:, ONSET]), LONGEST_SECONDS)
    ends = np.minimum(score.seconds(notes[:, OFFSET]), LONGEST_SECONDS)
    mixed = np.zeros(int((ends.max(initial=0) + RELEASE) * RATE) + 1, np.float32)
    for begin, end, row in zip(begins.tolist(), ends.tolist(), notes.tolist(), strict=True):
        tone = _tone(row[PITCH], end - begin) * (row[VELOCITY] / 127)
        at = int(begin * RATE)
        mixed[at : at + len(tone)] += tone[: len(mixed) - at]
    loudest = float(np.abs(mixed).max(initial=0))
    return (mixed * (0.8 * 32767 / loudest if loudest else 0)).astype(np.int16)


def write_wave(samples: NDArray[np.int16], path: Path) -> None:
    """A .wav file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def _tone(pitch: int, seconds: float) -> NDArray[np.float32]:
    time = np.arange(int((seconds + RELEASE) * RATE), dtype=np.float32) / RATE
    base = 2 * np.pi * 440 * 2 ** ((pitch - 69) / 12)
    tone = sum(
        (share * np.exp(-time * decay) * np.sin(base * number * time) for number, share, decay in PARTIALS),
        np.zeros_like(time),
    )
    release = np.clip((seconds + RELEASE - time) / RELEASE, 0, 1)
    sounded: NDArray[np.float32] = (tone * np.minimum(time / 0.006, 1) * release).astype(np.float32)
    return sounded

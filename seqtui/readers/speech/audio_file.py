"""A sound file, WAV or FLAC, of any rate, depth and number of channels, as one channel of numbers at a wanted rate."""

import os
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np

from seqtui.errors import BadInput, MissingExtra
from seqtui.readers.regular_file import read_regular
from seqtui.readers.speech.audio_wav import LEAST_RATE, MOST_CHANNELS, MOST_RATE, Samples, Sound, is_wav, read_wav
from seqtui.text_safety import clean

AUDIO_SUFFIXES: Final = (".wav", ".flac")
MOST_FLAC_BYTES: Final = 1 << 30
MOST_FLAC_FRAMES: Final = (1 << 36) - 1  # that a header can say; libsndfile gives more where it says nothing
BLOCK: Final = 1 << 16  # frames of FLAC at once
FINEST_RATIO: Final = 1000  # of two rates, as a fraction: 0.05 % at most from the true one


@dataclass(frozen=True, slots=True)
class Wave:
    """One channel: samples (frames,) float32 within about -1 … 1, so many a second."""

    rate: int
    samples: Samples

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate


def read_sound(path: Path, *, longest: float) -> Sound:
    """At most `longest` seconds from the beginning of a file. NotFound, BadInput, or MissingExtra for FLAC."""
    if path.suffix.lower() == ".flac":
        return _read_flac(path, longest)
    sound = read_wav(path, longest=longest)
    if not sound.frames:
        raise BadInput(f"{clean(str(path))} holds no samples: it is a header alone")
    return sound


def mixed_down(sound: Sound) -> Wave:
    """The mean of the channels."""
    return Wave(sound.rate, np.ascontiguousarray(sound.samples.mean(1, dtype=np.float32)))


def at_rate(wave: Wave, rate: int) -> Wave:
    """The same sound at another rate: a polyphase filter of scipy (Kaiser window), which keeps what both can hold."""
    if wave.rate == rate:
        return wave
    from scipy.signal import resample_poly

    ratio = Fraction(rate, wave.rate).limit_denominator(FINEST_RATIO)
    return replace(
        wave, rate=rate, samples=resample_poly(wave.samples, ratio.numerator, ratio.denominator).astype(np.float32)
    )


def is_sound_file(path: Path) -> bool:
    """By its name; what is inside is another matter."""
    return path.suffix.lower() in AUDIO_SUFFIXES


def _read_flac(path: Path, longest: float) -> Sound:
    name = clean(str(path))
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise MissingExtra('FLAC files need the extra "audio": pip install "seqtui[audio]"; WAV needs none') from error
    head = read_regular(path, at_most=MOST_FLAC_BYTES)[:12]
    if is_wav(head):
        return read_wav(path, longest=longest)
    if head[:4] != b"fLaC":
        raise BadInput(f"{name} is no FLAC file: it does not begin with fLaC")
    try:
        with soundfile.SoundFile(os.fspath(path)) as file:
            return _sound(file, name, longest)
    except (soundfile.SoundFileError, OSError, ValueError) as error:
        raise BadInput(f"{name} is a damaged FLAC file: {clean(str(error), limit=200)}") from error


def _sound(file: Any, name: str, longest: float) -> Sound:
    rate, channels, told = int(file.samplerate), int(file.channels), int(file.frames)
    if not LEAST_RATE <= rate <= MOST_RATE or not 1 <= channels <= MOST_CHANNELS:
        raise BadInput(f"{name} says {rate:,} Hz and {channels} channels, which is not read")
    is_open = told > MOST_FLAC_FRAMES
    wanted = int(longest * rate)
    samples = _frames(file, wanted + 1 if is_open else min(wanted, told))  # one more tells whether there are more
    frames, faults = told, []
    if is_open:
        frames = len(samples)
        faults.append("its header does not say how long it is: read to the end of the file")
    elif len(samples) < min(wanted, told):
        frames = len(samples)
        faults.append(f"cut short: its header says {told:,} frames, and {frames:,} can be read")
    if not frames:
        raise BadInput(
            f"{name} is a damaged FLAC file: no sample of it can be read" if told else f"{name} holds no samples"
        )
    bits = int("".join(filter(str.isdigit, file.subtype)) or 16)
    return Sound(rate, channels, bits, "FLAC", frames, samples[:wanted], tuple(faults))


def _frames(file: Any, wanted: int) -> Samples:
    """(frames, channels), as many as are wanted or can be read, whatever the header says: memory is for those alone."""
    from soundfile import SoundFileError

    blocks = [np.zeros((0, int(file.channels)), np.float32)]
    while wanted > 0:
        block = np.full((min(wanted, BLOCK), blocks[0].shape[1]), np.nan, np.float32)
        try:
            read = len(file.read(out=block))
        except SoundFileError:  # where it is cut, or ends before its header says; what was decoded until there is kept
            read = int(np.isfinite(block[:, -1]).sum())
        blocks.append(block[:read])
        wanted -= read
        if read < len(block):
            break
    return np.concatenate(blocks)

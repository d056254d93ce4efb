"""A recording from a microphone through sounddevice, in a process of its own: its audio library may block, or crash.

`python -P -m seqtui.tui.studio.recorder FILE.wav SECONDS` says BEGAN when the microphone is open, or in a line why
there is no recording; SIGTERM ends it early, and what was recorded is kept. Must never load Textual.
"""

import os
import signal
import sys
import threading
import wave
from array import array
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from seqtui.errors import MissingExtra, NotFound, RunFailed, SeqtuiError

BEGAN: Final = "recording"
RATE: Final = 16_000  # Hz, where the microphone can
BLOCK_SECONDS: Final = 0.1
SLICE_SECONDS: Final = 0.02  # in which it is looked for sound
MARGIN_SLICES: Final = 1  # more of them is more that no model of trimmed words has heard
SPEECH_SHARE: Final = 1 / 3  # of the way in decibels from the quiet to the loudest: what is louder is spoken
SILENCE: Final = 16  # of 32,768: no microphone that is on is so quiet
ALSA: Final = Path("/dev/snd")
NONE: Final = "no microphone here"


@dataclass(frozen=True, slots=True)
class Recorded:
    """samples: 16 bits, channels one after another."""

    samples: bytes
    rate: int
    channels: int


def main(arguments: list[str]) -> int:
    """Record into a file; the exit code."""
    path, seconds, enough = Path(arguments[0]), float(arguments[1]), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: enough.set())
    try:
        recorded = record(seconds, enough, lambda: tell(BEGAN))
        check_loudness(recorded)
        write(spoken_part(recorded), path)
    except SeqtuiError as error:
        tell(str(error))
        return 1
    return 0


def tell(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def record(seconds: float, enough: threading.Event, begun: Callable[[], None]) -> Recorded:
    """So many seconds, or until it is enough. MissingExtra, NotFound, RunFailed in one sentence each."""
    library = sound_library()
    try:
        device = library.query_devices(kind="input")
    except (library.PortAudioError, ValueError) as error:
        raise NotFound(f"{NONE}: {no_device()}") from error
    rate, channels = settings_of(library, device)
    blocks: list[bytes] = []
    frames = round(BLOCK_SECONDS * rate)
    try:
        with library.RawInputStream(rate, channels=channels, dtype="int16") as stream:
            begun()
            while len(blocks) * frames < seconds * rate and not enough.is_set():
                blocks.append(bytes(stream.read(frames)[0]))
    except library.PortAudioError as error:
        if blocks:
            heard = len(blocks) * BLOCK_SECONDS
            raise RunFailed(f"the microphone went away after {heard:.1f} seconds ({_reason(error)})") from error
        why = "another program may hold it, or this one may not listen"
        raise NotFound(f"{NONE} that can be opened ({_reason(error)}): {why}") from error
    return Recorded(b"".join(blocks), rate, channels)


def sound_library() -> ModuleType:
    """MissingExtra where it, or what it stands on, is not installed."""
    try:
        import sounddevice
    except ImportError as error:
        raise MissingExtra(f'{NONE}: recording needs the extra "audio": pip install "seqtui[audio]"') from error
    except OSError as error:
        raise MissingExtra(f"{NONE}: PortAudio is missing; on Debian: apt install libportaudio2") from error
    library: ModuleType = sounddevice
    return library


def settings_of(library: Any, device: Any) -> tuple[int, int]:
    """The rate and channels to record with: RATE and one, where the microphone can. NotFound where nothing goes."""
    own, channels = round(device["default_samplerate"]), min(device["max_input_channels"], 2)
    for rate, count in ((RATE, 1), (own, 1), (own, channels)):
        try:
            library.check_input_settings(channels=count, dtype="int16", samplerate=rate)
        except (library.PortAudioError, ValueError) as error:
            last = _reason(error)
        else:
            return rate, count
    raise NotFound(f"{NONE} that can be used: it takes neither {RATE:,} nor {own:,} Hz at 16 bits ({last})")


def no_device(devices: Path = ALSA) -> str:
    """Why the system names none."""
    locked = [path for path in devices.glob("pcm*c") if not os.access(path, os.R_OK | os.W_OK)]
    if locked:
        return f"{locked[0]} may not be opened by this user: add them to the group audio"
    return "no device that records is connected, or none is the system's default"


def check_loudness(recorded: Recorded) -> None:
    """RunFailed where there is nothing, or silence."""
    samples = array("h", recorded.samples)
    if not samples:
        raise RunFailed("nothing was recorded: it ended before the first sample")
    if max(max(samples), -min(samples)) < SILENCE:
        raise RunFailed("the recording is silent: is the microphone off, or may the terminal not listen to it?")


def spoken_part(recorded: Recorded) -> Recorded:
    """From a little before the first sound to a little after the last: models of words learn from such recordings."""
    samples = array("h", recorded.samples)
    size = round(SLICE_SECONDS * recorded.rate) * recorded.channels
    slices = [samples[begin : begin + size] for begin in range(0, len(samples), size)]
    peaks = [max(max(each), -min(each), 1) for each in slices]
    quiet, loudest = sorted(peaks)[len(peaks) // 10], max(peaks)
    least = quiet * (loudest / quiet) ** SPEECH_SHARE
    loud = [place for place, peak in enumerate(peaks) if peak >= least]
    begin, end = max(loud[0] - MARGIN_SLICES, 0), loud[-1] + 1 + MARGIN_SLICES
    return replace(recorded, samples=samples[begin * size : end * size].tobytes())


def write(recorded: Recorded, path: Path) -> None:
    """As WAV. RunFailed where it cannot be written."""
    try:
        with wave.open(str(path), "wb") as file:
            file.setnchannels(recorded.channels)
            file.setsampwidth(2)
            file.setframerate(recorded.rate)
            file.writeframes(recorded.samples)
    except OSError as error:
        raise RunFailed(f"cannot write the recording: {error.strerror}") from error


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or ["no reason given"])[0].split(" [")[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

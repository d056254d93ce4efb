"""A stand-in for the library sounddevice, which needs hardware: a source text that a test lays on a child's path."""

from pathlib import Path

_SOUND = '''
import math, os, struct, time

class PortAudioError(Exception):
    pass

def query_devices(kind):
    return {"default_samplerate": 44100.0, "max_input_channels": 2}

def check_input_settings(channels, dtype, samplerate):
    pass

class RawInputStream:
    def __init__(self, rate, channels, dtype):
        self.rate, self.channels, self.reads = rate, channels, 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def read(self, frames):
        """A tone of 1,200 Hz, ten times faster than the clock."""
        time.sleep(frames / self.rate / 10)
        self.reads += 1
        tone = [round(16000 * math.sin(2 * math.pi * 1200 * n / self.rate)) for n in range(frames)]
        return struct.pack(f"<{frames * self.channels}h", *(each for each in tone for _ in range(self.channels))), False
'''


def lay_sound_library(folder: Path, changes: str = "") -> str:
    """Write sounddevice.py, and what is to go wrong after it; the value of PYTHONPATH."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sounddevice.py").write_text(_SOUND + changes)
    return str(folder)

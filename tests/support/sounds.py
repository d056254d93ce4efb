"""Sound files for tests, written byte by byte, so that every lie in a header is ours."""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CODES = {"pcm": 1, "float": 3, "a-law": 6, "mu-law": 7}


def chunk(kind: bytes, body: bytes, *, said: int | None = None) -> bytes:
    """A RIFF chunk; said: the size that it claims."""
    return kind + struct.pack("<I", len(body) if said is None else said) + body + b"\0" * (len(body) % 2)


def form(*, code: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16, block: int | None = None) -> bytes:
    """A `fmt ` chunk."""
    frame = channels * bits // 8 if block is None else block
    return chunk(b"fmt ", struct.pack("<HHIIHH", code, channels, rate, rate * frame % 2**32, frame, bits))


def riff(*chunks: bytes, said: int | None = None, magic: bytes = b"RIFF") -> bytes:
    """A whole file."""
    body = b"WAVE" + b"".join(chunks)
    return magic + struct.pack("<I", len(body) if said is None else said) + body


def pcm16(samples: NDArray[np.float64]) -> bytes:
    """Samples within -1 … 1, (frames,) or (frames, channels)."""
    return np.round(np.asarray(samples) * 32767).astype("<i2").tobytes()


def write_wav(path: Path, samples: NDArray[np.float64], *, rate: int = 8000) -> Path:
    """A plain WAV file of 16 bits."""
    given = np.atleast_2d(np.asarray(samples, np.float64).T).T
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(riff(form(channels=given.shape[1], rate=rate), chunk(b"data", pcm16(given))))
    return path


def tone(frequency: float = 440.0, seconds: float = 0.3, *, rate: int = 8000, loud: float = 0.5) -> NDArray[np.float64]:
    """(frames,) a sine."""
    found: NDArray[np.float64] = loud * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)
    return found

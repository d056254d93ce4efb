"""A WAV file as numbers: its own walk over the chunks, which believes no size that the file does not hold.

Formats: PCM of 8, 16, 24 and 32 bits, floating point of 32 and 64, A-law and µ-law (ITU-T G.711), plain, extensible and
RF64. Text inside (LIST chunks) is never looked at. Only the part that is asked for is read, so memory stays bounded.
"""

import os
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput, NotFound
from seqtui.text_safety import clean

LEAST_RATE, MOST_RATE = 1000, 768_000  # Hz
MOST_CHANNELS: Final = 64
LOUDEST: Final = 1e4  # of full scale, in floating point
MOST_CHUNKS: Final = 10_000  # before the samples

_PCM, _FLOAT, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_NAMES: Final = {_PCM: "PCM", _FLOAT: "float", _A_LAW: "A-law", _MU_LAW: "µ-law"}
_BITS: Final = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64), _A_LAW: (8,), _MU_LAW: (8,)}
_UNKNOWN: Final = 0xFFFFFFFF  # the size that a program writes which cannot know it yet; some write 0
_SUBFORMAT: Final = bytes.fromhex("000000001000800000aa00389b71")  # of every format that is a plain one inside

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sound:
    """What a file says of itself, and its samples: (frames, channels) within -1 … 1.

    coding: how a sample is stored, such as PCM; frames: of the whole file, of which `samples` may be the beginning.
    faults: what was wrong with it and does not hinder reading, a clause each.
    """

    rate: int
    channels: int
    bits: int
    coding: str
    frames: int
    samples: Samples
    faults: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """Of the whole file."""
        return self.frames / self.rate


@dataclass(frozen=True, slots=True)
class _Format:
    code: int
    channels: int
    rate: int
    bits: int

    @property
    def frame_bytes(self) -> int:
        return self.channels * self.bits // 8


def read_wav(path: Path, *, longest: float) -> Sound:
    """At most `longest` seconds from the beginning of a WAV file. NotFound, or BadInput with what is wrong."""
    name = clean(str(path))
    with _opened(path, name) as file:
        size = os.fstat(file.fileno()).st_size
        try:
            return _read(file, size, name, longest)
        except OSError as error:
            raise BadInput(f"{name} cannot be read: {error.strerror or error}") from error


def is_wav(head: bytes) -> bool:
    """Whether these are the first bytes of a WAV file."""
    return head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE"


def _opened(path: Path, name: str) -> BinaryIO:
    try:
        # A pipe would block an ordinary open() for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {name}") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(f"{name} cannot be read: {reason}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BadInput(f"{name} is no regular file; give a WAV or FLAC file")
    return os.fdopen(descriptor, "rb")


def _read(file: BinaryIO, size: int, name: str, longest: float) -> Sound:
    head = file.read(12)
    if not is_wav(head):
        raise BadInput(f"{name} is no WAV file: it does not begin with RIFF … WAVE; give WAV or FLAC")
    whole = 8 + int(struct.unpack("<I", head[4:8])[0])  # as the header says
    faults: list[str] = []
    form: _Format | None = None
    wide_size: int | None = None  # of the samples, in RF64
    for kind, length, begin in _chunks(file, size, name):
        if kind == b"ds64" and length >= 16 and len(wide := file.read(16)) == 16:
            wide_size = struct.unpack("<8xQ", wide)[0]
        elif kind == b"fmt ":
            form = _format(file.read(min(length, 40)), name)
        elif kind == b"data":
            if form is None:
                raise BadInput(f"{name} has samples at byte {begin:,} before it says what they are; write it anew")
            told = wide_size if length == _UNKNOWN and wide_size is not None else length
            is_open = told == _UNKNOWN or (told == 0 and whole <= begin)
            there = _there(None if is_open else told, size - begin, faults, form)
            return _sound(file, form, there, faults, longest)
    raise BadInput(f"{name} holds no samples: it ends at byte {size:,} without a data chunk")


def _chunks(file: BinaryIO, size: int, name: str) -> Iterator[tuple[bytes, int, int]]:
    """Kind, said length and first byte of each chunk; the file stands there."""
    at = 12
    for _ in range(MOST_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        kind, length = head[:4], int(struct.unpack("<I", head[4:])[0])
        yield kind, length, at + 8
        at += 8 + length + length % 2
        if at > size:
            said = clean(kind.decode("latin-1"))
            raise BadInput(
                f"{name}: its chunk {said!r} says {length:,} bytes, which reach past the file's end at byte {size:,}"
            )
    raise BadInput(f"{name} has over {MOST_CHUNKS:,} chunks and no samples among them; write it anew")


def _format(data: bytes, name: str) -> _Format:
    """What a `fmt ` chunk says; BadInput where there is no such sound."""
    if len(data) < 16:
        raise BadInput(f"{name}: its format has {len(data)} bytes and must have 16 or more; write it anew")
    code, channels, rate, _, block, bits = struct.unpack("<HHIIHH", data[:16])
    if code == _EXTENSIBLE and len(data) >= 40 and data[26:40] == _SUBFORMAT:
        code = struct.unpack("<H", data[24:26])[0]
    if code not in _NAMES:
        raise BadInput(f"{name}: its samples are of format {code:#x}, which is not read; save it as PCM, or as FLAC")
    if bits not in _BITS[code]:
        raise BadInput(f"{name}: {_NAMES[code]} samples of {bits} bits are not read; save it as PCM of 16 bits")
    if not 1 <= channels <= MOST_CHANNELS:
        raise BadInput(f"{name} says that it has {channels} channels; there can be 1 to {MOST_CHANNELS}")
    if not LEAST_RATE <= rate <= MOST_RATE:
        raise BadInput(f"{name} says {rate:,} samples a second; {LEAST_RATE:,} to {MOST_RATE:,} Hz are read")
    form = _Format(code, channels, rate, bits)
    if block != form.frame_bytes:
        raise BadInput(
            f"{name}: {channels} channels of {bits} bits are {form.frame_bytes} bytes a frame, and it says {block}: "
            "its header is damaged"
        )
    return form


def _there(told: int | None, left: int, faults: list[str], form: _Format) -> int:
    """Bytes of samples that are in the file, whatever the header tells; None: it tells nothing."""
    if told is None and left:
        faults.append("its header does not say how long it is: read to the end of the file")
    elif told is not None and told > left:
        faults.append(f"cut short: its header says {told:,} bytes of samples, and {left:,} are there")
    there = left if told is None else min(told, left)
    odd = there % form.frame_bytes
    if odd:
        faults.append(f"its last {odd} bytes are no whole frame and were left out")
    return there - odd


def _sound(file: BinaryIO, form: _Format, there: int, faults: list[str], longest: float) -> Sound:
    frames = there // form.frame_bytes
    wanted = min(frames, int(longest * form.rate))
    flat = _decoded(file.read(wanted * form.frame_bytes), form)
    samples = flat[: len(flat) // form.channels * form.channels].reshape(-1, form.channels)
    lost = int(np.isnan(samples).sum())
    if lost:
        faults.append(f"{lost:,} of its samples are no numbers of a sound and were taken as 0")
        samples = np.nan_to_num(samples, nan=0.0)
    return Sound(form.rate, form.channels, form.bits, _NAMES[form.code], frames, samples, tuple(faults))


def _decoded(data: bytes, form: _Format) -> Samples:
    """(samples,) with full scale at 1; floating point may go beyond; what cannot be meant is nan."""
    match form.code, form.bits:
        case (1, 8):
            centered: Samples = (np.frombuffer(data, np.uint8).astype(np.float32) - 128) / np.float32(128)
            return centered
        case (1, 24):
            parts = np.frombuffer(data, np.uint8).reshape(-1, 3).astype(np.int32)
            wide = (parts[:, 0] << 8) | (parts[:, 1] << 16) | (parts[:, 2] << 24)
            return (wide / 2.0**31).astype(np.float32)
        case (1, bits):
            return (np.frombuffer(data, f"<i{bits // 8}") / 2.0 ** (bits - 1)).astype(np.float32)
        case (3, bits):
            given = np.frombuffer(data, f"<f{bits // 8}")
            sound: Samples = np.where(np.abs(given) <= LOUDEST, given, np.nan).astype(np.float32)
            return sound
        case (6, _):
            return _A_TABLE[np.frombuffer(data, np.uint8)]
    return _MU_TABLE[np.frombuffer(data, np.uint8)]


def _mu_law() -> Samples:
    """(256,) ITU-T G.711: sign, three bits of exponent, four of mantissa, all inverted; bias 33 of 14 bits."""
    code = ~np.arange(256, dtype=np.uint8)
    exponent, mantissa = (code >> 4) & 7, code & 15
    size = ((2 * mantissa.astype(np.int32) + 33) << exponent) - 33
    return (np.where(code & 128, -size, size) / 2.0**13).astype(np.float32)


def _a_law() -> Samples:
    """(256,) ITU-T G.711: every second bit inverted; sign, three bits of exponent, four of mantissa; 13 bits."""
    code = np.arange(256, dtype=np.uint8) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, (code & 15).astype(np.int32)
    size = np.where(
        exponent == 0, 2 * mantissa + 1, (2 * mantissa + 33) << np.maximum(exponent, 1).astype(np.int32) - 1
    )
    return (np.where(code & 128, size, -size) / 2.0**12).astype(np.float32)


_MU_TABLE: Final = _mu_law()
_A_TABLE: Final = _a_law()

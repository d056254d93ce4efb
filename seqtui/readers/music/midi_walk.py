"""Standard MIDI Files, byte by byte under hard caps: what a track says, in ticks, and what was amiss.

Refuses what lies about time or size before memory is touched; keeps the sound beginning of a damaged track and says
so. Never sounds, pairs or interprets notes: that is seqtui.readers.music.midi.
"""

from dataclasses import dataclass, field
from typing import Final

from seqtui.errors import BadInput

MAX_BYTES: Final = 16 * 2**20
MAX_TRACKS: Final = 1024
MAX_EVENTS: Final = 2_000_000
MAX_NOTES: Final = 500_000
MAX_BEATS: Final = 50_000

NOTE_OFF, NOTE_ON, PROGRAM = 0x80, 0x90, 0xC0
NAME, END, TEMPO, METER, KEY = 0x03, 0x2F, 0x51, 0x58, 0x59
_KEPT_META: Final = {NAME, TEMPO, METER, KEY}
_DATA_BYTES: Final = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
_SMPTE_RATES: Final = (24, 25, 29, 30)


@dataclass(slots=True)
class RawTrack:
    """One track as it was walked. voice: (tick, status, data 1, data 2); meta: (tick, kind, bytes)."""

    voice: list[tuple[int, int, int, int]] = field(default_factory=list)
    meta: list[tuple[int, int, bytes]] = field(default_factory=list)
    end: int = 0


@dataclass(frozen=True, slots=True)
class RawMidi:
    """A walked file. faults: a clause each about what was damaged and left out."""

    format: int
    ticks_per_beat: int
    tick_scale: int
    tracks: tuple[RawTrack, ...]
    faults: tuple[str, ...]


class _TrackDamageError(Exception):
    """The rest of this track cannot be read; what came before is sound."""


def walk(data: bytes, name: str) -> RawMidi:
    """The tracks of a file's bytes. BadInput for what is no MIDI file or claims what no music has."""
    file_format, claimed, ticks_per_beat, scale, position = _header(data, name)
    tracks: list[RawTrack] = []
    faults: list[str] = []
    budget = _Budget(MAX_EVENTS, MAX_NOTES, MAX_BEATS * ticks_per_beat // scale)
    while position + 8 <= len(data):
        kind, length = data[position : position + 4], int.from_bytes(data[position + 4 : position + 8], "big")
        start, position = position + 8, position + 8 + length
        if kind != b"MTrk":
            continue
        if len(tracks) == MAX_TRACKS:
            raise BadInput(f"{name} holds more than {MAX_TRACKS} tracks, more than any music has")
        if position > len(data):
            faults.append(f"track {len(tracks) + 1} is cut off at byte {len(data)}; the notes before are kept")
        track = RawTrack()
        tracks.append(track)
        try:
            _walk_track(data, start, min(position, len(data)), track, budget, f"{name}, track {len(tracks)}")
        except _TrackDamageError as damage:
            if position <= len(data):
                faults.append(f"track {len(tracks)} is damaged: {damage}; the notes before are kept")
    if not tracks:
        raise BadInput(f"{name} has a MIDI header but no track (MTrk) after it: the file is cut off or damaged")
    if len(tracks) != claimed:
        faults.append(f"the header says {claimed} tracks, {len(tracks)} are there")
    return RawMidi(file_format, ticks_per_beat, scale, tuple(tracks), tuple(faults))


def _header(data: bytes, name: str) -> tuple[int, int, int, int, int]:
    if data[:4] != b"MThd" or len(data) < 14:
        raise BadInput(f"{name} is not a MIDI file: it must open with MThd at byte 0 and 10 bytes of header after it")
    length = int.from_bytes(data[4:8], "big")
    file_format = int.from_bytes(data[8:10], "big")
    claimed = int.from_bytes(data[10:12], "big")
    if length < 6:
        raise BadInput(f"{name} has a MIDI header of {length} bytes (byte 4); it must have 6")
    if file_format == 2:
        raise BadInput(f"{name} is MIDI format 2 (separate patterns, byte 8); save it as format 0 or 1")
    if file_format > 2:
        raise BadInput(f"{name} says MIDI format {file_format} (byte 8); there are only 0, 1 and 2")
    if claimed > MAX_TRACKS:
        raise BadInput(f"{name} claims {claimed} tracks (byte 10); at most {MAX_TRACKS} are read")
    ticks, scale = _division(data[12], data[13], name)
    return file_format, claimed, ticks, scale, 8 + length


def _division(high: int, low: int, name: str) -> tuple[int, int]:
    """Ticks a beat, and what to multiply every tick by: SMPTE time counts a beat as half a second."""
    if high < 0x80:
        division = high << 8 | low
        if division == 0:
            raise BadInput(f"{name} has a division of 0 ticks per beat (byte 12); it must be at least 1")
        return division, 1
    rate = 256 - high
    if rate not in _SMPTE_RATES or low == 0:
        raise BadInput(f"{name} has an impossible SMPTE division: {rate} frames/s of {low} ticks (byte 12)")
    # 29 stands for 29.97 drop frame, whose ticks pass as of 30 within 0.1 %. Twice the ticks keeps the beat whole.
    return max(rate, 30 if rate == 29 else rate) * low, 2


@dataclass(slots=True)
class _Budget:
    events: int
    notes: int
    ticks: int


def _walk_track(data: bytes, position: int, end: int, track: RawTrack, budget: _Budget, where: str) -> None:
    tick = running = 0
    while position < end:
        at = position
        if data[position] < 0x80:
            delta, position = data[position], position + 1
        else:
            delta, position = _variable_length(data, position, end, where)
        tick += delta
        if tick > budget.ticks:
            raise BadInput(
                f"{where} claims to last more than {MAX_BEATS:,} beats (byte {at}); no music does, the file is damaged"
            )
        track.end = tick
        budget.events -= 1
        if budget.events < 0:
            raise BadInput(f"{where} brings the file over {MAX_EVENTS:,} events (byte {at})")
        if position >= end:
            raise _TrackDamageError(f"a message is missing at byte {position}")
        status = data[position]
        if status >= 0xF0:
            position = _system(data, position, end, tick, track, where)
            running = 0
            if position < 0:
                return
            continue
        if status >= 0x80:
            running, position = status, position + 1
        elif running == 0:
            raise _TrackDamageError(f"byte {position} is data without a status")
        position = _voice(data, position, end, tick, running, track, budget, where)


def _voice(
    data: bytes, position: int, end: int, tick: int, status: int, track: RawTrack, budget: _Budget, where: str
) -> int:
    kind = status & 0xF0
    after = position + _DATA_BYTES[kind]
    if after > end:
        raise _TrackDamageError(f"the message at byte {position} is cut off")
    first, second = data[position], data[after - 1]
    if (first | second) >= 0x80:
        raise _TrackDamageError(f"byte {position} is no data byte of a message")
    if kind in (NOTE_ON, NOTE_OFF, PROGRAM):
        if kind == NOTE_ON:
            budget.notes -= 1
            if budget.notes < 0:
                raise BadInput(f"{where} brings the file over {MAX_NOTES:,} notes (byte {position})")
        track.voice.append((tick, status, first, second))
    return after


def _system(data: bytes, position: int, end: int, tick: int, track: RawTrack, where: str) -> int:
    """Past a meta or system-exclusive message; -1 at the end of the track."""
    status = data[position]
    position += 1
    if status not in (0xFF, 0xF0, 0xF7):
        raise _TrackDamageError(f"byte {position - 1} is a real-time message ({status:#x}), which no file holds")
    kind = -1
    if status == 0xFF:
        if position >= end:
            raise _TrackDamageError(f"the meta message at byte {position - 1} is cut off")
        kind, position = data[position], position + 1
    length, start = _variable_length(data, position, end, where)
    if start + length > end:
        raise _TrackDamageError(f"the message at byte {position - 1} claims {length} bytes, more than there are")
    if kind == END:
        return -1
    if kind in _KEPT_META:
        track.meta.append((tick, kind, data[start : start + length]))
    return start + length


def _variable_length(data: bytes, position: int, end: int, where: str) -> tuple[int, int]:
    """A number of at most four bytes of seven bits, and where it ends."""
    value = 0
    for index in range(position, min(position + 4, end)):
        byte = data[index]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, index + 1
    if position + 4 > end:
        raise _TrackDamageError(f"a number is cut off at byte {position}")
    raise BadInput(f"{where} has a number of more than 4 bytes at byte {position}; the MIDI standard allows 4")

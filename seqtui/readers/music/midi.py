"""A MIDI file as a score: notes with onset and offset, tempo, meter, tracks. Numbers are ticks.

Text from the file (track names) is kept as it is: whoever shows it cleans it. Never imports mido; that one writes.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.readers.music.midi_walk import KEY, MAX_BYTES, METER, NAME, NOTE_ON, PROGRAM, TEMPO, RawMidi, RawTrack, walk
from seqtui.readers.regular_file import read_regular

ONSET, OFFSET, PITCH, VELOCITY, CHANNEL, TRACK = range(6)
DRUMS: Final = 9
DEFAULT_TEMPO: Final = 500_000
DEFAULT_METER: Final = (4, 4)
MIDI_SUFFIXES: Final = (".mid", ".midi")
MAX_SECONDS: Final = 24 * 3600

Notes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Odd:
    """How many notes of a file were not as they should be."""

    hanging: int = 0
    zero_length: int = 0
    overlapping: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """A piece of music. Every tick has been made whole, SMPTE files included.

    notes: (notes, 6) onset, offset, pitch, velocity, channel, track; in order of onset, then pitch
    tempos: (tick, microseconds a beat); meters: (tick, beats, unit); keys: (tick, sharps, 1 if minor)
    programs: of each track, -1 where none is said; faults: what was damaged and left out, a clause each
    """

    ticks_per_beat: int
    notes: Notes
    tempos: tuple[tuple[int, int], ...] = ()
    meters: tuple[tuple[int, int, int], ...] = ()
    keys: tuple[tuple[int, int, int], ...] = ()
    track_names: tuple[str, ...] = ()
    programs: tuple[int, ...] = ()
    end: int = 0
    format: int = 1
    odd: Odd = Odd()
    faults: tuple[str, ...] = ()

    @property
    def tempo(self) -> int:
        """The first tempo, microseconds a beat."""
        return self.tempos[0][1] if self.tempos else DEFAULT_TEMPO

    @property
    def meter(self) -> tuple[int, int]:
        """The first time signature: beats and their unit."""
        return self.meters[0][1:] if self.meters else DEFAULT_METER

    def pitched(self) -> Notes:
        """The notes without the drum channel, whose numbers are no pitches."""
        notes: Notes = self.notes[self.notes[:, CHANNEL] != DRUMS]
        return notes

    def seconds(self, ticks: NDArray[np.int64]) -> NDArray[np.float64]:
        """Ticks as seconds, along the tempo map."""
        starts = np.array([0, *(tick for tick, _ in self.tempos)], dtype=np.float64)
        rates = np.array([DEFAULT_TEMPO, *(tempo for _, tempo in self.tempos)]) / (1e6 * self.ticks_per_beat)
        begun = np.concatenate([[0.0], np.cumsum(np.diff(starts) * rates[:-1])])
        section = np.searchsorted(starts, ticks, side="right") - 1
        seconds: NDArray[np.float64] = begun[section] + (ticks - starts[section]) * rates[section]
        return seconds


def read_midi(path: Path) -> Score:
    """The score in a MIDI file. BadInput or NotFound with the track and byte."""
    return parse_midi(read_regular(path, at_most=MAX_BYTES), str(path))


def parse_midi(data: bytes, name: str) -> Score:
    """The score in the bytes of a MIDI file; `name` is for the sentence of an error."""
    raw = walk(data, name)
    metas = sorted((tick * raw.tick_scale, kind, payload) for track in raw.tracks for tick, kind, payload in track.meta)
    faults = list(raw.faults)
    notes, odd = _notes(raw)
    score = Score(
        ticks_per_beat=raw.ticks_per_beat,
        notes=notes,
        tempos=() if raw.tick_scale > 1 else _tempos(metas, faults),
        meters=_meters(metas, faults),
        keys=_keys(metas),
        track_names=tuple(_track_name(track) for track in raw.tracks),
        programs=tuple(_program(track) for track in raw.tracks),
        end=max(track.end for track in raw.tracks) * raw.tick_scale,
        format=raw.format,
        odd=odd,
        faults=tuple(faults),
    )
    lasts = float(score.seconds(np.array([score.end]))[0])
    if lasts > MAX_SECONDS:
        raise BadInput(f"{name} claims to last {lasts:,.0f} seconds; at most {MAX_SECONDS:,} (a day) are read")
    return score


def _notes(raw: RawMidi) -> tuple[Notes, Odd]:
    """Note-on and note-off paired first in, first out, per channel and pitch of a track."""
    rows: list[tuple[int, int, int, int, int, int]] = []
    counts: Counter[str] = Counter()
    for index, track in enumerate(raw.tracks):
        sounding: dict[int, list[tuple[int, int]]] = {}
        for tick, status, pitch, velocity in track.voice:
            kind, key = status & 0xF0, (status & 0x0F) << 7 | pitch
            if kind == NOTE_ON and velocity > 0:
                waiting = sounding.setdefault(key, [])
                counts["overlapping"] += bool(waiting)
                waiting.append((tick, velocity))
            elif kind != PROGRAM and sounding.get(key):
                onset, loudness = sounding[key].pop(0)
                rows.append((onset, tick, pitch, loudness, status & 0x0F, index))
        for key, waiting in sounding.items():
            counts["hanging"] += len(waiting)
            rows += [(onset, track.end, key & 0x7F, loudness, key >> 7, index) for onset, loudness in waiting]
    notes = np.array(rows, dtype=np.int64).reshape(-1, 6)
    notes[:, :2] *= raw.tick_scale
    empty = notes[:, OFFSET] <= notes[:, ONSET]
    notes = notes[~empty]
    order = np.lexsort((notes[:, TRACK], notes[:, PITCH], notes[:, ONSET]))
    return notes[order], Odd(counts["hanging"], int(empty.sum()), counts["overlapping"])


def _tempos(metas: list[tuple[int, int, bytes]], faults: list[str]) -> tuple[tuple[int, int], ...]:
    found: dict[int, int] = {}
    for tick, kind, payload in metas:
        if kind != TEMPO:
            continue
        tempo = int.from_bytes(payload, "big") if len(payload) == 3 else 0
        if tempo == 0:
            faults.append(f"a tempo of 0 at tick {tick} is left out")
        else:
            found[tick] = tempo
    return tuple(found.items())


def _meters(metas: list[tuple[int, int, bytes]], faults: list[str]) -> tuple[tuple[int, int, int], ...]:
    found: dict[int, tuple[int, int, int]] = {}
    for tick, kind, payload in metas:
        if kind != METER:
            continue
        if len(payload) < 2 or not 1 <= payload[0] <= 64 or payload[1] > 6:
            faults.append(f"an impossible time signature at tick {tick} is left out")
        else:
            found[tick] = (tick, payload[0], 2 ** payload[1])
    return tuple(found.values())


def _keys(metas: list[tuple[int, int, bytes]]) -> tuple[tuple[int, int, int], ...]:
    found = {
        tick: (tick, payload[0] - 256 if payload[0] > 127 else payload[0], payload[1])
        for tick, kind, payload in metas
        if kind == KEY and len(payload) == 2 and payload[1] <= 1
    }
    return tuple(key for key in found.values() if -7 <= key[1] <= 7)


def _track_name(track: RawTrack) -> str:
    payload = next((payload for _, kind, payload in track.meta if kind == NAME), b"")
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        # The standard says ASCII and programs write their machine's own; latin-1 takes any byte.
        return payload.decode("latin-1")


def _program(track: RawTrack) -> int:
    return next((first for _, status, first, _ in track.voice if status & 0xF0 == PROGRAM), -1)

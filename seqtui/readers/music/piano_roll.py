"""Piano rolls: a score on a grid of beats as 88 keys held or not, and back to a score of one track or four voices.

A roll says which keys are down, never that a key was struck again: keys held over neighboring steps come back as one
sustained note. (Striking anew at each beat would turn every held note of a chorale into a drum roll; tied notes are
the more common.) Velocity does not survive either. Rolls that start from frames come back to the bit.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.music.midi import OFFSET, ONSET, PITCH, TRACK, Score

KEYS: Final = 88
LOWEST: Final = 21
VELOCITY: Final = 80
VOICES: Final = ("Soprano", "Alto", "Tenor", "Bass")
VOICE_PITCHES: Final = (71, 65, 59, 50)

Frames = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Performance:
    """What a roll does not hold and a MIDI file needs. voices: names of the tracks, highest first; one or four."""

    tempo: int = 600_000
    meter: tuple[int, int] = (4, 4)
    program: int = 0
    voices: tuple[str, ...] = ("Piano",)


def frames_from_score(score: Score, steps_per_beat: int) -> Frames:
    """(steps, 88): which keys sound in each step, up to the end of the last note; other keys are left out."""
    notes = score.pitched()
    notes = notes[(notes[:, PITCH] >= LOWEST) & (notes[:, PITCH] < LOWEST + KEYS)]
    onsets = steps_at(notes[:, ONSET], score.ticks_per_beat, steps_per_beat)
    offsets = steps_at(notes[:, OFFSET], score.ticks_per_beat, steps_per_beat)
    # A note too short for the grid still sounds for a step, unless its own track has the next note there already:
    # two sixteenths on a grid of eighths are one key after the other, never a cluster.
    begins = notes[:, TRACK] * (int(onsets.max(initial=0)) + 1) + onsets
    short = offsets <= onsets
    kept = ~(short & np.isin(begins, begins[~short]))
    notes, onsets, offsets = notes[kept], onsets[kept], np.maximum(offsets, onsets + 1)[kept]
    frames = np.zeros((int(offsets.max(initial=0)), KEYS), np.uint8)
    for onset, offset, key in zip(onsets.tolist(), offsets.tolist(), (notes[:, PITCH] - LOWEST).tolist(), strict=True):
        frames[onset:offset, key] = 1
    return frames


def steps_at(ticks: NDArray[np.int64], ticks_per_beat: int, steps_per_beat: int) -> NDArray[np.int64]:
    """Ticks as the nearest steps; halves go up, whatever the step."""
    nearest: NDArray[np.int64] = (2 * ticks * steps_per_beat + ticks_per_beat) // (2 * ticks_per_beat)
    return nearest


def runs(frames: Frames) -> NDArray[np.int64]:
    """(notes, 3) first step, step after the last, key; in order of first step, then from the highest key down."""
    edges = np.diff(np.pad(frames.astype(np.int8), ((1, 1), (0, 0))), axis=0)
    starts, stops = np.argwhere(edges.T == 1), np.argwhere(edges.T == -1)
    found = np.stack([starts[:, 1], stops[:, 1], starts[:, 0]], axis=1)
    ordered: NDArray[np.int64] = found[np.lexsort((-found[:, 2], found[:, 0]))]
    return ordered


def score_from_frames(frames: Frames, steps_per_beat: int, performance: Performance) -> Score:
    """The roll as notes, on the tracks of `performance`; track 0 is left to tempo and meter."""
    found = runs(frames)
    voices = _voices(found) if len(performance.voices) == len(VOICES) else np.zeros(len(found), np.int64)
    ticks = max(1, 480 // steps_per_beat)
    rows = np.zeros((len(found), 6), np.int64)
    rows[:, :2] = found[:, :2] * ticks
    rows[:, 2], rows[:, 3], rows[:, 4], rows[:, 5] = found[:, 2] + LOWEST, VELOCITY, voices, voices + 1
    return Score(
        ticks_per_beat=ticks * steps_per_beat,
        notes=rows[np.lexsort((rows[:, 5], rows[:, 2], rows[:, 0]))],
        tempos=((0, performance.tempo),),
        meters=((0, *performance.meter),),
        track_names=("", *performance.voices),
        programs=(-1, *(performance.program for _ in performance.voices)),
        end=len(frames) * ticks,
    )


def _voices(found: NDArray[np.int64]) -> NDArray[np.int64]:
    """A voice for each run: free voices are given out from the top, so that each moves as little as it can."""
    last = list(VOICE_PITCHES)
    held_until = [0] * len(VOICES)
    voices = np.zeros(len(found), np.int64)
    for step in np.unique(found[:, 0]):
        index = np.flatnonzero(found[:, 0] == step)
        pitches = (found[index, 2] + LOWEST).tolist()
        for row, pitch, voice in zip(
            index.tolist(), pitches, _assign(pitches, last, held_until, int(step)), strict=True
        ):
            voices[row], last[voice] = voice, pitch
            held_until[voice] = max(held_until[voice], int(found[row, 1]))
    return voices


def _assign(pitches: list[int], last: list[int], held_until: list[int], step: int) -> list[int]:
    """`pitches` fall, and so do the voices they get; what finds no free voice joins the nearest."""
    free = [voice for voice in range(len(VOICES)) if held_until[voice] <= step]
    chosen = combinations(free, min(len(free), len(pitches)))
    best = list(min(chosen, key=lambda some: sum(abs(last[v] - p) for v, p in zip(some, pitches, strict=False))))
    for pitch in pitches[len(best) :]:
        best.append(min(range(len(VOICES)), key=lambda voice: abs(last[voice] - pitch)))
    return best

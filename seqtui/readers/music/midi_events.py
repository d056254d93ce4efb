"""A score as a sequence of events, as in Magenta's performance encoding, and back: any MIDI, velocity kept.

Time passes in steps of 10 ms along the tempo map, so the beat is heard and not written. All channels but the drums
play on one keyboard: a key struck while it sounds ends the earlier note.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.music.midi import OFFSET, ONSET, PITCH, VELOCITY, Score
from seqtui.readers.music.piano_roll import Performance

NOTE_ON, NOTE_OFF, SHIFT, LOUDNESS = 0, 128, 256, 356
MAX_SHIFT: Final = 100
BOS, EOS = 388, 389
SIZE: Final = 390
STEPS_PER_SECOND: Final = 100
TICKS_PER_BEAT: Final = 960
DEFAULT_LOUDNESS: Final = 20

Tokens = NDArray[np.int16]


def events_from_score(score: Score) -> Tokens:
    """BOS, the events of the score, EOS."""
    notes = score.pitched()
    onsets = np.rint(score.seconds(notes[:, ONSET]) * STEPS_PER_SECOND).astype(np.int64)
    offsets = np.rint(score.seconds(notes[:, OFFSET]) * STEPS_PER_SECOND).astype(np.int64)
    rows = zip(onsets.tolist(), offsets.tolist(), notes[:, PITCH].tolist(), notes[:, VELOCITY].tolist(), strict=True)
    return _tokens(_one_keyboard(rows))


def _one_keyboard(rows: Iterable[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """(onset, offset, pitch, velocity) such that no key sounds twice at once and every note lasts a step."""
    keys: dict[int, list[tuple[int, int, int, int]]] = {}
    for onset, offset, pitch, velocity in sorted(rows):
        played = keys.setdefault(pitch, [])
        if played and played[-1][0] == onset:
            previous = played.pop()
            offset, velocity = max(offset, previous[1]), max(velocity, previous[3])
        elif played and played[-1][1] > onset:
            played[-1] = (played[-1][0], onset, pitch, played[-1][3])
        played.append((onset, max(offset, onset + 1), pitch, velocity))
    return [note for played in keys.values() for note in played]


def _tokens(notes: list[tuple[int, int, int, int]]) -> Tokens:
    # At one moment keys are let go before others are struck, each from the lowest up.
    moments = [(offset, 0, pitch, 0) for _, offset, pitch, _ in notes]
    moments += [(onset, 1, pitch, (velocity - 1) // 4) for onset, _, pitch, velocity in notes]
    tokens, now, loudness = [BOS], 0, -1
    for step, struck, pitch, bin_ in sorted(moments):
        while now < step:
            shift = min(step - now, MAX_SHIFT)
            tokens.append(SHIFT + shift - 1)
            now += shift
        if struck and bin_ != loudness:
            loudness = bin_
            tokens.append(LOUDNESS + bin_)
        tokens.append((NOTE_ON if struck else NOTE_OFF) + pitch)
    return np.array([*tokens, EOS], dtype=np.int16)


def notes_from_events(tokens: Iterable[int]) -> NDArray[np.int64]:
    """(notes, 4) onset and offset in steps, pitch, velocity. Lenient, as a model may write anything: a key let go that
    does not sound is ignored, what still sounds at the end is let go, and nothing is read after EOS."""
    notes: list[tuple[int, int, int, int]] = []
    sounding: dict[int, tuple[int, int]] = {}
    now, velocity = 0, DEFAULT_LOUDNESS * 4 + 1
    for token in tokens:
        if token == EOS:
            break
        if token < SHIFT:
            pitch = token % NOTE_OFF
            if pitch in sounding and sounding[pitch][0] < now:
                notes.append((sounding[pitch][0], now, pitch, sounding[pitch][1]))
            sounding.pop(pitch, None)
            if token < NOTE_OFF:
                sounding[pitch] = (now, velocity)
        elif token < LOUDNESS:
            now += token - SHIFT + 1
        elif token < BOS:
            velocity = (token - LOUDNESS) * 4 + 1
    notes += [(onset, max(now, onset + 1), pitch, loud) for pitch, (onset, loud) in sounding.items()]
    return np.array(sorted(notes), dtype=np.int64).reshape(-1, 4)


def score_from_events(tokens: Iterable[int], performance: Performance) -> Score:
    """The events as one track. Encoding it again gives the same notes: a tick is far shorter than half a step."""
    notes = notes_from_events(tokens)
    rows = np.zeros((len(notes), 6), np.int64)
    microseconds = 1_000_000 // STEPS_PER_SECOND
    rows[:, :2] = np.rint(notes[:, :2] * (microseconds * TICKS_PER_BEAT / performance.tempo)).astype(np.int64)
    rows[:, 2:4], rows[:, 5] = notes[:, 2:], 1
    return Score(
        ticks_per_beat=TICKS_PER_BEAT,
        notes=rows[np.lexsort((rows[:, 2], rows[:, 0]))],
        tempos=((0, performance.tempo),),
        meters=((0, *performance.meter),),
        track_names=("", performance.voices[0] if len(performance.voices) == 1 else "Piano"),
        programs=(-1, performance.program),
        end=int(rows[:, 1].max(initial=0)),
    )


def transposed(tokens: Tokens, semitones: int) -> Tokens | None:
    """The same events higher or lower; None where a key would leave the keyboard's 128."""
    notes = tokens < SHIFT
    pitches = tokens[notes] % 128 + semitones
    if len(pitches) and (pitches.min() < 0 or pitches.max() > 127):
        return None
    moved = tokens.copy()
    moved[notes] += semitones
    return moved


def steps_of(token: int) -> int:
    """How many steps of 10 ms pass at this token."""
    return token - SHIFT + 1 if SHIFT <= token < LOUDNESS else 0

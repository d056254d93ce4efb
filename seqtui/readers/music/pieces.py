"""One score as what a model trains on: a piano roll or events, with the few facts that belong to it.

Knows nothing of folders, splits or tasks.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput, NotFound
from seqtui.readers.music.midi import CHANNEL, OFFSET, ONSET, PITCH, TRACK, Score, read_midi
from seqtui.readers.music.midi_events import SHIFT, events_from_score, transposed
from seqtui.readers.music.piano_roll import KEYS, LOWEST, frames_from_score

Representation = Literal["frames", "events"]
Values = NDArray[Any]

GRIDS: Final = (1, 2, 3, 4, 6, 8, 12)
_ON_GRID_SHARE: Final = 0.98
_OFF_BY: Final = 1 / 32


@dataclass(frozen=True, slots=True)
class PieceFacts:
    """What of a score its values do not hold. tempo: microseconds a beat; left_out: notes outside the 88 keys."""

    tempo: int = 600_000
    meter: tuple[int, int] = (4, 4)
    program: int = 0
    onsets: int = 0
    off_grid: int = 0
    left_out: int = 0
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """values: (steps, 88) uint8 frames, or (tokens,) int16 events with BOS and EOS."""

    name: str
    values: Values
    facts: PieceFacts = PieceFacts()


def encode(score: Score, name: str, representation: Representation, steps_per_beat: int) -> Piece:
    """The score as a piece; silent bars before the first note are left out. BadInput where nothing can be learned."""
    notes = score.pitched()
    if len(notes) == 0:
        drums = " but drums" if len(score.notes) else ""
        raise BadInput(f"{name} holds no notes{drums}{': ' + '; '.join(score.faults) if score.faults else ''}")
    score = without_silent_bars(score)
    if representation == "frames":
        values: Values = frames_from_score(score, steps_per_beat)
        if len(values) < 2:
            raise BadInput(
                f"{name} lasts {len(values)} step{'s' * (len(values) != 1)} at {steps_per_beat} steps per beat within "
                "the 88 keys of a piano; a next step needs at least 2"
            )
    else:
        values = events_from_score(score)
    outside = (notes[:, PITCH] < LOWEST) | (notes[:, PITCH] >= LOWEST + KEYS)
    facts = PieceFacts(
        tempo=score.tempo,
        meter=score.meter,
        program=_main_program(score),
        onsets=len(notes),
        off_grid=off_grid(score, steps_per_beat),
        left_out=int(outside.sum()) if representation == "frames" else 0,
        faults=score.faults,
    )
    return Piece(name, values, facts)


def encode_files(
    files: Iterable[tuple[str, Path]], representation: Representation, steps_per_beat: int
) -> tuple[list[Piece], list[str]]:
    """A piece a readable file, and a sentence for each that is not."""
    pieces: list[Piece] = []
    problems: list[str] = []
    for name, path in files:
        try:
            pieces.append(encode(read_midi(path), name, representation, steps_per_beat))
        except (BadInput, NotFound) as error:
            problems.append(str(error).replace(str(path), name))
    return pieces, problems


def without_silent_bars(score: Score) -> Score:
    """The score from the bar of its first pitched note on; drums before it are cut."""
    beats, unit = score.meter
    bar = score.ticks_per_beat * 4 * beats / unit
    skipped = int(int(score.pitched()[:, ONSET].min()) // bar * bar)
    if skipped == 0:
        return score
    notes = score.notes.copy()
    notes[:, [ONSET, OFFSET]] -= skipped
    notes = notes[notes[:, ONSET] >= 0]
    past = [tempo for tick, tempo in score.tempos if tick <= skipped]
    later = [(tick - skipped, tempo) for tick, tempo in score.tempos if tick > skipped]
    meters = [(max(tick - skipped, 0), beats, unit) for tick, beats, unit in score.meters]
    tempos = ((0, past[-1]), *later) if past else tuple(later)
    return replace(score, notes=notes, tempos=tempos, meters=tuple(meters), end=max(score.end - skipped, 0))


def off_grid(score: Score, steps_per_beat: int) -> int:
    """How many notes begin off a grid of so many steps a beat, by more than a 32nd of a beat."""
    beats = score.pitched()[:, ONSET] / score.ticks_per_beat * steps_per_beat
    return int((np.abs(beats - np.rint(beats)) > _OFF_BY * steps_per_beat).sum())


def suggest_grid(scores: Sequence[Score]) -> int:
    """The coarsest grid on which nearly all notes begin; 4 where there is none, as in a performance by hand."""
    onsets = sum(len(score.pitched()) for score in scores)
    for grid in GRIDS:
        if onsets and sum(off_grid(score, grid) for score in scores) <= (1 - _ON_GRID_SHARE) * onsets:
            return grid
    return 4


def _main_program(score: Score) -> int:
    """The program that plays the most notes; 0, a piano, where none is said."""
    notes = score.pitched()
    played = Counter(notes[:, TRACK].tolist())
    said = {track: score.programs[track] for track in played if score.programs[track] >= 0}
    if not said and score.format == 0 and len(notes):
        return max(score.programs[int(notes[0, TRACK])], 0)
    return said[max(said, key=lambda track: (played[track], -track))] if said else 0


def transpose(piece: Piece, semitones: int) -> Piece | None:
    """The piece higher or lower; None where it would leave the keyboard."""
    name = f"{piece.name} ({semitones:+d})"
    if piece.values.ndim == 1:
        moved = transposed(piece.values, semitones)
        return None if moved is None else Piece(name, moved, piece.facts)
    lost = piece.values[:, -semitones:] if semitones > 0 else piece.values[:, :-semitones]
    return None if lost.any() else Piece(name, np.roll(piece.values, semitones, axis=1), piece.facts)


def music_hash(values: Values) -> bytes:
    """The same for pieces that differ by transposition only."""
    if values.ndim == 2:
        keys = np.flatnonzero(values.any(axis=0))
        # Nothing lies below the lowest key, so that rolling it down to the first column loses nothing.
        lowered = np.roll(values, -int(keys[0]) if len(keys) else 0, axis=1)
        return blake2b(np.packbits(lowered, axis=1).tobytes(), digest_size=16).digest()
    plain = values.astype(np.int16)
    played = plain < SHIFT
    if played.any():
        plain[played] -= (plain[played] % 128).min()
    return blake2b(plain.tobytes(), digest_size=16).digest()


def channels(score: Score) -> tuple[int, ...]:
    """The MIDI channels that play, drums (9) included."""
    return tuple(sorted(set(score.notes[:, CHANNEL].tolist())))

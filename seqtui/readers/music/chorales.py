"""Chorale-like pieces made by rule: four voices, functional harmony, cadences, phrases, passing tones, suspensions.

The music application's offline data: made here, by seed, owed to nobody. Not Bach, and nothing of his is in it.
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.music.harmony import Chord, chord, phrase_chords
from seqtui.readers.music.midi import Score
from seqtui.readers.music.piano_roll import VOICES
from seqtui.readers.music.voice_leading import RANGES, lead, voicings

TEMPO: Final = 600_000
TICKS_PER_BEAT: Final = 480
CHOIR: Final = 52
_FORMS: Final = ("AABC", "ABCD", "AABA", "ABAC", "AABCD", "ABABCD")
_TONICS: Final = {"major": (0, 2, 3, 5, 7, 8, 9, 10), "minor": (0, 2, 4, 5, 7, 9, 11)}
_SHARPS: Final = {0: 0, 1: -5, 2: 2, 3: -3, 4: 4, 5: -1, 6: 6, 7: 1, 8: -4, 9: 3, 10: -2, 11: 5}
_NAMES: Final = ("C", "D-flat", "D", "E-flat", "E", "F", "F-sharp", "G", "A-flat", "A", "B-flat", "B")
_MAJOR_SCALE: Final = (0, 2, 4, 5, 7, 9, 11)
_RISING_MINOR: Final = (0, 2, 3, 5, 7, 9, 11)
_FALLING_MINOR: Final = (0, 2, 3, 5, 7, 8, 10)
_HIGH: Final = np.array([0, 0, 0, 1, 1, 2])
_LOW: Final = np.array([1, 2, 3, 2, 3, 3])
_PHRASE_TRIES: Final = 8
_PIECE_TRIES: Final = 200

Grid = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Chorale:
    """One piece. grid: (half beats, 4) pitches; struck: (half beats, 4) where a note begins.

    chords: (first beat, symbol); cadences: (beat of the last chord, kind)
    """

    name: str
    tonic: int
    mode: str
    meter: tuple[int, int]
    grid: Grid
    struck: NDArray[np.bool_]
    chords: tuple[tuple[int, str], ...]
    cadences: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    symbols: tuple[str, ...]
    ending: str
    path: tuple[int, ...]


def make_chorale(seed: int, index: int) -> Chorale:
    """Piece number `index` of this seed."""
    rng = np.random.default_rng((seed, index))
    phrases: list[_Phrase] | None = None
    for _ in range(_PIECE_TRIES):
        mode = "major" if rng.random() < 0.55 else "minor"
        tonic = _TONICS[mode][int(rng.integers(len(_TONICS[mode])))]
        meter = (4, 4) if rng.random() < 0.7 else (3, 4)
        phrases = _phrases(mode, tonic, meter, rng)
        if phrases is not None:
            break
    assert phrases is not None, "one try in many fails; so many in a row cannot"
    lines: list[Grid] = []
    chords: list[tuple[int, str]] = []
    cadences: list[tuple[int, str]] = []
    beats: list[int] = []
    for phrase in phrases:
        durations = _durations(len(phrase.symbols), meter)
        for symbol, row, lasts in zip(phrase.symbols, phrase.path, durations, strict=True):
            chords.append((sum(beats), symbol))
            lines.append(voicings(chord(mode, symbol), tonic)[row])
            beats.append(lasts)
        cadences.append((chords[-1][0], phrase.ending))
    grid = np.repeat(np.array(lines), 2 * np.array(beats), axis=0)
    struck = np.zeros(grid.shape, np.bool_)
    struck[2 * (np.cumsum(beats) - np.array(beats))] = True
    _ornament(grid, struck, tonic, mode, [2 * beat for beat, _ in chords], rng)
    name = f"chorale {index + 1} in {_NAMES[tonic]} {mode}"
    return Chorale(name, tonic, mode, meter, grid, struck, tuple(chords), tuple(cadences))


def _durations(count: int, meter: tuple[int, int]) -> list[int]:
    """A chord a beat; the last is held to the bar line."""
    bar = meter[0]
    return [1] * (count - 1) + [bar - (count - 1) % bar]


def _phrases(mode: str, tonic: int, meter: tuple[int, int], rng: np.random.Generator) -> list[_Phrase] | None:
    """The phrases of a form; None where a phrase ends in a corner from which no rule lets the next begin."""
    form = _FORMS[int(rng.integers(len(_FORMS)))]
    made: dict[str, _Phrase] = {}
    phrases: list[_Phrase] = []
    before: tuple[Chord, int] | None = None
    for place, letter in enumerate(form):
        last = place == len(form) - 1
        phrase = None if last else made.get(letter)
        if phrase is None or before is None or not _may_follow(phrase, before, mode, tonic):
            phrase = _new_phrase(mode, tonic, meter, last, before, rng)
            if phrase is None:
                return None
            made.setdefault(letter, phrase)
        phrases.append(phrase)
        before = (chord(mode, phrase.symbols[-1]), phrase.path[-1])
    return phrases


def _may_follow(phrase: _Phrase, before: tuple[Chord, int], mode: str, tonic: int) -> bool:
    then = voicings(before[0], tonic)[before[1]]
    now = voicings(chord(mode, phrase.symbols[0]), tonic)[phrase.path[0]]
    return not has_parallels(np.stack([then, now]))


def _new_phrase(
    mode: str,
    tonic: int,
    meter: tuple[int, int],
    last: bool,
    before: tuple[Chord, int] | None,
    rng: np.random.Generator,
) -> _Phrase | None:
    # Two bars of four, or four of three; the last chord on a strong beat.
    count = 7 if meter[0] == 4 else 10
    for _ in range(_PHRASE_TRIES):
        draw = rng.random()
        ending = "authentic" if last or draw < 0.5 else "half" if draw < 0.85 else "deceptive"
        if last and mode == "minor" and draw < 0.4:
            ending = "picardy"
        symbols = phrase_chords(mode, count, ending, rng)
        path = lead(tuple(chord(mode, symbol) for symbol in symbols), tonic, before, rng)
        if path is not None:
            return _Phrase(symbols, ending, tuple(path))
    return None


def has_parallels(slices: Grid) -> bool:
    """Whether two voices of successive slices (slices, 4) move from a fifth, octave or unison to another such."""
    moved = slices[1:] != slices[:-1]
    apart = (slices[:, _HIGH] - slices[:, _LOW]) % 12
    same = (apart[1:] == apart[:-1]) & ((apart[1:] == 0) | (apart[1:] == 7))
    return bool((same & moved[:, _HIGH] & moved[:, _LOW]).any())


def _ornament(
    grid: Grid, struck: NDArray[np.bool_], tonic: int, mode: str, onsets: list[int], rng: np.random.Generator
) -> None:
    """Eighth notes between the chords, each kept only where the rules still hold around it."""
    for here, following in pairwise(onsets):
        draws = rng.random(4)
        for voice in rng.permutation(4).tolist():
            start, goal = int(grid[following - 1, voice]), int(grid[following, voice])
            # What struck between already is a suspension that resolves there.
            if following - here == 2 and draws[voice] < 0.45 and not struck[following - 1, voice]:
                between = _passing(start, goal, tonic, mode)
                if between is not None:
                    _try(grid, struck, following - 1, voice, between)
            elif draws[voice] > 0.75 and voice < 3 and 1 <= start - goal <= 2:
                _try_suspension(grid, struck, following, voice, start)


def _passing(start: int, goal: int, tonic: int, mode: str) -> int | None:
    """The scale tone between two pitches a third apart."""
    if abs(goal - start) not in (3, 4):
        return None
    rising = goal > start
    scale = _MAJOR_SCALE if mode == "major" else _RISING_MINOR if rising else _FALLING_MINOR
    between = range(min(start, goal) + 1, max(start, goal))
    fitting = [pitch for pitch in between if (pitch - tonic) % 12 in scale]
    return fitting[0] if len(fitting) == 1 else None


def _try(grid: Grid, struck: NDArray[np.bool_], at: int, voice: int, pitch: int) -> None:
    kept = int(grid[at, voice])
    others = [int(grid[at, other]) for other in range(4) if other != voice and struck[at, other]]
    grid[at, voice] = pitch
    # Two that pass at once must agree.
    agree = all(abs(pitch - other) % 12 in (3, 4, 8, 9) for other in others)
    if agree and _is_sound(grid, at):
        struck[at, voice] = True
    else:
        grid[at, voice] = kept


def _try_suspension(grid: Grid, struck: NDArray[np.bool_], at: int, voice: int, held: int) -> None:
    """The old pitch stays for half a beat and falls a step: 4-3, 7-6 or 9-8 above the bass."""
    if struck[at - 1].any() or (held - int(grid[at, 3])) % 12 not in (2, 5, 10, 11):
        return
    goal = int(grid[at, voice])
    grid[at, voice] = held
    if goal not in [int(grid[at, other]) for other in range(4)] and _is_sound(grid, at):
        struck[at, voice] = False
        struck[at + 1, voice] = True
    else:
        grid[at, voice] = goal


def _is_sound(grid: Grid, at: int) -> bool:
    window = grid[max(at - 2, 0) : at + 3]
    voices = grid[at].tolist()
    in_order = all(upper > lower for upper, lower in pairwise(voices))
    in_range = all(low <= pitch <= high for pitch, (low, high) in zip(voices, RANGES, strict=True))
    return in_order and in_range and not has_parallels(window)


def score_of(chorale: Chorale) -> Score:
    """The piece as a score, one voice a track."""
    half = TICKS_PER_BEAT // 2
    rows = []
    for voice in range(4):
        starts = np.flatnonzero(chorale.struck[:, voice])
        stops = np.append(starts[1:], len(chorale.grid))
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            rows.append((start * half, stop * half, int(chorale.grid[start, voice]), 80, voice, voice + 1))
    sharps = _SHARPS[chorale.tonic if chorale.mode == "major" else (chorale.tonic + 3) % 12]
    return Score(
        ticks_per_beat=TICKS_PER_BEAT,
        notes=np.array(sorted(rows, key=lambda row: (row[0], row[2], row[5])), dtype=np.int64),
        tempos=((0, TEMPO),),
        meters=((0, *chorale.meter),),
        keys=((0, sharps, int(chorale.mode == "minor")),),
        track_names=(chorale.name, *VOICES),
        programs=(-1, CHOIR, CHOIR, CHOIR, CHOIR),
        end=len(chorale.grid) * half,
    )


@cache
def make_chorales(seed: int, count: int) -> tuple[Score, ...]:
    """`count` pieces of this seed."""
    return tuple(score_of(make_chorale(seed, index)) for index in range(count))

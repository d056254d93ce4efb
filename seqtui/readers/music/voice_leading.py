"""Four voices for a line of chords: the cheapest path through all voicings, by dynamic programming.

Parallel fifths, octaves and unisons are forbidden, not just dear; so are doubled leading tones, sevenths that do not
fall and voices out of range. Pitches are MIDI numbers, voices run soprano, alto, tenor, bass.
"""

from functools import cache
from itertools import pairwise, product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.music.harmony import Chord

RANGES: Final = ((60, 79), (55, 72), (48, 67), (40, 60))
_PAIRS: Final = tuple((high, low) for high in range(4) for low in range(high + 1, 4))
_NEVER: Final = 1e6

Voicings = NDArray[np.int64]
Costs = NDArray[np.float64]


@cache
def voicings(chord: Chord, tonic: int) -> Voicings:
    """(voicings, 4): every complete, uncrossed voicing of the chord with its bass and no forbidden doubling."""
    pitches = [[p for p in range(low, high + 1) if (p - tonic) % 12 in chord.degrees] for low, high in RANGES[:3]]
    basses = [p for p in range(RANGES[3][0], RANGES[3][1] + 1) if (p - tonic) % 12 == chord.bass]
    found = [
        voices for voices in product(*pitches, basses) if _is_spaced(voices) and _is_doubled_well(voices, chord, tonic)
    ]
    return np.array(found, dtype=np.int64).reshape(-1, 4)


def _is_spaced(voices: tuple[int, ...]) -> bool:
    soprano, alto, tenor, bass = voices
    return 0 < soprano - alto <= 12 and 0 < alto - tenor <= 12 and 0 < tenor - bass <= 19


def _is_doubled_well(voices: tuple[int, ...], chord: Chord, tonic: int) -> bool:
    degrees = [(voice - tonic) % 12 for voice in voices]
    once = (*chord.leading, *chord.falling)
    return set(degrees) == set(chord.degrees) and all(degrees.count(degree) == 1 for degree in once)


@cache
def own_costs(chord: Chord, tonic: int) -> Costs:
    """(voicings,): what each costs by itself: far from the middle of a range, third doubled in root position."""
    found = voicings(chord, tonic)
    middle = np.array([(low + high) / 2 for low, high in RANGES])
    costs: Costs = (0.03 * (found - middle) ** 2).sum(axis=1)
    third = chord.degrees[1]
    if chord.bass == chord.degrees[0]:
        costs += 2.0 * (((found - tonic) % 12 == third).sum(axis=1) > 1)
    if "64" in chord.symbol:
        costs += 3.0 * (((found - tonic) % 12 == 7).sum(axis=1) < 2)
    return costs


@cache
def move_costs(before: Chord, after: Chord, tonic: int) -> Costs:
    """(voicings before, voicings after): what each move costs; _NEVER and more where a rule forbids it."""
    first, second = voicings(before, tonic)[:, None, :], voicings(after, tonic)[None, :, :]
    move = second - first
    size = np.abs(move)
    costs: Costs = (size[..., :3] * (1.0, 1.2, 1.2)).sum(axis=2) + 0.4 * size[..., 3]
    costs += 4.0 * (size[..., 0] > 5) + 3.0 * (size[..., 1:3] > 4).sum(axis=2) + (size[..., 3] > 7)
    # A soprano that stands still is dull; a bass that does is a pedal.
    costs += 6.0 * (move[..., 0] == 0) + 1.0 * (move[..., 3] == 0)
    costs += _NEVER * ((size[..., :3] > 9).any(axis=2) | (size[..., 3] > 12) | (size == 6).any(axis=2))
    for high, low in _PAIRS:
        costs += _NEVER * _is_parallel(first, second, high, low)
        costs += 3.0 * _is_hidden(first, second, high, low) * (high == 0 and low == 3)
    # Overlap: a voice passes where its neighbor just was.
    costs += 4.0 * (second[..., 1:] > first[..., :-1]).any(axis=2) + 4.0 * (second[..., :-1] < first[..., 1:]).any(
        axis=2
    )
    return costs + _resolution_costs(first, second, before, after, tonic)


def _is_parallel(first: Voicings, second: Voicings, high: int, low: int) -> NDArray[np.bool_]:
    then, now = (first[..., high] - first[..., low]) % 12, (second[..., high] - second[..., low]) % 12
    moved = (second[..., high] != first[..., high]) & (second[..., low] != first[..., low])
    parallel: NDArray[np.bool_] = (then == now) & ((then == 0) | (then == 7)) & moved
    return parallel


def _is_hidden(first: Voicings, second: Voicings, high: int, low: int) -> NDArray[np.bool_]:
    up, under = second[..., high] - first[..., high], second[..., low] - first[..., low]
    apart = (second[..., high] - second[..., low]) % 12
    perfect = (apart == 0) | (apart == 7)
    hidden: NDArray[np.bool_] = (np.sign(up) == np.sign(under)) & (up != 0) & (np.abs(up) > 2) & perfect
    return hidden


def _resolution_costs(first: Voicings, second: Voicings, before: Chord, after: Chord, tonic: int) -> Costs:
    degree, move = (first - tonic) % 12, second - first
    costs: Costs = np.zeros(move.shape[:2])
    for leading in before.leading:
        if (leading + 1) % 12 in after.degrees and leading not in after.degrees:
            strays = (degree == leading) & (move != 1)
            # Inner voices may drop a leading tone by a third to the fifth, as Bach's do.
            costs += _NEVER * strays[..., 0] + 3.0 * strays[..., 1:3].sum(axis=2) + _NEVER * strays[..., 3]
    for seventh in before.falling:
        if seventh not in after.degrees:
            costs += _NEVER * ((degree == seventh) & (move != -1) & (move != -2)).any(axis=2)
    # An augmented second is no melody.
    costs += 6.0 * ((np.abs(move) == 3) & np.isin(degree, (8, 11)) & np.isin((second - tonic) % 12, (8, 11))).any(
        axis=2
    )
    return costs


def lead(
    chords: tuple[Chord, ...], tonic: int, before: tuple[Chord, int] | None, rng: np.random.Generator
) -> list[int] | None:
    """The voicing of each chord, as its row in `voicings`; None if no path keeps the rules.

    before: the chord and voicing just left. The soprano is drawn along an arch, and a little noise on each voicing
    makes pieces differ.
    """
    arch = _arch(len(chords), rng)
    total = _wishes(chords[0], tonic, arch[0], rng)
    if before is not None:
        total = total + move_costs(before[0], chords[0], tonic)[before[1]]
    came_from: list[NDArray[np.intp]] = []
    for (previous, following), height in zip(pairwise(chords), arch[1:], strict=True):
        joined = total[:, None] + move_costs(previous, following, tonic)
        best = joined.argmin(axis=0)
        came_from.append(best)
        total = joined[best, np.arange(len(best))] + _wishes(following, tonic, height, rng)
    at = int(total.argmin())
    if total[at] >= _NEVER:
        return None
    path = [at]
    for best in reversed(came_from):
        path.append(int(best[path[-1]]))
    return path[::-1]


def _arch(count: int, rng: np.random.Generator) -> list[float]:
    """A pitch for the soprano to be near at each chord: up to a peak somewhere in the phrase, and down again."""
    foot, rise, peak = rng.uniform(66, 71), rng.uniform(2, 8), rng.uniform(0.3, 0.7)
    place = np.linspace(0, 1, count)
    return [float(height) for height in foot + rise * np.sin(np.pi * place ** (np.log(0.5) / np.log(peak)))]


def _wishes(chord: Chord, tonic: int, height: float, rng: np.random.Generator) -> Costs:
    found = voicings(chord, tonic)
    wishes: Costs = own_costs(chord, tonic) + 0.8 * np.abs(found[:, 0] - height) + rng.random(len(found)) * 6.0
    return wishes

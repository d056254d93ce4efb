"""How a model of four-part music is to be sampled: samples of several settings, measured beside real pieces.

    python benchmarks/music_taste.py MODEL FOLDER [--number 16] [--temperatures 1 0.8 0.6 0.5] [--top-p 1 0.9]

FOLDER holds real MIDI pieces. Samples begin from nothing and end by themselves, at 40 bars at the latest. Prints a
Markdown table, and the settings whose samples are nearest to the pieces: in the share of triads on the beats, of pieces
in which a note hangs on for longer than in any real one, and of those whose last chord is a triad over its root.
"""

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seqtui.engine.asking import sample
from seqtui.engine.open_model import OpenModel, open_model
from seqtui.readers.music.midi import OFFSET, ONSET, PITCH, read_midi
from seqtui.runs.models import find_model
from seqtui.runs.taste import Taste, options_of

BARS = 40
TRIADS = [{root, (root + third) % 12, (root + 7) % 12} for root in range(12) for third in (3, 4)]


@dataclass(frozen=True, slots=True)
class Piece:
    """triads: share of beats on which a major or minor triad, or part of one, sounds; voices: on a beat, mean.

    longest: note, in beats; closes: the last chord is a triad over its root; turns: four chords on four beats each.
    """

    triads: float
    voices: float
    longest: float
    closes: bool
    beats: int
    turns: frozenset[tuple[frozenset[int], ...]]


def measured(path: Path) -> Piece:
    """What can be heard in a MIDI file. A quarter of a beat is let pass, for what is struck a little late."""
    score = read_midi(path)
    if not len(score.notes):
        return Piece(triads=0, voices=0, longest=0, closes=False, beats=0, turns=frozenset())
    onsets, offsets = (score.notes[:, column] / score.ticks_per_beat for column in (ONSET, OFFSET))
    pitches = score.notes[:, PITCH]
    beats = np.arange(0.25, offsets.max())
    sounding = [sorted(pitches[(onsets <= beat) & (beat < offsets)].tolist()) for beat in beats]
    chords = [frozenset(pitch % 12 for pitch in notes) for notes in sounding]
    last = [notes for notes in sounding if notes][-1]
    root = last[0] % 12
    whole = ({root, (root + 4) % 12, (root + 7) % 12}, {root, (root + 3) % 12, (root + 7) % 12})
    return Piece(
        triads=statistics.fmean(any(chord <= triad for triad in TRIADS) for chord in chords if chord),
        voices=statistics.fmean(len(notes) for notes in sounding),
        longest=float((offsets - onsets).max()),
        closes=any({pitch % 12 for pitch in last} <= triad for triad in whole),
        beats=len(beats),
        turns=frozenset(tuple(chords[at : at + 4]) for at in range(len(chords) - 3)),
    )


def sampled(opened: OpenModel, taste: Taste, number: int) -> list[Piece]:
    """The measures of `number` samples."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(number):
            made = sample(opened, number=0, length=BARS, taste=taste, prime=None, seed=seed)
            path = Path(folder, f"{seed}.mid")
            opened.task.export_samples([made.values], opened.meaning.encoding, path)
            found.append(measured(path))
    return found


def row(name: str, pieces: Sequence[Piece], held: float) -> str:
    """A line of the table. held: beats that a real piece holds no note for."""
    turns = [turn for piece in pieces for turn in piece.turns]
    new = len(set(turns)) / max(sum(max(piece.beats - 3, 0) for piece in pieces), 1)
    numbers = (
        statistics.fmean(piece.triads for piece in pieces),
        statistics.fmean(piece.voices for piece in pieces),
        statistics.fmean(piece.longest > held for piece in pieces),
        statistics.fmean(piece.closes for piece in pieces),
        new,
    )
    beats = statistics.fmean(piece.beats for piece in pieces)
    return f"| {name} | {' | '.join(f'{number:.2f}' for number in numbers)} | {beats:.0f} |"


def distance(made: Sequence[Piece], real: Sequence[Piece], held: float) -> float:
    """How far samples are from real pieces: in the shares of triads, of notes that hang on, of closes, together."""
    shares = [
        (
            statistics.fmean(piece.triads for piece in pieces),
            statistics.fmean(piece.longest > held for piece in pieces),
            statistics.fmean(piece.closes for piece in pieces),
        )
        for pieces in (made, real)
    ]
    return sum(abs(one - other) for one, other in zip(*shares, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--number", type=int, default=16)
    parser.add_argument("--temperatures", type=float, nargs="+", default=[1, 0.8, 0.6, 0.5])
    parser.add_argument("--top-p", type=float, nargs="+", default=[1, 0.9])
    asked = parser.parse_args()
    real = [measured(path) for path in sorted(asked.folder.rglob("*.mid"))[: 5 * asked.number]]
    held = max(piece.longest for piece in real)
    opened = open_model(find_model(asked.model), threads=1)
    print("| sampled with | triads | voices | a note hangs on | closes | turns, each new | beats |")
    print("|--|--|--|--|--|--|--|")
    print(row(f"{len(real)} real pieces", real, held), flush=True)
    distances = {}
    for top_p in asked.top_p:
        for temperature in asked.temperatures:
            taste = Taste(temperature, top_p=top_p)
            made = sampled(opened, taste, asked.number)
            distances[taste] = distance(made, real, held)
            print(row(" ".join(options_of(taste)) or "--temperature 1", made, held), flush=True)
    nearest = min(distances, key=lambda taste: distances[taste])
    print(f"\nnearest to the real ones: {' '.join(options_of(nearest)) or '--temperature 1'}")


if __name__ == "__main__":
    main()

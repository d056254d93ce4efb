"""Which temperature a model of four-part music is to be sampled at: samples of each, measured beside real pieces.

    python benchmarks/music_taste.py MODEL FOLDER [--number 20] [--temperatures 1 0.9 0.8 0.7 0.6 0.5]

FOLDER holds real MIDI pieces. Samples begin from nothing and end by themselves, at 40 bars at the latest. Prints a
Markdown table, and the wildest temperature that keeps to what the pieces do: as many triads on the beats, no note held
longer than 19 of 20 pieces hold one, at least nine samples in ten closing.
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
from seqtui.readers.midi import OFFSET, ONSET, PITCH, read_midi
from seqtui.runs.models import find_model
from seqtui.runs.taste import Taste

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


def sampled(opened: OpenModel, temperature: float, number: int) -> list[Piece]:
    """The measures of `number` samples."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(number):
            made = sample(opened, number=0, length=BARS, taste=Taste(temperature), prime=None, seed=seed)
            path = Path(folder, f"{seed}.mid")
            opened.task.export_samples([made.values], opened.meaning.encoding, path)
            found.append(measured(path))
    return found


def row(name: str, pieces: Sequence[Piece]) -> str:
    """A line of the table."""
    turns = [turn for piece in pieces for turn in piece.turns]
    new = len(set(turns)) / max(sum(max(piece.beats - 3, 0) for piece in pieces), 1)
    cells = (
        f"{statistics.fmean(piece.triads for piece in pieces):.2f}",
        f"{statistics.fmean(piece.voices for piece in pieces):.2f}",
        f"{statistics.median(piece.longest for piece in pieces):.1f}",
        f"{max(piece.longest for piece in pieces):.1f}",
        f"{statistics.fmean(piece.closes for piece in pieces):.2f}",
        f"{statistics.fmean(piece.beats for piece in pieces):.0f}",
        f"{new:.2f}",
    )
    return f"| {name} | {' | '.join(cells)} |"


def is_like(made: Sequence[Piece], real: Sequence[Piece]) -> bool:
    """Whether samples keep to what real pieces do: see the head of this file."""
    triads = statistics.fmean(piece.triads for piece in made) >= statistics.fmean(piece.triads for piece in real)
    held = float(np.quantile([piece.longest for piece in real], 0.95))
    closing = statistics.fmean(piece.closes for piece in made) >= 0.9
    return triads and closing and statistics.fmean(piece.longest <= held for piece in made) >= 0.95


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--number", type=int, default=20)
    parser.add_argument("--temperatures", type=float, nargs="+", default=[1, 0.9, 0.8, 0.7, 0.6, 0.5])
    asked = parser.parse_args()
    real = [measured(path) for path in sorted(asked.folder.rglob("*.mid"))[: 5 * asked.number]]
    opened = open_model(find_model(asked.model), threads=1)
    print(
        "| temperature | triads | voices | longest note, median | longest of all | closes | beats | turns, each new |"
    )
    print("|--|--|--|--|--|--|--|--|")
    print(row(f"{len(real)} real pieces", real), flush=True)
    chosen = None
    for temperature in sorted(asked.temperatures, reverse=True):
        made = sampled(opened, temperature, asked.number)
        print(row(f"{temperature:g}", made), flush=True)
        if chosen is None and is_like(made, real):
            chosen = temperature
    print(f"\nthe wildest that keeps to what the pieces do: {chosen or 'none'}")


if __name__ == "__main__":
    main()

"""Music: predict the next frame of a piano roll, or the next event of a performance; sample new pieces as MIDI.

Data: with none given, 300 four-part chorales made by rule here (seqtui.readers.music.chorales; MIT, about 24,000
frames), the same on every machine, whatever is installed. `--data bach` reads 407 chorales from music21's corpus
(extra "corpora"). Else a .mid file, a folder of them, or a piano-roll set (.mat of Boulanger-Lewandowski et al.,
2012).
One real example: chorale 1 in A major opens I V6 V65 I IV V7 vi; its first frame holds keys 24, 40, 43 and 48 of 88.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Interval

from seqtui.config import DATA, Knob, Settings
from seqtui.readers.music.baselines import frame_baselines, token_baselines
from seqtui.readers.music.midi import MIDI_SUFFIXES
from seqtui.readers.music.midi_events import BOS, SIZE
from seqtui.readers.music.piano_roll import KEYS
from seqtui.readers.music.pieces import Piece
from seqtui.readers.music.roll_text import draw_roll
from seqtui.readers.music.samples import (
    bar_meter,
    draw_opening,
    make_encoding,
    played_as,
    read_primer,
    roll_of_sample,
    write_samples,
)
from seqtui.readers.music.sources import load_pieces, load_splits, transposed_copies
from seqtui.shapes import Head, IOShape, NextFrame, NextToken
from seqtui.task import Checkup, Corpus, Finding, Progress, Records, Task, Values


# fmt: off
@dataclass(frozen=True, slots=True, kw_only=True)
class MusicOptions:
    """What can be chosen about reading music."""

    representation: Annotated[Literal["frames", "events"], Knob("Piano roll on a beat grid, or note events with velocity.", group=DATA)] = "frames"  # noqa: E501
    steps_per_beat: Annotated[int | None, Interval(ge=1, le=24), Knob("Frames a beat; found from the data if left out.", unit="steps", group=DATA)] = None  # noqa: E501
    transpose: Annotated[int, Interval(ge=0, le=6), Knob("Add copies of the training pieces up and down by up to this.", unit="semitones", group=DATA)] = 0  # noqa: E501
# fmt: on


class Music(Task):
    """MIDI in, MIDI out."""

    name: ClassVar[str] = "music"
    title: ClassVar[str] = "Music"
    summary: ClassVar[str] = "Learn pieces of music and play on: next frame of a piano roll, or next MIDI event."
    reads: ClassVar[str] = "a .mid file, a folder of them, a piano-roll set (.mat), or bach"
    trains_as: ClassVar[IOShape] = IOShape.MANY_TO_MANY_ALIGNED
    samples_as: ClassVar[IOShape | None] = IOShape.ONE_TO_MANY
    head_kind: ClassVar[str] = "next-frame"
    length_unit: ClassVar[str] = "bars"
    default_length: ClassVar[int] = 16
    sample_suffixes: ClassVar[tuple[str, ...]] = MIDI_SUFFIXES
    options: ClassVar[type[Settings]] = MusicOptions
    defaults: ClassVar[Mapping[str, Any]] = {
        "backbone": "lstm",
        "hidden_size": 192,
        "embedding_size": 128,
        "dropout": 0.3,
        "batch_size": 16,
        "lr": 5e-3,
        "schedule": "cosine",
        "epochs": 100,
    }

    def head_kind_for(self, options: Mapping[str, Any]) -> str:
        """Frames of a roll, or tokens of a performance."""
        return "next-frame" if MusicOptions(**options).representation == "frames" else "next-token"

    def load(self, data: str | None, options: Mapping[str, Any], *, seed: int, progress: Progress) -> Corpus:
        """Three splits of whole pieces, in order; copies by transposition are added to train only."""
        chosen = MusicOptions(**options)
        loaded = load_splits(data, chosen.representation, chosen.steps_per_beat, seed=seed, progress=progress)
        splits = loaded.splits
        encoding = make_encoding(splits.train, chosen.representation, loaded.steps_per_beat)
        train, test = [piece.values for piece in splits.train], [piece.values for piece in splits.test]
        is_roll = chosen.representation == "frames"
        head: Head = NextFrame(KEYS) if is_roll else NextToken(SIZE)
        progress("counting for the baselines", 0, 0)
        records = [
            _records(pieces)
            for pieces in (transposed_copies(splits.train, chosen.transpose), splits.valid, splits.test)
        ]
        return Corpus(
            train=records[0],
            valid=records[1],
            test=records[2],
            head=head,
            encoding=encoding,
            source=loaded.source,
            split_rule=splits.rule,
            fingerprint=_fingerprint(records, encoding),
            notes=loaded.notes,
            baselines=frame_baselines(train, test) if is_roll else token_baselines(train, test, SIZE),
            loss_unit="nats/frame" if is_roll else "nats/token",
        )

    def load_for_scoring(
        self, data: str, encoding: Mapping[str, Any], *, progress: Progress
    ) -> tuple[Records, tuple[str, ...]]:
        """All of `data`; of a piano-roll set, which brings its own splits, the test split."""
        pieces, _, _, problems = load_pieces(
            data, encoding["representation"], encoding["steps_per_beat"], progress=progress
        )
        return _records(pieces), tuple(problems)

    def check(self, paths: Sequence[Path], options: Mapping[str, Any]) -> Checkup:  # noqa: ARG002
        """The data doctor for MIDI files, folders and piano-roll sets."""
        from seqtui.readers.music.doctor import examine

        seen, facts = examine(paths)
        return Checkup(tuple(Finding(remark.level, remark.where, remark.text) for remark in seen), facts)

    def prime(self, source: str | None, encoding: Mapping[str, Any], *, rng: np.random.Generator) -> Values:
        """A MIDI file to play on from; else the first bar of some training piece, or BOS."""
        is_roll = encoding["representation"] == "frames"
        if source is None:
            return draw_opening(encoding, rng) if is_roll else np.array([BOS], np.int16)
        values = read_primer(source, encoding).values
        # The model is to go on, so the primer must not say that the piece is over.
        return values if is_roll else values[:-1]

    def primed(self, source: str | None, encoding: Mapping[str, Any]) -> Mapping[str, Any]:
        """Tempo, meter and instrument are those of the primer."""
        return encoding if source is None else played_as(read_primer(source, encoding).facts, encoding)

    def is_long_enough(self, length: int, encoding: Mapping[str, Any]) -> Callable[[Values], bool]:
        """Counts bars at the meter, and for events the tempo, of the primer, else of the training data."""
        return bar_meter(length, encoding)

    def show(self, values: Values, encoding: Mapping[str, Any], *, width: int, height: int) -> str:
        """A piano roll in half blocks."""
        frames, per_bar = roll_of_sample(values, encoding)
        return draw_roll(frames, width=width, height=height, steps_per_bar=per_bar)

    def export_samples(self, samples: Sequence[Values], encoding: Mapping[str, Any], path: Path) -> tuple[Path, ...]:
        """Standard MIDI files; four-part music comes as four tracks."""
        return write_samples(samples, encoding, path)


def _records(pieces: Sequence[Piece]) -> Records:
    return Records(
        values=np.concatenate([piece.values for piece in pieces]),
        lengths=np.array([len(piece.values) for piece in pieces], dtype=np.int64),
        names=tuple(piece.name for piece in pieces),
    )


def _fingerprint(splits: Sequence[Records], encoding: Mapping[str, Any]) -> str:
    digest = blake2b(repr(sorted(encoding.items())).encode(), digest_size=16)
    for records in splits:
        digest.update(records.lengths.tobytes())
        digest.update(np.ascontiguousarray(records.values).tobytes())
    return digest.hexdigest()

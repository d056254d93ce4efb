"""Where music comes from: a name, a MIDI file, a folder or a piano-roll set, as pieces in three splits.

Decides the grid where nobody said it, and collects what a person should know of the data. Holds no task.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput, NotFound, Usage
from seqtui.readers.listing import shortened
from seqtui.readers.music.chorales import make_chorales
from seqtui.readers.music.folder import encode_folder, midi_files, sampled_grid
from seqtui.readers.music.mat_rolls import MAT_SUFFIX, read_rolls, steps_per_beat_of
from seqtui.readers.music.midi import MIDI_SUFFIXES, Score, read_midi
from seqtui.readers.music.pieces import Piece, PieceFacts, Representation, encode, suggest_grid, transpose
from seqtui.readers.music.split import Splits, leak_notes, split_pieces
from seqtui.text_safety import counted

Progress = Callable[[str, int, int], None]

BACH: Final = ("bach", "bach-chorales")
MADE_SEED: Final = 1
MADE_PIECES: Final = 300
MADE_GRID: Final = 2
_HELD: Final = 30
_TOLD: Final = 20


@dataclass(frozen=True, slots=True)
class Loaded:
    """Pieces, the grid they stand on, where they came from, and a sentence for each thing worth knowing."""

    splits: Splits
    steps_per_beat: int
    source: str
    notes: tuple[str, ...]


def load_splits(
    data: str | None, representation: Representation, steps_per_beat: int | None, *, seed: int, progress: Progress
) -> Loaded:
    """The three splits of `data`; None is the chorales made by rule, the same on every machine."""
    if data is None:
        return _made(representation, steps_per_beat or MADE_GRID, progress)
    path = Path(data)
    if path.suffix.lower() == MAT_SUFFIX and not path.is_dir():
        return _rolls(path, representation, steps_per_beat)
    pieces, grid, source, problems = load_pieces(data, representation, steps_per_beat, progress=progress)
    splits = split_pieces(pieces, seed=seed)
    return Loaded(splits, grid, source, (*_shortened(problems), *splits.notes, *_remarks(pieces, grid, representation)))


def load_pieces(
    data: str, representation: Representation, steps_per_beat: int | None, *, progress: Progress
) -> tuple[list[Piece], int, str, list[str]]:
    """All pieces of `data` unsplit, their grid, where they came from, and a sentence for each file left out."""
    path = Path(data)
    if data in BACH and not path.exists():
        return _bach(representation, steps_per_beat, progress)
    if path.is_dir():
        files = midi_files(path)
        if not files:
            raise BadInput(f"{path} holds no MIDI file; files must end in {' or '.join(MIDI_SUFFIXES)}")
        grid = steps_per_beat or sampled_grid(files)
        pieces, problems = encode_folder(files, representation, grid, progress=progress)
        if not pieces:
            raise BadInput(f"none of the {len(files)} MIDI files in {path} can be used; the first: {problems[0]}")
        return pieces, grid, f"{counted(len(pieces), 'MIDI file')} of {path}", problems
    if path.suffix.lower() == MAT_SUFFIX:
        return _test_rolls(path, representation, steps_per_beat)
    if not path.exists():
        raise NotFound(
            f"there is no file, folder or data set {data}; give a .mid file, a folder of them, a .mat or bach"
        )
    score = read_midi(path)
    grid = steps_per_beat or suggest_grid([score])
    return [encode(score, path.name, representation, grid)], grid, f"the MIDI file {path}", []


def transposed_copies(pieces: Sequence[Piece], semitones: int) -> list[Piece]:
    """The pieces, and each again up and down by up to so many semitones, where the keyboard holds it."""
    shifts = [shift for shift in range(-semitones, semitones + 1) if shift]
    copies = [transpose(piece, shift) for piece in pieces for shift in shifts]
    return [*pieces, *(copy for copy in copies if copy is not None)]


def _made(representation: Representation, grid: int, progress: Progress) -> Loaded:
    progress("making chorales by rule", 0, 0)
    scores = make_chorales(MADE_SEED, MADE_PIECES)
    pieces = [encode(score, score.track_names[0], representation, grid) for score in scores]
    train = MADE_PIECES - 2 * _HELD
    splits = Splits(
        pieces[:train],
        pieces[train : train + _HELD],
        pieces[train + _HELD :],
        f"fixed: pieces 1-{train} train, the next {_HELD} valid, the last {_HELD} test",
    )
    note = 'made by rule, the same everywhere; --data bach trains on the real chorales (pip install "seqtui[corpora]")'
    return Loaded(splits, grid, f"{MADE_PIECES} chorales made by rule (seed {MADE_SEED})", (note,))


def _bach(
    representation: Representation, steps_per_beat: int | None, progress: Progress
) -> tuple[list[Piece], int, str, list[str]]:
    from seqtui.readers.music.bach import bach_files, read_chorale

    files = bach_files()
    scores: list[tuple[str, Score]] = []
    problems: list[str] = []
    for done, path in enumerate(files):
        if done % 20 == 0:
            progress("reading Bach chorales", done, len(files))
        try:
            scores.append((path.stem, read_chorale(path)))
        except BadInput as error:
            problems.append(str(error).replace(str(path), path.name))
    grid = steps_per_beat or suggest_grid([score for _, score in scores])
    pieces = [encode(score, name, representation, grid) for name, score in scores]
    return pieces, grid, f"{len(pieces)} Bach chorales of music21's corpus", problems


def _rolls(path: Path, representation: Representation, steps_per_beat: int | None) -> Loaded:
    _need_frames(path, representation)
    by_name, problems = read_rolls(path)
    splits = Splits(by_name["train"], by_name["valid"], by_name["test"], "as in the file")
    notes = (*_shortened(problems), *leak_notes(splits))
    return Loaded(splits, steps_per_beat or steps_per_beat_of(path), f"the piano-roll set {path}", notes)


def _test_rolls(
    path: Path, representation: Representation, steps_per_beat: int | None
) -> tuple[list[Piece], int, str, list[str]]:
    _need_frames(path, representation)
    by_name, problems = read_rolls(path)
    problems.append(f"{path.name} has splits of its own; its test split is what is scored")
    return by_name["test"], steps_per_beat or steps_per_beat_of(path), f"the test split of {path}", problems


def _need_frames(path: Path, representation: Representation) -> None:
    if representation != "frames":
        raise Usage(f"{path} is a set of piano rolls, which hold no events: use representation=frames, or MIDI files")


def _remarks(pieces: Sequence[Piece], grid: int, representation: Representation) -> list[str]:
    onsets = sum(piece.facts.onsets for piece in pieces)
    off, left_out = sum(piece.facts.off_grid for piece in pieces), sum(piece.facts.left_out for piece in pieces)
    remarks = _shortened([f"{piece.name}: {fault}" for piece in pieces for fault in piece.facts.faults])
    if representation == "frames" and off > 0.05 * onsets:
        remarks.append(
            f"{off / onsets:.0%} of the notes begin off the grid of {grid} steps per beat and were moved to it; try "
            "another steps_per_beat, or representation=events"
        )
    if left_out:
        remarks.append(f"{left_out} notes lie outside the 88 keys of a piano and were left out")
    return remarks


def _shortened(sentences: Sequence[str]) -> list[str]:
    return shortened(sentences, _TOLD, "like these; seqtui check music lists them all")


def most_common_facts(pieces: Sequence[Piece]) -> PieceFacts:
    """Median tempo, and the most frequent meter and program."""
    tempos = sorted(piece.facts.tempo for piece in pieces)
    meter = Counter(piece.facts.meter for piece in pieces).most_common(1)[0][0]
    program = Counter(piece.facts.program for piece in pieces).most_common(1)[0][0]
    return PieceFacts(tempos[len(tempos) // 2], meter, program)

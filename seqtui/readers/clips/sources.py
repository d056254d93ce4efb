"""Which reader a file or folder of clips is for, and how clips are made alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from seqtui.errors import BadInput, MissingExtra, SeqtuiError
from seqtui.readers.clips.arrays import ArrayClips, read_arrays
from seqtui.readers.clips.clip_set import Clip, ClipSet, check_bytes, lay
from seqtui.readers.clips.decoder import Film, decode_films
from seqtui.readers.clips.files import GIVE, kind_of
from seqtui.readers.clips.folder import Place, places_in
from seqtui.readers.clips.frames import read_frames
from seqtui.readers.clips.pixels import FILE_SIDE, alike, as_bytes, own_shape
from seqtui.readers.clips.tables import clips_of_table, path_column, read_table
from seqtui.readers.listing import shortened
from seqtui.readers.split_folder import data_files, split_of
from seqtui.readers.unpacked_file import silent
from seqtui.shapes import Pictures
from seqtui.text_safety import clean

MOST_FRAMES: Final = 200  # of a clip, where nobody says
_TOLD: Final = 10

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """How clips are read. size: pixels of a side, to which each frame is squeezed; None: 16 made, 32 of films and
    pictures, arrays as they are. color: three channels. max_frames: later frames of a clip are left out; frame_rate:
    frames a second that are kept of films, None: all. per_frame: numbers a frame in tables of vectors; None: found.
    target: the very shape that a model reads, whatever `size` says.
    """

    size: int | None = None
    color: bool = False
    max_frames: int | None = None
    frame_rate: float | None = None
    per_frame: int | None = None
    target: Pictures | None = None

    @property
    def most(self) -> int:
        """Frames of a clip at most."""
        return self.max_frames or MOST_FRAMES

    def shape(self) -> Pictures:
        """Of what is read from films and pictures."""
        side = self.size or FILE_SIDE
        return self.target or Pictures(side, side, 3 if self.color else 1)


def read_clips(path: Path, reading: Reading, *, progress: Progress) -> ClipSet:
    """All clips of a file or a folder; BadInput where none can be read."""
    if path.is_dir():
        inside = data_files(path)
        if len(inside) == 1 and kind_of(inside[0]) in ("array", "table") and inside[0].is_file():
            return read_clips(inside[0], reading, progress=progress)
        tables = vector_tables(inside)
        if tables:
            return _from_tables(tables, reading, progress)
        return _from_places(places_in(path), reading, clean(path.name), progress)
    match kind_of(path):
        case "film":
            return _from_places([Place(path, "film", clean(path.name))], reading, clean(path.name), progress)
        case "array":
            return _from_arrays(read_arrays(path), reading, clean(path.name))
        case "table":
            return _from_tables({path: None}, reading, progress)
        case "picture":
            raise BadInput(f"{clean(path.name)} is a single picture: give the folder of all frames of its clip")
    raise BadInput(f"{clean(path.name)} is of no kind that is read here: {GIVE}")


def vector_tables(paths: Sequence[Path]) -> dict[Path, str | None]:
    """The tables of vectors among the files of a folder, and the split that each one's name says: none of them where
    there is a clip of another kind, or a manifest.
    """
    tables = [path for path in paths if path.is_file() and kind_of(path) == "table"]
    if len(tables) < len(paths) or any(path_column(read_table(path, progress=silent)) is not None for path in tables):
        return {}
    return {path: split_of(path.name) for path in tables}


def _from_tables(tables: Mapping[Path, str | None], reading: Reading, progress: Progress) -> ClipSet:
    made: list[Clip] = []
    notes: list[str] = []
    for path, split in tables.items():
        clips, said = clips_of_table(read_table(path, progress=progress), clean(path.name), reading.per_frame)
        made += [Clip(clip.frames, clip.name, clip.label, split or clip.split) for clip in clips]
        notes += said
    if len({clip.frames.shape[1] for clip in made}) > 1:
        names = ", ".join(clean(path.name) for path in tables)
        raise BadInput(f"{names} have frames of different numbers of columns; give tables of one kind")
    return _laid(made, None, reading, notes)


def _from_arrays(parts: Sequence[ArrayClips], reading: Reading, name: str) -> ClipSet:
    notes = [note for part in parts for note in part.notes]
    parts = [part for part in parts if part.values.size]
    if not parts:
        raise BadInput(f"{name} holds no clip: one of its axes has the length 0")
    if len({part.values.shape[2:] for part in parts}) > 1:
        raise BadInput(f"{name} holds splits whose frames are not of one size")
    if not parts[0].are_pictures:
        return _laid([clip for part in parts for clip in _clips(part, name)], None, reading, notes)
    first = parts[0].values
    own = own_shape(first[0], name, color=reading.color) if not (reading.size or reading.target) else reading.shape()
    check_bytes(sum(len(part.values) * min(part.values.shape[1], reading.most) for part in parts) * own.pixels)
    clips = []
    for part in parts:
        for clip in _clips(part, name):
            planes = as_bytes(clip.frames[: reading.most], clip.name)
            clips.append(Clip(alike(planes, own), clip.name, clip.label, clip.split))
    return _laid(clips, own, reading, notes, longest=max(part.values.shape[1] for part in parts))


def _clips(part: ArrayClips, name: str) -> list[Clip]:
    split = f" {part.split}" if part.split else ""
    count = len(part.values)
    of = [name] if count == 1 else [f"{name}{split} clip {number}" for number in range(1, count + 1)]
    values = part.values if part.are_pictures else part.values.astype(np.float32)
    if not part.are_pictures and not np.isfinite(values).all():
        raise BadInput(f"{name} holds numbers that are not finite")
    labels: Sequence[str | None] = part.labels or [None] * len(of)
    return [Clip(frames, own, label, part.split) for frames, own, label in zip(values, of, labels, strict=True)]


def _from_places(places: Sequence[Place], reading: Reading, name: str, progress: Progress) -> ClipSet:
    """Films are decoded together, in one process; a clip that cannot be read is left out by its name."""
    target = reading.shape()
    films = [(place.name, place.path) for place in places if place.kind == "film"]
    decoded: list[Film | None] = []
    problems: list[str] = []
    if films:
        decoded, problems = decode_films(
            films, target, max_frames=reading.most, frame_rate=reading.frame_rate, progress=progress
        )
    made: list[Clip] = []
    rates: list[float] = []
    waiting = iter(decoded)
    for number, place in enumerate(places):
        progress(f"reading {name}", number, len(places))
        try:
            film = next(waiting) if place.kind == "film" else Film(_frames(place, target, reading), 0.0)
        except MissingExtra:
            raise
        except SeqtuiError as error:
            problems.append(f"{place.name} was left out: {error}")
            continue
        if film is not None:
            made.append(Clip(film.frames, place.name, place.label, place.split))
            rates += [film.rate] if film.rate else []
    if not made:
        whole = f"none of the {len(places):,} clips of {name} can be read; the first: " if len(places) > 1 else ""
        left_out, _, why = problems[0].partition(" was left out: ")
        raise BadInput(whole + (why if why.startswith(left_out) else problems[0]))
    notes = shortened(problems, _TOLD, "that cannot be read")
    rate = float(np.median(rates)) if rates else 0.0
    return _laid(made, target, reading, notes, rate=rate)


def _frames(place: Place, target: Pictures, reading: Reading) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    if place.kind == "frames":
        return read_frames(place.path, target, max_frames=reading.most)
    parts = read_arrays(place.path)
    if len(parts) != 1 or not parts[0].are_pictures or len(parts[0].values) != 1:
        raise BadInput(
            f"{place.name} is not one clip of pictures, as in a folder of clips it must be: give (frames, height, "
            "width) as whole numbers of 0 to 255, or with a last axis of 1 or 3 colors"
        )
    return alike(as_bytes(parts[0].values[0][: reading.most], place.name), target)


def _laid(
    clips: Sequence[Clip], shape: Pictures | None, reading: Reading, notes: Sequence[str], *, rate: float = 0.0,
    longest: int = 0,
) -> ClipSet:  # fmt: skip
    """Clips end to end, cut to the length that is read, and a note of what was cut."""
    most = reading.most
    lengths = [len(clip.frames) for clip in clips]
    cut = sum(length > most for length in lengths) or (len(clips) if longest > most else 0)
    said = list(notes)
    if cut or (shape is not None and max(lengths, default=0) == most and reading.max_frames is None):
        said.append(f"clips of more than {most} frames were cut there, their beginning is kept: see --max-frames")
    short = [Clip(clip.frames[:most], clip.name, clip.label, clip.split) for clip in clips if len(clip.frames)]
    if not short:
        raise BadInput("no clip holds a frame")
    return lay(short, shape, rate=rate, notes=said)

"""The clips that are made where no data are given, by name: motions and bouncing, each of any seed.

`motions:7` is the set of seed 7; every seed is another set, without end.
"""

import re
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput, Usage
from seqtui.readers.clips.clip_set import ClipSet
from seqtui.readers.clips.made_motion import LENGTH, MOTIONS, SIZE, MadeClips, make_bouncing, make_motions
from seqtui.readers.clips.motion_sprites import Sprites
from seqtui.readers.text_file import text_lines
from seqtui.shapes import Pictures

MADE: Final = ("motions", "bouncing")
CLIPS: Final = {"motions": 20_000, "bouncing": 1200}
RATE: Final = 12.0  # frames a second, at which made clips are played
FRESH_CLIPS: Final = 2000
FRESH_SEED: Final = 1  # of made clips to score a trained model on, where no seed is named
_NAME: Final = re.compile(r"(motions|bouncing)(?::(\d{1,9}))?")
_DIGITS: Final = re.compile(r"digits\.csv(\.gz)?")
_BRIGHTEST: Final = 16


def made_name(data: str | None) -> tuple[str, int | None] | None:
    """The set and the seed that a name of made clips says; None where it is none, or a file of that name is there."""
    found = _NAME.fullmatch(data or "")
    if found is None or Path(str(data)).exists():
        return None
    return found.group(1), int(found.group(2)) if found.group(2) else None


def make_clips(
    name: str, *, seed: int, size: int | None, length: int | None, clips: int = 0, sprites: Sprites | None = None
) -> ClipSet:
    """A set of made clips, of size × size grey pixels (16 if not said) and `length` frames (12, or 20 that bounce)."""
    side = size or SIZE
    if side < 12:
        raise Usage(f"size={side} is too small for things of 7 pixels to move in: give 12 or more, or leave it out")
    if length is not None and length < 4:
        raise Usage(f"max_frames={length} is too short to see a movement: give 4 or more, or leave it out")
    count = len(sprites) if sprites is not None else clips or CLIPS[name]
    if name == "motions":
        made = make_motions(count, seed=seed, size=side, length=length or LENGTH, sprites=sprites)
    else:
        made = make_bouncing(count, seed=seed, size=side, length=length or LENGTH + 8, sprites=sprites)
    return _laid(made, name, seed)


def _laid(made: MadeClips, name: str, seed: int) -> ClipSet:
    clips, frames, height, width = made.frames.shape
    labels = [MOTIONS[each] if each >= 0 else None for each in made.labels.tolist()]
    names = [
        f"{name}:{seed} clip {number} ({thing}{f', {label}' if label else ''})"
        for number, (thing, label) in enumerate(zip(made.things, labels, strict=True), 1)
    ]
    return ClipSet(
        made.frames.reshape(clips * frames, height * width),
        np.full(clips, frames, np.int64),
        names,
        labels,
        Pictures(height, width),
        None,
        RATE,
    )


def find_digits(path: Path) -> Path | None:
    """The table of written digits (UCI optdigits) in a folder, or the file itself."""
    if path.is_dir():
        return next((each for each in sorted(path.iterdir()) if _DIGITS.fullmatch(each.name)), None)
    return path if _DIGITS.fullmatch(path.name) else None


def read_digits(path: Path) -> tuple[Sprites, NDArray[np.int64]]:
    """(pictures, 8, 8) of 0 … 1 and which digit each is, from rows of 64 brightnesses of 0 … 16 and the digit."""
    rows = []
    for number, line in text_lines(path):
        cells = line.split(",")
        if len(cells) != 65 or not all(cell.strip().isdecimal() for cell in cells):
            raise BadInput(f"{path.name}, line {number}: a digit is 65 whole numbers, its pixels and what it is")
        rows.append([int(cell) for cell in cells])
    table = np.array(rows, np.int64).reshape(-1, 65)
    if len(table) < 3 or table[:, :64].max() > _BRIGHTEST:
        raise BadInput(f"{path.name} holds no 8 × 8 pictures of brightness 0 to {_BRIGHTEST}")
    return table[:, :64].reshape(-1, 8, 8) / _BRIGHTEST, table[:, 64]

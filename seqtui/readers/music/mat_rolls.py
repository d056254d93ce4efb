"""Piano-roll sets in MATLAB files, as Boulanger-Lewandowski (2012) published them: three cells of (frames, 88) 0/1.

Knows nothing of MATLAB's bytes: that is seqtui.readers.music.mat_file.
"""

from pathlib import Path
from typing import Final

import numpy as np

from seqtui.errors import BadInput
from seqtui.readers.music.mat_file import Array, read_mat
from seqtui.readers.music.piano_roll import KEYS
from seqtui.readers.music.pieces import Piece, PieceFacts
from seqtui.readers.regular_file import read_regular

MAT_SUFFIX: Final = ".mat"
SPLITS: Final = {"train": "traindata", "valid": "validdata", "test": "testdata"}
MAX_BYTES: Final = 512 * 2**20


def read_rolls(path: Path) -> tuple[dict[str, list[Piece]], list[str]]:
    """Pieces by split, and a sentence for each record that was left out. BadInput for another kind of file."""
    cells = read_mat(read_regular(path, at_most=MAX_BYTES), str(path), wanted=tuple(SPLITS.values()))
    missing = [name for name in SPLITS.values() if name not in cells]
    if missing:
        raise BadInput(
            f"{path} lacks {', '.join(missing)}; a piano-roll set holds the cells traindata, validdata and testdata"
        )
    problems: list[str] = []
    splits = {split: _pieces(cells[cell], cell, path, problems) for split, cell in SPLITS.items()}
    for split, pieces in splits.items():
        if not pieces:
            raise BadInput(
                f"{path} holds no usable record in {SPLITS[split]}: {'; '.join(problems[:1]) or 'it is empty'}"
            )
    return splits, problems


def steps_per_beat_of(path: Path) -> int:
    """The file does not say; the published JSB set has a frame a quarter note, the other three one an eighth."""
    return 1 if "jsb" in path.stem.lower() else 2


def _pieces(records: list[Array], name: str, path: Path, problems: list[str]) -> list[Piece]:
    pieces: list[Piece] = []
    for index, record in enumerate(records):
        where = f"{path.name} {name} record {index + 1}"
        fault = _fault(record)
        if fault:
            problems.append(f"{where} is left out: {fault}")
        else:
            pieces.append(Piece(where, np.ascontiguousarray(record, dtype=np.uint8), PieceFacts()))
    return pieces


def _fault(record: Array) -> str:
    if record.ndim != 2 or record.shape[1] != KEYS:
        return f"its shape is {record.shape}, and should be (frames, {KEYS})"
    if record.dtype.kind not in "buif" or not np.isin(record, (0, 1)).all():
        return "it holds other values than 0 and 1"
    if len(record) < 2:
        return f"it has {len(record)} frame{'s' * (len(record) != 1)}; a next frame needs at least 2"
    return ""

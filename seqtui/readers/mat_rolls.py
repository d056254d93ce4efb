"""Piano-roll sets in MATLAB files, as Boulanger-Lewandowski (2012) published them: three cells of (frames, 88) 0/1.

scipy reads them; it is imported when first needed.
"""

import zlib
from pathlib import Path
from typing import Final

import numpy as np

from seqtui.errors import BadInput
from seqtui.readers.music_pieces import Piece, PieceFacts
from seqtui.readers.piano_roll import KEYS
from seqtui.readers.regular_file import read_regular

MAT_SUFFIX: Final = ".mat"
SPLITS: Final = {"train": "traindata", "valid": "validdata", "test": "testdata"}
MAX_BYTES: Final = 512 * 2**20
MAX_UNPACKED: Final = 2 * 2**30
_COMPRESSED: Final = 15


def read_rolls(path: Path) -> tuple[dict[str, list[Piece]], list[str]]:
    """Pieces by split, and a sentence for each record that was left out. BadInput for another kind of file."""
    cells = _load(path)
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


def _load(path: Path) -> dict[str, np.ndarray]:
    data = read_regular(path, at_most=MAX_BYTES)
    if data[:6] != b"MATLAB":
        raise BadInput(f"{path} is not a MATLAB 5 file: it must open with the word MATLAB")
    _refuse_bombs(data, path)
    from io import BytesIO

    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        loaded: dict[str, np.ndarray] = loadmat(BytesIO(data), variable_names=list(SPLITS.values()))
    except (
        MatReadError,
        ValueError,
        TypeError,
        NotImplementedError,
        OSError,
        KeyError,
        IndexError,
        zlib.error,
    ) as error:
        raise BadInput(f"{path} cannot be read as a MATLAB 5 file: {error}") from error
    return loaded


def _refuse_bombs(data: bytes, path: Path) -> None:
    """Unpack each compressed element piece by piece, counting, before anybody unpacks it whole."""
    position, unpacked = 128, 0
    while position + 8 <= len(data):
        kind = int.from_bytes(data[position : position + 4], "little")
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        if kind == _COMPRESSED:
            stream, rest = zlib.decompressobj(), data[position + 8 : position + 8 + length]
            try:
                while rest and unpacked <= MAX_UNPACKED:
                    unpacked += len(stream.decompress(rest, 2**24))
                    rest = stream.unconsumed_tail
            except zlib.error as error:
                raise BadInput(f"{path} is damaged in the element at byte {position}: {error}") from error
        if unpacked > MAX_UNPACKED:
            raise BadInput(f"{path} unpacks to more than {MAX_UNPACKED:,} bytes (byte {position})")
        position += 8 + length


def _pieces(cell: np.ndarray, name: str, path: Path, problems: list[str]) -> list[Piece]:
    pieces: list[Piece] = []
    records = cell.ravel() if cell.dtype == object else [cell]
    for index, record in enumerate(records):
        where = f"{path.name} {name} record {index + 1}"
        fault = _fault(np.asarray(record))
        if fault:
            problems.append(f"{where} is left out: {fault}")
        else:
            pieces.append(Piece(where, np.ascontiguousarray(record, dtype=np.uint8), PieceFacts()))
    return pieces


def _fault(record: np.ndarray) -> str:
    if record.ndim != 2 or record.shape[1] != KEYS:
        return f"its shape is {record.shape}, and should be (frames, {KEYS})"
    if record.dtype.kind not in "buif" or not np.isin(record, (0, 1)).all():
        return "it holds other values than 0 and 1"
    if len(record) < 2:
        return f"it has {len(record)} frame{'s' * (len(record) != 1)}; a next frame needs at least 2"
    return ""

"""Encoded pieces as one .npz file: the cache of a folder of music, and what its reading processes hand back.

Arrays and JSON only (never pickled objects); written aside and renamed, so that a reader never meets half a file.
"""

import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from seqtui.readers.music.piano_roll import KEYS
from seqtui.readers.music.pieces import Piece, PieceFacts


def write_pieces(path: Path, pieces: Sequence[Piece], problems: Sequence[str]) -> None:
    """Pieces of one representation, and a sentence for each file that gave none."""
    stored = {
        "names": [piece.name for piece in pieces],
        "facts": [asdict(piece.facts) for piece in pieces],
        "problems": list(problems),
        "frames": bool(pieces) and pieces[0].values.ndim == 2,
    }
    # 88 keys are 11 bytes.
    packed = [np.packbits(piece.values, axis=1) if stored["frames"] else piece.values for piece in pieces]
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    with aside.open("wb") as file:
        np.savez(
            file,
            values=np.concatenate(packed) if packed else np.zeros(0, np.int16),
            lengths=np.array([len(piece.values) for piece in pieces], dtype=np.int64),
            # surrogates: a file name need not be text
            stored=np.frombuffer(json.dumps(stored).encode("ascii"), dtype=np.uint8),
        )
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def read_pieces(path: Path) -> tuple[list[Piece], list[str]] | None:
    """What `write_pieces` wrote; None where there is no such file or it is damaged, so that it is made anew."""
    try:
        # opened here, as np.load leaves a damaged file open
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            values, lengths = file["values"], file["lengths"]
            stored = json.loads(file["stored"].tobytes())
        if stored["frames"]:
            values = np.unpackbits(values, axis=1, count=KEYS)
        if int(lengths.sum()) != len(values):
            return None
        facts = [_facts(given) for given in stored["facts"]]
        parts = np.split(values, np.cumsum(lengths)[:-1]) if len(lengths) else []
        pieces = [Piece(*row) for row in zip(stored["names"], parts, facts, strict=True)]
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None
    return pieces, stored["problems"]


def _facts(given: dict[str, object]) -> PieceFacts:
    lists = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return PieceFacts(**{**given, **lists})  # type: ignore[arg-type]

"""Pieces into train, valid and test: by what folders or file names say, else by seed; never one piece in two splits.

"One piece" means the same notes, transposed or not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from seqtui.errors import BadInput
from seqtui.readers.listing import listed
from seqtui.readers.music.pieces import Piece, music_hash

_WORDS: Final = {
    "train": "train", "training": "train", "valid": "valid", "validation": "valid", "val": "valid", "dev": "valid",
    "test": "test", "testing": "test",
}  # fmt: skip
_SPLIT_WORD: Final = re.compile(r"(?<![a-z])(" + "|".join(_WORDS) + r")(?![a-z])")
_LEAST_STEPS: Final = 20
NAMES: Final = ("train", "valid", "test")


@dataclass(frozen=True, slots=True)
class Splits:
    """rule: how the splits were made, in words; notes: what is worth knowing of them, a sentence each."""

    train: list[Piece]
    valid: list[Piece]
    test: list[Piece]
    rule: str
    notes: tuple[str, ...] = ()


def split_pieces(pieces: Sequence[Piece], *, seed: int) -> Splits:
    """The three splits; every one has at least a step to predict."""
    said = [split_word(piece.name) for piece in pieces]
    if all(said) and {"train", "test"} <= set(said):
        return _as_said(pieces, said, seed)
    groups = _groups(pieces)
    if len(groups) < 3:
        return _by_time(pieces)
    rng = np.random.default_rng(seed)
    order = [groups[index] for index in rng.permutation(len(groups)).tolist()]
    held = max(1, round(0.1 * len(groups)))
    test, valid, train = order[:held], order[held : 2 * held], order[2 * held :]
    copies = len(pieces) - len(groups)
    note = f"{copies} pieces have the same notes as another, transposed or not; such pieces are kept in one split"
    return Splits(
        _members(pieces, train),
        _members(pieces, valid),
        _members(pieces, test),
        f"by seed {seed}, whole pieces, 80/10/10",
        (note,) if copies else (),
    )


def split_word(name: str) -> str:
    """'train', 'valid' or 'test' where a folder, or else the file's own name, says so; '' where none does."""
    for part in name.lower().rsplit(".", 1)[0].split("/"):
        found = _SPLIT_WORD.search(part)
        if found:
            return _WORDS[found.group(1)]
    return ""


def leak_notes(splits: Splits) -> tuple[str, ...]:
    """A sentence where pieces of valid or test have the notes of a training piece, with a few names; else none."""
    trained = {music_hash(piece.values) for piece in splits.train}
    leaked = [piece.name for piece in [*splits.valid, *splits.test] if music_hash(piece.values) in trained]
    if not leaked:
        return ()
    told = f"{len(leaked)} in valid and test with the same notes as one in train, transposed or not"
    return (f"{told}: {listed(leaked, 3)}",)


def _groups(pieces: Sequence[Piece]) -> list[list[int]]:
    groups: dict[bytes, list[int]] = {}
    for index, piece in enumerate(pieces):
        groups.setdefault(music_hash(piece.values), []).append(index)
    return list(groups.values())


def _members(pieces: Sequence[Piece], groups: list[list[int]]) -> list[Piece]:
    return [pieces[index] for index in sorted(index for group in groups for index in group)]


def _as_said(pieces: Sequence[Piece], said: Sequence[str], seed: int) -> Splits:
    by_name = {name: [piece for piece, word in zip(pieces, said, strict=True) if word == name] for name in NAMES}
    rule = "as the folders or file names say"
    if not by_name["valid"]:
        groups = _groups(by_name["train"])
        if len(groups) < 2:
            raise BadInput(
                "the folder names a train and a test split but no valid one, and train is one piece only; add one"
            )
        order = [groups[index] for index in np.random.default_rng(seed).permutation(len(groups)).tolist()]
        held = max(1, round(0.1 * len(groups)))
        by_name["valid"] = _members(by_name["train"], order[:held])
        by_name["train"] = _members(by_name["train"], order[held:])
        rule += f"; valid is a tenth of train, by seed {seed}"
    splits = Splits(by_name["train"], by_name["valid"], by_name["test"], rule)
    return Splits(splits.train, splits.valid, splits.test, rule, leak_notes(splits))


def _by_time(pieces: Sequence[Piece]) -> Splits:
    """Few pieces: each is cut into three sections, first to last."""
    parts: dict[str, list[Piece]] = {name: [] for name in NAMES}
    for piece in pieces:
        steps = len(piece.values)
        if steps < _LEAST_STEPS:
            raise BadInput(
                f"{piece.name} has {steps} steps, too few for train, valid and test; give a piece of at least "
                f"{_LEAST_STEPS}, or at least 3 different pieces"
            )
        held = max(2, steps // 10)
        cuts = (0, steps - 2 * held, steps - held, steps)
        for index, name in enumerate(NAMES):
            section = piece.values[cuts[index] : cuts[index + 1]]
            parts[name].append(Piece(f"{piece.name}, steps {cuts[index] + 1}-{cuts[index + 1]}", section, piece.facts))
    few = "is one piece" if len(pieces) == 1 else f"are {len(pieces)} pieces, fewer than 3 different ones"
    return Splits(parts["train"], parts["valid"], parts["test"], f"by time within each piece, 80/10/10, as there {few}")

"""The data doctor for pairs: what a file or folder holds, what is odd, and what a run would say to it.

Never raises for what is wrong inside a file; every sentence names the file and, where there is one, the line.
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import SeqtuiError
from seqtui.readers.pairs.copies import notes_on_pairs
from seqtui.readers.pairs.corpus import Reading
from seqtui.readers.pairs.folder import read_pairs
from seqtui.readers.pairs.pair_set import PairSet
from seqtui.readers.remark import Remark
from seqtui.readers.same_texts import group_of_texts
from seqtui.readers.unpacked_file import silent
from seqtui.text_safety import clean

LONG: Final = 50  # what `--max-length` is where it is left out
LOPSIDED: Final = 9  # times as many units on one side: where Moses cleans a corpus
FEW: Final = 1_000
_BINS: Final = (1, 2, 3, 5, 8, 13, 21, 34, 51, 101)
_LOOKED_AT: Final = 100_000  # characters of a side whose scripts are counted
_TOLD: Final = 5
# Notes on what takes nothing from the pairs; all others are warnings.
_HARMLESS: Final = ("was decoded", "stand more than once", "columns (", "no part of these pairs", "were kept as text")


def examine(paths: Sequence[Path], reading: Reading) -> tuple[list[Remark], dict[str, Any]]:
    """Remarks path by path; facts by name as JSON, under each path where there are several."""
    remarks: list[Remark] = []
    facts: dict[str, Any] = {}
    for path in paths:
        own = _examine(path, reading, remarks)
        facts |= own if len(paths) == 1 else {clean(str(path)): own}
    return remarks, facts


def _examine(path: Path, reading: Reading, remarks: list[Remark]) -> dict[str, Any]:
    where = clean(str(path))
    try:
        pairs = read_pairs(str(path), reading.form, reading.sides, stress=True, progress=silent)
    except SeqtuiError as error:
        remarks.append(Remark("error", where, str(error)))
        return {"readable": 0}
    counts = _lengths(pairs)
    groups = group_of_texts(pairs.sources)
    remarks.append(Remark("info", where, _summary(pairs, counts)))
    for note in (*pairs.notes, *notes_on_pairs(pairs, groups)):
        remarks.append(Remark("info" if any(said in note for said in _HARMLESS) else "warning", where, note))
    remarks += [Remark("warning", where, text) for text in _on_lengths(pairs, counts)]
    remarks += [Remark("warning", where, text) for text in _on_splits(pairs, groups)]
    if len(pairs) < FEW:
        said = f"{len(pairs):,} pairs are few to learn a translation from; expect little of words seen once"
        remarks.append(Remark("warning", where, said))
    return _facts(pairs, counts, groups)


def _facts(pairs: PairSet, counts: Sequence[NDArray[np.int64]], groups: NDArray[np.int64]) -> dict[str, Any]:
    ratio = counts[1] / counts[0]
    texts = (pairs.sources, [text or "" for text in pairs.targets])
    return {
        "readable": 1,
        "form": pairs.form,
        "pairs": len(pairs),
        "sources": int(groups.max(initial=-1)) + 1,
        "copies": len(pairs) - len(set(zip(pairs.sources, pairs.targets, strict=True))),
        "equal_sides": sum(one == other for one, other in zip(*texts, strict=True)),
        "ratio": {"least": float(ratio.min()), "median": float(np.median(ratio)), "most": float(ratio.max())},
        "splits": {} if pairs.splits is None else dict(Counter(pairs.splits)),
        **{name: _side(side, each) for name, side, each in zip(("source", "target"), texts, counts, strict=True)},
    }


def _side(texts: Sequence[str], counts: NDArray[np.int64]) -> dict[str, Any]:
    found = np.histogram(counts, [*_BINS, max(int(counts.max()), _BINS[-1]) + 1])[0]
    ends = [f"{low}" if high == low + 1 else f"{low}–{high - 1}" for low, high in pairwise(_BINS)]
    return {
        "lengths": {"least": int(counts.min()), "median": float(np.median(counts)), "most": int(counts.max())},
        "histogram": dict(zip([*ends, f"{_BINS[-1]}–"], found.tolist(), strict=True)),
        "characters": len({character for text in texts for character in text}),
        "scripts": _scripts(texts),
    }


def _lengths(pairs: PairSet) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(pairs,) of each side: what stands between spaces; the letters of words that become phonemes."""
    letters = pairs.form == "lexicon"
    sources = np.array([len(text) if letters else len(text.split()) for text in pairs.sources], np.int64)
    return sources, np.array([len((text or "").split()) for text in pairs.targets], np.int64)


def _scripts(texts: Sequence[str]) -> dict[str, int]:
    """How many letters of each script, by the first word of their Unicode names, the most first."""
    counts = Counter("".join(texts)[:_LOOKED_AT])
    found: Counter[str] = Counter()
    for character, count in counts.items():
        if character.isalpha():
            found[unicodedata.name(character, "unknown").split()[0].lower()] += count
    return dict(found.most_common(_TOLD))


def _summary(pairs: PairSet, counts: Sequence[NDArray[np.int64]]) -> str:
    units = ("letters", "phonemes") if pairs.form == "lexicon" else ("words", "words")
    sides = " → ".join(
        f"{each.min():,} to {each.max():,} {unit} (median {np.median(each):,.0f})"
        for each, unit in zip(counts, units, strict=True)
    )
    splits = "" if pairs.splits is None else "; " + ", ".join(
        f"{split} {count:,}" for split, count in Counter(pairs.splits).items()
    )  # fmt: skip
    ratio = float(np.median(counts[1] / counts[0]))
    return f"{len(pairs):,} pairs, {sides}, {ratio:.2f} times as many on the right{splits}"


def _on_lengths(pairs: PairSet, counts: Sequence[NDArray[np.int64]]) -> list[str]:
    said = []
    long = np.flatnonzero(np.maximum(*counts) > LONG)
    if len(long):
        said.append(
            f"{len(long):,} pairs have a side of over {LONG} units, the first {pairs.names[int(long[0])]}; a run "
            "leaves them out: choose another --max-length to keep them"
        )
    uneven = np.flatnonzero(np.maximum(counts[0] / counts[1], counts[1] / counts[0]) > LOPSIDED)
    if len(uneven):
        said.append(
            f"{len(uneven):,} pairs have over {LOPSIDED} times as many units on one side, the first "
            f"{pairs.names[int(uneven[0])]}: they may not be translations of each other"
        )
    return said


def _on_splits(pairs: PairSet, groups: NDArray[np.int64]) -> list[str]:
    """Sources that stand in two of the splits that came with the data."""
    if pairs.splits is None:
        return []
    splits = np.array(pairs.splits)
    train = np.unique(groups[splits == "train"])
    leaks = {name: int(np.isin(groups[splits == name], train).sum()) for name in ("valid", "test")}
    said = [
        f"{count:,} pairs of {name} have a source that stands in train too" for name, count in leaks.items() if count
    ]
    return [f"{'; '.join(said)}: scores are a little too good"] if said else []

"""Two files side by side, a text a line, line N of one being line N of the other: train.en and train.fr (Moses form).

Files of different length are refused with both counts: which lines are missing cannot be known.
"""

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput
from seqtui.readers.pairs.pair_set import MOST_PAIRS, PairGathering, PairSet
from seqtui.readers.pairs.table import Sides
from seqtui.readers.text_file import Tally, text_lines
from seqtui.readers.unpacked_file import Progress, silent
from seqtui.text_safety import clean

_TOLD: Final = 6


def read_parallel(
    source: Path, target: Path, *, name: str | None = None, progress: Progress = silent
) -> PairSet:  # fmt: skip
    """All pairs of two files; lines that are blank in both are no pairs. name: what comes before the files' names."""
    names = [(name or "") + clean(path.name) for path in (source, target)]
    gathering, tallies = PairGathering(), (Tally(), Tally())
    lines = zip_longest(
        text_lines(source, progress=progress, tally=tallies[0]), text_lines(target, tally=tallies[1]), fillvalue=None
    )
    for one, other in lines:
        if one is None or other is None:
            counts = [sum(1 for _ in text_lines(path)) for path in (source, target)]
            raise BadInput(
                f"{names[0]} has {counts[0]:,} lines and {names[1]} has {counts[1]:,}; line N of one must be line N of "
                "the other: give files of as many lines"
            )
        if one[1].strip() or other[1].strip():
            gathering.take(one[1], other[1], f"{names[0]}, line {one[0]}")
        if len(gathering.sources) > MOST_PAIRS:
            raise BadInput(f"{names[0]} holds over {MOST_PAIRS:,} pairs, more than are held in memory; give a part")
    for tally, each in zip(tallies, names, strict=True):
        gathering.notes += tally.notes(each)
    return gathering.whole()


def side_of(path: Path) -> tuple[str, str]:
    """What the two files of a pair share, and what tells them apart: train.en.gz is ("train", "en"), en.txt ("", "en").

    A name of one word with a plain ending, such as source.txt, is that word.
    """
    parts = path.name.lower().removesuffix(".gz").split(".")
    if len(parts) > 1 and parts[-1] in _PLAIN:
        parts = parts[:-1]
    # train.en, corpus.tok.fr; en alone; newstest-en
    head, _, last = ".".join(parts).rpartition(".")
    if not head:
        for mark in "-_":
            before, found, after = last.rpartition(mark)
            if found and after:
                return before, after
    return head, last


_PLAIN: Final = ("txt", "text", "lines", "tok")


def partners(paths: Sequence[Path]) -> dict[str, dict[str, Path]]:
    """What pairs of files share -> which side -> the file, for all that have two sides or more."""
    found: dict[str, dict[str, Path]] = {}
    for path in paths:
        shared, side = side_of(path)
        if side in found.setdefault(shared, {}):
            twice = clean(found[shared][side].name)
            raise BadInput(f"{twice} and {clean(path.name)} would both be the side {clean(side)}; leave one of them")
        found[shared][side] = path
    return {shared: sides for shared, sides in found.items() if len(sides) > 1}


def chosen_sides(found: Sequence[str], asked: Sides, where: str) -> tuple[str, str]:
    """Source and target among the sides that are there: as asked, src before tgt, en before others, else by name."""
    there = ", ".join(clean(side, limit=20) for side in found[:_TOLD])
    wanted = [None if side is None else side.strip().lower().lstrip(".") for side in (asked.source, asked.target)]
    for side in wanted:
        if side is not None and side not in found:
            raise BadInput(
                f"{where} has no side {clean(side, limit=20)}; there are {there}: see --source-side and --target-side"
            )
    source, target = wanted
    free = sorted((side for side in found if side not in wanted), key=_rank)
    missing = wanted.count(None)
    if missing and len(free) != missing:
        raise BadInput(
            f"{where} has {len(found)} sides ({there}); say which is read with --source-side, made with --target-side"
        )
    source = free.pop(0) if source is None else source
    target = free.pop(0) if target is None else target
    if source == target:
        raise BadInput(f"{where}: source and target are both {clean(source, limit=20)}; choose two of {there}")
    return source, target


def _rank(side: str) -> tuple[int, str]:
    first = ("source", "src", "input", "en", "eng", "english")
    last = ("target", "tgt", "trg", "output")
    return (first.index(side) if side in first else 99 + (side in last)), side

"""The data doctor's search for one sequence in several records, on either strand: by class, by file and by split."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from seqtui.readers.dna.names import LazyText
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.split import Duplicates, find_duplicates
from seqtui.readers.dna.together import laid_together
from seqtui.readers.listing import listed
from seqtui.readers.remark import Remark
from seqtui.text_safety import clean

_TOLD: Final = 3
_SPLIT_SHARES: Final = (0.8, 0.1, 0.1)


def examine_copies(paths: Sequence[Path], sets: Sequence[SequenceSet]) -> tuple[list[Remark], dict[str, Any]]:
    """One set a path. Facts count sequences that stand in more than one record; both strands are one sequence."""
    whole = joined(sets)
    found = find_duplicates(whole)
    across = [copies for copies in found if copies.across_classes]
    files = [_files_of(copies, paths, sets) for copies in found]
    between = [copies for copies, names in zip(found, files, strict=True) if len(names) > 1]
    torn = _torn_apart(found, sets)
    facts = {
        "sequences": len(found),
        "records": sum(len(copies.records) for copies in found),
        "other_strand": sum(any(copies.other_strand) for copies in found),
        "within_a_class": len(found) - len(across),
        "across_classes": len(across),
        "between_files": len(between),
        "across_splits_of_a_run": 0,
        "across_splits_by_record": round(torn, 1),
    }
    where = clean(str(paths[0])) if len(paths) == 1 else "all files"
    said = []
    if found:
        said.append(Remark("info", where, _on_found(found, facts)))
    if torn:
        said.append(Remark("info", where, _on_splits(torn)))
    if across:
        verb = "sequence has" if len(across) == 1 else "sequences have"
        text = f"{len(across):,} {verb} two labels or more, which no model can learn: {_examples(across, whole)}"
        said.append(Remark("warning", where, text))
    if between:
        text = f"{_stand(len(between))} in more than one file: {_pairs(files)}; {_examples(between, whole)}"
        said.append(Remark("warning", where, text))
    return said, facts


def joined(sets: Sequence[SequenceSet]) -> SequenceSet:
    """All records of all sets, in order, under the names that they have; labels None where a set has none."""
    if len(sets) == 1:
        return sets[0]
    bounds = np.cumsum([0, *map(len, sets)])

    def chained(texts: Sequence[Sequence[str]]) -> LazyText:
        def text(index: int) -> str:
            part = int(np.searchsorted(bounds, index, "right")) - 1
            return texts[part][index - int(bounds[part])]

        return LazyText(int(bounds[-1]), text)

    return SequenceSet(
        laid_together(sets)[0],
        np.concatenate([each.lengths for each in sets]),
        chained([each.names for each in sets]),
        chained([each.headers for each in sets]),
        chained([each.places for each in sets]),
        [label for each in sets for label in each.labels or [None] * len(each)],
    )


def _files_of(copies: Duplicates, paths: Sequence[Path], sets: Sequence[SequenceSet]) -> tuple[str, ...]:
    """The different files that the records stand in."""
    ends = np.cumsum([len(each) for each in sets])
    names = set()
    for record, place in zip(copies.records, copies.places, strict=True):
        path = paths[int(np.searchsorted(ends, record, "right"))]
        file = place.rpartition(", line ")[0]
        names.add(clean(str(path / file if path.is_dir() else path)))
    return tuple(sorted(names))


def _torn_apart(found: Sequence[Duplicates], sets: Sequence[SequenceSet]) -> float:
    """How many sequences a split of each set record by record, 80/10/10, would put in two splits or more: the mean."""
    ends = np.cumsum([len(each) for each in sets])
    sizes = [size for copies in found for size in np.bincount(np.searchsorted(ends, copies.records, "right")).tolist()]
    return sum((1 - sum(share**size for share in _SPLIT_SHARES) for size in sizes if size > 1), 0.0)


def _on_found(found: Sequence[Duplicates], facts: dict[str, Any]) -> str:
    reverse = f", {facts['other_strand']:,} of them as a reverse complement" if facts["other_strand"] else ""
    return (
        f"{_stand(len(found))} in more than one record, {facts['records']:,} in all{reverse}: {_examples(found, None)}"
    )


def _on_splits(torn: float) -> str:
    return (
        "a run keeps equal and reverse-complement sequences in one split, so that none straddles two; a split by "
        f"records would tear about {max(round(torn), 1):,} of them apart"
    )


def _stand(sequences: int) -> str:
    return "1 sequence stands" if sequences == 1 else f"{sequences:,} sequences stand"


def _examples(found: Sequence[Duplicates], labelled: SequenceSet | None) -> str:
    """The first two records of the first few, with their labels where a set that has them is given."""
    return listed((_example(copies, labelled) for copies in found), _TOLD, "; ")


def _example(copies: Duplicates, labelled: SequenceSet | None) -> str:
    labels = None if labelled is None else labelled.labels
    second = 1
    if labels is not None and copies.across_classes:
        # The first record that is called something else.
        called = [labels[record] for record in copies.records]
        second = next((at for at, label in enumerate(called) if label != called[0]), 1)
    told = []
    for at in (0, second):
        strand = ", other strand" if copies.other_strand[at] else ""
        label = f": {labels[copies.records[at]]}" if labels is not None and labels[copies.records[at]] else ""
        told.append(f"{copies.names[at]} ({copies.places[at]}{strand}{label})")
    more = f" and {len(copies.records) - 2:,} more" if len(copies.records) > 2 else ""
    return f"{told[0]} = {told[1]}{more}"


def _pairs(files: Sequence[tuple[str, ...]]) -> str:
    counts = Counter(names for names in files if len(names) > 1).most_common()
    return listed((f"{count:,} in {listed(names, _TOLD)}" for names, count in counts), _TOLD)

"""Sources that stand in a set twice or more: which they are, what they may all become, and what is told of them.

One policy: equal sources (but for case and white space) never part; a model is trained with each of their targets and
scored once, against all of them. In splits that came with the data they stay where they are, and that is said.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.grouped_split import Indices, Split
from seqtui.readers.pairs.pair_set import PairSet


def once_each(pairs: PairSet, part: Indices) -> tuple[list[int], list[tuple[str, ...]]]:
    """Of some pairs, the first with each source, in order, and all the targets that these pairs give it.

    Pairs without a target stay by themselves, in their places.
    """
    first: dict[str, int] = {}
    kept: list[int] = []
    references: list[dict[str, None]] = []
    for index in part.tolist():
        source, target = pairs.sources[index], pairs.targets[index]
        if target is None:
            kept.append(index)
            references.append({})
            continue
        place = first.setdefault(source, len(kept))
        if place == len(kept):
            kept.append(index)
            references.append({})
        references[place][target] = None
    return kept, [tuple(each) for each in references]


def notes_on_pairs(pairs: PairSet, groups: NDArray[np.int64]) -> list[str]:
    """Sources with several targets, pairs that stand twice, sides that are equal."""
    said = []
    sizes = np.bincount(groups)
    several = int((sizes > 1).sum())
    if several:
        said.append(
            f"{several:,} of {len(sizes):,} different sources stand more than once (up to {sizes.max()} times): they "
            "stay in one split, and count as several references of one"
        )
    twice = len(pairs) - len(set(zip(pairs.sources, pairs.targets, strict=True)))
    if twice:
        said.append(f"{twice:,} pairs are exact copies of earlier ones and were kept")
    same = [at for at, (one, other) in enumerate(zip(pairs.sources, pairs.targets, strict=True)) if one == other]
    if same:
        said.append(f"{len(same):,} pairs have equal sides, the first {pairs.names[same[0]]}")
    return said


def notes_on_leaks(pairs: PairSet, groups: NDArray[np.int64], split: Split) -> list[str]:
    """What of valid and test stands in train too: whole sources in given splits, or targets of other sources."""
    train = np.unique(groups[split.train])
    targets = {pairs.targets[index] for index in split.train.tolist()}
    said = []
    for name, part in (("valid", split.valid), ("test", split.test)):
        known = part[np.isin(groups[part], train)]
        if len(known):
            said.append(
                f"{len(known):,} of {len(part):,} pairs of the {name} split have a source that stands in train too, "
                f"such as {pairs.names[int(known[0])]}: its scores are a little too good"
            )
    seen = sum(pairs.targets[index] in targets for index in split.test.tolist())
    if seen:
        said.append(
            f"{seen:,} of {len(split.test):,} targets of the test split ({seen / len(split.test):.1%}) stand in train, "
            "of other sources"
        )
    return said


def too_long(lengths: Sequence[NDArray[np.int64]], longest: int) -> NDArray[np.bool_]:
    """(pairs,) whether either side has over `longest` tokens. lengths: of each side (pairs,)."""
    return np.maximum(*lengths) > longest

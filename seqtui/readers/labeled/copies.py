"""Texts that stand in a set twice or more, but for case and white space: which they are, and what is told of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from seqtui.readers.grouped_split import Indices, Split
from seqtui.readers.labeled.text_set import TextSet
from seqtui.readers.listing import listed

_TOLD: Final = 2


@dataclass(frozen=True, slots=True)
class Copies:
    """One text in several records: their numbers, in order, and the different classes they have."""

    records: tuple[int, ...]
    labels: tuple[str, ...]


def find_copies(texts: TextSet, groups: Indices) -> list[Copies]:
    """Every text that stands in several records, in the order in which they first appear."""
    sizes = np.bincount(groups)
    members = np.split(np.argsort(groups, kind="stable"), np.cumsum(sizes)[:-1]) if len(sizes) else []
    found = []
    for group in np.flatnonzero(sizes > 1).tolist():
        records = tuple(members[group].tolist())
        labels = sorted({label for record in records if (label := texts.labels[record]) is not None})
        found.append(Copies(records, tuple(labels)))
    return found


def notes_on_copies(texts: TextSet, groups: Indices) -> list[str]:
    """How many texts stand twice, and how many under two classes, with places."""
    found = find_copies(texts, groups)
    said = []
    if found:
        extra = sum(len(each.records) - 1 for each in found)
        said.append(
            f"{extra:,} texts are copies of earlier ones (but for case and white space) and were kept: "
            f"{_places(texts, found)}"
        )
    across = [each for each in found if len(each.labels) > 1]
    if across:
        stands = "1 text stands" if len(across) == 1 else f"{len(across):,} texts stand"
        said.append(f"{stands} under two classes or more, which no model can learn: {_places(texts, across)}")
    return said


def notes_on_straddling(texts: TextSet, groups: Indices, split: Split) -> list[str]:
    """What of valid and test stands in train too, in splits that came with the data."""
    train = np.unique(groups[split.train])
    said = []
    for name, part in (("valid", split.valid), ("test", split.test)):
        known = part[np.isin(groups[part], train)]
        if len(known):
            said.append(
                f"{len(known):,} of {len(part):,} texts of the {name} split stand in train too, such as "
                f"{texts.names[int(known[0])]}: its scores are a little too good"
            )
    return said


def _places(texts: TextSet, found: Sequence[Copies]) -> str:
    return listed((" = ".join(texts.names[record] for record in each.records[:2]) for each in found), _TOLD, "; ")

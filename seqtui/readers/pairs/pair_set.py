"""Pairs of texts, one to be made of the other, as every brick of translation passes them on; and what was odd in them.

One policy each: a pair with an empty side is left out and counted; white space of any kind and length is one space;
letters are composed (Unicode NFC); other control characters are kept as text.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from seqtui.readers.sightings import Sightings

Form = Literal["text", "lexicon"]

MOST_PAIRS: Final = 5_000_000  # a set is held in memory


@dataclass(frozen=True, slots=True)
class PairSet:
    """Texts and what they are to become.

    sources: texts to read; targets: what each becomes, None where it is not known: neither is safe to show
    names: one a pair, "FILE, line N", safe to show
    splits: one a pair, train, valid or test; None where the data say nothing of splits
    notes: what was odd or left out, a sentence each, with counts
    form: texts, or the words of a pronouncing dictionary and their phonemes
    """

    sources: Sequence[str]
    targets: Sequence[str | None]
    names: Sequence[str]
    splits: Sequence[str] | None = None
    notes: tuple[str, ...] = ()
    form: Form = "text"

    def __len__(self) -> int:
        return len(self.sources)


@dataclass(slots=True)
class PairGathering:
    """A PairSet in the making: pairs are taken in order; what is left out is counted."""

    form: Form = "text"
    sources: list[str] = field(default_factory=list)
    targets: list[str | None] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    empty: Sightings = field(default_factory=Sightings)

    def take(self, source: str, target: str | None, name: str) -> None:
        """One pair; target None: not known."""
        source, target = plain(source), None if target is None else plain(target)
        if not source or target == "":
            self.empty.add(name)
            return
        self.sources.append(source)
        self.targets.append(target)
        self.names.append(name)

    def whole(self) -> PairSet:
        """What was taken."""
        notes = list(self.notes)
        if self.empty.count:
            pairs = "1 pair" if self.empty.count == 1 else f"{self.empty.count:,} pairs"
            notes.append(f"{pairs} with an empty side {_was(self.empty.count)} left out, the first {self.empty.first}")
        return PairSet(self.sources, self.targets, self.names, None, tuple(notes), self.form)


def plain(text: str) -> str:
    """Composed letters (NFC), single spaces, none at either end."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def joined_pairs(parts: Sequence[PairSet], splits: Sequence[str] | None = None) -> PairSet:
    """All pairs in order. splits: the split of each part, where the data say so."""
    return PairSet(
        [text for part in parts for text in part.sources],
        [text for part in parts for text in part.targets],
        [name for part in parts for name in part.names],
        None if splits is None else [name for part, name in zip(parts, splits, strict=True) for _ in part.sources],
        tuple(note for part in parts for note in part.notes),
        "lexicon" if parts and all(part.form == "lexicon" for part in parts) else "text",
    )


def take_pairs(pairs: PairSet, chosen: Sequence[int], *notes: str) -> PairSet:
    """Some of the pairs, in this order, and more notes."""
    return PairSet(
        [pairs.sources[index] for index in chosen],
        [pairs.targets[index] for index in chosen],
        [pairs.names[index] for index in chosen],
        None if pairs.splits is None else [pairs.splits[index] for index in chosen],
        (*pairs.notes, *notes),
        pairs.form,
    )


def _was(count: int) -> str:
    return "was" if count == 1 else "were"

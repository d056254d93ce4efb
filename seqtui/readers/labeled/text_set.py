"""Texts with a class each, as every brick of text labelling passes them on; and what was odd about them, by place."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from seqtui.readers.sightings import Sightings
from seqtui.text_safety import clean, counted

MAX_CLASSES: Final = 1000

_LONGEST_LABEL: Final = 80


@dataclass(frozen=True, slots=True)
class TextSet:
    """Texts and what is known of each.

    texts: as they stand in the file, but for white space at either end; data, not safe to show
    labels: one a text, None where it has none; safe to show
    names: one a text, "FILE, line N", safe to show
    splits: one a text, train, valid or test; None where the data say nothing of splits
    notes: what was odd or left out, a sentence each, with counts
    """

    texts: Sequence[str]
    labels: Sequence[str | None]
    names: Sequence[str]
    splits: Sequence[str] | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(slots=True)
class Gathering:
    """A TextSet in the making: texts are taken in order, empty ones left out and counted."""

    texts: list[str] = field(default_factory=list)
    labels: list[str | None] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    empty: Sightings = field(default_factory=Sightings)

    def take(self, text: str, label: str | None, name: str) -> None:
        """One text; a label of white space alone is none."""
        if not (text := text.strip()):
            self.empty.add(name)
            return
        self.texts.append(text)
        self.labels.append(clean(label.strip(), limit=_LONGEST_LABEL) or None if label is not None else None)
        self.names.append(name)

    def whole(self, splits: Sequence[str] | None = None) -> TextSet:
        """What was taken."""
        notes = list(self.notes)
        if self.empty.count:
            notes.append(f"{counted(self.empty.count, 'empty text')} left out, the first {self.empty.first}")
        return TextSet(self.texts, self.labels, self.names, splits, tuple(notes))


def joined(parts: Sequence[TextSet], splits: Sequence[str] | None = None) -> TextSet:
    """All texts in order. splits: the split of each part, where the data say so."""
    return TextSet(
        [text for part in parts for text in part.texts],
        [label for part in parts for label in part.labels],
        [name for part in parts for name in part.names],
        None if splits is None else [name for part, name in zip(parts, splits, strict=True) for _ in part.texts],
        tuple(note for part in parts for note in part.notes),
    )


def take(texts: TextSet, chosen: Sequence[int], *notes: str) -> TextSet:
    """Some of the texts, in this order, and more notes."""
    splits = None if texts.splits is None else [texts.splits[index] for index in chosen]
    return TextSet(
        [texts.texts[index] for index in chosen],
        [texts.labels[index] for index in chosen],
        [texts.names[index] for index in chosen],
        splits,
        (*texts.notes, *notes),
    )

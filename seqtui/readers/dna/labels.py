"""Where the label of a sequence stands: in its header, in a table, in the name of its file, or in a feature's kind.

A record without a label is left out and told of; a label that only one record has, and names taken for labels, are
refused.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput, Usage
from seqtui.readers.dna.names import chosen_texts
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.tables import read_label_table
from seqtui.readers.dna.together import row_of_codes
from seqtui.readers.listing import listed
from seqtui.readers.pattern_worker import TakesTooLong, find_in_titles
from seqtui.text_safety import clean, counted

HEADER_LIMIT: Final = 4096
MAX_CLASSES: Final = 1000
_FORMS: Final = "header, header:REGEX, column:NAME, table:FILE, file or feature:KIND"
_TOLD: Final = 10
_SHOWN: Final = 80

# In the order of trust.
_BRACKETED: Final = re.compile(r"\[(?:class|label)\s*[=:]\s*([^\]]+)\]", re.I)
_KEYED: Final = re.compile(r"(?:^|(?<=[\s|;,(]))(?:class|label)[=:]([^\s|;,)\]]+)", re.I)
_WRITTEN: Final = re.compile(r"\slabel=\S+ p=[01]\.\d{4} truth=(\S+)$")  # by write_prediction_fasta
_BARRED: Final = re.compile(r"^[^|]+\|\s*([^|]+?)\s*(?:\|\s*(?:training|testing)\s*)?$", re.I)
_TWO_WORDS: Final = re.compile(r"^\S+\s+(\S+)$")

Labels = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class LabelSource:
    """A `--label-from`: value is the regular expression, the column, the table, the kinds with commas, or ''."""

    kind: Literal["header", "column", "table", "file", "feature"]
    value: str = ""

    @property
    def features(self) -> tuple[str, ...]:
        """The kinds of GenBank features asked for, none twice."""
        return tuple(dict.fromkeys(kind.strip() for kind in self.value.split(",") if kind.strip()))


def parse_label_source(text: str) -> LabelSource:
    """The value of `--label-from`. Usage for what is none, with the forms that there are."""
    kind, colon, value = text.strip().partition(":")
    match kind:
        case "header":
            if colon:
                _compiled(value)
            return LabelSource("header", value)
        case "column" if value.strip():
            return LabelSource("column", value.strip())
        case "table" if value.strip():
            return LabelSource("table", value.strip())
        case "file" if not colon:
            return LabelSource("file")
        case "feature" if LabelSource("feature", value).features:
            return LabelSource("feature", value)
    raise Usage(f"labels cannot come from {clean(text, limit=_SHOWN)!r}; say {_FORMS}")


def apply_labels(sequences: SequenceSet, source: LabelSource) -> SequenceSet:
    """The records that have a label, with it. BadInput where there are too few classes, or labels that are names.

    `column`, `file` and `feature` are known when files are read: for them the set must have its labels already.
    """
    return keep_labelled(replace(sequences, labels=find_labels(sequences, source)))


def find_labels(sequences: SequenceSet, source: LabelSource) -> Labels:
    """One a record, None where it has none; BadInput where no record has any."""
    if source.kind == "header":
        labels: Labels | None = _by_pattern(sequences, source.value) if source.value else header_labels(sequences)
        if labels is None:
            raise BadInput(
                f"the titles name no class: the first, {clean(sequences.headers[0], limit=_SHOWN)!r} "
                f"({sequences.places[0]}), is not NAME|CLASS, class=X or two words; say --label-from header:REGEX, "
                "column:NAME (of a table of sequences), table:FILE, file, or feature:KIND (of GenBank)"
            )
    elif source.kind == "table":
        labels = _by_table(sequences, Path(source.value))
    else:
        labels = sequences.labels
        if labels is None:
            raise Usage(f"labels from {source.kind} are read with the files; this set was read without them")
    return labels


def header_labels(sequences: SequenceSet) -> list[str | None] | None:
    """By the first default pattern that fits; None where none does.

    Tried are what a file of predictions says is true; [class=X], class=X and label=X anywhere; NAME|CLASS, also with
    |training or |testing after it; and two words, NAME CLASS. The last must fit every title, as the second word of
    longer titles is mostly a description; of the others the one that fits most, and at least half of them, the first
    where they fit as many.
    """
    best: list[str | None] | None = None
    most = 0
    for pattern in (_WRITTEN, _BRACKETED, _KEYED, _BARRED):
        found = _found(sequences, pattern)
        fits = len(found) - found.count(None)
        if fits > most and 2 * fits >= len(found):
            best, most = found, fits
    if best is None:
        found = _found(sequences, _TWO_WORDS)
        best = None if None in found else found
    return best


def keep_labelled(sequences: SequenceSet) -> SequenceSet:
    """The records that have a label, and a note of the others. BadInput for classes that cannot be learned."""
    labels = sequences.labels
    assert labels is not None, "labels were looked for"
    kept = np.flatnonzero(np.fromiter((label is not None for label in labels), np.bool_, len(labels)))
    _check_classes([label for label in labels if label is not None], len(labels))
    if len(kept) == len(labels):
        return sequences
    first = next(index for index, label in enumerate(labels) if label is None)
    note = (
        f"{len(labels) - len(kept):,} of {len(labels):,} records have no label and were left out, the first "
        f"{sequences.names[first]} ({sequences.places[first]})"
    )
    chosen = take_records(sequences, kept)
    return replace(chosen, notes=(*chosen.notes, note))


def take_records(sequences: SequenceSet, chosen: NDArray[np.int64]) -> SequenceSet:
    """The records `chosen` (numbers, ascending), with a copy of their letters."""
    starts, lengths = sequences.starts, sequences.lengths
    # Neighbors are copied in one stretch.
    runs = np.split(chosen, np.flatnonzero(np.diff(chosen) > 1) + 1) if len(chosen) else []
    row, labels = row_of_codes(), sequences.labels
    for run in runs:
        row.append(sequences.codes[starts[run[0]] : starts[run[-1]] + lengths[run[-1]]])
    return SequenceSet(
        row.array(),
        lengths[chosen],
        chosen_texts(sequences.names, chosen),
        chosen_texts(sequences.headers, chosen),
        chosen_texts(sequences.places, chosen),
        None if labels is None else [labels[index] for index in chosen.tolist()],
        sequences.notes,
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise Usage(
            f"header:{clean(pattern, limit=_SHOWN)} is no regular expression: {error}; put the class in a group, as in "
            r"header:class=(\w+)"
        ) from error
    if not compiled.groups:
        raise Usage(
            f"header:{clean(pattern, limit=_SHOWN)} has no group; put the class in one, as in " + r"header:class=(\w+)"
        )
    return compiled


def _by_pattern(sequences: SequenceSet, pattern: str) -> list[str | None]:
    compiled = _compiled(pattern)
    shown = f"header:{clean(pattern, limit=_SHOWN)}"
    try:
        found = _cleaned(find_in_titles(pattern, _group(compiled), _titles(sequences)))
    except TakesTooLong as stuck:
        name, place = sequences.names[stuck.title], sequences.places[stuck.title]
        raise BadInput(
            f"{shown} takes too long on the title of {name} ({place}), as a repeat inside a repeat such as (a+)+ does; "
            r"write it without the inner or the outer one, as in header:class=(\w+)"
        ) from stuck
    if not any(found):
        raise BadInput(
            f"{shown} fits no title; the first is {clean(sequences.headers[0], limit=_SHOWN)!r} ({sequences.places[0]})"
        )
    return found


def _found(sequences: SequenceSet, pattern: re.Pattern[str]) -> list[str | None]:
    """What one of our own patterns, which are quick, finds in each title."""
    group = _group(pattern)
    matches = (pattern.search(title) for title in _titles(sequences))
    return _cleaned(match[group] if match else None for match in matches)


def _group(pattern: re.Pattern[str]) -> str | int:
    return "label" if "label" in pattern.groupindex else 1


def _titles(sequences: SequenceSet) -> Iterator[str]:
    """A pattern that goes back and forth takes a time that grows with the title."""
    return (header[:HEADER_LIMIT].strip() for header in sequences.headers)


def _cleaned(texts: Iterable[str | None]) -> list[str | None]:
    """Classes are few: each is cleaned and kept once."""
    known: dict[str, str | None] = {}
    found: list[str | None] = []
    for text in texts:
        label = text or ""
        if label not in known:
            known[label] = clean(label).strip() or None
        found.append(known[label])
    return found


def _by_table(sequences: SequenceSet, path: Path) -> list[str | None]:
    """By the first word of the title, else all of it, else the name as it is shown."""
    table = read_label_table(path)
    labels: list[str | None] = []
    for header, name in zip(sequences.headers, sequences.names, strict=True):
        word = next(iter(header.split(None, 1)), "")
        labels.append(table.get(word) or table.get(header) or table.get(name))
    if not any(labels):
        raise BadInput(
            f"{clean(path.name)} names none of the records: it has {clean(next(iter(table)), limit=_SHOWN)!r}, and the "
            f"first record is {sequences.names[0]!r} ({sequences.places[0]})"
        )
    return labels


def _check_classes(labels: Sequence[str], records: int) -> None:
    counts = Counter(labels)
    if len(counts) > MAX_CLASSES:
        raise BadInput(
            f"{len(counts):,} different labels in {records:,} records, as in {_listed(counts, 3)}: are they names? at "
            f"most {MAX_CLASSES:,} classes can be told apart"
        )
    if len(counts) < 2:
        found = f"one class only: {_listed(counts, 1)}" if counts else "no label at all"
        raise BadInput(f"{counted(records, 'record')} with {found}; there must be at least two classes")
    if min(counts.values()) < 2:
        rare = [label for label, count in counts.items() if count < 2]
        raise BadInput(
            f"{_named(rare)} in one record only, and a class must have at least 2; found: {_listed(counts, _TOLD)}"
        )


def _named(labels: Sequence[str]) -> str:
    more = f" and {len(labels) - 3:,} more" if len(labels) > 3 else ""
    return f"{', '.join(clean(label, limit=40) for label in labels[:3])}{more} {'is' if len(labels) == 1 else 'are'}"


def _listed(counts: Counter[str], at_most: int) -> str:
    return listed((f"{clean(label, limit=40)} {count:,}" for label, count in counts.most_common(at_most + 1)), at_most)

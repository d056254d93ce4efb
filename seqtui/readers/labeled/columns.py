"""Which column of a table of texts holds the text and which the class: as asked for, by name, or by shape."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from seqtui.errors import BadInput, Usage
from seqtui.readers.labeled.text_set import MAX_CLASSES
from seqtui.text_safety import clean

Row = tuple[int, Sequence[str]]  # the line it begins in, and its cells

# In the order of trust.
TEXT_NAMES: Final = (
    "text", "sentence", "review", "content", "comment", "tweet", "phrase", "message", "body", "utterance", "document",
    "description", "question", "headline", "title",
)  # fmt: skip
LABEL_NAMES: Final = (
    "label", "sentiment", "class", "polarity", "category", "target", "rating", "stars", "score", "emotion", "intent",
    "gold", "y",
)  # fmt: skip
_NO_LABELS: Final = ("", "id", "index", "name", "number", "date", "time", "user", "author", "url", "source")
_PREDICTED: Final = ("record", "label", "probability")  # what a file of predictions begins with: prediction_files
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns as a person asks for them: by name, or by number from 1; None: to be found."""

    text: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """text, label: places from 0, label None where there is none; first: the first row that holds a text."""

    text: int
    label: int | None
    first: int


def find_layout(rows: Sequence[Row], asked: Columns, name: str) -> Layout:
    """The layout of rows of one width. BadInput where a column that was asked for is not there."""
    heads = [cell.strip().lower() for cell in rows[0][1]]
    if asked.text is None and heads[: len(_PREDICTED)] == list(_PREDICTED):
        raise BadInput(f"{name} holds predictions as seqtui writes them, and no texts; give the texts themselves")
    named = any(head in TEXT_NAMES or head in LABEL_NAMES for head in heads)
    chosen = [_asked(column, heads, name, kind) for kind, column in (("text", asked.text), ("label", asked.label))]
    by_name = [column for column in (asked.text, asked.label) if column is not None and not column.isdigit()]
    if named or by_name:
        return _by_name(rows, heads, *chosen)
    return _by_shape(rows, *chosen)


def same_width(rows: Sequence[Row], name: str) -> None:
    """BadInput for ragged rows, naming the first and counting the others."""
    usual = Counter(len(cells) for _, cells in rows).most_common(1)[0][0]
    ragged = [(line, len(cells)) for line, cells in rows if len(cells) != usual]
    if ragged:
        line, width = ragged[0]
        more = f", and {len(ragged) - 1:,} more lines are like it" if len(ragged) > 1 else ""
        raise BadInput(
            f"{name}, line {line:,}: has {width} column{'s' * (width != 1)} where most lines have {usual}{more}; mend "
            "them, or quote texts that hold the separator"
        )


def _asked(column: str | None, heads: Sequence[str], name: str, kind: str) -> int | None:
    if column is None:
        return None
    if column.isascii() and column.isdigit():
        if 1 <= int(column) <= len(heads):
            return int(column) - 1
    elif column.strip().lower() in heads:
        return heads.index(column.strip().lower())
    there = ", ".join(clean(head, limit=30) for head in heads[:_SHOWN])
    raise Usage(
        f"{name} has no column {clean(column, limit=40)!r} for the {kind}; its first line has {len(heads)}: {there}"
    )


def _by_name(rows: Sequence[Row], heads: Sequence[str], text: int | None, label: int | None) -> Layout:
    if text is None:
        text = _named(heads, TEXT_NAMES, label)
    if label is None:
        label = _named(heads, LABEL_NAMES, text)
    if text is None:
        text = _longest(rows[1:] or rows, label)
    if label is None and len(heads) == 2 and heads[1 - text] not in _NO_LABELS:
        label = 1 - text
    return Layout(text, label, 1)


def _named(heads: Sequence[str], names: Sequence[str], taken: int | None) -> int | None:
    """The column of that very name, or with such a word in its name."""
    words = [set(re.split(r"[^a-z]+", head)) for head in heads]
    free = [place for place in range(len(heads)) if place != taken]
    exact = (place for wanted in names for place in free if heads[place] == wanted)
    partly = (place for wanted in names for place in free if wanted in words[place])
    return next(exact, next(partly, None))


def _longest(rows: Sequence[Row], taken: int | None) -> int:
    """The column that is not `taken` and has the longest texts."""
    free = [place for place in range(len(rows[0][1])) if place != taken] or [0]
    return max(free, key=lambda place: sum(len(cells[place]) for _, cells in rows))


def _by_shape(rows: Sequence[Row], text: int | None, label: int | None) -> Layout:
    text = _longest(rows, label) if text is None else text
    if label is None:
        label = _fewest_values(rows, text)
    if label is None:
        return Layout(text, None, 0)
    counts = Counter(cells[label].strip() for _, cells in rows)
    # A label that stands in the first line alone, where all others come again and again, is the name of the column.
    head = counts.pop(rows[0][1][label].strip())
    is_head = head == 1 and len(counts) > 1 and min(counts.values()) > 1
    return Layout(text, label, int(is_head))


def _fewest_values(rows: Sequence[Row], text: int) -> int | None:
    """The column with the fewest different values, two at least where there are more columns than two."""
    width = len(rows[0][1])
    values = {place: {cells[place].strip() for _, cells in rows} for place in range(width) if place != text}
    least = 1 if width == 2 else 2
    most = min(MAX_CLASSES, len(rows) if len(rows) < 2 * _SHOWN else len(rows) // 2)
    fits = [place for place, found in values.items() if least <= len(found) <= most]
    return min(fits, key=lambda place: (len(values[place]), sum(map(len, values[place])), place), default=None)

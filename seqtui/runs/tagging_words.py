"""The words for asking a model that tags, and for what it says: tags, and the scores they follow from.

Steps are counted through all sentences of an answer. Scores are in nats; one of NEVER or less is of what is forbidden.
"""

from dataclasses import dataclass
from typing import Final

NEVER: Final = -5_000.0


@dataclass(frozen=True, slots=True)
class AskTags:
    """The tags of all sentences of a text, or of one record of a file; whole: of every record of the file as well."""

    id: int
    text: str = ""
    path: str = ""
    record: int = 0
    whole: bool = True


@dataclass(frozen=True, slots=True)
class TagsSaid:
    """The tags of a text, or of record `index` of `count`.

    text: what was read, of a record of a file; words, tags, chances: one a step, tags as numbers of the likeliest path,
    chances of each by itself; starts: steps at which sentences begin; truth: the true tags, negative where one is not
    known, or none; unknown: steps that are in no vocabulary; cut: steps that were left out, as there are too many.
    """

    id: int
    record: str
    index: int
    count: int
    text: str
    words: list[str]
    starts: list[int]
    tags: list[int]
    chances: list[float]
    truth: list[int]
    unknown: list[int]
    cut: int
    notes: list[str]


@dataclass(frozen=True, slots=True)
class TagScores:
    """For steps from `first` on, of each tag: its emission score, its chance, and what the best path loses by it."""

    id: int
    first: int
    emissions: list[list[float]]
    chances: list[list[float]]
    losses: list[list[float]]


@dataclass(frozen=True, slots=True)
class TagMoves:
    """Scores of a tag to be first, to be last, and to be followed (row) by another (column); is_learned: by a CRF."""

    id: int
    starts: list[float]
    ends: list[float]
    moves: list[list[float]]
    is_learned: bool


@dataclass(frozen=True, slots=True)
class TagsListed:
    """Records from `first` on: name, how many entities, the chance of the least certain tag, the marked text."""

    id: int
    first: int
    names: list[str]
    entities: list[int]
    chances: list[float]
    lines: list[str]


def tagging_fault(request: AskTags) -> str:
    """Why a request cannot be, or ''."""
    return f"there is no record {request.record}" if request.record < 0 else ""

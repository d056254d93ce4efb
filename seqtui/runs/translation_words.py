"""The words for asking a model that translates, and for what it says: the beam as it moves, and the best it found.

All that is listed a token is a short text each, the end left out. Scores: log-probability (nats) divided by the length
penalty ((5 + length) / 6) ** alpha (Wu et al. 2016, equation 14), the end counted.
"""

import math
from dataclasses import dataclass
from typing import Final

MOST_BEAM: Final = 64
MOST_BEST: Final = 32
MOST_PENALTY: Final = 5.0


@dataclass(frozen=True, slots=True)
class AskTranslation:
    """The translations of a text, or of one record of a file; whole: of every record of the file as well.

    beam: hypotheses kept, 1 is greedy; best: how many are told, at most `beam`; length_penalty: the alpha above, 0 is
    none; record: of the text or file.
    """

    id: int
    text: str = ""
    path: str = ""
    record: int = 0
    whole: bool = True
    beam: int = 5
    best: int = 5
    length_penalty: float = 1.0


@dataclass(frozen=True, slots=True)
class TranslationAsked:
    """What is translated: record `index` of `count`. Comes first.

    text: as it was given; source: its tokens; references: known translations; unknown: source tokens that are in no
    vocabulary; cut: tokens left out, as there are too many; has_attention: whether maps will come.
    """

    id: int
    record: str
    index: int
    count: int
    text: str
    source: list[str]
    references: list[str]
    unknown: list[int]
    cut: int
    has_attention: bool
    notes: list[str]


@dataclass(frozen=True, slots=True)
class BeamMoved:
    """The search after its step `step`, counted from 0: the hypotheses kept, best first, one entry each.

    parents: place in the list of the step before (0 at the first step); tokens: what each appended, '' is the end;
    scores: log-probability so far, nats; ended: whether it is whole. A whole one is told once and has no children.
    """

    id: int
    step: int
    parents: list[int]
    tokens: list[str]
    scores: list[float]
    ended: list[bool]


@dataclass(frozen=True, slots=True)
class TranslationFound:
    """Hypothesis `rank` (0 is the best). Comes after the last BeamMoved, best first.

    text: as one would write it; tokens: what it is made of; chances: of each token, and of the end; score, and
    log_probability; copied: as in TranslatedPair; attention: a row for each token and one for the end, or none.
    """

    id: int
    rank: int
    text: str
    tokens: list[str]
    chances: list[float]
    score: float
    log_probability: float
    copied: list[int]
    attention: list[list[float]]


@dataclass(frozen=True, slots=True)
class TranslationsListed:
    """Records from `first` on: name, source, the best translation, its score; exact: 1 where it is a reference,
    0 where it is none, -1 where none is known.
    """

    id: int
    first: int
    names: list[str]
    sources: list[str]
    texts: list[str]
    scores: list[float]
    exact: list[int]


def translation_fault(request: AskTranslation) -> str:
    """Why a request cannot be, or ''."""
    if request.record < 0:
        return f"there is no record {request.record}"
    if not 1 <= request.beam <= MOST_BEAM:
        return f"a beam of {request.beam} cannot be: give 1 to {MOST_BEAM}"
    if not 1 <= request.best <= MOST_BEST:
        return f"{request.best} translations cannot be told: give 1 to {MOST_BEST}"
    if not (math.isfinite(request.length_penalty) and 0 <= request.length_penalty <= MOST_PENALTY):
        return f"a length penalty of {request.length_penalty} cannot be: give 0 to {MOST_PENALTY:g}"
    return ""

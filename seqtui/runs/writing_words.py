"""The words for writing together with a model of the next token, and for what surprises it; part of studio_words.

A text is its tokens, as the application numbers them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from seqtui.runs.taste import taste_fault, taste_of

LONGEST_TEXT: Final = 20_000  # tokens that can be written on, or looked through for surprises
MOST_NEXT: Final = 100
PIECES: Final = ("word", "line")

Piece = Literal["word", "line"]


@dataclass(frozen=True, slots=True)
class AskNext:
    """The likeliest `count` tokens after a text of one token or more, under a taste: see seqtui.engine.generate."""

    id: int
    tokens: list[int]
    count: int = 10
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    repetition_penalty: float = 1.0


@dataclass(frozen=True, slots=True)
class WriteOn:
    """One word or line more, sampled; piece: one of PIECES."""

    id: int
    tokens: list[int]
    piece: str
    seed: int = 0
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    repetition_penalty: float = 1.0


@dataclass(frozen=True, slots=True)
class AskSurprise:
    """How much each token of a text, from the second on, surprises the model that read those before it."""

    id: int
    tokens: list[int]


@dataclass(frozen=True, slots=True)
class Followed:
    """What may come next: tokens, the likeliest first, and their chances; bits: the entropy of all that may."""

    id: int
    tokens: list[int]
    chances: list[float]
    bits: float


@dataclass(frozen=True, slots=True)
class Continued:
    """The tokens that the model wrote."""

    id: int
    tokens: list[int]


@dataclass(frozen=True, slots=True)
class Surprised:
    """For tokens from number `first` on: −log p in nats, and what was expected in their stead, the likeliest first."""

    id: int
    first: int
    nats: list[float]
    expected: list[list[int]]
    chances: list[list[float]]


def writing_fault(request: AskNext | WriteOn | AskSurprise) -> str:
    """Why a request cannot be, or ''."""
    least = 2 if isinstance(request, AskSurprise) else 1
    if not least <= len(request.tokens) <= LONGEST_TEXT:
        return f"a text of {len(request.tokens):,} symbols cannot be read: from {least} to {LONGEST_TEXT:,} can"
    if min(request.tokens) < 0:
        return f"a token {min(request.tokens)} cannot be"
    match request:
        case AskNext(count=count) if not 1 <= count <= MOST_NEXT:
            return f"a list of {count} tokens cannot be: give 1 to {MOST_NEXT}"
        case WriteOn(piece=piece) if piece not in PIECES:
            return f"there is no {piece[:40]!r} to write: give {' or '.join(PIECES)}"
        case WriteOn(seed=seed) if seed_fault(seed):
            return seed_fault(seed)
        case AskNext() | WriteOn():
            return taste_fault(taste_of(request))
    return ""


def seed_fault(seed: int) -> str:
    """Why it is no seed, or ''."""
    return "" if 0 <= seed < 2**31 else f"a seed of {seed} cannot be: give 0 to {2**31 - 1}"


def first_fault(faults: Iterable[str]) -> str:
    """The first that is one."""
    return next(filter(None, faults), "")

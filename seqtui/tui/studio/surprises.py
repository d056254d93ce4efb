"""How much each symbol of a text surprised the model, as the answers tell it, piece by piece. Plain values."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from seqtui.runs.writing_words import Surprised

NATS_OF_A_BIT: Final = math.log(2)


@dataclass(slots=True)
class Surprises:
    """Of a text's tokens after the first: nats; expected tokens, the likeliest first, and their chances."""

    request: int
    tokens: Sequence[int]
    nats: list[float] = field(default_factory=list)
    expected: list[list[int]] = field(default_factory=list)
    chances: list[list[float]] = field(default_factory=list)

    def take(self, word: Surprised) -> None:
        """What goes on where the last piece ended."""
        if word.id == self.request and word.first == len(self.nats) + 1:
            self.nats += word.nats
            self.expected += word.expected
            self.chances += word.chances

    def of(self, place: int) -> float | None:
        """Nats of a token; None of the first, and of those that were not told of."""
        return self.nats[place - 1] if 1 <= place <= len(self.nats) else None

    def are_of(self, tokens: Sequence[int]) -> bool:
        """Whether these are the tokens, as far as both go: what stands before a token alone decides its surprise."""
        count = min(len(tokens), len(self.tokens))
        return list(self.tokens[:count]) == list(tokens[:count])

    def mean(self, count: int) -> float:
        """Nats a symbol of the first `count` tokens; nan where nothing is known."""
        known = self.nats[: max(count - 1, 0)]
        return math.fsum(known) / len(known) if known else math.nan

"""What is asked of a model while one writes with it, and which of its answers is still wanted. Plain values."""

from collections.abc import Iterator, Sequence
from typing import Final, final

from seqtui.runs.writing_words import AskNext, AskSurprise, Surprised, WriteOn
from seqtui.tui.studio.surprises import Surprises
from seqtui.tui.studio.takes import MOST_SEED, Recipe

COUNT: Final = 10


@final
class WritingAsks:
    """numbers: of requests, shared with whoever else asks the same model. recipe: the taste of what is asked next."""

    def __init__(self, numbers: Iterator[int]) -> None:
        self.recipe = Recipe(1)
        self._numbers = numbers
        self._next = self._more = self._turns = 0
        self._looked: Surprises | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether other symbols will come than those that can be chosen from now."""
        return bool(self._next or self._more)

    @property
    def is_writing(self) -> bool:
        """Whether the model writes."""
        return bool(self._more)

    def number(self) -> int:
        """For a request that nobody waits for."""
        return next(self._numbers)

    def next_after(self, tokens: Sequence[int]) -> AskNext:
        """What may come next."""
        self._next, recipe = next(self._numbers), self.recipe
        return AskNext(
            self._next, list(tokens), COUNT, recipe.temperature, recipe.top_k, recipe.top_p, recipe.penalty
        )  # fmt: skip

    def more(self, tokens: Sequence[int], piece: str) -> WriteOn:
        """A word or a line, with another seed each time: who undoes one does not want the same."""
        self._more, self._next, recipe = next(self._numbers), 0, self.recipe
        self._turns += 1
        seed = (recipe.seed + self._turns) % (MOST_SEED + 1)
        return WriteOn(
            self._more, list(tokens), piece, seed, recipe.temperature, recipe.top_k, recipe.top_p, recipe.penalty
        )  # fmt: skip

    def surprise(self, tokens: Sequence[int]) -> AskSurprise:
        """What surprises it."""
        self._looked = Surprises(next(self._numbers), list(tokens))
        return AskSurprise(self._looked.request, list(tokens))

    def is_next(self, number: int) -> bool:
        """Whether an answer tells what may come next; once."""
        found = number == self._next
        self._next = 0 if found else self._next
        return found

    def is_more(self, number: int) -> bool:
        """Whether an answer is what the model was to write; once."""
        found = number == self._more
        self._more = 0 if found else self._more
        return found

    def surprised(self, word: Surprised, shown: Surprises | None) -> Surprises | None:
        """What is to be shown by now: not less than what is shown already, where that is still true."""
        looked = self._looked
        if looked is None or word.id != looked.request:
            return shown
        looked.take(word)
        is_less = shown is not None and len(shown.nats) > len(looked.nats) and shown.are_of(looked.tokens)
        return shown if is_less else looked

    def is_lost(self, number: int) -> bool:
        """Whether an answer that will not come was waited for; then nothing is."""
        if number and number in (self._next, self._more):
            self.forget()
            return True
        return False

    def forget(self) -> None:
        """Nothing is waited for."""
        self._next = self._more = 0

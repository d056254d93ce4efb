"""A text that a person and a model write together: its tokens, whose each is, and the way back. Plain values."""

from collections.abc import Sequence
from typing import Final, final

MOST_ACTS: Final = 5_000


@final
class Written:
    """tokens; made: which of them the model chose."""

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self.made: list[bool] = []
        self._acts: list[tuple[int, list[int], list[bool]]] = []  # how much stayed, and what was taken away

    @property
    def is_touched(self) -> bool:
        """Whether anything was done since it began."""
        return bool(self._acts)

    def begin(self, tokens: Sequence[int], made: Sequence[bool]) -> None:
        """Another text; there is no way back."""
        self.tokens, self.made = list(tokens), list(made)
        self._acts.clear()

    def add(self, tokens: Sequence[int], *, by_model: bool) -> None:
        """Write on."""
        self._note(len(self.tokens))
        self.tokens += tokens
        self.made += [by_model] * len(tokens)

    def take_back(self) -> bool:
        """Without its last symbol; whether there was one."""
        if not self.tokens:
            return False
        self._note(len(self.tokens) - 1)
        del self.tokens[-1], self.made[-1]
        return True

    def undo(self) -> bool:
        """As it was before the last act; whether there was one."""
        if not self._acts:
            return False
        stayed, tokens, made = self._acts.pop()
        self.tokens[stayed:], self.made[stayed:] = tokens, made
        return True

    def _note(self, stays: int) -> None:
        self._acts.append((stays, self.tokens[stays:], self.made[stays:]))
        del self._acts[:-MOST_ACTS]

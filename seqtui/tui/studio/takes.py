"""Takes: what was sampled, how it can be had again, which is kept. Plain values and a book of them; no Textual."""

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from seqtui.runs.studio_words import Began, Grew, Made, MakeSample
from seqtui.task import Values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seqtui.task import Task

MOST_SEED: Final = 2**31 - 1
FLICKER_SECONDS: Final = 0.25
_ENDLESS: Final = 10**6


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a take is made. base: the take (its number) whose first `kept` units stay, and are gone on from."""

    length: int
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0
    prime: str = ""
    base: int = 0
    kept: int = 0
    penalty: float = 1.0
    stop: str = ""

    def request(self, number: int, opening: str) -> MakeSample:
        """The request that makes it; opening: the file that holds what is kept of the base, or ''."""
        length = max(self.length - self.kept, 1) if opening else self.length
        return MakeSample(
            number, length, self.temperature, self.top_k, self.top_p, self.seed, self.prime or None, opening,
            self.penalty, self.stop,
        )  # fmt: skip


@dataclass(slots=True)
class Take:
    """One take. request: the number of what makes it; values: so far, (steps[, features]), the opening first."""

    number: int
    recipe: Recipe
    request: int
    opening: Values | None = None
    values: Values = field(default_factory=lambda: np.zeros(0, np.uint8))
    opening_steps: int = 0
    seconds: float = 0.0
    new_steps: int = 0
    done: bool = False
    kept: bool = False
    asked: float = field(default_factory=time.monotonic)
    _file: Path | None = None

    def is_whole_to(self, told: Sequence[bool]) -> bool:
        """Whether it is whole; one asked for just now goes on as whole where the last of `told` was: no flicker."""
        return self.done or (True in told[-1:] and time.monotonic() - self.asked < FLICKER_SECONDS)

    def begin(self, folder: Path, began: Began) -> None:
        """Where its values will be found."""
        self._file = folder / Path(began.file).name
        self.values = np.zeros((0, *began.shape), np.dtype(began.dtype))
        self.opening_steps = began.opening_steps

    def grow(self, word: Grew | Made) -> None:
        """Read the steps that are new. What cannot be read is not there yet."""
        shape, count = self.values.shape[1:], word.steps - len(self.values)
        a_step = int(np.prod(shape, dtype=np.int64))
        if self._file is not None and count > 0:
            skipped = len(self.values) * a_step * self.values.itemsize
            with contextlib.suppress(FileNotFoundError):  # somebody may tidy the folder of temporary files
                new = np.fromfile(self._file, self.values.dtype, count * a_step, offset=skipped)
                new = new[: len(new) - len(new) % max(a_step, 1)].reshape(-1, *shape)
                self.values = np.concatenate([self.values, new])
        if isinstance(word, Made):
            self.done, self.seconds, self.new_steps = True, word.seconds, word.new_steps
            if self._file is not None:
                self._file.unlink(missing_ok=True)


@final
class TakeBook:
    """The takes of a sitting, in order, one of them looked at. The newest is a draft until another one is begun."""

    def __init__(self) -> None:
        self.takes: list[Take] = []
        self.current: Take | None = None
        self._numbers = 0

    def draft(self, recipe: Recipe, request: int, opening: Values | None, *, another: bool) -> Take:
        """A new take; it stands in the newest one's stead where that was not kept, unless another one is wanted."""
        newest = self.takes[-1] if self.takes else None
        if newest and not newest.kept and newest is self.current and not (another and newest.done):
            take = Take(newest.number, recipe, request, opening)
            self.takes[-1] = take
        else:
            self._numbers += 1
            take = Take(self._numbers, recipe, request, opening)
            self.takes.append(take)
        self.current = take
        return take

    def opening_of(self, recipe: Recipe) -> Values | None:
        """What stays of the base of a recipe, where the take that is looked at has kept the same of it."""
        now = self.current
        is_same = now is not None and recipe.base and (now.recipe.base, now.recipe.kept) == (recipe.base, recipe.kept)
        return now.opening if now and is_same else None

    def free_seed(self, base: Take) -> int:
        """A seed that nothing was made of it with."""
        return max(each.recipe.seed for each in self.takes if each.recipe.base in (base.number, 0)) + 1

    def of_request(self, number: int) -> Take | None:
        """The take that a request makes."""
        return next((take for take in self.takes if take.request == number), None)

    def numbered(self, number: int) -> Take | None:
        """The take of a number."""
        return next((take for take in self.takes if take.number == number), None)

    def discard(self, take: Take) -> None:
        """Forget one; its neighbor is looked at."""
        place = self.takes.index(take)
        self.takes.remove(take)
        if self.current is take:
            self.current = self.takes[min(place, len(self.takes) - 1)] if self.takes else None

    def chosen(self) -> list[Take]:
        """What an export means: the kept ones, else the one that is looked at."""
        kept = [take for take in self.takes if take.kept]
        return kept or ([self.current] if self.current and self.current.done else [])


def steps_of(task: "Task", encoding: "Mapping[str, Any]", values: Values, units: int) -> int | None:
    """How many of the values make the first `units` of the task's length_unit; None where they are fewer."""
    first = _marks(task, encoding, values)
    if units < 1:
        return first
    is_reached = task.is_long_enough(units, encoding)
    return next((index + 1 for index in range(first, len(values)) if is_reached(values[index])), None)


def units_in(task: "Task", encoding: "Mapping[str, Any]", values: Values) -> int:
    """How many whole units the values hold; the mark that ends a sample before its length is none."""
    first = _marks(task, encoding, values)
    values = values[: first + _steps_before_a_mark(task, encoding, values[first:])]
    low, high = 0, 1
    while steps_of(task, encoding, values, high) is not None and high < len(values):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if steps_of(task, encoding, values, middle) is None:
            high = middle
        else:
            low = middle
    return low


def _marks(task: "Task", encoding: "Mapping[str, Any]", values: Values) -> int:
    """How many values at the beginning are no steps: what would end a sample of any length is a mark."""
    count = 0
    while count < len(values) and task.is_long_enough(_ENDLESS, encoding)(values[count]):
        count += 1
    return count


def _steps_before_a_mark(task: "Task", encoding: "Mapping[str, Any]", values: Values) -> int:
    # Only the last value can be one: with it a sample has ended.
    ends = len(values) > 0 and task.is_long_enough(_ENDLESS, encoding)(values[-1])
    return len(values) - int(ends)


def with_seed(recipe: Recipe, seed: int) -> Recipe:
    """The same with another seed, within bounds."""
    return replace(recipe, seed=seed % (MOST_SEED + 1))

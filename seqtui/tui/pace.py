"""How often the screen of a run that trains looks for news: what looking and painting cost is taken from the training,
where that uses every core.
"""

import os
import time
from collections.abc import Callable
from typing import Final, final

SHARE: Final = 0.025
"""Of the machine's cores, for the screen: the training keeps 0.97 of its rate with room to spare."""

LONGEST: Final = 0.4
"""Seconds between two looks, at most."""


@final
class Pace:
    """Leaves out so many ticks that looks, and what is painted after them, take SHARE of the cores.

    clock: seconds that pass; spent: seconds of processor time of this process.
    """

    def __init__(
        self,
        look: Callable[[], None],
        *,
        cores: int = os.cpu_count() or 1,
        clock: Callable[[], float] = time.monotonic,
        spent: Callable[[], float] = time.process_time,
    ) -> None:
        self._look = look
        self._cores = cores
        self._clock = clock
        self._spent = spent
        self._looked = self._had_spent = 0.0

    def tick(self, *, sparing: bool) -> None:
        """Look, if it is time; always if not sparing."""
        now, spent = self._clock(), self._spent()
        rest = min((spent - self._had_spent) / (SHARE * self._cores), LONGEST)
        # A tick may come a little early.
        if sparing and now - self._looked < rest - 0.01:
            return
        self._looked, self._had_spent = now, spent
        self._look()

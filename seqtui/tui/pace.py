"""How often the screen of a run that trains looks for news: what looking and painting cost is taken from the training,
where that uses every core.
"""

import time
from collections.abc import Callable
from typing import Final, final

SHARE: Final = 0.016
"""Of one core, for looking and painting. Threads that wait for each other at every step all lose what one of them does,
so it is not a share of all cores; the process takes another half percent at rest."""

LONGEST: Final = 2.0
"""Seconds between two looks, at most."""

HURRY: Final = 3.0
"""Seconds for which nothing is spared after a person has asked the run for something."""


@final
class Pace:
    """Leaves out so many ticks that looks, and what is painted after them, take SHARE of a core.

    clock: seconds that pass; spent: seconds of processor time of this process.
    """

    def __init__(
        self,
        look: Callable[[], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        spent: Callable[[], float] = time.process_time,
    ) -> None:
        self._look = look
        self._clock = clock
        self._spent = spent
        self._looked = self._had_spent = 0.0
        self._hurries_until = -HURRY

    def hurry(self) -> None:
        """Somebody waits for an answer of the run."""
        self._hurries_until = self._clock() + HURRY

    def tick(self, *, sparing: bool) -> None:
        """Look, if it is time; always if not sparing."""
        now, spent = self._clock(), self._spent()
        rest = min((spent - self._had_spent) / SHARE, LONGEST)
        # A tick may come a little early.
        if sparing and now > self._hurries_until and now - self._looked < rest - 0.01:
            return
        self._looked, self._had_spent = now, spent
        self._look()

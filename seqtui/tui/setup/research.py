"""What is found out beside the form, while a person goes on: what the data hold, and what past runs measured."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, final

from seqtui.config import RunConfig
from seqtui.sizes import Sizes, sizes
from seqtui.tui.setup.estimate import Estimate, Pace, estimate, paces
from seqtui.tui.setup.found import Found, Question

if TYPE_CHECKING:
    from seqtui.tui.setup.looker import Looker

MOST_REMEMBERED: Final = 20


@final
class Research:
    """tell: called in another thread whenever something was said of a question; hand it to `take` in the right one."""

    def __init__(self, tell: Callable[[Question, Found], None]) -> None:
        self._tell = tell
        self._looker: Looker | None = None
        self._asked: Question | None = None
        self._found: dict[Question, Found] = {}
        self._paces: list[Pace] = []

    @property
    def found(self) -> Found | None:
        """What is known of the data that were asked for last."""
        return self._found.get(self._asked) if self._asked else None

    def wants(self, config: RunConfig) -> bool:
        """Whether the data of a config are other ones than those asked for last."""
        return _question(config) != self._asked

    def ask(self, config: RunConfig) -> None:
        """Look at the data of a config, unless it is known what they hold."""
        # Here, for it brings pydantic.
        from seqtui.tui.setup.looker import Looker

        self._looker = self._looker or Looker(self._tell)
        self._looker.stop()
        self._asked = _question(config)
        known = self._found.get(self._asked)
        if known is None or not (known.head or known.error):
            self._looker.ask(self._asked)

    def take(self, question: Question, found: Found) -> bool:
        """Keep what was said; whether it is of the data that were asked for last."""
        self._found[question] = found
        self._found = dict(list(self._found.items())[-MOST_REMEMBERED:])
        return question == self._asked

    def take_paces(self, known: list[Pace]) -> None:
        """Keep what past runs measured."""
        self._paces = known

    def sizes(self, config: RunConfig) -> Sizes | None:
        """Of the model, once the data are known."""
        found = self.found
        return sizes(config, found.head) if found and found.head else None

    def pace(self, config: RunConfig) -> Estimate | None:
        """Of an epoch, where a past run tells."""
        found, told = self.found, self.sizes(config)
        steps = found.splits["train"][1] if found and found.splits else 0
        return estimate(config, parameters=told.total if told else 0, steps=steps, known=self._paces)

    def stop(self) -> None:
        """Leave no child behind."""
        if self._looker:
            self._looker.stop()


def known_paces(app: str) -> list[Pace]:
    """What past runs of an application measured, the newest first. Slow: reads many logs."""
    return [pace for pace in paces(app) if pace]


def _question(config: RunConfig) -> Question:
    return Question(config.app, config.data, json.dumps(config.options, sort_keys=True), config.seed)

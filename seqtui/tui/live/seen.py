"""What the screen remembers of a run beside RunState: recent reports, what the model saw, lines of the log."""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final, final

from seqtui.commands.lines import news
from seqtui.runs.curve import Bucket
from seqtui.runs.events import (
    Attribution,
    CommandRefused,
    Exported,
    Failed,
    Finished,
    Heard,
    KnobChanged,
    NonFinite,
    NotSaved,
    Saved,
    Started,
    Step,
    Surprise,
    Tagged,
    Warned,
)
from seqtui.runs.journal import Record
from seqtui.runs.report import duration
from seqtui.runs.state import RunState
from seqtui.runs.translation_events import Translated
from seqtui.runs.video_events import Watched

RECENT_STEPS: Final = 500
MOST_LINES: Final = 2000
MOST_GLANCES: Final = 500
MOST_ODD: Final = 1000

Glance = Attribution | Tagged | Translated | Surprise | Watched | Heard
"""What a model sees in validation data."""

Line = tuple[str, str]
"""How it is meant ('', 'good', 'warning', 'edit' or 'bad'), and the text."""


@final
class Seen:
    """Bounded in memory, whatever the length of the run."""

    def __init__(self) -> None:
        self.lines: deque[Line] = deque(maxlen=MOST_LINES)
        self.glances: deque[Glance] = deque(maxlen=MOST_GLANCES)
        self.odd_steps: deque[int] = deque(maxlen=MOST_ODD)
        self.refused: list[str] = []
        self._reports: deque[Step] = deque()
        self._steps = 0
        self._odd = 0

    @property
    def recent(self) -> tuple[Step, ...]:
        """The newest reports, of at least RECENT_STEPS optimizer steps if there were so many."""
        return tuple(self._reports)

    def take(self, records: Iterable[Record], state: RunState) -> None:
        """Add records, in order. state: with them folded in."""
        self.refused = []
        for record in records:
            match record.event:
                case Step() as step:
                    self._take_step(step)
                case Attribution() | Tagged() | Translated() | Surprise() | Watched() | Heard() as found:
                    self.glances.append(found)
                case Started(resumed_from=since) if since is not None:
                    self._go_back_to(since)
                case NonFinite(step=number):
                    self.odd_steps.append(number)
                case CommandRefused(reason=reason):
                    self.refused.append(reason)
            self._take_line(record, state)

    def _take_step(self, step: Step) -> None:
        self._reports.append(step)
        self._steps += step.count
        while len(self._reports) > 1 and self._steps - self._reports[0].count >= RECENT_STEPS:
            self._steps -= self._reports.popleft().count

    def _go_back_to(self, since: int) -> None:
        """A resumed run makes the steps after its checkpoint anew."""
        kept = [found for found in self.glances if found.step <= since]
        self.glances = deque(kept, maxlen=MOST_GLANCES)
        self._reports = deque(report for report in self._reports if report.step <= since)
        self._steps = sum(report.count for report in self._reports)
        self.odd_steps = deque((step for step in self.odd_steps if step <= since), maxlen=MOST_ODD)

    def _take_line(self, record: Record, state: RunState) -> None:
        event = record.event
        if isinstance(event, NonFinite):
            # A flood of them is one line, with the newest.
            if self._odd and self.lines:
                self.lines.pop()
            self._odd += 1
            again = f" ({self._odd} in all since the line before)" if self._odd > 1 else ""
            self.lines.append(("bad", news(event, state) + again))
            return
        text = _ending(event) or news(event, state)
        if text:
            self._odd = 0
            self.lines.append((_meaning(event), text))


def with_odd_steps(buckets: Sequence[Bucket], odd_steps: Iterable[int]) -> Sequence[Bucket]:
    """A run's curve in which the steps that were not finite are counted too: they were left out of the reports."""
    odd = list(odd_steps)
    if not odd:
        return buckets
    marked = list(buckets)
    for step in odd:
        place = bisect_left(marked, step, key=lambda part: part.last)
        if place < len(marked) and marked[place].first <= step and not marked[place].nonfinite:
            marked[place] = marked[place]._replace(nonfinite=1)
    return marked


def _meaning(event: object) -> str:
    match event:
        case Warned() | NotSaved() | CommandRefused():
            return "warning"
        case KnobChanged():
            return "edit"
        case Failed():
            return "bad"
        case Finished() | Exported():
            return "good"
    return ""


def _ending(event: object) -> str:
    match event:
        case Failed(sentence=sentence, step=step):
            return f"step {step:,}: failed: {sentence}"
        case Finished(step=step, why=why, seconds=seconds):
            return f"step {step:,}: ended ({why.replace('_', ' ')}) after {duration(seconds)}"
        case Exported(paths=paths):
            return f"wrote {', '.join(paths)}"
        case Saved(step=step, why="command", bytes=size):
            return f"step {step:,}: checkpoint written, {size / 1e6:.2f} MB"
    return ""

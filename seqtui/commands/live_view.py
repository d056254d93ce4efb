"""A followed run on a terminal: one live line at the bottom of stderr, news above it, results on stdout at the end."""

import time
from typing import final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from seqtui.commands.lines import measures, news, phase_line
from seqtui.commands.views import print_results
from seqtui.runs.events import Evaluated
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import Record
from seqtui.runs.report import duration
from seqtui.runs.state import RunState
from seqtui.text_safety import clean

FRAME_SECONDS = 0.1


@final
class LiveView:
    """A bar, the rate and the time left; what the child is busy with from the first second."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[tail]}", markup=False),
            console=self._console,
            transient=True,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task("starting", total=None, tail="")
        self._began = time.monotonic()
        self._last = 0.0

    def begin(self, folder: RunFolder) -> None:
        """Where the run lies, and the live line."""
        self.say(f"run {folder.id} in {folder.path}")
        self._progress.start()

    def take(self, record: Record, state: RunState) -> None:
        """News above the line; the line itself at most ten times a second."""
        line = news(record.event, state)
        if isinstance(record.event, Evaluated):
            # One line each, the metrics cut where the terminal is narrow: a hundred of them come in a run.
            self._console.print(Text(clean(line)), no_wrap=True, overflow="ellipsis")
        elif line:
            self.say(line)
        self.tick(state)

    def tick(self, state: RunState) -> None:
        """Draw the line, if it is time."""
        now = time.monotonic()
        if now - self._last < FRAME_SECONDS:
            return
        self._last = now
        if state.step is None:
            text = phase_line(state.phase) if state.phase else "starting"
            done, total = (state.phase.done, state.phase.total or None) if state.phase else (0, None)
            tail = duration(now - self._began)
        else:
            of = f"/{state.total_steps:,}" if state.total_steps else ""
            text = f"{'paused' if state.paused else 'step'} {state.step.step:,}{of}"
            done, total = round(state.fraction * 1000), 1000
            tail = measures(state)
        self._progress.update(self._task, description=text, completed=done, total=total, tail=tail)
        self._progress.refresh()

    def say(self, text: str) -> None:
        """A line above the live line."""
        self._console.print(Text(clean(text)), soft_wrap=True)

    def close(self) -> None:
        """Take the live line away."""
        self._progress.stop()

    def end(self, state: RunState, folder: RunFolder) -> None:
        """The drawing and the summary."""
        print_results(state, folder)

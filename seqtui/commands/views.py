"""How a followed run is printed: JSON lines, plain lines, or almost nothing. (A terminal's live line: live_view.)"""

import sys
import time
from typing import Protocol, final

from seqtui.commands import console
from seqtui.commands.lines import news, phase_line, progress_line
from seqtui.runs.events import NonFinite, Phase, Step
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import Record
from seqtui.runs.report import summary
from seqtui.runs.state import RunState

SECONDS_BETWEEN_LINES = 1.0


class View(Protocol):
    """Something that shows a run while it is followed."""

    def begin(self, folder: RunFolder) -> None:
        """The run is about to be followed."""

    def take(self, record: Record, state: RunState) -> None:
        """A record came; `state` has it folded in."""

    def tick(self, state: RunState) -> None:
        """Nothing came for a moment."""

    def say(self, text: str) -> None:
        """A line of talk between the events."""

    def close(self) -> None:
        """Nothing more comes: leave the terminal as it was."""

    def end(self, state: RunState, folder: RunFolder) -> None:
        """The run ended by itself: print the results."""


def choose_view(*, as_json: bool, quiet: bool, terminal: bool) -> View:
    """The view that fits what was asked for and who reads."""
    if as_json:
        return JsonView()
    if quiet:
        return QuietView()
    if terminal:
        # Here, for rich costs a tenth of a second, and most runs in scripts have no use for it.
        from seqtui.commands.live_view import LiveView

        return LiveView()
    return PlainView()


@final
class JsonView:
    """Every record as it comes, one JSON object a line on stdout."""

    def begin(self, folder: RunFolder) -> None:
        """JSON speaks for itself."""

    def take(self, record: Record, state: RunState) -> None:  # noqa: ARG002  the protocol's signature
        """The record as the child wrote it, without the log's own checksum."""
        console.json_line({name: value for name, value in record.raw.items() if name != "crc"})

    def tick(self, state: RunState) -> None:
        """JSON has no clock."""

    def say(self, text: str) -> None:
        """Talk goes to stderr and does not disturb."""
        console.say(text)

    def close(self) -> None:
        """Nothing was opened."""

    def end(self, state: RunState, folder: RunFolder) -> None:
        """The last event has said it."""


@final
class QuietView:
    """Errors, and at the end the files that were written."""

    def begin(self, folder: RunFolder) -> None:
        """Quiet."""

    def take(self, record: Record, state: RunState) -> None:
        """Quiet."""

    def tick(self, state: RunState) -> None:
        """Quiet."""

    def say(self, text: str) -> None:
        """Quiet."""

    def close(self) -> None:
        """Nothing was opened."""

    def end(self, state: RunState, folder: RunFolder) -> None:  # noqa: ARG002  the protocol's signature
        """The paths, one a line."""
        for path in state.exports:
            console.out(path)


@final
class PlainView:
    """Lines without control characters: news at once, progress about once a second."""

    def __init__(self) -> None:
        self._last = 0.0
        self._phase = ""

    def begin(self, folder: RunFolder) -> None:
        """Where the run lies, at once."""
        console.say(f"run {folder.id} in {folder.path}")

    def take(self, record: Record, state: RunState) -> None:
        """News at once, the rest when a second has gone."""
        match record.event:
            case Phase() as phase if phase.text != self._phase:
                self._phase = phase.text
                console.say(phase_line(phase))
            case Phase() | Step():
                self._now_and_then(progress_line(state))
            case NonFinite() as event:
                self._now_and_then(news(event, state))
            case event:
                line = news(event, state)
                if line:
                    console.say(line)

    def tick(self, state: RunState) -> None:
        """A line a second would be noise where nothing happens."""

    def say(self, text: str) -> None:
        """A line."""
        console.say(text)

    def close(self) -> None:
        """Nothing was opened."""

    def end(self, state: RunState, folder: RunFolder) -> None:
        """The drawing and the summary."""
        print_results(state, folder)

    def _now_and_then(self, line: str) -> None:
        now = time.monotonic()
        if now - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            console.say(line)


def print_results(state: RunState, folder: RunFolder) -> None:
    """The last sample's drawing and the end summary, on stdout."""
    if state.samples and state.samples[-1].drawing.strip():
        console.out(state.samples[-1].drawing.rstrip("\n") + "\n")
    console.out("\n".join(summary(state, folder=folder, width=console.width(), plain=console.is_plain(sys.stdout))))

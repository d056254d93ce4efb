"""How far a fetch is: a bar on a terminal, a line at every tenth in a pipe, JSON lines for a program."""

import contextlib
import time
from collections.abc import Iterator
from typing import Final

from seqtui.commands import console
from seqtui.data_sets.fetch import Progress, Tell
from seqtui.data_sets.manifest import DataSet

JSON_SECONDS: Final = 0.1  # between two lines of the same work


@contextlib.contextmanager
def progress_of(data_set: DataSet, *, as_json: bool, terminal: bool) -> Iterator[Tell]:
    """What to tell the progress of a fetch, while the block runs."""
    if as_json:
        yield _Lines(data_set.name).tell_program
    elif terminal:
        with _bar() as tell:
            yield tell
    else:
        yield _Lines(data_set.name).tell_person


class _Lines:
    def __init__(self, name: str) -> None:
        self._name = name
        self._what, self._tenth, self._last = "", -1, 0.0

    def tell_program(self, now: Progress) -> None:
        """At most ten lines a second of one kind."""
        if now.what != self._what or time.monotonic() - self._last >= JSON_SECONDS or now.done == now.total:
            self._what, self._last = now.what, time.monotonic()
            facts = {"event": "progress", "name": self._name, "what": now.what, "done": now.done, "total": now.total}
            console.json_line(facts | {"files_done": now.files_done, "files": now.files})

    def tell_person(self, now: Progress) -> None:
        """A line at the beginning of each work, and at every tenth of it."""
        tenth = 10 * now.done // max(now.total, 1)
        if now.what != self._what or tenth > self._tenth:
            self._what, self._tenth = now.what, tenth
            console.say(f"{self._name}: {now.what}, {now.done / 1e6:,.1f} of {now.total / 1e6:,.1f} MB")


@contextlib.contextmanager
def _bar() -> Iterator[Tell]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Bars(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None)

        def tell(now: Progress) -> None:
            bars.update(task, description=now.what, completed=now.done, total=now.total)

        yield tell

"""Follow a run: what is new in its log, folded, at most one piece of news a poll. No Textual, no threads: the screen
polls ten times a second and each poll takes a bounded time, whatever the length of the log.
"""

import time
from collections import deque
from dataclasses import dataclass
from typing import Final, final

from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import Record, read_line
from seqtui.runs.kept import newest_kept
from seqtui.runs.lock import holder
from seqtui.runs.state import RunState, Status, fold, is_starting
from seqtui.tui.sketch import sketch

POLL_SECONDS: Final = 0.1
BUDGET: Final = 0.03
FIRST_BUDGET: Final = 0.15
HASTE: Final = 0.07
"""Of every tenth of a second, where nobody trains whom that would cost."""

SLICE: Final = 1024 * 1024
SKETCH_POINTS: Final = 600
SKETCH_EVERY: Final = 2.0
OVER: Final = (Status.STOPPED, Status.FAILED, Status.DEAD, Status.FINISHED)
_TAIL: Final = 64
_GATES: Final = b'{"event":"Gates"'


@dataclass(frozen=True, slots=True)
class News:
    """What a poll found. state: the fold so far; read it, do not keep it.

    records: the new ones, in order; of the maps of gates only the newest while a long log is read.
    again: the log was cut (a resume) and is read anew: forget what was made from earlier records.
    complete: False while a long log is still being read; `state` is then a sketch from a few of its records.
    """

    state: RunState
    records: tuple[Record, ...]
    status: Status
    again: bool
    complete: bool
    read: float


@final
class RunFollower:
    """One run, living, finished or dead. BadInput where its config cannot be read."""

    def __init__(self, folder: RunFolder) -> None:
        header = folder.read_header()
        self.folder = folder
        self.config = header.config
        self.state = RunState(header.config)
        self.status = Status.PREPARING
        self.created = header.created
        self._path = folder.events_file
        self._polled = False
        self._forget()

    def poll(self, *, budget: float = BUDGET, others_train: bool = True) -> News | None:
        """Read on for at most about `budget` seconds, HASTE where nobody trains; None where nothing is new."""
        # Alive is asked first: what a run writes and then dies of is read after.
        alive = holder(self.folder) is not None
        first, self._polled = not self._polled, True
        again, was_complete = not self._is_same_history(), self.caught_up
        if again:
            self._forget()
        at_least = FIRST_BUDGET if first else 0.0 if alive or others_train else HASTE
        records = self._read_on(time.monotonic() + max(budget, at_least))
        self._show()
        status = self._folded.status(alive=alive or is_starting(self._folded, created=self.created))
        if not self.caught_up:
            status = self.state.status(alive=alive)  # of the sketch, which has the log's end
        changed = status is not self.status or self.caught_up is not was_complete
        self.status = status
        if not (records or changed or again or first):
            return None
        if status in OVER:
            self._look_what_is_kept()
        return News(self.state, tuple(records), status, again, self.caught_up, self._fraction_read())

    def _look_what_is_kept(self) -> None:
        """Nobody trains: what it could go on from is what lies there, not what the log had the time to say."""
        kept, told = newest_kept(self.folder), self.state.saved
        if (kept and kept.step) != (told and told.step):
            self.state.saved = kept

    def _forget(self) -> None:
        self._folded = RunState(self.config)
        self._offset = 0
        self._before = b""
        self._waiting: deque[tuple[bytes, bool]] = deque()
        self.caught_up = False
        self._sketched = 0.0
        self._sketched_size = -1

    def _is_same_history(self) -> bool:
        """Whether what stands before our place is what we read: a resumed run cuts the log, and may grow past it."""
        if not self._offset:
            return True
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset - len(self._before))
                return file.read(len(self._before)) == self._before
        except FileNotFoundError:
            return False

    def _read_on(self, deadline: float) -> list[Record]:
        records: list[Record] = []
        while time.monotonic() < deadline:
            if not self._waiting and not self._fill():
                self.caught_up = True
                break
            for _ in range(min(32, len(self._waiting))):
                line, wanted = self._waiting.popleft()
                self._offset += len(line) + 1
                if record := read_line(line) if wanted else None:
                    self._folded.take(record.event, seq=record.seq)
                    records.append(record)
            self._before = (line + b"\n")[-_TAIL:]
        return records

    def _fill(self) -> bool:
        """Whole lines of the next stretch of the log into `_waiting`; whether there were any."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read(SLICE)
                if len(data) == SLICE and b"\n" not in data:
                    data += file.readline()
        except FileNotFoundError:
            return False
        lines = data[: data.rfind(b"\n") + 1].split(b"\n")[:-1]
        # A map of gates takes longer to read than a hundred steps, and only the newest is looked at.
        gates = [index for index, line in enumerate(lines) if line.startswith(_GATES)]
        skipped = set(gates[:-1])
        self._waiting.extend((line, index not in skipped) for index, line in enumerate(lines))
        return bool(lines)

    def _show(self) -> None:
        if self.caught_up:
            self.state = self._folded
        elif time.monotonic() - self._sketched > SKETCH_EVERY:
            self._sketched = time.monotonic()
            if self._size() != self._sketched_size:
                self._sketched_size = self._size()
                self.state = fold(sketch(self._path, points=SKETCH_POINTS), config=self.config)

    def _fraction_read(self) -> float:
        return 1.0 if self.caught_up else min(self._offset / max(self._size(), 1), 1.0)

    def _size(self) -> int:
        """Bytes of the log; 0 where it is gone."""
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0

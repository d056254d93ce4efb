"""The microphone, seen from the screen: a process that records is started, ended early or left behind. Never waits."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from seqtui.errors import RunFailed
from seqtui.runs.studio_helper import ending
from seqtui.tui.studio.recorder import BEGAN

OPENING_SECONDS: Final = 10.0  # in which a microphone has to open
ENDING_SECONDS: Final = 2.0  # in which it has to end, and its samples to be written


@dataclass(frozen=True, slots=True)
class Begun:
    """What is said from now on will be in the recording."""


@dataclass(frozen=True, slots=True)
class Recording:
    """It is done."""

    path: Path


@dataclass(frozen=True, slots=True)
class NoRecording:
    """Why there is none, in one sentence."""

    reason: str


@final
class Microphone:
    """Makes one recording at a time."""

    def __init__(self, *, opening: float = OPENING_SECONDS, ending: float = ENDING_SECONDS) -> None:
        self._opening, self._ending = opening, ending
        self._child: subprocess.Popen[bytes] | None = None
        self._path = Path()
        self._seconds = self._deadline = 0.0
        self._has_begun = False

    @property
    def is_on(self) -> bool:
        """Whether it is recording or about to."""
        return self._child is not None

    def start(self, path: Path, seconds: float) -> None:
        """Record so many seconds into `path`. RunFailed where nothing can be started."""
        self.stop()
        self._path, self._seconds, self._has_begun = path, seconds, False
        self._deadline = time.monotonic() + self._opening
        command = [sys.executable, "-P", "-m", "seqtui.tui.studio.recorder", str(path), f"{seconds:g}"]
        try:
            with path.with_suffix(".said").open("wb") as said, path.with_suffix(".log").open("wb") as log:
                self._child = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=said, stderr=log, start_new_session=True
                )
        except OSError as error:
            raise RunFailed(f"nothing can be recorded: {error.strerror or error}") from error

    def look(self) -> Begun | Recording | NoRecording | None:
        """What is new. Of each recording: begun or not, it ends with one of the others."""
        if self._child is None:
            return None
        if not self._has_begun and self._said() == BEGAN:
            self._has_begun = True
            self._deadline = time.monotonic() + self._seconds + self._ending
            return Begun()
        code = self._child.poll()
        if code is not None:
            self._child = None
            return Recording(self._path) if code == 0 else NoRecording(self._said_of(code))
        if time.monotonic() < self._deadline:
            return None
        self.stop()
        if self._has_begun:
            return NoRecording("the microphone gives no sound any more")
        return NoRecording(f"the microphone did not open within {self._opening:g} seconds")

    def finish(self) -> bool:
        """That is enough: what was recorded is kept. False where it has not begun: nothing is."""
        if not self._has_begun or self._child is None:
            self.stop()
            return False
        self._child.terminate()
        self._deadline = min(self._deadline, time.monotonic() + self._ending)
        return True

    def stop(self) -> None:
        """Record no more, and keep nothing."""
        child, self._child = self._child, None
        if child is not None and child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def _said(self) -> str:
        """The last whole line that the process said."""
        try:
            lines = self._path.with_suffix(".said").read_text(errors="replace").split("\n")[:-1]
        except OSError:
            return ""
        return lines[-1] if lines else ""

    def _said_of(self, code: int) -> str:
        said = self._said()
        return said if said not in ("", BEGAN) else f"the process that records has ended ({ending(code)})"

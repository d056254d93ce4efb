"""The full screen as a person has it: a real pseudo-terminal, and what stands on it. For Pilot: an app in a home of
its own.
"""

import fcntl
import math
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyte
import pytest
from warm import WarmPopen
from wcwidth import wcwidth

from seqtui.config import RunConfig
from seqtui.runs.durable import write_json
from seqtui.runs.events import DataSummary, Evaluated, Failed, Finished, Span, Started, Step
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import EventWriter

PATIENCE = 120.0
SEQTUI = [sys.executable, "-P", "-m", "seqtui"]

# The terminal must be the controlling one of a session whose leader is not our group: a shell that starts a job. It
# waits, brings a stopped job to the front again (fg) when told by SIGUSR1, and leaves with the job's exit code.
SHELL = """
import os, signal, sys, termios, fcntl
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
told = []
signal.signal(signal.SIGUSR1, lambda *_: told.append(1))
job = os.fork()
if job == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    for number in (signal.SIGTTOU, signal.SIGHUP, signal.SIGUSR1):
        signal.signal(number, signal.SIG_DFL)
    os.execv(sys.argv[2], sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(str(job))
while True:
    _, status = os.waitpid(job, os.WUNTRACED)
    os.tcsetpgrp(0, os.getpgrp())
    if not os.WIFSTOPPED(status):
        break
    os.write(1, b"<stopped>")
    while not told:
        signal.pause()
    told.clear()
    os.tcsetpgrp(0, job)
    try:
        os.killpg(job, signal.SIGCONT)
    except ProcessLookupError:
        pass
os.write(1, b"<ended>")
sys.exit(os.waitstatus_to_exitcode(status) % 256)
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and settings of its own, for this process and its children; the tour is behind us. Models and data are
    opened by warm processes; a terminal's are cold.
    """
    for name in ("NO_COLOR", "COLUMNS", "LINES", "LC_ALL", "LC_CTYPE"):
        monkeypatch.delenv(name, raising=False)
    changed = {
        "SEQTUI_HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": str(tmp_path / "settings"),
        "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8",
    }  # fmt: skip
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    state = tmp_path / "home" / "state"
    state.mkdir(parents=True)
    (state / "tui.json").write_text('{"tour_seen": true}')
    monkeypatch.setattr(subprocess, "Popen", WarmPopen)
    return tmp_path / "home"


class Terminal:
    """A job of a little shell in a pseudo-terminal, and what its screen shows."""

    def __init__(self, place: Path, command: list[str], *, columns: int, lines: int) -> None:
        self.raw = b""
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._lines: dict[int, str] = {}
        self._master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (lines, columns))
        self.modes = termios.tcgetattr(slave)
        self._note = place / "job"
        # Not the C library's environment: readline puts the size of pytest's own terminal there.
        environment = dict(os.environ)
        words = [sys.executable, "-c", SHELL, str(self._note), *command]
        self.shell = subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave, env=environment)
        os.close(slave)

    @property
    def launcher(self) -> int:
        """The job: the launcher's process."""
        self.read_until(lambda: self._note.exists() and self._note.read_text() != "")
        return int(self._note.read_text())

    @property
    def child(self) -> int:
        """The process that draws."""
        path = Path(f"/proc/{self.launcher}/task/{self.launcher}/children")
        self.read_until(lambda: path.read_text().strip() != "")
        return int(path.read_text().split()[0])

    def wait_for(self, text: str) -> None:
        """Read on until the screen shows a text."""
        self.read_until(lambda: text in self.text())

    def press(self, keys: bytes) -> None:
        """What a person types."""
        os.write(self._master, keys)

    def resize(self, columns: int, lines: int) -> None:
        """Drag the window's corner."""
        self.screen.resize(lines, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self._master)
        self._master = -1

    def finish(self) -> int:
        """Read to the end of the job; its exit code."""
        self.read_until(lambda: b"<ended>" in self.raw)
        return self.shell.wait(timeout=PATIENCE)

    def is_restored(self) -> bool:
        """Whether modes are as before, and every mode of the app that was set has been taken back."""
        modes = termios.tcgetattr(self._master)
        return modes == self.modes and not self.left_on()

    def left_on(self) -> set[str]:
        """Private modes that are still set (line wrap and the cursor: still off)."""
        on: set[str] = set()
        for number, way in re.findall(rb"\x1b\[\?(\d+)([hl])", self.raw):
            name = number.decode()
            if (way == b"h") != (name in ("7", "25")):
                on.add(name)
            else:
                on.discard(name)
        kitty = self.raw.count(b"\x1b[>") - self.raw.count(b"\x1b[<u")
        return on | ({"kitty"} if kitty > 0 else set())

    def text(self) -> str:
        """The screen's lines."""
        for place in self.screen.dirty:  # pyte's display takes as long as an app's frame
            self._lines[place] = self._line(place).rstrip()
        self.screen.dirty.clear()
        return "\n".join(self._lines[place] for place in range(self.screen.lines))

    def _line(self, place: int) -> str:
        cells, column = [], 0
        while column < self.screen.columns:
            cell = self.screen.buffer[place][column].data
            cells.append(cell)
            column += 2 if cell and wcwidth(cell[0]) == 2 else 1
        return "".join(cells)

    def read_until(self, is_enough: Callable[[], bool]) -> None:
        """Read what the job writes until something holds."""
        deadline = time.monotonic() + PATIENCE
        while not is_enough():
            assert time.monotonic() < deadline, f"{self.text()}\n{self.raw[-500:]!r}"
            if not select.select([self._master], [], [], 0.02)[0]:
                continue
            try:
                data = os.read(self._master, 65536)
            except OSError:
                assert is_enough(), self.text()
                return
            self.raw += data
            self._stream.feed(data)

    def close(self) -> None:
        """Leave nothing behind."""
        if self._note.exists():
            for number in (signal.SIGCONT, signal.SIGKILL):
                try:
                    os.killpg(int(self._note.read_text()), number)
                except ProcessLookupError:
                    break
        self.shell.kill()
        self.shell.wait()
        if self._master >= 0:
            os.close(self._master)


@pytest.fixture
def terminal(home: Path, tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Starts seqtui, or another program, in a terminal of 100 × 30 cells: terminal("attach", "last")."""
    assert home.is_dir()
    started: list[Terminal] = []

    def start(*arguments: str, columns: int = 100, lines: int = 30, program: Sequence[str] = SEQTUI) -> Terminal:
        started.append(Terminal(tmp_path, [*program, *arguments], columns=columns, lines=lines))
        return started[-1]

    yield start
    for each in started:
        each.close()


@pytest.fixture
def make_run(home: Path) -> Callable[..., RunFolder]:
    """Makes recorded runs: make_run("music-gru-000001", losses=(9.0, 8.5), ended="epochs", created=…, lr=1e-3 …).

    A step and an evaluation for each loss. ended: why it finished; 'failed', or '' for a run that says nothing more.
    """

    def make(
        run: str, /, losses: Sequence[float] = (9.0, 8.5), ended: str = "epochs", created: float = 1.6e9, **config: Any
    ) -> RunFolder:
        folder = RunFolder(home / "runs" / run)
        for part in (folder.checkpoints, folder.samples):
            part.mkdir(parents=True)
        values = asdict(RunConfig(**{"app": "music", **config}))
        write_json(folder.config_file, {"format": 1, "made_by": "0", "created": created, "config": values})
        folder.control_file.touch()
        writer = EventWriter(folder.events_file)
        writer.append(Started(run, "music", 1, "cpu", 2, "", "own", "fp32", 1234, "2", "x"))
        writer.append(DataSummary("x", "", {}, 1, "", "nats/frame", {}, [], "f"))
        for n, loss in enumerate(losses, 1):
            span = Span(loss - 1, loss, loss + 1)
            writer.append(Step(10 * n, n, 5, 5, 10, span, span, 1e-3, 0.0, 10, 0.1, 2.0 * n, 0.0, 1.0))
            writer.append(Evaluated(10 * n, n, "valid", loss, {}, 10, 0.1, True, min(losses[:n]), 10 * n))
        if ended == "failed":
            writer.append(Failed(10 * len(losses), "the loss was not finite", 1))
        elif ended:
            writer.append(
                Finished(10 * len(losses), len(losses), ended, 2.0 * len(losses), min(losses, default=math.nan), 10)
            )
        writer.close()
        return folder

    return make

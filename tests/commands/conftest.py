"""The command line as a person has it: real processes, real folders, a real pseudo-terminal."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import patient_torch  # noqa: F401  before torch is imported
import pyte
import pytest

from seqtui.config import RunConfig
from seqtui.runs.folder import RunFolder, create

HERE = Path(__file__).parent
PATIENCE = 30.0


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home of its own, and no colors or widths of the terminal that runs the tests."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
    return {**kept, "SEQTUI_HOME": str(tmp_path / "home"), "TERM": "xterm-256color"}


@pytest.fixture
def seqtui(tmp_path: Path, environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Calls the command line in an empty folder."""
    place = tmp_path / "place"
    place.mkdir()

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-m", "seqtui", *arguments]
        return subprocess.run(
            command, cwd=place, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    return call


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A new run that nobody has begun."""
    return create(RunConfig(app="music", epochs=2), parent=tmp_path / "home" / "runs")


@pytest.fixture
def driver(environment: dict[str, str], folder: RunFolder) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts driver.py in pipes, and leaves nothing behind."""
    started: list[subprocess.Popen[str]] = []

    def start(mode: str, view: str = "plain") -> subprocess.Popen[str]:
        command = [sys.executable, str(HERE / "driver.py"), str(folder.path), mode, view]
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


class Terminal:
    """A process in a pseudo-terminal of 100 × 30 cells, and what its screen shows."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.raw = b""
        self.screen = pyte.Screen(100, 30)
        self._stream = pyte.ByteStream(self.screen)
        master, slave = pty.openpty()
        import termios

        termios.tcsetwinsize(slave, (30, 100))
        self._master = master
        self.process = subprocess.Popen(
            [sys.executable, "-c", RAISE_TERMINAL, *command], stdin=slave, stdout=slave, stderr=slave, env=environment
        )
        os.close(slave)

    def wait_for(self, text: str) -> None:
        """Read on until the screen shows a text."""
        self._read_until(lambda: text in self.text())
        assert text in self.text(), self.text()

    def press(self, keys: bytes) -> None:
        """What a person types."""
        os.write(self._master, keys)

    def finish(self) -> int:
        """Read to the end; the exit code."""
        self._read_until(lambda: False)
        os.close(self._master)
        return self.process.wait(timeout=PATIENCE)

    def text(self) -> str:
        """The screen's lines."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def _read_until(self, is_enough: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_enough():
            assert time.monotonic() < deadline, self.text()
            if not select.select([self._master], [], [], 0.1)[0]:
                continue
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            if not data:
                return
            self.raw += data
            self._stream.feed(data)


# The terminal must be the controlling one, or Ctrl-C would reach nobody.
RAISE_TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture
def terminal(environment: dict[str, str], folder: RunFolder) -> Iterator[Callable[..., Terminal]]:
    """Starts driver.py in a terminal."""
    started: list[Terminal] = []

    def start(mode: str) -> Terminal:
        command = [sys.executable, str(HERE / "driver.py"), str(folder.path), mode, "plain"]
        started.append(Terminal(command, environment))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait()

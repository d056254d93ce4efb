"""A pseudo-terminal with the real `seqtui` in it, for `benchmarks/ui.py`: keys go in, frames come out with their times.

It says that it knows synchronized output (mode 2026), so Textual brackets each repaint: a frame is what stands between
the marks, and its time is that of the read which brought its end.
"""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

SEQTUI: Final = (sys.executable, "-P", "-m", "seqtui")
PATIENCE: Final = 60.0
_COMPILED: Final = str(Path(tempfile.gettempdir()) / f"seqtui-ui-{os.getuid()}-compiled")
_ASKED, _ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_BEGIN, _END = b"\x1b[?2026h", b"\x1b[?2026l"
_MOVE = re.compile(r"\x1b\[[\d;]*[HABCDG]")
_CODE = re.compile(r"\x1b\[[\d;?<>=$]*[a-zA-Z]|\x1b[()][A-Z0-9]|\x1b[=>]")


@dataclass(frozen=True, slots=True)
class Frame:
    """One repaint. time: of its end, in seconds of `time.perf_counter`; text: a line for each place painted."""

    time: float
    bytes: int
    text: str


@final
class Terminal:
    """Starts `seqtui …` as the leader of a session of its own. Reads only when told to: who does not read is slow."""

    def __init__(self, *arguments: str, home: Path, columns: int = 120, lines: int = 40, niceness: int = 0) -> None:
        def take_terminal() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            be_nice(0, niceness)

        self.frames: list[Frame] = []
        self._unread = b""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.begun = time.perf_counter()
        self._launcher = subprocess.Popen(
            [*SEQTUI, *arguments], stdin=slave, stdout=slave, stderr=slave, env=_environment(home),
            start_new_session=True, preexec_fn=take_terminal,
        )  # fmt: skip
        os.close(slave)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def launcher(self) -> int:
        """The process that `seqtui` is."""
        return self._launcher.pid

    @property
    def screen(self) -> int:
        """The process that draws; OSError or IndexError before it is there."""
        return int(Path(f"/proc/{self.launcher}/task/{self.launcher}/children").read_text().split()[0])

    def press(self, keys: bytes) -> float:
        """What a person types; when."""
        pressed = time.perf_counter()
        os.write(self._master, keys)
        return pressed

    def read(self, seconds: float) -> list[Frame]:
        """The frames of the next seconds."""
        known, deadline = len(self.frames), time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            self._read(left)
        return self.frames[known:]

    def read_until(self, is_enough: Callable[[Frame], bool], *, patience: float = PATIENCE) -> Frame:
        """Read on to the first frame with which something holds. TimeoutError after so many seconds without it."""
        seen, deadline = len(self.frames), time.perf_counter() + patience
        while True:
            for frame in self.frames[seen:]:
                seen += 1
                if is_enough(frame):
                    return frame
            if time.perf_counter() > deadline:
                last = "\n---\n".join(frame.text[:3000] for frame in self.frames[-3:])
                raise TimeoutError(f"no such frame; the last were\n{last}")
            self._read(0.1)

    def close(self) -> None:
        """Leave no process behind."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.launcher, signal.SIGCONT)
                os.kill(self.launcher, number)
            deadline = time.perf_counter() + 5
            while self._launcher.poll() is None and time.perf_counter() < deadline:
                self._read(0.05)
        self._launcher.wait()
        os.close(self._master)

    def _read(self, seconds: float) -> None:
        if not select.select([self._master], [], [], seconds)[0]:
            return
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            time.sleep(0.01)
            return
        now = time.perf_counter()
        if _ASKED in self._unread[-16:] + data:
            os.write(self._master, _ANSWER)
        self._unread += data
        while (end := self._unread.find(_END)) >= 0:
            whole, self._unread = self._unread[:end], self._unread[end + len(_END) :]
            painted = whole[whole.rfind(_BEGIN) + len(_BEGIN) :] if _BEGIN in whole else b""
            if painted:
                text = _CODE.sub("", _MOVE.sub("\n", painted.decode(errors="replace")))
                self.frames.append(Frame(now, len(painted), text))


def cpu_seconds(*processes: int) -> float:
    """Processor time of all threads of processes, to the nanosecond."""
    return sum(_schedstat(process)[0] for process in processes)


def waited_seconds(*processes: int) -> float:
    """Time in which the processes could have run, and no core was free for them."""
    return sum(_schedstat(process)[1] for process in processes)


def _schedstat(process: int) -> tuple[float, float]:
    ran = waited = 0
    for thread in Path(f"/proc/{process}/task").iterdir():
        words = (thread / "schedstat").read_text().split()
        ran, waited = ran + int(words[0]), waited + int(words[1])
    return ran / 1e9, waited / 1e9


def be_nice(process: int, niceness: int) -> None:
    """Of a process and, where Linux weighs sessions against each other, of its session. 0: this process."""
    if niceness:
        os.setpriority(os.PRIO_PROCESS, process, niceness)
        with contextlib.suppress(OSError):
            Path(f"/proc/{process or 'self'}/autogroup").write_text(str(niceness))


def memory(process: int) -> float:
    """PSS in MB: what is its own, and its share of what it shares."""
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) / 1000


def _environment(home: Path) -> dict[str, str]:
    dropped = ("NO_COLOR", "COLUMNS", "LINES", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    # As where seqtui is installed: compiled once.
    settings = {"SEQTUI_HOME": str(home), "XDG_CONFIG_HOME": str(home / "settings"), "PYTHONPYCACHEPREFIX": _COMPILED}
    return {**kept, **settings, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}

"""The full screen's parent: it starts `python -m seqtui.tui`, waits, and leaves the terminal as it was, whatever the
screen died of. Must stay small: no Textual, no torch. Trainings are nobody's children here; they go on.
"""

import contextlib
import os
import signal
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final

from seqtui.commands import console
from seqtui.errors import ExitCode, Usage
from seqtui.paths import home
from seqtui.text_safety import clean

GRACE_SECONDS: Final = 3
"""How long a screen that was told to end may take."""

RESET: Final = b"".join(
    [
        b"\x1b[?2026l",  # no synchronized output
        b"\x1b[<u",  # the kitty keyboard
        *(b"\x1b[?%dl" % mode for mode in (1000, 1002, 1003, 1006, 1015, 1016)),  # the mouse
        b"\x1b[?2004l\x1b[?1004l\x1b[?2048l",  # bracketed paste, focus, resizes in band
        b"\x1b[?7h",  # line wrap
        b"\x1b[?1049l\x1b[?25h\x1b[0m",  # the main screen, a cursor, no colors
    ]
)
_ASKED_TO_END: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def obstacle() -> str:
    """Why there can be no full screen here; '' if there can."""
    if os.environ.get("TERM", "") in ("", "dumb"):
        return "TERM names no terminal that can move its cursor"
    for name, stream in (("stdin", sys.stdin), ("stdout", sys.stdout)):
        if stream is None or not stream.isatty():
            return f"{name} is not a terminal"
    return ""


def open_full_screen(*arguments: str) -> int:
    """Show the full screen until it is left; the exit code. Usage where there is no terminal for it."""
    reason = obstacle()
    if reason:
        raise Usage(f"there can be no full screen here: {reason}; see `seqtui --help`, and `seqtui run` to train")
    saved = termios.tcgetattr(0)
    log, descriptor = _open_log()
    # The child reads from this pipe: when we die, by whatever, it hears of it.
    lifeline, held = os.pipe()
    os.set_inheritable(lifeline, True)
    command = [sys.executable, "-P", "-m", "seqtui.tui", "--lifeline", str(lifeline), *arguments]
    child = os.posix_spawn(sys.executable, command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, descriptor, 2)])
    os.close(lifeline)
    os.close(descriptor)
    told: list[int] = []
    with _signals_passed_to(child, told):
        code = _wait(child, saved, told)
    os.close(held)
    if code:
        _restore(saved)
    return _tell(code, log)


def _wait(child: int, saved: list[Any], told: list[int]) -> int:
    """The exit code, negative for a signal. told: signals that asked us to end; who stops then has to be killed."""
    while True:
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            code = os.waitstatus_to_exitcode(status)
            return -told[0] if told and code == -signal.SIGKILL else code
        if not told:
            _stop_too(child, saved)
        if told:
            os.kill(child, signal.SIGKILL)


def _stop_too(child: int, saved: list[Any]) -> None:
    """The screen was suspended (Ctrl-Z): the shell must see the whole group stop, and what goes on goes on together."""
    with contextlib.suppress(termios.error):
        if not termios.tcgetattr(0)[3] & termios.ICANON:
            _restore(saved)
    os.killpg(os.getpgrp(), signal.SIGSTOP)
    news = os.WCONTINUED | os.WEXITED | os.WNOHANG | os.WNOWAIT
    if os.waitid(os.P_PID, child, news) is None:
        os.kill(child, signal.SIGCONT)


@contextlib.contextmanager
def _signals_passed_to(child: int, told: list[int]) -> Iterator[None]:
    def pass_on(number: int, _frame: FrameType | None) -> None:
        told.append(number)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, number)
        signal.alarm(GRACE_SECONDS)

    def end(_number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)

    def stay(_number: int, _frame: FrameType | None) -> None:
        """The child stops itself, and then us."""

    handlers: dict[int, Callable[[int, FrameType | None], None]] = {
        **dict.fromkeys(_ASKED_TO_END, pass_on),
        signal.SIGALRM: end,
        signal.SIGTSTP: stay,
    }
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _restore(saved: list[Any]) -> None:
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    with contextlib.suppress(OSError, termios.error):
        termios.tcsetattr(0, termios.TCSANOW, saved)
        termios.tcflush(0, termios.TCIFLUSH)
    with contextlib.suppress(OSError):
        os.write(1, RESET)
    signal.signal(signal.SIGTTOU, before)


def _tell(code: int, log: Path) -> int:
    asked = {-number for number in _ASKED_TO_END} | {128 + number for number in _ASKED_TO_END}
    if code == ExitCode.DONE or code in asked:
        with contextlib.suppress(OSError):
            if not log.stat().st_size:
                log.unlink()
        return 128 - code if code < 0 else code
    how = f"signal {-code}, {signal.strsignal(-code)}" if code < 0 else f"exit code {code}"
    console.error(f"the full screen ended by a fault ({how}); your terminal is as it was, and trainings go on")
    console.say(f"  its last words: {_last_words(log) or 'none'}")
    console.say(f"  please report it with its log: {log}")
    return 128 - code if code < 0 else code


def _last_words(log: Path) -> str:
    with contextlib.suppress(OSError):
        lines = log.read_bytes()[-8192:].decode(errors="replace").strip().splitlines()
        return clean(lines[-1].strip(), limit=200) if lines else ""
    return ""


def _open_log() -> tuple[Path, int]:
    """A file for what the screen's process prints beside the screen: warnings of libraries, a traceback."""
    path = home() / "log" / f"tui-{os.getpid()}.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    except OSError:
        return Path(os.devnull), os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)

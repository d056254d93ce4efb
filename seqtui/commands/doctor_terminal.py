"""What the terminal can show: what the environment says of it, and what it answers when it is asked.

Braille and blocks are written, and the terminal says how far its cursor went: the one way to know that it counts them
as the screen does. What is not answered in time is told as unknown, never as missing.
"""

import os
import re
import select
import shutil
import sys
import termios
import time
import tty
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from seqtui.commands import console
from seqtui.commands.terminal_kind import has_all_colors, has_many_colors, takes_ascii_only
from seqtui.text_safety import clean

PATIENCE_SECONDS: Final = 0.5
_SMALLEST: Final = (80, 24)
_GLYPHS: Final = "⣿▀█"
# Mouse (1006: SGR) and painting whole frames (2026), by DECRQM; the cursor's place, by DSR; last what all answer, DA1.
_QUESTION: Final = f"\x1b[?1006$p\x1b[?2026$p\r{_GLYPHS}\x1b[6n\r\x1b[K\x1b[c"
_LAST: Final = re.compile(rb"\x1b\[\?[\d;]*c")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a terminal said of itself; None where it said nothing.

    mouse: it tells of clicks anywhere on the screen; frames: it shows a frame at once; cells: that its cursor went over
    three glyphs (3 is right)
    """

    mouse: bool | None = None
    frames: bool | None = None
    cells: int | None = None


def terminal() -> Iterator[tuple[str, str]]:
    """Kind and size, colors, letters, mouse."""
    if not console.is_terminal(sys.stdout):
        yield "note", "stdout is not a terminal: plain lines, and no full screen"
        return
    size = shutil.get_terminal_size(_SMALLEST)
    where = f"TERM {clean(os.environ.get('TERM', ''))}, {size.columns} × {size.lines} cells"
    is_small = size.columns < _SMALLEST[0] or size.lines < _SMALLEST[1]
    yield ("note", f"{where}; make it 80 × 24 or larger") if is_small else ("ok", where)
    yield _colors()
    answers = ask(0, 1) if console.is_terminal(sys.stdin) else Answers()
    yield _letters(answers.cells)
    yield _mouse(answers)


def ask(reader: int, writer: int, *, patience: float = PATIENCE_SECONDS) -> Answers:
    """Ask the terminal at these two descriptors; it is left as it was. patience: seconds until the last answer."""
    if os.tcgetpgrp(reader) != os.getpgrp():
        return Answers()  # in the background, where to touch a terminal is to be stopped
    before = termios.tcgetattr(reader)
    try:
        tty.setcbreak(reader, termios.TCSANOW)
        os.write(writer, _QUESTION.encode())
        said = _read(reader, patience)
    finally:
        # What comes too late must not be typed into the shell.
        termios.tcsetattr(reader, termios.TCSAFLUSH, before)
    place = re.search(rb"\x1b\[\d+;(\d+)R", said)
    return Answers(_knows(said, 1006), _knows(said, 2026), int(place[1]) - 1 if place else None)


def _read(reader: int, patience: float) -> bytes:
    said, deadline = b"", time.monotonic() + patience
    while not _LAST.search(said):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            break
        part = os.read(reader, 1024)
        if not part:
            break
        said += part
    return said


def _knows(said: bytes, mode: int) -> bool | None:
    found = re.search(rb"\x1b\[\?%d;(\d)\$y" % mode, said)
    return found[1] in (b"1", b"2", b"3") if found else None


def _colors() -> tuple[str, str]:
    if os.environ.get("NO_COLOR"):
        return "note", "no colors, for NO_COLOR is set: unset it for the dark theme"
    if has_all_colors():
        return "ok", "16 million colors"
    if has_many_colors():
        return "ok", "256 colors; if it has more, say so with COLORTERM=truecolor"
    return "note", "16 colors or fewer, as TERM says: if it has more, say so with TERM=xterm-256color"


def _letters(cells: int | None) -> tuple[str, str]:
    if takes_ascii_only():
        return "note", "ASCII only, as the locale says: set LANG=C.UTF-8 for curves in braille"
    if console.is_plain(sys.stdout):
        return "note", f"encoding {sys.stdout.encoding}: set LANG=C.UTF-8 for curves in braille"
    if cells is None:
        return "ok", "UTF-8; whether it has braille and blocks it did not say"
    if cells != len(_GLYPHS):
        return "note", (
            f"braille and blocks take {cells} cells where {len(_GLYPHS)} are meant: the screen would be torn; give the "
            "terminal UTF-8 and narrow ambiguous characters, or choose the theme plain"
        )
    return "ok", "UTF-8; braille and blocks take a cell each"


def _mouse(answers: Answers) -> tuple[str, str]:
    frames = "; it paints whole frames" if answers.frames else ""
    if answers.mouse is None:
        return "ok", f"it does not say whether it has a mouse; every action has a key{frames}"
    told = "mouse, beside a key for every action" if answers.mouse else "no mouse; every action has a key"
    return "ok", told + frames

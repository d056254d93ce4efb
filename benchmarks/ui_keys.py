"""The keys that `benchmarks/ui.py` presses on each screen, and how the frame is known that shows what a key changed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ui_terminal import Frame

UP, DOWN, RIGHT, LEFT, ENTER, TAB = b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\r", b"\t"
_CROSSHAIR: Final = re.compile(r"^│ {7}│([^│\n]*)│[^│\n]*│", re.MULTILINE)
_LARGE: Final = re.compile(r"^╭─ 1 Loss[^╮]{100,}╮", re.MULTILINE)
_SMALL: Final = re.compile(r"^╭─ 1 Loss[^╮]{20,80}╮", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Press:
    """A key, and whether a frame after it shows all that it changes."""

    key: bytes
    is_shown: Callable[[Frame], bool]


def home_keys() -> list[Press]:
    """The cursor down and up; the page about the application is the last to be drawn."""
    return [Press(DOWN, _shows("learns:")), Press(UP, _shows("learns:"))]


def setup_keys() -> list[Press]:
    """From field to field, whose help is drawn last; then the backbone, with its cell and equations."""
    fields = [Press(DOWN, _shows("--goal")), Press(UP, _shows("--data"))]
    cells = [Press(RIGHT, _shows("forget ")), Press(LEFT, _shows("reset "))]
    return [*fields, *fields, Press(b"2", _shows("─ Backbone")), *cells, *cells, Press(b"1", _shows("─ Fields"))]


def live_keys() -> list[Press]:
    """The focus to and fro (the line of keys is drawn last), the crosshair, a panel made large and small again."""
    column = [-1]

    def moved(frame: Frame) -> bool:
        found = _CROSSHAIR.search(frame.text) if "━ train" in frame.text else None
        if found is None or len(found[1]) == column[0]:
            return False
        column[0] = len(found[1])
        return True

    to_gradients, to_loss = Press(b"2", _shows("s sort")), Press(b"1", _shows("w window"))
    # One column to the left a cycle: at the edge of the chart, some fifty columns away, nothing would move.
    crosshair = [Press(key, moved) for key in (LEFT, LEFT, LEFT, RIGHT, RIGHT)]
    large = [Press(ENTER, _matches(_LARGE)), Press(ENTER, _matches(_SMALL))]
    return [to_gradients, to_loss, *crosshair, to_gradients, to_loss, *large]


def studio_keys() -> list[Press]:
    """The temperature up and down again: the slider itself."""
    return [Press(RIGHT, _shows("1.05")), Press(LEFT, _shows("1.00"))]


def _shows(text: str) -> Callable[[Frame], bool]:
    return lambda frame: text in frame.text


def _matches(pattern: re.Pattern[str]) -> Callable[[Frame], bool]:
    return lambda frame: bool(pattern.search(frame.text))

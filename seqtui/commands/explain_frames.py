"""What `seqtui explain` draws of a clip: a bar a frame, up for the class and down against it."""

import textwrap
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.commands import console

if TYPE_CHECKING:
    from seqtui.engine.explaining import Explanation

TALLEST: Final = 6  # lines of the longest bar
STRONGEST: Final = 8
_UP: Final = " ▁▂▃▄▅▆▇█"


def is_of_frames(made: "Explanation") -> bool:
    """Whether its steps are the frames of a clip, which are spelled by their numbers."""
    return made.symbols == tuple(map(str, range(1, len(made.symbols) + 1)))


def draw_frames(made: "Explanation") -> list[str]:
    """Bars over the numbers of frames; a long clip in several rows; then the frames that say most."""
    scores = made.numbers
    top = float(np.abs(scores[np.isfinite(scores)]).max(initial=0.0)) or 1.0
    wide = max(len(str(len(scores))) + 1, 3)
    room = max(console.width() // wide, 1)
    lines: list[str] = []
    for first in range(0, len(scores), room):
        lines += [*_bars(scores[first : first + room] / top, first, wide), ""]
    return [*lines, *_strongest(scores)]


def _bars(shares: NDArray[np.float64], first: int, wide: int) -> list[str]:
    """Of shares of -1 … 1; those under nought hang below the numbers, as many whole cells as they are long."""
    eighths = np.nan_to_num(shares * TALLEST * 8)
    above = range(TALLEST - 1, -1, -1)
    lines = ["".join(_cell(each - 8 * line, wide) for each in eighths.tolist()).rstrip() for line in above]
    lines.append("".join(f"{number:>{wide - 1}} " for number in range(first + 1, first + 1 + len(shares))).rstrip())
    hanging = np.rint(-eighths / 8)
    for line in range(int(hanging.max(initial=0))):
        lines.append("".join(("█" * (wide - 1) if each > line else "").ljust(wide) for each in hanging).rstrip())
    return [line for line in lines if line]


def _cell(eighths: float, wide: int) -> str:
    return (_UP[int(np.clip(round(eighths), 0, 8))] * (wide - 1)).ljust(wide)


def _strongest(found: NDArray[np.float64]) -> list[str]:
    order = np.argsort(-np.abs(found), kind="stable")[:STRONGEST]
    told = ", ".join(f"frame {at + 1} {found[at]:+.3g}" for at in order.tolist())
    return textwrap.wrap(f"strongest: {told}", console.width(), break_on_hyphens=False)

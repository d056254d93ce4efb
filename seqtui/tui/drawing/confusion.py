"""A confusion matrix as readable numbers on shades: rows are the truth, columns the prediction."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.style import Style

from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.look import RAMP_STEPS, Rgb
from seqtui.tui.drawing.numbers import percent

Counts = NDArray[np.int64]

_CELL: Final = 7
_BRIGHT: Final = 150.0


def draw_confusion(canvas: Canvas, box: Box, labels: Sequence[str], counts: Counts) -> int:
    """counts (true, predicted). A row is shaded by its shares; at its end the recall. Returns how many were left out.

    Where there are more labels than room, the most frequent true ones are shown, in their order.
    """
    roles = canvas.look.roles
    name = min(max((len(label) for label in labels), default=4) + 1, 12, max(box.width // 4, 2))
    cell = max(min(_CELL, (box.width - name - 6) // max(len(labels), 1)), 5)
    most = max(min((box.width - name - 6) // cell, box.height - 2, len(labels)), 0)
    order = np.argsort(-counts.sum(axis=1), kind="stable")[:most]
    shown = sorted(order.tolist())
    canvas.write(box.x, box.y, "true", roles.axis, width=name)
    for place, column in enumerate(shown):
        text = fit(labels[column], cell - 1).rjust(cell - 1)
        canvas.write(box.x + name + place * cell, box.y, text, roles.label)
    end = box.x + name + len(shown) * cell
    canvas.write(end, box.y, "recall", roles.axis, width=max(box.width - (end - box.x), 0))
    for row, true in enumerate(shown):
        y = box.y + 1 + row
        canvas.write(box.x, y, fit(labels[true], name - 1), roles.label)
        total = int(counts[true].sum())
        for place, predicted in enumerate(shown):
            found = int(counts[true, predicted])
            share = found / total if total else 0.0
            text = f"{_short(found, cell - 2):>{cell - 1}} "
            canvas.write(box.x + name + place * cell, y, text, _shade(canvas, share, right=true == predicted))
        recall = percent(counts[true, true] / total) if total else "    -"
        canvas.write(end, y, f" {recall}", roles.value)
    return len(labels) - len(shown)


def _short(found: int, width: int) -> str:
    """A count in at most `width` cells: exact, else in thousands or more, else marked as too large."""
    texts = (str(found), *(f"{found // unit}{letter}" for unit, letter in ((10**3, "k"), (10**6, "M"), (10**9, "G"))))
    return next((text for text in texts if len(text) <= width), "#" * width)


def _shade(canvas: Canvas, share: float, *, right: bool) -> Style:
    """Background by the share of the row; text dark or light, whichever reads; without colors, weight says it."""
    look = canvas.look
    if look.depth != "full":
        return look.roles.value if right or share >= 0.2 else look.roles.label
    # The root lets a confusion of one in a hundred be seen.
    color = look.ramp[round(share**0.5 * (RAMP_STEPS - 1))]
    ink: Rgb = (16, 20, 27) if 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2] > _BRIGHT else (255, 255, 255)
    return Style(color=Color.from_rgb(*ink), bgcolor=Color.from_rgb(*color), bold=right)

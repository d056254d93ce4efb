"""What the symbol under the cursor cost, and what the model had expected in its stead."""

import math
from collections.abc import Sequence
from typing import ClassVar, Final, final

from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.bars import bar_text
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.studio.surprises import NATS_OF_A_BIT, Surprises
from seqtui.tui.studio.symbol_flow import LINE_END, visible

ROOM: Final = 12  # cells of a symbol's name


def name_of(part: str) -> str:
    """A symbol by itself: blanks by their names."""
    return {" ": "space", "\n": f"{LINE_END} line", "\t": "tab"}.get(part, visible(part.removeprefix(" ")))


def draw_chances(
    canvas: Canvas, box: Box, names: Sequence[str], chances: Sequence[float], *, marked: int | None, first: int | None
) -> None:
    """One line each: a digit to choose it by (first: the number of the first one), its name, a bar, its chance."""
    roles, ascii_only = canvas.look.roles, canvas.look.ascii
    room = min(ROOM, max(box.width // 4, 6))
    left = 4 if first is not None else 2
    digits = 4 if box.width >= 22 else 2
    track = max(box.width - left - room - digits - 4, 1)
    for row, (name, chance) in enumerate(zip(names, chances, strict=False)):
        if row >= box.height:
            return
        y, here = box.y + row, row == marked
        canvas.write(box.x, y, "▸" if here else " ", roles.best)
        if first is not None:
            digit = (first + row + 1) % 10 if first + row < 10 else " "
            canvas.write(box.x + 2, y, str(digit), roles.axis)
        canvas.write(box.x + left, y, fit(name, room), roles.value if here else roles.label)
        canvas.write(box.x + left + room + 1, y, bar_text(chance, track, ascii_only=ascii_only), roles.train)
        canvas.write(box.x + left + room + track + 2, y, f"{chance:.{digits}f}", roles.value if here else roles.label)


@final
class ExpectedPanel(Chart):
    """Follows the cursor of a text that is colored by surprise."""

    HELP = """
What the model knew when it came to the symbol under the cursor: how surprised it was, and the five likeliest.
Equation: nats = −log p; bits = nats / 0.693; perplexity = exp(mean nats): among how many it was as if choosing evenly.
Good: what stands in the text (the mark) is among the five, or what is expected could as well stand there.
Bad: one nonsense with a chance near 1: the model is sure and wrong; five alike small ones: it knows nothing here.
Do: compare your own text with a take; train longer, or on text of this kind, where its surprise is high.
"""
    EMPTY: ClassVar[str] = "What was expected at the cursor will stand here as soon as the text was read."

    def __init__(self, parts: Sequence[str], *, id: str) -> None:
        super().__init__(id=id, classes="panel")
        self.border_title = "Surprise"
        self._parts = parts
        self._told: Surprises | None = None
        self._place: int | None = None

    def show(self, told: Surprises | None, place: int | None) -> None:
        """The symbol at a place of a text."""
        self._told, self._place = told, place
        self.changed()

    def has_nothing(self) -> bool:
        """Nothing is known of the place."""
        return self._told is None or self._place is None or not self._told.nats

    def draw(self, canvas: Canvas) -> None:
        """A line on the symbol, the five, a line on the text."""
        told, place, roles = self._told, self._place, canvas.look.roles
        assert told is not None
        assert place is not None
        width, nats = canvas.width, told.of(place)
        came = told.tokens[place] if place < len(told.tokens) else None
        name = "" if came is None else name_of(self._parts[came])
        if nats is None:
            why = "stands first: nothing could be expected of it" if place == 0 else "was not looked at yet"
            canvas.write(0, 0, fit(f"{name}  {why}", width), roles.label)
        else:
            x = canvas.write(0, 0, fit(name, ROOM), roles.value) + 2
            chance = math.exp(-nats) if math.isfinite(nats) else 0.0
            words = f"{nats:.2f} nats = {nats / NATS_OF_A_BIT:.2f} bits   p {chance:.4f}"
            canvas.write(x, 0, fit(words, width - x), roles.warning if nats > 4 else roles.value)
            expected, chances = told.expected[place - 1], told.chances[place - 1]
            names = [name_of(self._parts[each]) for each in expected]
            marked = expected.index(came) if came in expected else None
            draw_chances(canvas, Box(0, 1, width, canvas.height - 2), names, chances, marked=marked, first=None)
        mean = told.mean(len(told.tokens))
        bits, perplexity = mean / NATS_OF_A_BIT, math.exp(min(mean, 700.0))
        words = f"mean {mean:.2f} nats = {bits:.2f} bits, perplexity {perplexity:.1f}" if told.nats else ""
        canvas.write(0, canvas.height - 1, fit(words, width), roles.axis)

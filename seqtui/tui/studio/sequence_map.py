"""A sequence, letter by letter: what speaks for the class and against it, and what every single change would do.

Over the letters stands a logo of gradient times input, under them what stands against; below, a map of substitutions.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, final

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.look import RAMP_STEPS

GUTTER: Final = 2
MOST_ROWS: Final = 9  # of the logo, on either side
STRONG: Final = 0.35  # share of the strongest change from which on a mark says the sign as well
WIDEST: Final = 12
Floats = NDArray[np.float64]


@dataclass(slots=True)
class Facts:
    """symbols: one a step; letters: what can stand there; scores (steps,), changes (steps, letters): NaN if unknown.

    strange: steps of words that the model does not know.
    """

    symbols: Sequence[str]
    letters: Sequence[str]
    label: str
    chance: float
    scores: Floats
    changes: Floats
    strange: frozenset[int] = frozenset()


@final
class SequenceMap(Chart):
    """The cursor stands on a step and a letter."""

    HELP = (
        "Top: gradient times input; letters above the line speak for the class, below it against it.\n"
        "Bottom: the change of the class's log-odds, ln p/(1-p), if a letter is put in that place:\n"
        "orange and + raise it, blue and - lower it; a letter stands where it is that letter already.\n"
        "Good: a few strong places, such as a known motif. Bad: strength everywhere, or at the ends alone.\n"
        "Do: arrows to look, type a letter (or Enter for the one under the cursor) to change the sequence."
    )
    EMPTY = "What speaks for the class is drawn here, letter by letter, as soon as there is a sequence."
    DEFAULT_CSS = "SequenceMap { height: 1fr; min-height: 8; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "left", id="map.left", show=False),
        Binding("right,l", "move(1)", "right", id="map.right", show=False),
        Binding("pageup,shift+left", "move(-20)", "far left", id="map.far_left", show=False),
        Binding("pagedown,shift+right", "move(20)", "far right", id="map.far_right", show=False),
        Binding("home", "move(-1000000)", "first", id="map.first", show=False),
        Binding("end", "move(1000000)", "last", id="map.last", show=False),
        Binding("up,k", "choose(-1)", "letter above", id="map.up", show=False),
        Binding("down,j", "choose(1)", "letter below", id="map.down", show=False),
        Binding("enter", "put", "put letter", id="map.put", tooltip="Put the letter under the cursor in this place"),
        Binding("m", "strongest", "strongest", id="map.strongest", tooltip="To the substitution that changes most"),
    ]

    class Put(Message):
        """A letter is to stand at a step."""

        def __init__(self, step: int, letter: str) -> None:
            super().__init__()
            self.step = step
            self.letter = letter

    def __init__(self) -> None:
        super().__init__(id="map", classes="panel")
        self.border_title = "Why"
        self._facts: Facts | None = None
        self._step = 0
        self._letter = 0
        self._first = 0

    def show(self, facts: Facts | None) -> None:
        """Draw these; the cursor stays where it is, as far as that is there."""
        self._facts = facts
        self._step = min(self._step, max(len(facts.symbols) - 1, 0)) if facts else 0
        self.changed()

    def has_nothing(self) -> bool:
        return self._facts is None or not self._facts.symbols

    def draw(self, canvas: Canvas) -> None:
        facts = self._facts
        assert facts
        cell = _cell(facts.symbols, canvas.width - GUTTER)
        room = max((canvas.width - GUTTER) // cell, 1)
        self._scroll(room)
        end = min(self._first + room, len(facts.symbols))
        thick = 2 if canvas.height - 3 - 2 * len(facts.letters) >= 2 * MOST_ROWS else 1
        rows = canvas.height - 3 - thick * len(facts.letters)  # letters, ruler, status
        up, down = min(-(-rows * 3 // 5), MOST_ROWS), min(max(rows * 2 // 5, 0), MOST_ROWS - 2)
        up = max(up, 0)
        top = max((rows - up - down) // 2, 0)
        axis = top + up
        self._draw_logo(canvas, axis, up, down, end, cell)
        self._draw_letters(canvas, axis, end, cell)
        ruler = axis + down + 1
        self._draw_ruler(canvas, ruler, end, cell)
        for place, letter in enumerate(facts.letters):
            for y in range(ruler + 1 + place * thick, ruler + 1 + (place + 1) * thick):
                self._draw_changes(canvas, y, place, "" if (y - ruler - 1) % thick else letter, end, cell)
        canvas.write(0, canvas.height - 1, fit(self._told(), canvas.width), canvas.look.roles.label)

    def on_key(self, event: events.Key) -> None:
        """A letter that can stand there is put there."""
        letters = self._facts.letters if self._facts else ()
        typed = (event.character or "").upper()
        if typed and typed in letters and event.character and event.character.isalpha():
            event.stop()
            event.prevent_default()
            self._letter = list(letters).index(typed)
            self.action_put()

    def on_click(self, event: events.Click) -> None:
        """The cursor comes to the step."""
        offset = event.get_content_offset(self)
        if offset and self._facts:
            self._go(self._first + (offset.x - GUTTER) // _cell(self._facts.symbols, self.size.width - GUTTER))

    def action_move(self, by: int) -> None:
        """Along the sequence."""
        self._go(self._step + by)

    def action_choose(self, by: int) -> None:
        """Another letter."""
        if self._facts and self._facts.letters:
            self._letter = (self._letter + by) % len(self._facts.letters)
            self.changed()

    def action_put(self) -> None:
        """The letter under the cursor."""
        facts = self._facts
        if facts and facts.letters and facts.symbols[self._step] != facts.letters[self._letter]:
            self.post_message(self.Put(self._step, facts.letters[self._letter]))

    def action_strongest(self) -> None:
        """To the substitution that changes most."""
        if self._facts and self._facts.changes.size and np.isfinite(self._facts.changes).any():
            found = int(np.nanargmax(np.abs(np.where(np.isfinite(self._facts.changes), self._facts.changes, 0))))
            self._letter = found % len(self._facts.letters)
            self._go(found // len(self._facts.letters))

    def _go(self, step: int) -> None:
        if self._facts and self._facts.symbols:
            self._step = min(max(step, 0), len(self._facts.symbols) - 1)
            self.changed()

    def _scroll(self, room: int) -> None:
        assert self._facts
        last = max(len(self._facts.symbols) - room, 0)
        if not self._first <= self._step < self._first + room:
            self._first = self._step - room // 2
        self._first = min(max(self._first, 0), last)

    def _draw_logo(self, canvas: Canvas, axis: int, up: int, down: int, end: int, cell: int) -> None:
        facts = self._facts
        assert facts
        finite = np.abs(facts.scores[np.isfinite(facts.scores)])
        most = float(finite.max(initial=0))
        for step in range(self._first, end):
            score, x = float(facts.scores[step]), GUTTER + (step - self._first) * cell
            style = self._letter_style(canvas, facts.symbols[step])
            if not math.isfinite(score):
                if not math.isnan(score) or most:
                    canvas.write(x, axis - 1, canvas.look.marks.nan, canvas.look.roles.nonfinite)
                continue
            rows = up if score > 0 else down
            height = round(abs(score) / most * rows) if most else 0
            for row in range(1, height + 1):
                canvas.write(x, axis - row if score > 0 else axis + row, _inside(facts.symbols[step], cell), style)

    def _draw_letters(self, canvas: Canvas, axis: int, end: int, cell: int) -> None:
        facts, roles = self._facts, canvas.look.roles
        assert facts
        canvas.write(0, axis, "=" if canvas.look.ascii else "═", roles.grid)
        for step in range(self._first, end):
            style = self._letter_style(canvas, facts.symbols[step]) + Style(bold=True)
            if step == self._step:
                style = style + Style(reverse=True)
            canvas.write(GUTTER + (step - self._first) * cell, axis, _inside(facts.symbols[step], cell), style)

    def _draw_ruler(self, canvas: Canvas, y: int, end: int, cell: int) -> None:
        free = 0
        for step in range(self._first, end):
            number, x = str(step + 1), GUTTER + (step - self._first) * cell + (cell - 1) // 2
            begin = x - len(number) + 1
            if ((step + 1) % 10 == 0 or step == 0) and begin >= free and begin >= 0:
                free = canvas.write(begin, y, number, canvas.look.roles.axis) + 1

    def _draw_changes(self, canvas: Canvas, y: int, place: int, letter: str, end: int, cell: int) -> None:
        """A line of the map; letter: '' where the line above has said it."""
        facts, look = self._facts, canvas.look
        assert facts
        chosen = place == self._letter and self.has_focus
        canvas.write(0, y, letter[:1], look.roles.value if chosen else look.roles.axis)
        known = facts.changes[np.isfinite(facts.changes)]
        most = float(np.abs(known).max(initial=0))
        for step in range(self._first, end):
            x = GUTTER + (step - self._first) * cell
            here = step == self._step and place == self._letter
            if facts.symbols[step] == facts.letters[place]:
                style = self._letter_style(canvas, facts.letters[place])
                canvas.write(x, y, _inside(letter, cell), style + Style(reverse=True) if here else style)
                continue
            glyph, style = _shade(canvas, float(facts.changes[step, place]), most)
            canvas.write(
                x, y, _inside(glyph if letter else " ", cell), style + Style(reverse=True, bold=True) if here else style
            )

    def _letter_style(self, canvas: Canvas, symbol: str) -> Style:
        roles = canvas.look.roles
        return {"A": roles.best, "C": roles.train, "G": roles.warning, "T": roles.validation}.get(symbol, roles.label)

    def _told(self) -> str:
        """The cursor in words: place, letter, what a change does to log-odds and chance."""
        facts = self._facts
        assert facts
        there = facts.symbols[self._step]
        words = [f"{self._step + 1}  {there}"]
        score = float(facts.scores[self._step])
        words += [f"speaks {score:+.3f}"] if math.isfinite(score) else []
        if facts.letters and facts.letters[self._letter] != there:
            change = float(facts.changes[self._step, self._letter])
            if math.isfinite(change):
                after = chance_after(facts.chance, change)
                words.append(
                    f"→ {facts.letters[self._letter]}  {change:+.3f} nats   p({facts.label}) {facts.chance:.4f} → "
                    f"{after:.4f}"
                )
        if not facts.letters:
            words.append("too long for a map of all changes")
        return "   ".join(words)


def chance_after(chance: float, change: float) -> float:
    """The chance when its log-odds change by so much."""
    if chance in (0, 1):
        return chance
    odds = math.log(chance / (1 - chance)) + change
    return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0


def _cell(symbols: Sequence[str], room: int) -> int:
    """Cells a step: what its symbol needs, and for letters up to three where there is room."""
    longest = max(map(len, symbols), default=1)
    if longest > 1:
        return min(longest, WIDEST) + 1
    return min(max(room // max(len(symbols), 1), 1), 3)


def _inside(symbol: str, cell: int) -> str:
    """A symbol in its cells: words at the left, a letter in the middle."""
    return symbol[:1].center(cell) if cell <= 3 else symbol[: cell - 1].ljust(cell)


def _shade(canvas: Canvas, change: float, most: float) -> tuple[str, Style]:
    """Glyph and style of a change; the sign of a strong one is told by a glyph too."""
    look = canvas.look
    if not math.isfinite(change):
        unknown = math.isnan(change)
        return (" " if unknown else look.marks.nan), (look.roles.axis if unknown else look.roles.nonfinite)
    share = change / most if most else 0.0
    sign = "+" if share > STRONG else "-" if share < -STRONG else " "
    if look.depth != "full" or look.ascii:
        weak = "." if abs(share) > STRONG / 4 else " "
        return (sign if sign != " " else weak), look.roles.value if sign != " " else look.roles.axis
    level = round((share + 1) / 2 * (RAMP_STEPS - 1))
    ground = look.diverging[min(max(level, 0), RAMP_STEPS - 1)]
    fore = canvas.look.diverging[0 if sign == "+" else -1]
    return sign, Style(color=Color.from_rgb(*fore), bgcolor=Color.from_rgb(*ground))

"""A text, word by word: what each adds to the class's log-odds, by leaving it out and by gradient times input."""

import math
from typing import ClassVar, Final, final

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType

from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.words import lay_out
from seqtui.tui.live.text_picture import LONGEST, STRONG, ground, sign
from seqtui.tui.studio.sequence_map import Facts, chance_after

GUTTER: Final = 5
NUMBER: Final = 4  # cells
ROWS: Final = ("", "out", "grad")  # what stands in the lines of a row of words
Floats = NDArray[np.float64]


@final
class WordMap(Chart):
    """The cursor stands on a word."""

    HELP = (
        "Each word and what it adds to the class's log-odds ln p/(1-p), in nats: under it by leaving it\n"
        "out (unknown in its place): with minus without; then gradient times input: x · d(log-odds)/dx.\n"
        "Orange and + speak for the class, blue and - against it; ? is a word that the model does not know.\n"
        "Good: few strong words, those that a person would name. Bad: full stops, names, or every word alike;\n"
        "or the two numbers disagree: words that work together (not good) are no sum of single words.\n"
        "Do: change a word and see; arrows to look, m to the strongest, x to explain another class."
    )
    EMPTY = "What speaks for the class is drawn here, word by word, as soon as there is a text."
    DEFAULT_CSS = "WordMap { height: 1fr; min-height: 6; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "left", id="words.left", show=False),
        Binding("right,l", "move(1)", "right", id="words.right", show=False),
        Binding("up,k", "lines(-1)", "line above", id="words.up", show=False),
        Binding("down,j", "lines(1)", "line below", id="words.down", show=False),
        Binding("home", "move(-1000000)", "first", id="words.first", show=False),
        Binding("end", "move(1000000)", "last", id="words.last", show=False),
        Binding("m", "strongest", "strongest", id="words.strongest", tooltip="To the word that adds or takes most"),
    ]

    def __init__(self) -> None:
        super().__init__(id="map", classes="panel")
        self.border_title = "Why"
        self._facts: Facts | None = None
        self._step = 0
        self._top = 0  # the first line that is drawn
        self._places: list[tuple[int, int]] = []
        self._widths: list[int] = []
        self._tall = len(ROWS)

    def show(self, facts: Facts | None) -> None:
        """Draw these; the cursor goes to the word that was changed, unless it is being moved by hand."""
        if facts is not None and facts is not self._facts and not self.has_focus:
            before = self._facts.symbols if self._facts else ()
            same = 0
            for old, new in zip(before, facts.symbols, strict=False):
                if old != new:
                    break
                same += 1
            self._step = same
        self._facts = facts
        self._step = min(self._step, max(len(facts.symbols) - 1, 0)) if facts else 0
        self.changed()

    def has_nothing(self) -> bool:
        return self._facts is None or not self._facts.symbols

    def draw(self, canvas: Canvas) -> None:
        facts = self._facts
        assert facts
        adds = _adds(facts)
        shares = _shares(adds, facts.scores)
        marks = [_marked(facts, step, share, canvas) for step, share in enumerate(shares)]
        room = canvas.height - 1
        self._tall = 0
        for tall in (3, 2, 1):
            self._lay(marks, canvas.width - GUTTER, tall)
            if (self._places[-1][1] + 1) * tall <= room:
                break
        if (self._places[-1][1] + 1) * self._tall > room and room >= len(ROWS) * 2:
            self._lay(marks, canvas.width - GUTTER, len(ROWS))  # it has to be scrolled anyway
        lines = max(room // self._tall, 1)
        here = self._places[self._step][1]
        self._top = min(max(self._top, here - lines + 1), here)
        for step, (x, line) in enumerate(self._places):
            if self._top <= line < self._top + lines:
                y = (line - self._top) * self._tall
                self._draw_word(canvas, step, marks[step], shares[step], x + GUTTER, y)
                self._draw_numbers(canvas, step, x + GUTTER, y, adds)
        for line in range(min(lines, self._places[-1][1] + 1 - self._top)):
            for row in range(1, self._tall):
                canvas.write(0, line * self._tall + row, ROWS[row], canvas.look.roles.axis)
        more = self._places[-1][1] + 1 - self._top - lines
        told = f"{self._told(adds)}{f'   {more} more lines below' if more > 0 else ''}"
        canvas.write(0, canvas.height - 1, fit(told, canvas.width), canvas.look.roles.label)

    def on_click(self, event: events.Click) -> None:
        """The cursor comes to the word."""
        offset = event.get_content_offset(self)
        if offset and self._facts and self._tall:
            self._go_near(offset.x - GUTTER, self._top + offset.y // self._tall)

    def action_move(self, by: int) -> None:
        """Along the text."""
        self._go(self._step + by)

    def action_lines(self, by: int) -> None:
        """To the word above or below."""
        if self._facts and self._step < len(self._places):
            x, line = self._places[self._step]
            self._go_near(x, line + by)

    def action_strongest(self) -> None:
        """To the word that adds or takes most."""
        if self._facts:
            found = np.abs(_adds(self._facts))
            found = np.abs(self._facts.scores) if np.isnan(found).all() else found
            if np.isfinite(found).any():
                self._go(int(np.nanargmax(np.where(np.isfinite(found), found, np.nan))))

    def _go_near(self, x: int, line: int) -> None:
        line = min(max(line, 0), self._places[-1][1] if self._places else 0)
        inside = [step for step, (_, each) in enumerate(self._places) if each == line]
        if inside:
            self._go(max((step for step in inside if self._places[step][0] <= x), default=inside[0]))

    def _go(self, step: int) -> None:
        if self._facts:
            self._step = min(max(step, 0), len(self._facts.symbols) - 1)
            self.changed()

    def _lay(self, marks: list[str], room: int, tall: int) -> None:
        least = NUMBER if tall > 1 else 1
        self._tall = tall
        self._widths = [max(cell_len(mark), least) for mark in marks]
        self._places = lay_out(self._widths, room, gap=1)

    def _draw_word(self, canvas: Canvas, step: int, mark: str, share: float, x: int, y: int) -> None:
        roles = canvas.look.roles
        assert self._facts
        style = roles.axis if step in self._facts.strange else ground(share, canvas.look) if share else roles.label
        canvas.write(x, y, mark, style + Style(reverse=True, bold=True) if step == self._step else style)

    def _draw_numbers(self, canvas: Canvas, step: int, x: int, y: int, adds: Floats) -> None:
        roles = canvas.look.roles
        assert self._facts
        for row, numbers in enumerate((adds, self._facts.scores)[: self._tall - 1], 1):
            number, top = float(numbers[step]), _top(numbers)
            strong = math.isfinite(number) and abs(number) > STRONG * top
            canvas.write(x, y + row, _number(number, top, canvas), roles.value if strong else roles.axis)

    def _told(self, adds: Floats) -> str:
        """The cursor in words: place, word, what it adds, and the chance without it."""
        facts = self._facts
        assert facts
        words = [f"{self._step + 1}  {fit(facts.symbols[self._step], LONGEST)}"]
        if self._step in facts.strange:
            words.append("not in the vocabulary: read as the unknown word")
        add = float(adds[self._step])
        if math.isfinite(add) and self._step not in facts.strange:
            after = chance_after(facts.chance, -add)
            words.append(f"adds {add:+.3f}: without it p({facts.label}) {facts.chance:.4f} → {after:.4f}")
        score = float(facts.scores[self._step])
        words += [f"gradient {score:+.3f}"] if math.isfinite(score) else []
        return "   ".join(words)


def _adds(facts: Facts) -> Floats:
    """(words,) what each adds: the log-odds with it, less those without it."""
    return -facts.changes[:, 0] if facts.changes.shape[1] else np.full(len(facts.symbols), np.nan)


def _top(numbers: Floats) -> float:
    return float(np.abs(numbers[np.isfinite(numbers)]).max(initial=0)) or 1.0


def _shares(adds: Floats, scores: Floats) -> list[float]:
    """What colors the words: what each adds, where that is known, of the strongest; else the gradient; 0 if neither."""
    numbers = scores if np.isnan(adds).all() else adds
    shares: list[float] = np.where(np.isnan(numbers), 0.0, numbers / _top(numbers)).tolist()
    return shares


def _marked(facts: Facts, step: int, share: float, canvas: Canvas) -> str:
    """The word, and behind it what its color says, or as much room: nothing jumps as numbers change."""
    word = fit(facts.symbols[step], LONGEST)
    word = word if cell_len(word) else "?"
    return f"{word}?" if step in facts.strange else word + (sign(share, canvas.look) or " ")


def _number(number: float, top: float, canvas: Canvas) -> str:
    """At most four cells, with its sign."""
    if math.isnan(number):
        return ""
    if not math.isfinite(number):
        return canvas.look.marks.nan
    if abs(number) < 0.005 * max(top, 1):
        return "·" if not canvas.look.ascii else "."
    if top >= 10:
        return f"{number:+.0f}"[:NUMBER]
    return f"{number:+.1f}" if top >= 1 else f"{number:+.2f}".replace("0.", ".", 1)[:NUMBER]

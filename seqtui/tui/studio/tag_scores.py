"""Why a word has its tag: emission scores, words by tags, with the path that was taken; numbers for one word."""

from typing import ClassVar, Final, final

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from seqtui.runs.tagging_words import NEVER
from seqtui.text_safety import clean
from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.look import RAMP_STEPS
from seqtui.tui.live.text_picture import STRONG, readable_on
from seqtui.tui.studio.tagged_text import Tagging, shown_word

COLUMNS: Final = ("score", "before", "after", "loses", "p")
NUMBER: Final = 7  # cells
WIDEST: Final = 8  # cells of a word
Floats = NDArray[np.float64]


@final
class TagScoreMap(Chart):
    """Lines are tags, columns words; the cursor stands on a tag of a word."""

    HELP = (
        "Each word's score for each tag, from the model's state there; ● marks the path that was taken. At the\n"
        "right, for the word with the cursor: its score, that of the move from the tag before and to the tag\n"
        "after, what the best path loses if it has to go through this tag, and the chance of the tag.\n"
        "Equation: score(x, y) = start(y₁) + Σ emit(xₜ, yₜ) + Σ move(yₜ, yₜ₊₁) + end(y); the largest is taken.\n"
        "Good: the taken tag has the best score. Bad: moves alone decide, or a loss under 1: the model guesses.\n"
        "Do: left and right to a word, up and down to a tag; × is a move that the scheme forbids."
    )
    EMPTY = "The scores of every tag, word by word, stand here as soon as there is a sentence."
    DEFAULT_CSS = "TagScoreMap { height: 1fr; min-height: 6; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "look(-1)", "left", id="scores.left", show=False),
        Binding("right,l", "look(1)", "right", id="scores.right", show=False),
        Binding("up,k", "choose(-1)", "tag above", id="scores.up", show=False),
        Binding("down,j", "choose(1)", "tag below", id="scores.down", show=False),
    ]

    class Wanted(Message):
        """The cursor should come to a word."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self) -> None:
        super().__init__(id="scores", classes="panel")
        self.border_title = "Scores · nats"
        self._tagging: Tagging | None = None
        self._step = self._tag = self._first = self._cell = 0
        self._top = 0

    def show(self, tagging: Tagging | None, step: int) -> None:
        """Draw these, the cursor on a word and on its tag."""
        is_other = tagging is not self._tagging or step != self._step
        self._tagging, self._step = tagging, step
        if tagging and is_other:
            self._tag = tagging.said.tags[step]
        self.changed()

    def has_nothing(self) -> bool:
        return self._tagging is None or self._step not in self._tagging.emissions

    def draw(self, canvas: Canvas) -> None:
        tagging = self._tagging
        assert tagging
        gutter = min(max(map(cell_len, map(clean, tagging.tags)), default=1), 12) + 1
        numbers = NUMBER * len(COLUMNS) if canvas.width >= gutter + NUMBER * len(COLUMNS) + 12 else 0
        begin, end = tagging.bounds(self._step)
        room = canvas.width - gutter - numbers - 1
        words = [shown_word(tagging, step) for step in range(begin, end)]
        self._cell = min(max(map(cell_len, words)) + 1, max(room // max(end - begin, 1), 3), WIDEST)
        count = max(room // self._cell, 1)
        first = min(max(self._first, self._step - count + 1, begin), self._step)
        self._first = max(min(first, end - count), begin)
        lines = max(canvas.height - 1, 1)
        self._top = min(max(self._top, self._tag - lines + 1), self._tag, max(len(tagging.tags) - lines, 0))
        shown = range(self._first, min(self._first + count, end))
        for step in shown:
            style = canvas.look.roles.value + Style(reverse=step == self._step)
            x = gutter + (step - self._first) * self._cell
            canvas.write(x, 0, fit(words[step - begin], self._cell - 1), style)
        most = self._most(shown)
        for line, tag in enumerate(range(self._top, min(self._top + lines, len(tagging.tags))), 1):
            self._draw_tag(canvas, line, tag, gutter, shown, most)
        if numbers:
            self._draw_numbers(canvas, canvas.width - numbers, lines)

    def on_click(self, event: events.Click) -> None:
        """The cursor comes to the tag of the word."""
        offset = event.get_content_offset(self)
        if offset and self._tagging and offset.y:
            self._tag = min(self._top + offset.y - 1, len(self._tagging.tags) - 1)
            gutter = min(max(map(cell_len, map(clean, self._tagging.tags)), default=1), 12) + 1
            step = self._first + (offset.x - gutter) // max(self._cell, 1)
            begin, end = self._tagging.bounds(self._step)
            if begin <= step < end and offset.x >= gutter and step != self._step:
                self.post_message(self.Wanted(step))
            self.changed()

    def action_look(self, by: int) -> None:
        """To another word."""
        if self._tagging:
            self.post_message(self.Wanted(self._step + by))

    def action_choose(self, by: int) -> None:
        """To another tag."""
        if self._tagging:
            self._tag = (self._tag + by) % len(self._tagging.tags)
            self.changed()

    def _most(self, shown: range) -> float:
        assert self._tagging
        found = [abs(score) for step in shown for score in self._tagging.emissions.get(step, ())]
        return max((each for each in found if np.isfinite(each)), default=1.0) or 1.0

    def _draw_tag(self, canvas: Canvas, y: int, tag: int, gutter: int, shown: range, most: float) -> None:
        tagging, look = self._tagging, canvas.look
        assert tagging
        is_here = tag == self._tag
        style = look.roles.value + Style(reverse=True) if is_here and self.has_focus else look.roles.axis
        canvas.write(0, y, fit(clean(tagging.tags[tag]), gutter - 1), look.roles.value if is_here else style)
        path = "o" if look.ascii else "●"
        for step in shown:
            scores = tagging.emissions.get(step)
            if scores is None:
                continue
            taken = tagging.said.tags[step] == tag
            mark, heat = heat_of(scores[tag] / most, canvas)
            text = (path if taken else mark).center(self._cell - 1)
            if step == self._step and is_here and self.has_focus:
                heat = heat + Style(reverse=True)
            canvas.write(gutter + (step - self._first) * self._cell, y, text, heat + Style(bold=taken))

    def _draw_numbers(self, canvas: Canvas, x: int, lines: int) -> None:
        tagging, roles = self._tagging, canvas.look.roles
        assert tagging
        for place, title in enumerate(COLUMNS):
            canvas.write(x + place * NUMBER, 0, title.rjust(NUMBER), roles.axis)
        before, after = self._moves()
        for line, tag in enumerate(range(self._top, min(self._top + lines, len(tagging.tags))), 1):
            told = [
                signed(tagging.emissions[self._step][tag]),
                signed(before[tag]),
                signed(after[tag]),
                "never" if tagging.losses[self._step][tag] >= -NEVER else f"{tagging.losses[self._step][tag]:.2f}",
                f"{tagging.chances[self._step][tag]:.3f}",
            ]
            taken = tagging.said.tags[self._step] == tag
            for place, text in enumerate(told):
                canvas.write(x + place * NUMBER, line, text.rjust(NUMBER), roles.best if taken else roles.label)

    def _moves(self) -> tuple[list[float], list[float]]:
        """Of each tag at the cursor's word: the score of the move to it, and of that to the next tag of the path."""
        tagging = self._tagging
        assert tagging
        count, moves, taken = len(tagging.tags), tagging.moves, tagging.said.tags
        if moves is None:
            return [0.0] * count, [0.0] * count
        begin, end = tagging.bounds(self._step)
        before = moves.starts if self._step == begin else moves.moves[taken[self._step - 1]]
        last = self._step + 1 == end
        after = moves.ends if last else [row[taken[self._step + 1]] for row in moves.moves]
        return before, after


def signed(score: float) -> str:
    """A score, or never."""
    return "never" if score <= NEVER else f"{score:+.2f}"


def heat_of(share: float, canvas: Canvas) -> tuple[str, Style]:
    """Mark and style of a share of the strongest score, -1 to 1; the sign of a strong one is told by the mark too."""
    look = canvas.look
    if not np.isfinite(share):
        return look.marks.nan, look.roles.nonfinite
    mark = "+" if share > STRONG else "-" if share < -STRONG else " "
    if look.depth != "full":
        return mark, look.roles.value if mark != " " else look.roles.axis
    red, green, blue = look.diverging[min(max(round((share + 1) / 2 * (RAMP_STEPS - 1)), 0), RAMP_STEPS - 1)]
    return mark, Style(color=readable_on(red, green, blue), bgcolor=Color.from_rgb(red, green, blue))

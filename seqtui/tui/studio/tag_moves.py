"""What a model has learned of which tag follows which, and what the scheme forbids: tags by tags."""

from typing import ClassVar, Final, final

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType

from seqtui.readers.tagged.schemes import is_prefixed
from seqtui.runs.tagging_words import NEVER
from seqtui.text_safety import clean
from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.studio.tag_scores import heat_of, signed
from seqtui.tui.studio.tagged_text import Tagging

HEADINGS: Final = 2
START, END = "start", "end"


@final
class TagMoveMap(Chart):
    """Lines are the tag before (the first: the start), columns the tag after (the last: the end)."""

    HELP = (
        "The score of going from one tag (line) to the next (column), learned by the conditional random field;\n"
        "start and end are what comes before the first word and after the last. × is forbidden by the scheme\n"
        "of tags and never taken, ● a move that the text above makes.\n"
        "Equation: score(x, y) = Σ emit(xₜ, yₜ) + Σ move(yₜ, yₜ₊₁); p(y | x) = exp score(x, y) / Σ over all paths.\n"
        "Good: B to I or E of its own type is high. Bad: all alike: the field has learned nothing. A model with\n"
        "decoder=softmax learns none: all are 0 or forbidden. Do: arrows to look at one."
    )
    EMPTY = "Which tag may follow which, and how gladly, stands here as soon as there is a sentence."
    DEFAULT_CSS = "TagMoveMap { height: 1fr; min-height: 6; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(0,-1)", "left", id="moves.left", show=False),
        Binding("right,l", "move(0,1)", "right", id="moves.right", show=False),
        Binding("up,k", "move(-1,0)", "up", id="moves.up", show=False),
        Binding("down,j", "move(1,0)", "down", id="moves.down", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(id="moves", classes="panel")
        self.border_title = "Moves · nats"
        self._tagging: Tagging | None = None
        self._row = self._column = self._top = self._left = 0
        self._gutter = self._cell = 1

    def show(self, tagging: Tagging | None, step: int) -> None:
        """Draw these; the cursor on the move to a word."""
        if tagging and not self.has_focus:
            begin, _ = tagging.bounds(step)
            self._row = 0 if step == begin else tagging.said.tags[step - 1] + 1
            self._column = tagging.said.tags[step]
        self._tagging = tagging
        self.changed()

    def has_nothing(self) -> bool:
        return self._tagging is None or self._tagging.moves is None

    def draw(self, canvas: Canvas) -> None:
        tagging = self._tagging
        assert tagging
        names = [clean(tag) for tag in tagging.tags]
        count = len(names) + 1
        self._gutter = min(max(map(cell_len, (*names, START))), 12) + 1
        room = canvas.width - self._gutter
        self._cell = min(max(room // count, 3), 6)
        columns, lines = max(room // self._cell, 1), max(canvas.height - HEADINGS - 1, 1)
        self._left = min(max(self._left, self._column - columns + 1), self._column, max(count - columns, 0))
        self._top = min(max(self._top, self._row - lines + 1), self._row, max(count - lines, 0))
        shown = range(self._left, min(self._left + columns, count))
        self._draw_headings(canvas, [*names, END], shown)
        used, most = self._used(), self._most()
        for line, row in enumerate(range(self._top, min(self._top + lines, count)), HEADINGS):
            style = canvas.look.roles.value if row == self._row else canvas.look.roles.axis
            canvas.write(0, line, fit([START, *names][row], self._gutter - 1), style)
            for column in shown:
                self._draw_move(canvas, row, column, line, used, most)
        canvas.write(0, canvas.height - 1, fit(self._told(), canvas.width), canvas.look.roles.label)

    def on_click(self, event: events.Click) -> None:
        """The cursor comes to the move."""
        offset = event.get_content_offset(self)
        if offset and self._tagging and offset.y >= HEADINGS and offset.x >= self._gutter:
            count = len(self._tagging.tags)
            self._row = min(self._top + offset.y - HEADINGS, count)
            self._column = min(self._left + (offset.x - self._gutter) // self._cell, count)
            self.changed()

    def action_move(self, down: int, right: int) -> None:
        """To another move."""
        if self._tagging:
            count = len(self._tagging.tags)
            self._row = min(max(self._row + down, 0), count)
            self._column = min(max(self._column + right, 0), count)
            self.changed()

    def _score(self, row: int, column: int) -> float:
        assert self._tagging
        moves, count = self._tagging.moves, len(self._tagging.tags)
        assert moves
        if row == 0:
            return moves.starts[column] if column < count else NEVER
        return moves.ends[row - 1] if column == count else moves.moves[row - 1][column]

    def _most(self) -> float:
        assert self._tagging
        count = len(self._tagging.tags) + 1
        scores = (self._score(row, column) for row in range(count) for column in range(count))
        return max((abs(score) for score in scores if score > NEVER), default=1.0) or 1.0

    def _used(self) -> set[tuple[int, int]]:
        """Row and column of every move of the text."""
        assert self._tagging
        said, found = self._tagging.said, set()
        starts = set(said.starts)
        for step, tag in enumerate(said.tags):
            found.add((0 if step in starts else said.tags[step - 1] + 1, tag))
            if step + 1 in starts or step + 1 == len(said.tags):
                found.add((tag + 1, len(self._tagging.tags)))
        return found

    def _draw_headings(self, canvas: Canvas, names: list[str], shown: range) -> None:
        """Types over prefixes; tags without a prefix in one line."""
        before = ""
        for column in shown:
            name, x = names[column], self._gutter + (column - self._left) * self._cell
            prefix, kind = (name[:1], name[2:]) if is_prefixed(name) else (name, "")
            style = canvas.look.roles.value if column == self._column else canvas.look.roles.axis
            if kind and kind != before:
                group = sum(names[each][2:] == kind and is_prefixed(names[each]) for each in shown)
                canvas.write(x, 0, fit(kind, group * self._cell - 1), canvas.look.roles.axis)
            canvas.write(x, 1, prefix[: self._cell - 1].center(self._cell - 1), style)
            before = kind

    def _draw_move(
        self, canvas: Canvas, row: int, column: int, y: int, used: set[tuple[int, int]], most: float
    ) -> None:
        score, look = self._score(row, column), canvas.look
        mark, style = heat_of(score / most, canvas)
        if score <= NEVER:
            mark, style = ("x" if look.ascii else "×"), look.roles.axis
        elif (row, column) in used:
            mark = "o" if look.ascii else "●"
        if (row, column) == (self._row, self._column):
            style = style + Style(reverse=True, bold=True)
        x = self._gutter + (column - self._left) * self._cell
        canvas.write(x, y, mark.center(self._cell - 1), style)

    def _told(self) -> str:
        """The move under the cursor in words."""
        assert self._tagging
        names = [clean(tag) for tag in self._tagging.tags]
        score = self._score(self._row, self._column)
        said = "never: the scheme forbids it" if score <= NEVER else signed(score)
        return f"{[START, *names][self._row]} → {[*names, END][self._column]}  {said}"

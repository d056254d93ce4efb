"""What may come next, to choose from: the likeliest symbols with their chances, under the taste of the controls."""

from collections.abc import Sequence
from typing import ClassVar, Final, final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from seqtui.runs.writing_words import Followed
from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.studio.expected_panel import draw_chances, name_of

COUNT: Final = 10
GAP: Final = 2


@final
class NextPicker(Chart):
    """Ten symbols. Arrows and Enter, a digit or a click choose one."""

    HELP = """
What the model would write next, and how likely, after all that stands above, under the controls at the left.
Equation: p = softmax(z / T) of the logits z, less what top-k and top-p cut off; entropy = −Σ p log₂ p bits.
Good: one long bar inside a word, several where a word begins: entropy falls and rises as the text does.
Bad: one bar of 1 again and again (a loop, or T too low); ten short bars everywhere (T too high, or little learned).
Do: Enter or a digit takes one; w and l have the model write a word or a line; t types your own; u takes it back.
"""
    EMPTY = "What may come next will stand here. It needs a symbol to go on from: t types one."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "choose", id="next.choose", tooltip="Write the symbol at the mark"),
        Binding("up,k", "move(-1)", "up", id="next.up", show=False),
        Binding("down,j", "move(1)", "down", id="next.down", show=False),
        Binding("left,h", "side(-1)", "left", id="next.left", show=False),
        Binding("right", "side(1)", "right", id="next.right", show=False),
        *(
            Binding(str((place + 1) % 10), f"take({place})", f"number {place + 1}", id=f"next.{place + 1}", show=False)
            for place in range(COUNT)
        ),
    ]  # fmt: skip

    class Chosen(Message):
        """The symbol at a place of the list is wanted."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, parts: Sequence[str], *, id: str) -> None:
        super().__init__(id=id, classes="panel")
        self.border_title = "What may come next"
        self._parts = parts
        self._followed: Followed | None = None
        self._at = 0

    @property
    def tokens(self) -> Sequence[int]:
        """Those that stand there, the likeliest first."""
        return self._followed.tokens if self._followed else ()

    def show(self, followed: Followed | None) -> None:
        """Other symbols; the mark comes to the likeliest."""
        self._followed, self._at = followed, 0
        self.changed()

    def has_nothing(self) -> bool:
        """Nothing to go on from."""
        return not self.tokens

    def state_text(self) -> str:
        """The entropy."""
        return f"entropy {self._followed.bits:.2f} bits" if self._followed else ""

    def draw(self, canvas: Canvas) -> None:
        """One column, or two where it is low."""
        assert self._followed
        names = [name_of(self._parts[token]) for token in self._followed.tokens]
        rows = self._rows(canvas.height)
        columns = -(-len(names) // rows)
        width = (canvas.width - GAP * (columns - 1)) // columns
        for column in range(columns):
            first = column * rows
            part = slice(first, first + rows)
            marked = self._at - first if 0 <= self._at - first < rows else None
            box = Box(column * (width + GAP), 0, width, rows)
            draw_chances(canvas, box, names[part], self._followed.chances[part], marked=marked, first=first)
        if rows < canvas.height:
            rest = max(1 - sum(self._followed.chances), 0.0)
            words = f"all others together {rest:.4f}" if rest >= 0.00005 else "nothing else may come"
            canvas.write(4, rows, fit(words, canvas.width - 4), canvas.look.roles.axis)

    def on_click(self, event: events.Click) -> None:
        """A click on a line chooses it."""
        offset = event.get_content_offset(self)
        if offset and self.tokens:
            rows = self._rows(self.content_size.height)
            columns = -(-len(self.tokens) // rows)
            column = min(offset.x * columns // max(self.content_size.width, 1), columns - 1)
            self.action_take(column * rows + offset.y if offset.y < rows else COUNT)

    def action_choose(self) -> None:
        """The one at the mark."""
        self.action_take(self._at)

    def action_take(self, place: int) -> None:
        """The one at a place. One that comes while others are being asked for is meant of those."""
        self.post_message(self.Chosen(place))

    def action_move(self, by: int) -> None:
        """The mark, up or down."""
        self._at = min(max(self._at + by, 0), max(len(self.tokens) - 1, 0))
        self.changed()

    def action_side(self, by: int) -> None:
        """The mark, to the other column."""
        moved = self._at + by * self._rows(self.content_size.height)
        if 0 <= moved < len(self.tokens):
            self._at = moved
            self.changed()

    def _rows(self, height: int) -> int:
        return COUNT if height >= COUNT else max(min(height, -(-COUNT // 2)), 1)

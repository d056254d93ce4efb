"""Where a model looked in the source for each word that it wrote, under a cursor."""

from typing import ClassVar, final

from textual import events
from textual.binding import Binding, BindingType

from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.live.attention_picture import END, column_of, draw_attention, gutter_of, shown_token
from seqtui.tui.studio.translating import Translating


@final
class AttentionMap(Chart):
    """Lines are words of the translation, columns those of the source; each line sums to 100."""

    HELP = (
        "How much of its attention each written word (a line) gave each word of the source (a column), in percent.\n"
        "Equation: c = Σ aₛ hₛ, a = softmax(score(d, hₛ)): Bahdanau et al. (2015), Luong et al. (2015).\n"
        "Good: one bright cell a line, off the diagonal where the languages order words in another way.\n"
        "Bad: a gray line (it looks nowhere), a column nobody looked at (left out), one looked at twice (said twice).\n"
        "Do: up and down in the list of translations for another one; arrows here for the share under the cursor."
    )
    EMPTY = "Where the model looks for each word that it writes stands here as soon as there is a text."
    DEFAULT_CSS = "AttentionMap { height: 1fr; min-height: 5; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "look(0, -1)", "left", id="attention.left", show=False),
        Binding("right,l", "look(0, 1)", "right", id="attention.right", show=False),
        Binding("up,k", "look(-1, 0)", "up", id="attention.up", show=False),
        Binding("down,j", "look(1, 0)", "down", id="attention.down", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(id="attention", classes="panel")
        self.border_title = "Attention · percent"
        self._translating: Translating | None = None
        self._rank = self._line = self._column = 0
        self._first = (0, 0)

    def show(self, translating: Translating | None, rank: int) -> None:
        """Of one of the translations."""
        self._translating, self._rank = translating, rank
        self._clamp()
        self.changed()

    def has_nothing(self) -> bool:
        return self._translating is None or not (self._attention or self._lacks)

    def state_text(self) -> str:
        if self.has_nothing() or self._lacks or not self.has_focus:
            return ""
        return f"{100 * self._attention[self._line][self._column]:.1f} %"

    def draw(self, canvas: Canvas) -> None:
        translating = self._translating
        assert translating
        if self._lacks:
            words = "This model translates without attention: all it knows of the source is its last state."
            canvas.write(0, 0, fit(words, canvas.width), canvas.look.roles.axis)
            return
        found, source = translating.found[self._rank], translating.asked.source
        box = Box(0, 0, canvas.width, canvas.height - 1)
        shown = max((box.width - gutter_of(found.tokens)) // column_of(source, box.width - gutter_of(found.tokens)), 1)
        lines = max(box.height - 1, 1)
        self._first = (_kept(self._first[0], self._line, lines), _kept(self._first[1], self._column, shown))
        at = (self._line, self._column)
        draw_attention(
            canvas, box, source, found.tokens, found.attention, at=at if self.has_focus else None, first=self._first
        )  # fmt: skip
        line, column = at
        word = shown_token(found.tokens[line]) if line < len(found.tokens) else END
        told = (
            f"{fit(word, 20)} ← {fit(shown_token(source[column]), 20)} {100 * found.attention[line][column]:.1f} %"
            f" · chance {100 * found.chances[line]:.1f} %"
        )
        copied = line < len(found.copied) and found.copied[line] >= 0
        told += " · copied: unknown" if copied else ""
        canvas.write(0, canvas.height - 1, fit(told, canvas.width), canvas.look.roles.value)

    def on_focus(self) -> None:
        """The cursor is seen."""
        self.changed()

    def on_blur(self) -> None:
        """The cursor is gone."""
        self.changed()

    def on_click(self, event: events.Click) -> None:
        """The cursor comes to the cell."""
        offset = event.get_content_offset(self)
        if offset is None or self._translating is None or not self._attention:
            return
        tokens, source = self._translating.found[self._rank].tokens, self._translating.asked.source
        gutter = gutter_of(tokens)
        self._line = self._first[0] + offset.y - 1
        self._column = self._first[1] + (offset.x - gutter) // column_of(source, self.size.width - gutter)
        self._clamp()
        self.changed()

    def action_look(self, down: int, right: int) -> None:
        """To another cell."""
        self._line, self._column = self._line + down, self._column + right
        self._clamp()
        self.changed()

    @property
    def _attention(self) -> list[list[float]]:
        known = self._translating.found if self._translating else []
        return known[self._rank].attention if self._rank < len(known) else []

    @property
    def _lacks(self) -> bool:
        return bool(self._translating and self._translating.found and not self._translating.asked.has_attention)

    def _clamp(self) -> None:
        lines = self._attention
        self._line = min(max(self._line, 0), max(len(lines) - 1, 0))
        self._column = min(max(self._column, 0), max(len(lines[0]) - 1, 0) if lines else 0)


def _kept(first: int, at: int, shown: int) -> int:
    """What is shown first, moved so that `at` is shown too."""
    return min(max(first, at - shown + 1), at)

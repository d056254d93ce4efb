"""The translations that a search found, the best first, and those that are known to be right."""

from itertools import takewhile
from typing import ClassVar, Final, final

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from seqtui.text_safety import clean
from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.studio.translating import Translating

SCORE: Final = 8  # cells
LEFT: Final = 4


@final
class HypothesisList(Chart):
    """One line a translation; the cursor chooses the one that the other panels show."""

    HELP = (
        "What the beam search found, the best first, each with its score; ✓ is one that is known to be right.\n"
        "Equation: score = log p(y|x) / ((5 + |y|) / 6)^α, α being the length penalty (Wu et al. 2016).\n"
        "Good: the first is right and well ahead. Bad: many that differ in a comma (the beam is not diverse), or\n"
        "short ones first (raise the penalty). Do: up and down choose one for the map and the beam; e exports."
    )
    EMPTY = "Translations stand here as soon as there is a text."
    DEFAULT_CSS = "HypothesisList { height: 7; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "choose(-1)", "better", id="hypothesis.up", show=False),
        Binding("down,j", "choose(1)", "next best", id="hypothesis.down", tooltip="Another translation"),
    ]

    class Chosen(Message):
        """Another translation is looked at."""

        def __init__(self, rank: int) -> None:
            super().__init__()
            self.rank = rank

    def __init__(self) -> None:
        super().__init__(id="hypotheses", classes="panel")
        self.border_title = "Translations"
        self._translating: Translating | None = None
        self._rank = self._top = 0

    def show(self, translating: Translating | None, rank: int) -> None:
        """The cursor on one of them."""
        self._translating, self._rank = translating, rank
        self.changed()

    def has_nothing(self) -> bool:
        return self._translating is None or not (self._translating.found or self._translating.moves)

    def draw(self, canvas: Canvas) -> None:
        translating, roles = self._translating, canvas.look.roles
        assert translating
        if not translating.found:
            canvas.write(0, 0, "searching", roles.axis)
            return
        references = [
            text for text in translating.asked.references if all(text != one.text for one in translating.found)
        ]
        kept = min(len(references), 1 + (canvas.height > 8)) if canvas.height > 2 else 0
        lines = max(canvas.height - kept, 1)
        self._top = min(max(self._top, self._rank - lines + 1), self._rank)
        for line, rank in enumerate(range(self._top, min(self._top + lines, len(translating.found)))):
            found, here = translating.found[rank], rank == self._rank
            right = translating.is_reference(rank)
            style = (roles.best if right else roles.value) + Style(reverse=here and self.has_focus)
            canvas.write(0, line, (">" if canvas.look.ascii else "›") if here else " ", roles.value)
            canvas.write(1, line, f"{rank + 1:>2}", roles.axis)
            canvas.write(LEFT, line, f"{found.score:>{SCORE - 1}.3f}", roles.axis)
            mark = "✓ " if right else "  "
            text = _told(clean(found.text), clean(translating.found[0].text), canvas.width - LEFT - SCORE - 2)
            canvas.write(LEFT + SCORE, line, fit(mark + text, canvas.width - LEFT - SCORE), style)
        for line, text in enumerate(references[:kept], canvas.height - kept):
            canvas.write(LEFT, line, "right".rjust(SCORE - 1), roles.axis)
            canvas.write(LEFT + SCORE, line, fit(f"  {clean(text)}", canvas.width - LEFT - SCORE), roles.label)

    def on_focus(self) -> None:
        """The cursor is seen."""
        self.changed()

    def on_blur(self) -> None:
        """The cursor is seen less."""
        self.changed()

    def on_click(self, event: events.Click) -> None:
        """The one under the mouse."""
        offset = event.get_content_offset(self)
        if offset:
            self._choose(self._top + offset.y)

    def action_choose(self, by: int) -> None:
        """Another one."""
        self._choose(self._rank + by)

    def _choose(self, rank: int) -> None:
        known = len(self._translating.found) if self._translating else 0
        if known:
            self.post_message(self.Chosen(min(max(rank, 0), known - 1)))


def _told(text: str, best: str, room: int) -> str:
    """A text that has no room, from where it differs from the best one."""
    if cell_len(text) <= room or text == best:
        return text or "(nothing)"
    words = text.split(" ")
    pairs = zip(words, best.split(" "), strict=False)
    same = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
    while same and cell_len(" ".join(words[same - 1 :])) + 2 <= room:
        same -= 1  # as much of what stands before as there is room for
    return f"… {' '.join(words[same:])}" if same > 1 else text

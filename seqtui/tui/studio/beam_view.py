"""The beam as it moved: at each step the hypotheses that were kept, and the way of the one that is looked at."""

from typing import ClassVar, Final, final

from rich.cells import cell_len
from rich.style import Style
from textual.binding import Binding, BindingType

from seqtui.runs.translation_words import BeamMoved
from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.live.attention_picture import shown_token
from seqtui.tui.studio.translating import Translating

WIDEST: Final = 12  # cells of a token
ENDED: Final = "■"


@final
class BeamView(Chart):
    """Columns are steps, lines the places of the beam, the likeliest first; more steps below, if there is room."""

    HELP = (
        "The search, step by step: in each column the words that the kept hypotheses have just been given, the\n"
        "likeliest first. The figure before a word is the place, one step earlier, of the hypothesis it goes on;\n"
        "■ ends one. Marked is the way of the translation that is looked at; -1.23 is its log-probability so far.\n"
        "Good: the way stays at the top. Bad: it comes up from the last place: a wider beam may find better.\n"
        "Do: the beam slider widens the search, 1 is greedy; left and right go through the steps."
    )
    EMPTY = "The hypotheses of the search, step by step, stand here as soon as there is a text."
    DEFAULT_CSS = "BeamView { height: 1fr; min-height: 5; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "go(-1)", "earlier", id="beam.left", show=False),
        Binding("right,l", "go(1)", "later", id="beam.right", show=False),
        Binding("home", "go(-1000000)", "first", id="beam.first", show=False),
        Binding("end", "go(1000000)", "last", id="beam.last", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(id="beam", classes="panel")
        self.border_title = "Beam"
        self._translating: Translating | None = None
        self._rank = 0
        self._first = 0

    def show(self, translating: Translating | None, rank: int) -> None:
        """With the way of one of the translations."""
        if translating is not self._translating:
            self._first = 0
        self._translating, self._rank = translating, rank
        self.changed()

    def has_nothing(self) -> bool:
        return self._translating is None or not self._translating.moves

    def state_text(self) -> str:
        return "" if self._translating is None else f"{len(self._translating.moves)} steps"

    def draw(self, canvas: Canvas) -> None:
        translating = self._translating
        assert translating
        way, x, top = translating.path(self._rank), 0, 0
        self._first = min(self._first, max(len(translating.moves) - 1, 0))
        tall = max((len(move.tokens) for move in translating.moves), default=0) + 1
        for step in range(self._first, len(translating.moves)):
            move = translating.moves[step]
            width = _width(move)
            if x and x + width > canvas.width:
                x, top = 0, top + tall + 1
                if top + tall > canvas.height:
                    break
            place = way[step] if step < len(way) else -1
            self._draw_step(canvas, (x, top), step, place)
            x += width + 1

    def action_go(self, by: int) -> None:
        """So many steps on."""
        if self._translating:
            self._first = min(max(self._first + by, 0), max(len(self._translating.moves) - 1, 0))
            self.changed()

    def _draw_step(self, canvas: Canvas, at: tuple[int, int], step: int, chosen: int) -> None:
        """at: the cell at the upper left."""
        assert self._translating
        (x, top), move, roles = at, self._translating.moves[step], canvas.look.roles
        width = _width(move)
        head = f"{move.scores[chosen]:.2f}" if 0 <= chosen < len(move.scores) else str(step + 1)
        canvas.write(x, top, fit(head, width), roles.axis)
        for line, (parent, token, ended) in enumerate(zip(move.parents, move.tokens, move.ended, strict=False), 1):
            if top + line >= canvas.height:
                return
            on_way = line - 1 == chosen
            style = roles.best + Style(reverse=on_way) if on_way else roles.third if ended else roles.label
            # The first step goes on from nothing.
            before = f"{parent + 1} " if step else ""
            text = fit(("#" if canvas.look.ascii else ENDED) if ended else shown_token(token), width - len(before))
            after = canvas.write(x, top + line, before, roles.axis)
            canvas.write(after, top + line, text, style)


def _width(move: BeamMoved) -> int:
    longest = max((cell_len(shown_token(token)) for token in move.tokens), default=1)
    return min(max(longest, 3), WIDEST) + 2

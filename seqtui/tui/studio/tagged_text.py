"""A text with its entities underlined, each with its type and chance; the cursor stands on a word."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, final

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from seqtui.readers.tagged.schemes import OUTSIDE, Span, spans_of
from seqtui.runs.tagging_words import TagMoves, TagScores, TagsSaid
from seqtui.text_safety import clean
from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.look import Roles
from seqtui.tui.drawing.words import lay_out

LONGEST: Final = 24  # cells of a word
TALL: Final = 2


@dataclass(slots=True)
class Tagging:
    """What a model said of a text. tags: the names of all; scores: of each step that they have come for."""

    said: TagsSaid
    tags: Sequence[str]
    moves: TagMoves | None
    emissions: dict[int, list[float]] = field(default_factory=dict)
    chances: dict[int, list[float]] = field(default_factory=dict)
    losses: dict[int, list[float]] = field(default_factory=dict)

    def add(self, scores: TagScores) -> None:
        """Some more steps."""
        found = zip(scores.emissions, scores.chances, scores.losses, strict=False)
        for step, (emissions, chances, losses) in enumerate(found, scores.first):
            self.emissions[step], self.chances[step], self.losses[step] = emissions, chances, losses

    def name(self, step: int) -> str:
        """The tag of a step."""
        return self.tags[self.said.tags[step]]

    def bounds(self, step: int) -> tuple[int, int]:
        """The sentence that a step is in."""
        begin = max(start for start in self.said.starts if start <= step)
        return begin, min((start for start in self.said.starts if start > step), default=len(self.said.words))

    def spans(self) -> list[Span]:
        """The entities, sentence by sentence."""
        return [span for begin in self.said.starts for span in self._spans_from(begin)]

    def truth(self, step: int) -> str:
        """The true tag, '' where it is not known."""
        known = self.said.truth
        return self.tags[known[step]] if step < len(known) and 0 <= known[step] < len(self.tags) else ""

    def _spans_from(self, begin: int) -> list[Span]:
        _, end = self.bounds(begin)
        names = [self.name(step) for step in range(begin, end)]
        return [Span(span.begin + begin, span.end + begin, span.type) for span in spans_of(names)]


@final
class TaggedText(Chart):
    """Words, and under them what they are names of."""

    HELP = (
        "The words as the model cuts them. What it holds to be a name is underlined; under its first word\n"
        "stand the type and the chance of its least certain tag, and ! or ≠ with the true tag where it is wrong.\n"
        "Equation: y* = argmax over all paths of score(x, y); a chance is that of one tag, the others being free.\n"
        "Good: chances near 1 that stay as you change other words. Bad: names found by capitals alone (type the\n"
        "sentence in lower case and see), half of a name, or a name that an unknown word (?) breaks.\n"
        "Do: arrows to look, m to the least certain word; s and w show the scores that the tags follow from."
    )
    EMPTY = "The words with their names underlined stand here as soon as there is a sentence."
    DEFAULT_CSS = "TaggedText { height: 1fr; min-height: 5; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "left", id="tagged.left", show=False),
        Binding("right,l", "move(1)", "right", id="tagged.right", show=False),
        Binding("up,k", "lines(-1)", "line above", id="tagged.up", show=False),
        Binding("down,j", "lines(1)", "line below", id="tagged.down", show=False),
        Binding("home", "move(-1000000)", "first", id="tagged.first", show=False),
        Binding("end", "move(1000000)", "last", id="tagged.last", show=False),
        Binding("m", "doubtful", "least sure", id="tagged.doubtful", tooltip="To the word whose tag is least certain"),
    ]

    class Looked(Message):
        """The cursor came to a word."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self) -> None:
        super().__init__(id="tagged", classes="panel")
        self.border_title = "Entities"
        self._tagging: Tagging | None = None
        self._cells: list[tuple[str, str]] = []
        self._places: list[tuple[int, int]] = []
        self._inside: dict[int, Span] = {}
        self._top = 0
        self.step = 0

    def show(self, tagging: Tagging | None) -> None:
        """Draw these; the cursor goes to the word that was changed, unless it is being moved by hand."""
        if tagging is not None and tagging is not self._tagging:
            words, before = tagging.said.words, self._tagging.said.words if self._tagging else []
            if not self.has_focus:
                same = zip(before, words, strict=False)
                self.step = next((at for at, (old, new) in enumerate(same) if old != new), min(len(before), len(words)))
            self.step = min(self.step, len(words) - 1)
            self._inside = {step: span for span in tagging.spans() for step in range(span.begin, span.end)}
            self._cells = [self._cell(tagging, step) for step in range(len(words))]
        self._tagging = tagging
        self.changed()

    def has_nothing(self) -> bool:
        return self._tagging is None

    def draw(self, canvas: Canvas) -> None:
        tagging = self._tagging
        assert tagging
        widths = [max(cell_len(word), cell_len(below)) for word, below in self._cells]
        self._places = lay_out(widths, canvas.width, gap=1, breaks=set(tagging.said.starts))
        lines = max((canvas.height - 1) // TALL, 1)
        here = self._places[self.step][1]
        self._top = min(max(self._top, here - lines + 1), here, max(self._places[-1][1] - lines + 1, 0))
        for step, (x, line) in enumerate(self._places):
            if self._top <= line < self._top + lines:
                self._draw_word(canvas, step, x, (line - self._top) * TALL, widths[step])
        more = self._places[-1][1] + 1 - self._top - lines
        told = f"{told_of(tagging, self.step)}{f'   {more} more lines below' if more > 0 else ''}"
        canvas.write(0, canvas.height - 1, fit(told, canvas.width), canvas.look.roles.label)

    def on_click(self, event: events.Click) -> None:
        """The cursor comes to the word."""
        offset = event.get_content_offset(self)
        if offset and self._tagging:
            self._go_near(offset.x, self._top + offset.y // TALL)

    def action_move(self, by: int) -> None:
        """Along the text."""
        self.go(self.step + by)

    def action_lines(self, by: int) -> None:
        """To the word above or below."""
        if self._tagging and self.step < len(self._places):
            x, line = self._places[self.step]
            self._go_near(x, line + by)

    def action_doubtful(self) -> None:
        """To the word whose tag is least certain."""
        if self._tagging:
            chances = self._tagging.said.chances
            self.go(min(range(len(chances)), key=lambda step: chances[step]))

    def go(self, step: int) -> None:
        """The cursor to a word."""
        if self._tagging:
            self.step = min(max(step, 0), len(self._tagging.said.words) - 1)
            self.changed()
            self.post_message(self.Looked(self.step))

    def _go_near(self, x: int, line: int) -> None:
        line = min(max(line, 0), self._places[-1][1] if self._places else 0)
        inside = [step for step, (_, each) in enumerate(self._places) if each == line]
        if inside:
            self.go(max((step for step in inside if self._places[step][0] <= x), default=inside[0]))

    def _cell(self, tagging: Tagging, step: int) -> tuple[str, str]:
        """A word, and what stands under it."""
        word = shown_word(tagging, step)
        span, truth = self._inside.get(step), tagging.truth(step)
        below = ""
        if span and step == span.begin:
            below = f"{fit(span.type, 12)} {min(tagging.said.chances[span.begin : span.end]):.2f}"
        if truth and truth != tagging.name(step):
            wrong = "!" if self.look.ascii else "≠"
            below = f"{below}{wrong}{fit(truth, 14)}"
        return word, below

    def _draw_word(self, canvas: Canvas, step: int, x: int, y: int, width: int) -> None:
        assert self._tagging
        roles, span = canvas.look.roles, self._inside.get(step)
        word, below = self._cells[step]
        style = roles.axis if step in self._tagging.said.unknown and not span else roles.label
        if span:
            style = color_of(span.type, self._tagging.tags, roles) + Style(underline=True, bold=True)
        canvas.write(x, y, word, style + Style(reverse=True) if step == self.step else style)
        if span and step + 1 < span.end and self._places[step + 1][1] == self._places[step][1]:
            gap = x + cell_len(word)
            canvas.write(gap, y, " " * (self._places[step + 1][0] - gap), style)
        if below:
            wrong = "!" in below or "≠" in below
            canvas.write(x, y + 1, below, roles.warning if wrong else roles.value)
        elif span:
            line = "-" if canvas.look.ascii else "─"
            canvas.write(x, y + 1, line * width, roles.axis)


def shown_word(tagging: Tagging, step: int) -> str:
    """The word as it can be shown; ? behind it if the model does not know it."""
    word = fit(clean(tagging.said.words[step], limit=4 * LONGEST), LONGEST)
    word = word if cell_len(word) else "?"
    return f"{word}?" if step in tagging.said.unknown else word


def told_of(tagging: Tagging, step: int) -> str:
    """A word, its tag and what came nearest to it."""
    told = [f"{step + 1}  {shown_word(tagging, step)}  {clean(tagging.name(step))} {tagging.said.chances[step]:.3f}"]
    losses = tagging.losses.get(step)
    if losses and len(losses) > 1:
        taken = tagging.said.tags[step]
        nearest = min((tag for tag in range(len(losses)) if tag != taken), key=lambda tag: losses[tag])
        chance = tagging.chances[step][nearest]
        told.append(f"next {clean(tagging.tags[nearest])} {chance:.3f}: its path scores {losses[nearest]:.2f} less")
    if truth := tagging.truth(step):
        told.append(f"true {clean(truth)}")
    return "   ".join(told)


def color_of(kind: str, tags: Sequence[str], roles: Roles) -> Style:
    """One color a type, the same in every panel."""
    kinds = sorted({tag.partition("-")[2] or tag for tag in tags if tag != OUTSIDE})
    styles = (roles.train, roles.validation, roles.best, roles.third, roles.threshold)
    return styles[kinds.index(kind) % len(styles)] if kind in kinds else roles.value

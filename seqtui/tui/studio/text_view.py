"""A text, symbol by symbol: a take, or what is being written; colored by surprise where that is asked for."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar, Final, final

import numpy as np
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.live.text_picture import bar, heat
from seqtui.tui.studio.surprises import NATS_OF_A_BIT, Surprises
from seqtui.tui.studio.symbol_flow import LINE_END, Flow
from seqtui.tui.studio.takes import Take

if TYPE_CHECKING:
    from seqtui.task import Task, Values

REVERSED: Final = Style(reverse=True)
DIM: Final = Style(dim=True)


@final
class _Text:
    """Tokens with what each adds to the text, laid out for a width."""

    def __init__(self, values: "Values", made: Sequence[bool] | int) -> None:
        self.values, self.made = values, made
        self.parts: list[str] = []
        self.flow = Flow(0)

    def is_made(self, place: int) -> bool:
        """Whether a model made a symbol."""
        return place >= self.made if isinstance(self.made, int) else self.made[place]

    def lay(self, width: int) -> Flow:
        """The flow, of all parts there are."""
        if self.flow.width != max(width, 4):
            self.flow = Flow(width)
        self.flow.extend(self.parts[len(self.flow.texts) :])
        return self.flow


@final
class TextView(Chart):
    """The cursor stands on a symbol, from which one may sample again, and whose surprise is told."""

    HELP = """
The text as it grows: what was given is dim, what the model made is bright. v colors each symbol by its surprise.
Equation: surprise of a symbol = −log p(symbol | all before it); 1 bit = 0.693 nats; bars are full at 8 nats.
Good: most symbols dark with low bars, and surprise only where a word or a thought begins.
Bad: bright in the middle of words: the model does not know them; dark everywhere and the same again and again: a loop.
Do: arrows or a click choose a symbol; r keeps all before it and has the rest made again; c and x as for any take.
"""
    EMPTY = "There is no text yet. Among takes n makes one; when writing together t types a beginning, o opens a file."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "mark left", id="symbols.left", show=False),
        Binding("right,l", "move(1)", "mark right", id="symbols.right", show=False),
        Binding("up,k", "climb(-1)", "mark up", id="symbols.up", show=False),
        Binding("down,j", "climb(1)", "mark down", id="symbols.down", show=False),
        Binding("pageup", "climb(-10)", "far up", id="symbols.far_up", show=False),
        Binding("pagedown", "climb(10)", "far down", id="symbols.far_down", show=False),
        Binding("home", "go(0)", "first", id="symbols.first", show=False),
        Binding("end", "go(-1)", "last", id="symbols.last", show=False),
    ]

    class Marked(Message):
        """The cursor stands on another symbol."""

    def __init__(self, task: "Task", encoding: Mapping[str, Any], *, id: str) -> None:
        super().__init__(id=id, classes="panel")
        self.border_title = "Text"
        self._application, self._encoding = task, encoding
        self._text: _Text | None = None
        self._beside: _Text | None = None
        self._of_takes: dict[int, _Text] = {}
        self._cursor: int | None = None
        self._top = 0
        self._grows = self._follows = False
        self.surprises: Surprises | None = None
        self.is_colored = False

    @property
    def mark(self) -> int | None:
        """The symbol under the cursor, counted from 1."""
        return None if self._cursor is None else self._cursor + 1

    @property
    def cursor(self) -> int | None:
        """The same, counted from 0; where none was chosen, the last one of what grows, else the one in the middle."""
        count = len(self._text.parts) if self._text else 0
        usual = count - 1 if self._grows else count // 2
        return None if not count else usual if self._cursor is None else min(self._cursor, count - 1)

    def show(self, take: Take | None, beside: Take | None, *, empty: str = "") -> None:  # noqa: ARG002  see TakeView
        """A take, and above it another one to compare it with."""
        if take is None or take.done or len(take.values) > take.opening_steps or self._text is None:
            self._put(self._of(take) if take else None, grows=bool(take and not take.done))
        self._beside = self._of(beside) if beside is not None and beside is not take else None
        self.changed()

    def put(self, values: "Values", made: Sequence[bool]) -> None:
        """A text that is being written; its end is in view."""
        text = _Text(values, made)
        text.parts = self._application.parts(values, self._encoding)
        self._cursor, self._follows = None, True
        self._put(text, grows=True)
        self.changed()

    def color(self, surprises: Surprises | None) -> None:
        """By these, as far as they are of this text; None: as it was."""
        self.surprises, self.is_colored = surprises, surprises is not None
        self.changed()

    def units(self, take: Take) -> int:
        """Characters, or bases, of a take so far."""
        return sum(map(len, self._of(take).parts))

    def kept(self, take: Take) -> tuple[int, int | None]:
        """What stands before the cursor: characters, symbols."""
        parts = self._of(take).parts
        before = parts[: len(parts) // 2 if self._cursor is None else self._cursor]
        return sum(map(len, before)), len(before)

    def has_nothing(self) -> bool:
        """No symbol."""
        return self._text is None or not self._text.parts

    def state_text(self) -> str:
        """Lines in view, and the mean surprise."""
        said = []
        if self._text and self._told and self._told.nats:
            mean = self._told.mean(len(self._text.parts))
            said = [f"mean {mean:.2f} nats = {mean / NATS_OF_A_BIT:.2f} bits a symbol"]
        width, height = self.content_size
        lines, rows = 0, self._rows(height)
        if self._text and self._text.parts and width:
            lines = len(self._text.lay(width).starts)
            self._scroll(rows)
        if lines > rows and self._beside is None:
            said.append(f"lines {self._top + 1} to {min(self._top + rows, lines)} of {lines}")
        return " · ".join(said)

    def draw(self, canvas: Canvas) -> None:
        """One text, or two of them."""
        assert self._text
        box = canvas.box
        if self._beside is not None:
            upper = box.height // 2
            self._draw_text(canvas, Box(0, 0, box.width, upper - 1), self._beside, top=0, cursor=None)
            canvas.write(0, upper - 1, "─" * box.width, canvas.look.roles.grid)
            box = Box(0, upper, box.width, box.height - upper)
        self._text.lay(box.width)
        self._scroll(self._rows(box.height))
        self._draw_text(canvas, box, self._text, top=self._top, cursor=self.cursor if self._has_cursor else None)

    def on_resize(self) -> None:
        """Other lines are in view."""
        self.call_after_refresh(self.changed)

    def on_focus(self) -> None:
        """The cursor can be seen."""
        self.changed()

    def on_blur(self) -> None:
        """No longer, unless it was put somewhere."""
        self.changed()

    def on_click(self, event: events.Click) -> None:
        """The cursor comes to where one clicks."""
        offset = event.get_content_offset(self)
        if offset and self._text and self._beside is None:
            found = self._text.flow.at(self._top + offset.y // self._pitch, offset.x)
            if found is not None:
                self._go(found)

    def action_move(self, by: int) -> None:
        """To a neighbor."""
        if (at := self.cursor) is not None:
            self._go(at + by)

    def action_climb(self, lines: int) -> None:
        """Up or down, in the same column."""
        at = self.cursor
        if at is not None and self._text:
            flow = self._text.lay(self.content_size.width)  # a quick key comes before the first painting
            line = min(max(flow.lines[at] + lines, 0), len(flow.starts) - 1)
            found = flow.at(line, flow.columns[at])
            self._go(at if found is None else found)

    def action_go(self, place: int) -> None:
        """To the first or the last."""
        if self._text and self._text.parts:
            self._go(place % len(self._text.parts))

    def _go(self, place: int) -> None:
        assert self._text
        self._cursor = min(max(place, 0), len(self._text.parts) - 1)
        self.changed()
        self.post_message(self.Marked())

    @property
    def _has_cursor(self) -> bool:
        return self._cursor is not None or (self.has_focus and not self._grows)

    @property
    def _told(self) -> Surprises | None:
        """The surprises that are of this text."""
        found = self.surprises if self.is_colored else None
        return found if found and self._text and found.are_of(self._text.values.tolist()) else None

    @property
    def _pitch(self) -> int:
        return 2 if self.is_colored else 1

    def _rows(self, height: int) -> int:
        return max(height // self._pitch, 1)

    def _put(self, text: _Text | None, *, grows: bool) -> None:
        self._text, self._grows = text, grows
        if text is None:
            self._cursor = None
        elif self._cursor is not None and not grows:
            self._cursor = min(self._cursor, max(len(text.parts) - 1, 0))

    def _of(self, take: Take) -> _Text:
        """The text of a take, of which only what is new is read."""
        text = self._of_takes.get(take.request)
        if text is None:
            text = self._of_takes[take.request] = _Text(take.values, take.opening_steps)
            for old in list(self._of_takes)[:-50]:
                del self._of_takes[old]
        text.values, text.made = take.values, take.opening_steps
        known = len(text.parts)
        if len(take.values) > known:
            before = min(known, 1)  # whether a word has a space before it hangs on the one before
            text.parts += self._application.parts(take.values[known - before :], self._encoding)[before:]
        return text

    def _scroll(self, rows: int) -> None:
        """The cursor is in view, or the end of what is being written."""
        assert self._text
        flow = self._text.flow
        last = max(len(flow.starts) - rows, 0)
        at = self.cursor if self._has_cursor else None
        if at is None:
            # A take stays where it is read: under a slider the same lines become others.
            self._top = last if self._follows else min(self._top, last)
            return
        line = flow.lines[at]
        self._top = min(max(self._top, line - rows + 1), line, max(last, 0))

    def _draw_text(self, canvas: Canvas, box: Box, text: _Text, *, top: int, cursor: int | None) -> None:
        flow, look, told = text.lay(box.width), canvas.look, self._told if text is self._text else None
        pitch = self._pitch
        for row in range(min(self._rows(box.height), len(flow.starts) - top)):
            line, y = top + row, box.y + row * pitch
            places = range(flow.starts[line], flow.last(line))
            if told is not None:
                for place in places:
                    nats = told.of(place)
                    style = look.roles.axis if nats is None else heat(nats, look)
                    shown = flow.texts[place]
                    after = canvas.write(flow.columns[place], y, shown, style + REVERSED if place == cursor else style)
                    if nats is not None:
                        bars = bar(nats, look) * (after - flow.columns[place])
                        canvas.write(flow.columns[place], y + 1, bars, look.roles.axis)
                continue
            for made, group in groupby(places, text.is_made):
                run = list(group)
                words = "".join(flow.texts[place] for place in run).replace(LINE_END, " ")
                canvas.write(flow.columns[run[0]], y, words, look.roles.train if made else look.roles.axis)
            if cursor is not None and cursor in places:
                canvas.write(flow.columns[cursor], y, flow.texts[cursor], look.roles.value + REVERSED)


def tokens_of(values: "Values") -> list[int]:
    """As a request has them."""
    found: list[int] = np.asarray(values, np.int64).tolist()
    return found

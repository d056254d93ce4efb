"""Samples in the application's own look, or what a classifier looked at, with a scrubber from the first to now."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import ClassVar, Final, final

from textual import events
from textual.binding import Binding, BindingType

from seqtui.runs.events import Attribution, Sampled, Surprise, Tagged
from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.numbers import count
from seqtui.tui.live.logo_picture import base_style, draw_logo
from seqtui.tui.live.roll_picture import draw_roll_picture, read_roll
from seqtui.tui.live.seen import Glance
from seqtui.tui.live.text_picture import draw_surprise, draw_tagged, draw_weighed_words, is_of_words

Shown = Sampled | Glance

_BASES: Final = frozenset("ACGTUN")
_read_roll = lru_cache(maxsize=64)(read_roll)


@final
class SampleChart(Chart):
    """Takes the run's samples, and what it saw: one or the other is shown. Follows the newest until scrubbed."""

    HELP = (
        "What the model makes or sees, as it stood at a step. ← → scrub through training, End follows the newest.\n"
        "Music: a piano roll, high notes above, bars below. DNA: bases. Text as text. Good: order that grows.\n"
        "v: from samples to what surprises a model of text: bars are −log p of each symbol after those before it.\n"
        "A classifier: a validation record; bars up, or words with +, spoke for the class it said, down or - against.\n"
        "A tagger: words with their tags beneath; ≠ parts what it says from what is true.\n"
        "Equation: score = x · ∂log-odds/∂x, gradient times input (Shrikumar et al. 2017), one a symbol.\n"
        "Good: bars where the signal is known to be. Bad: bars everywhere, or on one letter whatever its place.\n"
        "Do: s: a sample now, with a temperature; under 1 surer, over 1 wilder."
    )
    EMPTY = "Samples, or what a classifier looked at, appear here with the first evaluation."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "scrub(-1)", "earlier", id="sample.earlier", tooltip="The sample before"),
        Binding("right,l", "scrub(1)", "later", id="sample.later", tooltip="The next sample"),
        Binding("pageup", "scrub(-10)", "10 earlier", id="sample.much_earlier", show=False),
        Binding("pagedown", "scrub(10)", "10 later", id="sample.much_later", show=False),
        Binding("home", "first", "first", id="sample.first", tooltip="The first sample of the run", show=False),
        Binding("end", "newest", "newest", id="sample.newest", tooltip="The newest, and follow"),
        Binding("v", "view", "view", id="sample.view", tooltip="Samples, or what surprises the model"),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._all: Sequence[Shown] = ()
        self._at: int | None = None
        self._samples: Sequence[Shown] = ()
        self._glances: Sequence[Shown] = ()
        self._sees = False
        self._redraw: Callable[[Sampled, int, int], str] | None = None

    def show(self, samples: Sequence[Sampled], glances: Sequence[Glance]) -> None:
        """Both oldest first."""
        self._samples, self._glances = samples, glances
        self._choose()

    def _choose(self) -> None:
        found: Sequence[Shown] = self._glances if self._sees or not self._samples else self._samples
        if len(found) != len(self._all) or (found and found[-1] != self._all[-1]):
            self._all = tuple(found)
            self.changed()

    def redraw_by(self, redraw: Callable[[Sampled, int, int], str]) -> None:
        """Draw samples by this at the width and height at hand; where it gives '', by the event's own drawing."""
        self._redraw = redraw
        self.changed()

    @property
    def place(self) -> int:
        """Which of them is shown."""
        if self._at is None:
            return len(self._all) - 1
        places = [place for place, one in enumerate(self._all) if one.step <= (self._at or 0)]
        return places[-1] if places else 0

    def has_nothing(self) -> bool:
        return not self._all

    def state_text(self) -> str:
        if not self._all:
            return ""
        shown = self._all[self.place]
        said = " · what surprises it" if self._sees else ""
        if isinstance(shown, Sampled):
            said = f" · T {shown.temperature:g} · seed {shown.seed}"
        return f"step {shown.step:,}{said} · {'newest' if self._at is None else 'held'}"

    def action_view(self) -> None:
        """From what the model makes to what it sees, and back, where there is both."""
        if self._samples and self._glances:
            self._sees = not self._sees
            self._at, self._all = None, ()
            self._choose()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """Only where there is both."""
        return (bool(self._samples and self._glances) or None) if action == "view" else True

    def action_scrub(self, by: int) -> None:
        self._go_to(self.place + by)

    def action_first(self) -> None:
        self._go_to(0)

    def action_newest(self) -> None:
        self._go_to(len(self._all) - 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._go_to(self.place - 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._go_to(self.place + 1)

    def on_click(self, event: events.Click) -> None:
        """A click on the scrubber goes there."""
        offset = event.get_content_offset(self)
        if offset and self._all and offset.y == self.size.height - 1:
            track = self._track(self.size.width)
            share = (offset.x - track.x) / max(track.width - 1, 1)
            self._go_to(round(min(max(share, 0.0), 1.0) * (len(self._all) - 1)))

    def draw(self, canvas: Canvas) -> None:
        shown = self._all[self.place]
        scrubber = int(canvas.height >= 5)
        box = Box(0, 0, canvas.width, canvas.height - scrubber)
        match shown:
            case Attribution():
                (draw_weighed_words if is_of_words(shown) else draw_logo)(canvas, box, shown)
            case Tagged():
                draw_tagged(canvas, box, shown)
            case Surprise():
                draw_surprise(canvas, box, shown)
            case Sampled():
                self._draw_sample(canvas, box, shown)
        if scrubber:
            self._draw_scrubber(canvas)

    def _draw_sample(self, canvas: Canvas, box: Box, shown: Sampled) -> None:
        drawing = (self._redraw(shown, box.width, box.height) if self._redraw else "") or shown.drawing
        if roll := _read_roll(drawing):
            draw_roll_picture(canvas, box, roll)
        else:
            _draw_text(canvas, box, drawing)

    def _go_to(self, place: int) -> None:
        if not self._all:
            return
        last = len(self._all) - 1
        place = min(max(place, 0), last)
        self._at = None if place == last else self._all[place].step
        self.changed()

    def _track(self, width: int) -> Box:
        first, last = (count(float(self._all[end].step)) for end in (0, -1))
        left = len(first) + 3
        return Box(left, 0, max(width - left - len(last) - 3, 1), 1)

    def _draw_scrubber(self, canvas: Canvas) -> None:
        """First step, track with a knob, newest step."""
        roles, y, track = canvas.look.roles, canvas.height - 1, self._track(canvas.width)
        place, last = self.place, len(self._all) - 1
        canvas.write(0, y, f"◂ {count(float(self._all[0].step))}", roles.axis)
        canvas.write(track.x, y, "─" * track.width, roles.axis)
        knob = track.x + (place * (track.width - 1) // last if last else track.width - 1)
        canvas.write(track.x, y, "━" * (knob - track.x), roles.train)
        canvas.write(knob, y, "●", roles.value)
        canvas.write(track.x + track.width + 1, y, f"{count(float(self._all[-1].step))} ▸", roles.axis)


def _draw_text(canvas: Canvas, box: Box, drawing: str) -> None:
    """Lines as they are; letters of bases in their colors where the text is a sequence of them."""
    lines = drawing.split("\n")[: box.height]
    letters = [symbol.upper() for line in lines for symbol in line if symbol.isalpha()]
    colored = letters and sum(symbol in _BASES for symbol in letters) > 0.9 * len(letters)
    for row, line in enumerate(lines):
        canvas.write(box.x, box.y + row, line, canvas.look.roles.label, width=box.width)
        for column, symbol in enumerate(line[: box.width] if colored and line.isascii() else ""):
            if symbol.upper() in _BASES:
                canvas.write(box.x + column, box.y + row, symbol, base_style(symbol, canvas.look))

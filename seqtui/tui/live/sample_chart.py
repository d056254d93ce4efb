"""Samples in the application's own look, or what a classifier looked at, with a scrubber from the first to now."""

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar, Final, Protocol, final

from textual import events
from textual.binding import Binding, BindingType

from seqtui.runs.events import Attribution, Heard, Sampled, Surprise, Tagged
from seqtui.runs.translation_events import Translated
from seqtui.runs.video_events import Watched
from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.film import Film, draw_film
from seqtui.tui.drawing.numbers import count
from seqtui.tui.live.attention_picture import draw_translated
from seqtui.tui.live.logo_picture import base_style, draw_logo, draw_verdict
from seqtui.tui.live.roll_picture import draw_roll_picture, read_roll
from seqtui.tui.live.seen import Glance
from seqtui.tui.live.speech_picture import draw_heard
from seqtui.tui.live.text_picture import draw_surprise, draw_tagged, draw_weighed_words, is_of_words

Shown = Sampled | Glance

FRAMES_A_SECOND: Final = 8

_BASES: Final = frozenset("ACGTUN")
_read_roll = lru_cache(maxsize=64)(read_roll)


class Drawer(Protocol):
    """What a run's samples are drawn by."""

    def draw(self, sampled: Sampled, width: int, height: int) -> str:
        """As text of at most `width` cells by `height` lines, or ''."""

    def film(self, shown: Sampled | Watched) -> Film | None:
        """The frames of a clip; None where it is none."""


@final
class SampleChart(Chart):
    """Takes the run's samples, and what it saw: one or the other is shown. Follows the newest until scrubbed."""

    HELP = (
        "What the model makes or sees, as it stood at a step. ← → scrub through training, End follows the newest.\n"
        "Music: a piano roll, high notes above, bars below. DNA: bases. Text as text. Good: order that grows.\n"
        "v: from samples to what surprises a model of text: bars are −log p of each symbol after those before it.\n"
        "A classifier: a validation record; bars up, or words with +, spoke for the class it said, down or - against.\n"
        "A tagger: words with their tags beneath; ≠ parts what it says from what is true.\n"
        "A translator: source, output (✓ right, [so] where it is not the reference ≠), and its attention in percent.\n"
        "Speech: letters and bars where symbols are heard, over the spectrogram; of words, what spoke for or against.\n"
        "Video: clips play, f holds them, comma and ; go frame by frame; bars below: frames that spoke for the class.\n"
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
        Binding("f", "hold", "hold", id="sample.hold", tooltip="Let the clip play, or hold it"),
        Binding("comma", "frame(-1)", "frame back", id="sample.frame_back", show=False),
        Binding("semicolon", "frame(1)", "frame on", id="sample.frame_on", show=False),
        Binding("v", "view", "view", id="sample.view", tooltip="Samples, or what surprises the model"),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._all: Sequence[Shown] = ()
        self._at: int | None = None
        self._samples: Sequence[Shown] = ()
        self._glances: Sequence[Shown] = ()
        self._sees = False
        self._drawer: Drawer | None = None
        self._frame, self._holds = 0, False

    def on_mount(self) -> None:
        """Clips play while they are seen."""
        self.set_interval(1 / FRAMES_A_SECOND, self._play)

    def show(self, samples: Sequence[Sampled], glances: Sequence[Glance]) -> None:
        """Both oldest first."""
        self._samples, self._glances = samples, glances
        self._choose()

    def _choose(self) -> None:
        found: Sequence[Shown] = self._glances if self._sees or not self._samples else self._samples
        if len(found) != len(self._all) or (found and found[-1] != self._all[-1]):
            self._all = tuple(found)
            self.changed()

    def redraw_by(self, drawer: Drawer) -> None:
        """Draw samples by this at the width and height at hand; where it gives '', by the event's own drawing."""
        self._drawer = drawer
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
        if self.film is not None and self._holds:
            said = " · held"
        elif isinstance(shown, Sampled):
            said = f" · T {shown.temperature:g} · seed {shown.seed}"
        return f"step {shown.step:,}{said} · {'newest' if self._at is None else 'held'}"

    @property
    def film(self) -> Film | None:
        """What is shown, where it is a clip."""
        shown = self._all[self.place] if self._all else None
        return self._drawer.film(shown) if self._drawer and isinstance(shown, Sampled | Watched) else None

    def _play(self) -> None:
        if not self._holds and self.is_on_screen and (film := self.film) is not None:
            self._frame = (self._frame + 1) % len(film)
            self.changed()

    def action_hold(self) -> None:
        """Let it play, or hold it."""
        self._holds = not self._holds
        self.changed()

    def action_frame(self, by: int) -> None:
        """Hold it, a frame on or back."""
        if (film := self.film) is not None:
            self._holds, self._frame = True, (self._frame + by) % len(film)
            self.changed()

    def action_view(self) -> None:
        """From what the model makes to what it sees, and back, where there is both."""
        if self._samples and self._glances:
            self._sees = not self._sees
            self._at, self._all = None, ()
            self._choose()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """Only where there is both; where a clip is shown."""
        if action in ("hold", "frame"):
            return True if self.film is not None else None
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
            case Translated():
                draw_translated(canvas, box, shown)
            case Watched():
                draw_verdict(canvas, box, shown)
                self._draw_film(canvas, Box(box.x, box.y + 1, box.width, box.height - 1))
            case Heard():
                draw_heard(canvas, box, shown)
            case Surprise():
                draw_surprise(canvas, box, shown)
            case Sampled():
                self._draw_sample(canvas, box, shown)
        if scrubber:
            self._draw_scrubber(canvas)

    def _draw_film(self, canvas: Canvas, box: Box) -> bool:
        """Whether there is one."""
        film = self.film
        if film is not None:
            draw_film(canvas, box, film, self._frame % len(film))
        return film is not None

    def _draw_sample(self, canvas: Canvas, box: Box, shown: Sampled) -> None:
        if self._draw_film(canvas, box):
            return
        drawing = (self._drawer.draw(shown, box.width, box.height) if self._drawer else "") or shown.drawing
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

"""A slider: a name, a track, and a number that one can type. One line."""

from dataclasses import dataclass
from typing import ClassVar, Final, final

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from seqtui.tui.glyphs import Glyphs

NAME: Final = 12
NUMBER: Final = 8
_TYPED: Final = "0123456789.-"


@dataclass(frozen=True, slots=True)
class Knob:
    """low … high: of the track; most: what may be typed; whole: no fractions. words: what a value is called instead.

    track: False where every number is like another (a seed).
    """

    name: str
    low: float
    high: float
    step: float
    start: float
    most: float
    whole: bool = False
    track: bool = True
    words: tuple[tuple[float, str], ...] = ()
    tooltip: str = ""

    def clamp(self, value: float) -> float:
        """The nearest value that may be."""
        value = min(max(value, self.low), self.most)
        return float(round(value)) if self.whole else round(value, 3)

    def shown(self, value: float) -> str:
        """The value in words or digits."""
        return dict(self.words).get(value) or (f"{value:.0f}" if self.whole else f"{value:.2f}")


@final
class Slider(Widget, can_focus=True):
    """Arrows move it, digits type a number; the mouse drags it."""

    DEFAULT_CSS = """
    Slider { height: 1; }
    Slider:focus { background: $panel; }
    """
    HELP = """
Left and right move a slider, PgUp and PgDn by more, digits and Enter set it to
a number. Delete: as it was at first. The sample follows at once.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "less", id="slider.less", show=False),
        Binding("right,l", "move(1)", "more", id="slider.more", show=False),
        Binding("pagedown", "move(-5)", "much less", id="slider.much_less", show=False),
        Binding("pageup", "move(5)", "much more", id="slider.much_more", show=False),
        Binding("delete", "reset", "as at first", id="slider.reset", show=False),
        Binding("up,k", "app.focus_previous", "up", id="slider.up", show=False),
        Binding("down,j", "app.focus_next", "down", id="slider.down", show=False),
    ]

    class Moved(Message):
        """It has another value."""

        def __init__(self, slider: "Slider") -> None:
            super().__init__()
            self.slider = slider

    def __init__(self, knob: Knob, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self.knob = knob
        self.value = knob.start
        self.tooltip = knob.tooltip
        self._glyphs = glyphs
        self._typed = ""
        self._dragged = False

    def set(self, value: float) -> None:
        """Show a value, without telling anybody."""
        value = self.knob.clamp(value)
        if self._typed or value != self.value:
            self._typed, self.value = "", value
            self.refresh()

    def render(self) -> Content:
        """Name, track, number."""
        focused = self.has_focus
        text = f"{self._typed}_" if self._typed else self.knob.shown(self.value)
        number = Content.styled(text[-NUMBER:].rjust(NUMBER), "bold" if focused or not self._typed else "")
        name = Content.styled(f"{self.knob.name:<{NAME}}", "$accent" if focused else "$foreground 80%")
        return Content.assemble(name, *self._track(focused=focused), number)

    def action_move(self, by: int) -> None:
        """By so many steps."""
        self._take(self.value + by * self.knob.step)

    def action_reset(self) -> None:
        """As at first."""
        self._take(self.knob.start)

    def on_key(self, event: events.Key) -> None:
        """Digits are typed; Enter and leaving take them, Esc drops them."""
        if event.character and event.character in _TYPED:
            self._typed = (self._typed + event.character)[:NUMBER]
        elif self._typed and event.key == "backspace":
            self._typed = self._typed[:-1]
        elif self._typed and event.key == "enter":
            self._take_typed()
        elif self._typed and event.key == "escape":
            self._typed = ""
        elif self._typed and event.is_printable:
            self.app.bell()  # a slip of the finger is no command
        else:
            return
        event.stop()
        event.prevent_default()
        self.refresh()

    def on_blur(self) -> None:
        """What was typed counts."""
        self._take_typed()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the track."""
        self._dragged = self.knob.track
        if self._dragged:
            self.capture_mouse()
            self._drag(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Along the track."""
        if self._dragged:
            self._drag(event.x)

    def on_mouse_up(self) -> None:
        """Let go."""
        self._dragged = False
        self.release_mouse()

    def _drag(self, column: int) -> None:
        room = self._room
        if room > 1:
            share = min(max((column - NAME) / (room - 1), 0), 1)
            steps = round(share * (self.knob.high - self.knob.low) / self.knob.step)
            self._take(min(self.knob.low + steps * self.knob.step, self.knob.high))

    @property
    def _room(self) -> int:
        return max(self.content_size.width - NAME - NUMBER, 0)

    def _track(self, *, focused: bool) -> tuple[Content, ...]:
        room, knob = self._room, self.knob
        if not knob.track or room < 3:
            return (Content(" " * room),)
        share = min(max((self.value - knob.low) / (knob.high - knob.low), 0), 1)
        at = round(share * (room - 1))
        line, ball = ("-", "O") if self._glyphs.to_ascii else ("─", "●")
        style = "$accent" if focused else "$train"
        full = ("=" if self._glyphs.to_ascii else "━") * at
        return (
            Content.styled(full, style), Content.styled(ball, f"bold {style}"),
            Content.styled(line * (room - 1 - at), "$border-blurred"),
        )  # fmt: skip

    def _take_typed(self) -> None:
        typed, self._typed = self._typed, ""
        if typed:
            try:
                self._take(float(typed))
            except ValueError:
                self.app.bell()
            self.refresh()

    def _take(self, value: float) -> None:
        value = self.knob.clamp(value)
        if value != self.value:
            self.value = value
            self.post_message(self.Moved(self))
        self.refresh()

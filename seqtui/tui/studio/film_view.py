"""A clip that plays: a take of a model that goes on with pictures, or a clip that a model was asked about."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, final

import numpy as np
from textual.binding import Binding, BindingType

from seqtui.task import Values
from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.film import Film, draw_film
from seqtui.tui.studio.takes import Take

FASTEST: Final = 12.0  # frames a second on the screen; a faster clip is shown slower


def shape_in(encoding: Mapping[str, Any]) -> tuple[int, int, int] | None:
    """Height, width and channels of the pictures that a model reads or makes; None where it does neither."""
    shape = encoding.get("shape")
    if not isinstance(shape, dict):
        return None
    sides = tuple(shape.get(name) for name in ("height", "width", "channels"))
    height, width, channels = (side if isinstance(side, int) and 0 < side <= 4096 else 0 for side in sides)
    return (height, width, channels) if height and width and channels in (1, 3) else None


def film_from(
    values: Values, encoding: Mapping[str, Any], *, given: int = 0, scores: Sequence[float] = ()
) -> Film | None:
    """values (frames, pixels[ + class]) as a film; None where they are no pictures of the model's shape."""
    shape = shape_in(encoding)
    if shape is None or values.ndim != 2 or not len(values) or values.shape[1] < int(np.prod(shape)):
        return None
    frames = values[:, : int(np.prod(shape))].astype(np.uint8).reshape(-1, *shape)
    rate = encoding.get("rate")
    speed = float(rate) if isinstance(rate, int | float) and 0 < rate <= 1000 else FASTEST
    return Film(frames, speed, given, tuple(scores))


@final
class FilmView(Chart):
    """Plays by itself; held, it goes frame by frame. As a view of takes, the mark is the frame that is held."""

    HELP = (
        "A clip as the model reads or makes it, two pixels a cell; where it is larger than the room, at fewer pixels.\n"
        "given: frames that it went on from; made: by the model. f holds it, left and right go frame by frame.\n"
        "Bars: frames that spoke for the class (gradient times input), or against it; the mark is under the one shown."
    )
    EMPTY = "A clip plays here as soon as one is read: o opens a film, a folder, arrays, or made ones."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "hold", "hold", id="film.hold", tooltip="Let it play, or hold it"),
        Binding("left,h", "frame(-1)", "frame back", id="film.back", tooltip="Hold it, a frame back"),
        Binding("right,l", "frame(1)", "frame on", id="film.on", tooltip="Hold it, a frame on"),
    ]

    def __init__(self, encoding: Mapping[str, Any]) -> None:
        super().__init__(id="take", classes="panel")
        self._encoding = encoding
        self._film: Film | None = None
        self._at, self._holds = 0, False
        self._seen: tuple[int, int] = (0, 0)

    def on_mount(self) -> None:
        """Play."""
        rate = self._encoding.get("rate")
        speed = min(float(rate), FASTEST) if isinstance(rate, int | float) and rate > 0 else FASTEST
        self.set_interval(1 / speed, self._play)

    @property
    def mark(self) -> int | None:
        """The frame that is held, counted from 1."""
        return self._at + 1 if self._holds and self._film is not None else None

    def show_film(self, film: Film | None, *, afresh: bool = True) -> None:
        """Play this one, from its beginning if it is another."""
        self._film = film
        self._at = 0 if afresh else min(self._at, max(len(film) - 1, 0) if film else 0)
        self.changed()

    def show(self, take: Take | None, beside: Take | None, *, empty: str = "") -> None:  # noqa: ARG002  one at a time
        """A take, as far as it is made."""
        if take is None:
            self.show_film(None)
            return
        now = (take.request, len(take.values))
        if now != self._seen:
            film = film_from(take.values, self._encoding, given=take.opening_steps)
            if film is not None or take.done:
                self.show_film(film, afresh=now[0] != self._seen[0])
                self._seen = now

    def units(self, take: Take) -> int:
        """Frames."""
        return len(take.values)

    def kept(self, take: Take) -> tuple[int, int | None]:
        """Frames before the mark, or half of them."""
        frames = (self.mark or len(take.values) // 2 + 1) - 1
        return frames, frames

    def has_nothing(self) -> bool:
        return self._film is None

    def state_text(self) -> str:
        return "held" if self._holds else "plays"

    def draw(self, canvas: Canvas) -> None:
        assert self._film is not None, "asked only where there is one"
        draw_film(canvas, Box(0, 0, canvas.width, canvas.height), self._film, self._at)

    def _play(self) -> None:
        if self._film is not None and not self._holds and len(self._film) > 1:
            self._at = (self._at + 1) % len(self._film)
            self.changed()

    def action_hold(self) -> None:
        """Hold it, or let it play."""
        self._holds = not self._holds
        self.changed()

    def action_frame(self, by: int) -> None:
        """Hold it, a frame on or back."""
        if self._film is not None:
            self._holds, self._at = True, (self._at + by) % len(self._film)
            self.changed()

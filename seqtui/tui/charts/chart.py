"""What every chart is: a widget that draws into a canvas, and paints again only if data, view, size or look changed."""

from typing import ClassVar

from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from seqtui.tui.drawing.canvas import Canvas
from seqtui.tui.drawing.look import LOOKS, Look


class Chart(Widget, can_focus=True):
    """Abstract. A chart sets HELP and EMPTY and draws; its `show` takes plain data and calls `changed`.

    HELP: what am I seeing, what is good, what is bad, what to do, with the equation; at most six lines.
    EMPTY: what will appear here, and when. absent: said instead where nothing ever will.
    """

    DEFAULT_CSS = "Chart { width: 1fr; height: 1fr; }"
    HELP: ClassVar[str]
    EMPTY: ClassVar[str]

    look: reactive[Look] = reactive(LOOKS["dark"], init=False)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.absent = ""
        self._strips: list[Strip] = []
        self._painted: tuple[int, int, str, Style] | None = None

    def draw(self, canvas: Canvas) -> None:
        """The chart over the whole canvas; called only if there is something to show."""
        raise NotImplementedError

    def has_nothing(self) -> bool:
        """Whether there is nothing to show yet."""
        raise NotImplementedError

    def say_absent(self, why: str) -> None:
        """Why nothing will appear here, or ''."""
        if why != self.absent:
            self.absent = why
            self.changed()

    def state_text(self) -> str:
        """The state of the view in a few words, for the border; constants only, never data."""
        return ""

    def changed(self) -> None:
        """Data or view are new: draw at the next frame."""
        self._painted = None
        text = self.state_text()
        self.border_subtitle = text.replace("·", "-") if self.look.ascii else text
        self.refresh()

    def watch_look(self) -> None:
        """Another theme or terminal."""
        self.changed()

    def render_line(self, y: int) -> Strip:
        """One line of the picture, drawn whole when the first is asked for."""
        background = self.visual_style.rich_style
        now = (self.size.width, self.size.height, self.look.name, background)
        if self._painted != now:
            self._strips = self._canvas().strips(background)
            self._painted = now
        return self._strips[y] if 0 <= y < len(self._strips) else Strip.blank(self.size.width, background)

    def _canvas(self) -> Canvas:
        canvas = Canvas(self.size.width, self.size.height, self.look)
        if self.has_nothing():
            _draw_words(canvas, self.absent or self.EMPTY)
        else:
            self.draw(canvas)
        return canvas


def _draw_words(canvas: Canvas, text: str) -> None:
    """A sentence in the middle, broken at spaces."""
    room = max(canvas.width - 4, 1)
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    top = max((canvas.height - len(lines)) // 2, 0)
    for row, line in enumerate(lines):
        canvas.write(max((canvas.width - len(line)) // 2, 0), top + row, line, canvas.look.roles.axis)

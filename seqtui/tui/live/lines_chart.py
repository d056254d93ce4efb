"""Two panels of lines: the run's facts, and the log of events with what the child printed."""

from collections.abc import Sequence
from typing import ClassVar, Final, final

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType

from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.bars import bar_text
from seqtui.tui.drawing.canvas import Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.look import Roles
from seqtui.tui.live.run_facts import Row
from seqtui.tui.live.seen import Line

_NAME: Final = 9


class Scrolled(Chart):
    """Abstract. Lines that may be more than there is room for; offset_lines of them are beyond the near edge.

    NEARER: the way that `down` goes: -1 where the newest line is the last.
    """

    NEARER: ClassVar[int] = -1

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll(1)", "up", id="lines.up", show=False),
        Binding("down", "scroll(-1)", "down", id="lines.down", show=False),
        Binding("pageup", "scroll(10)", "page up", id="lines.page_up", show=False),
        Binding("pagedown", "scroll(-10)", "page down", id="lines.page_down", show=False),
        Binding("home", "scroll(1000000)", "begin", id="lines.first", show=False),
        Binding("end", "scroll(-1000000)", "end", id="lines.last", show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.offset_lines = 0

    def length(self) -> int:
        """How many lines there are at this width."""
        raise NotImplementedError

    def action_scroll(self, by: int) -> None:
        most = max(self.length() - self.size.height, 0)
        self.offset_lines = min(max(self.offset_lines - self.NEARER * by, 0), most)
        self.changed()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_scroll(2)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_scroll(-2)


@final
class RunChart(Scrolled):
    """Takes rows of names and values."""

    HELP = (
        "The machine's side: pace, time left at the present pace, memory, what the panels themselves cost, where the\n"
        "last checkpoint stands. After the end, i shows the summary with the commands that go on from here.\n"
        "Good: panels cost under 2 %. Bad: memory that grows, a checkpoint that could not be written.\n"
        "Do: --telemetry light if the panels cost too much; a smaller batch if memory is short."
    )
    NEARER = 1
    EMPTY = "Pace, time left and memory appear here with the first step of training."

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: Sequence[Row] = ()
        self._share = 0.0

    def show(self, rows: Sequence[Row], *, share: float) -> None:
        """share: how much of the run is done."""
        if (rows, share) != (self._rows, self._share):
            self._rows, self._share = rows, share
            self.changed()

    def has_nothing(self) -> bool:
        return not self._rows

    def state_text(self) -> str:
        return f"{self._share:.0%} done" if self._share else ""

    def length(self) -> int:
        return len(self._rows)

    def draw(self, canvas: Canvas) -> None:
        roles = canvas.look.roles
        bar = int(bool(self._share) and canvas.height > len(self._rows))
        if bar:
            track = "." if canvas.look.ascii else "·"
            canvas.write(0, 0, track * canvas.width, roles.axis)
            canvas.write(0, 0, bar_text(self._share, canvas.width, ascii_only=canvas.look.ascii).rstrip(), roles.train)
        first = min(self.offset_lines, max(len(self._rows) - canvas.height + bar, 0))
        for y, (name, value) in enumerate(self._rows[first : first + canvas.height - bar], start=bar):
            canvas.write(0, y, name, roles.warning if name.startswith("NOT") else roles.axis)
            style = roles.value if name in ("ended", "pace", "left", "step") else roles.label
            canvas.write(_NAME, y, fit(value, canvas.width - _NAME), style)


@final
class LogChart(Scrolled):
    """Takes the lines of what happened, and the tail of what the child printed."""

    HELP = (
        "What happened, the newest below: evaluations, checkpoints, your edits (│), warnings (!), faults (×).\n"
        "Below the rule: the end of what the training process and its libraries printed (stderr.log).\n"
        "Good: nothing below the rule. Bad: a traceback there, or lines with × above.\n"
        "Do: ↑ ↓ PgUp PgDn scroll; Enter makes it large."
    )
    EMPTY = "What happens appears here: the data, the model, every evaluation, every edit, every warning."

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Line] = ()
        self._printed: Sequence[str] = ()

    def show(self, lines: Sequence[Line], printed: Sequence[str]) -> None:
        """Draw these from now on."""
        if (lines, printed) == (self._lines, self._printed):
            return
        if self.offset_lines:
            self.offset_lines += max(len(lines) - len(self._lines), 0)
        self._lines, self._printed = lines, printed
        self.changed()

    def has_nothing(self) -> bool:
        return not self._lines and not self._printed

    def state_text(self) -> str:
        return "held" if self.offset_lines else ""

    def length(self) -> int:
        return len(self._lines)

    def draw(self, canvas: Canvas) -> None:
        roles = canvas.look.roles
        below = min(len(self._printed), max(canvas.height // 3, 1)) if self._printed else 0
        height = canvas.height - below - int(below > 0)
        first = max(len(self._lines) - height - self.offset_lines, 0)
        for y, (meaning, text) in enumerate(self._lines[first : first + height]):
            mark, style = _look_of(meaning, roles)
            canvas.write(0, y, mark, style)
            canvas.write(2, y, text, style, width=canvas.width - 2)
        if below:
            title = " printed by the training process "
            canvas.write(0, height, f"──{title}".ljust(canvas.width, "─"), roles.axis, width=canvas.width)
            for y, text in enumerate(self._printed[-below:], start=height + 1):
                canvas.write(0, y, text, roles.axis, width=canvas.width)


def _look_of(meaning: str, roles: Roles) -> tuple[str, Style]:
    return {
        "warning": ("!", roles.warning), "bad": ("×", roles.warning), "edit": ("│", roles.edit),
        "good": ("✓", roles.best),
    }.get(meaning, (" ", roles.label))  # fmt: skip

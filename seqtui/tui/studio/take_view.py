"""A take, large, in the look that its application has for it; or two, one above the other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, final

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from seqtui.text_safety import AS_ASCII, clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.studio.drawn import colored, tall, unit_at
from seqtui.tui.studio.painted import Painted
from seqtui.tui.studio.takes import Take, steps_of, units_in

if TYPE_CHECKING:
    from seqtui.task import Task


@final
class TakeView(Widget, can_focus=True):
    """Draws takes with the task's `show`. The cursor stands on a unit, from which one may sample again."""

    DEFAULT_CSS = "TakeView { height: 1fr; }"
    HELP = """
The take as it grows: what it went on from is dim, what the model made is
bright. Left and right (or a click) move the mark to a bar or a base; r keeps
all before the mark and has the rest made again.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "mark left", id="take.left", show=False),
        Binding("right,l", "move(1)", "mark right", id="take.right", show=False),
        Binding("shift+left,pageup", "move(-10)", "mark far left", id="take.far_left", show=False),
        Binding("shift+right,pagedown", "move(10)", "mark far right", id="take.far_right", show=False),
    ]

    class Marked(Message):
        """The mark stands on another unit."""

    def __init__(self, task: "Task", encoding: Mapping[str, Any], glyphs: Glyphs) -> None:
        super().__init__(id="take", classes="panel")
        self.border_title = "Take"
        self._application = task
        self._encoding = encoding
        self._glyphs = glyphs
        self._take: Take | None = None
        self._beside: Take | None = None
        self._units: dict[tuple[int, int], int] = {}
        self.mark: int | None = None
        self._shown: tuple[object, ...] = ()
        self._empty = "The first take will be drawn here as soon as the model is open."

    def show(self, take: Take | None, beside: Take | None, *, empty: str = "") -> None:
        """Draw a take, and above it another one to compare it with."""
        # One that is only beginning does not wipe out what stands here: there is no flicker under a slider.
        if take is None or take.done or len(take.values) > take.opening_steps or self._take is None:
            self._take = take
        self._beside = beside if beside is not take else None
        self._empty = empty or self._empty
        if take and take.done and self.mark is not None:
            self.mark = min(self.mark, self.units(take))
        drawn, other = self._take, self._beside
        now = (
            drawn and (drawn.request, len(drawn.values), drawn.done), other and (other.request, len(other.values)),
            self.mark, self._empty,
        )  # fmt: skip
        if now != self._shown:
            self._shown = now
            self.refresh()

    def units(self, take: Take) -> int:
        """Whole units of a take so far."""
        return self._units_of(take, len(take.values))

    def kept(self, take: Take) -> tuple[int, int | None]:
        """What stands before the mark: units, and steps, None where there are none."""
        units = (self.mark or self.units(take) // 2 + 1) - 1
        return units, steps_of(self._application, self._encoding, take.values, units)

    def _units_of(self, take: Take, steps: int) -> int:
        """Whole units of the first steps of a take."""
        key = (take.request, steps)
        if key not in self._units:
            self._units[key] = units_in(self._application, self._encoding, take.values[:steps])
        return self._units[key]

    def render(self) -> Content | Painted:
        """The drawing, or what will be here."""
        width, height = self.content_size
        if self._take is None or not len(self._take.values):
            return Content.styled(self._empty, "$quiet")
        if self._beside is None:
            return Painted(self._drawn(self._take, width, height, marked=True))
        upper = (height - 2) // 2
        parts = [self._titled(self._beside), self._drawn(self._beside, width, upper, marked=False)]
        blank = "\n" * max(upper - parts[1].plain.count("\n") - 1, 0)
        lower = [self._titled(self._take), self._drawn(self._take, width, height - 2 - upper, marked=True)]
        return Painted(Content("\n").join([parts[0], parts[1] + blank, *lower]))

    def on_click(self, event: events.Click) -> None:
        """The mark comes to where one clicks."""
        offset = event.get_content_offset(self)
        if offset and self._take and self._take.done and self._beside is None:
            found = unit_at(self._text(self._take, *self.content_size), offset.x, offset.y)
            if found:
                self._put(found)

    def action_move(self, by: int) -> None:
        """Move the mark; at first it stands in the middle."""
        if self._take and self._take.done:
            units = self.units(self._take)
            self._put(min(max((self.mark or units // 2 + 1) + (by if self.mark else 0), 1), max(units, 1)))

    def _put(self, unit: int) -> None:
        self.mark = unit
        self.refresh()
        self.post_message(self.Marked())

    def _titled(self, take: Take) -> Content:
        recipe = take.recipe
        return Content.styled(f"take {take.number}  seed {recipe.seed}  temperature {recipe.temperature:g}", "bold")

    def _drawn(self, take: Take, width: int, height: int, *, marked: bool) -> Content:
        text = self._text(take, width, height)
        opening = self._units_of(take, take.opening_steps)
        drawn = colored(text, kept=opening, cursor=self.mark if marked and take.done else None)
        return Content(drawn.plain.translate(AS_ASCII), list(drawn.spans)) if self._glyphs.to_ascii else drawn

    def _text(self, take: Take, width: int, height: int) -> str:
        drawing = self._application.show(take.values, self._encoding, width=max(width, 1), height=max(height, 1))
        return tall("\n".join(clean(line) for line in drawing.split("\n")), height)

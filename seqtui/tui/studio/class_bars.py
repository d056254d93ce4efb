"""The classes with their chances as bars; the one that is explained is marked."""

from collections.abc import Sequence
from typing import final

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from seqtui.text_safety import clean
from seqtui.tui.drawing.bars import bar_text
from seqtui.tui.drawing.cells import fit
from seqtui.tui.glyphs import Glyphs

STYLES = ("$train", "$validation", "$success", "$threshold", "$edit", "$warning")


@final
class ClassBars(Widget):
    """One line a class. No focus: keys of the desk choose the class that is explained."""

    DEFAULT_CSS = "ClassBars { height: auto; }"
    HELP = """
The chance of each class, as the model has it. The class with the mark is the one
that is explained below; x explains another one.
"""

    def __init__(self, classes: Sequence[str], glyphs: Glyphs, thing: str) -> None:
        super().__init__(id="classes", classes="panel")
        self.border_title = "Class"
        self._names = [clean(name, limit=40) for name in classes]
        self._glyphs = glyphs
        self._thing = thing
        self._chances: Sequence[float] = ()
        self._explained = 0
        self._truth: int | None = None

    def show(self, chances: Sequence[float], explained: int, truth: int | None) -> None:
        """Draw these."""
        self._chances, self._explained, self._truth = chances, explained, truth
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  Textual's
        """A line a class."""
        return max(len(self._names), 2)

    def render(self) -> Content:
        """Name, bar, number."""
        if not self._chances:
            words = f"The classes with their chances stand here as soon as there is a {self._thing}."
            return Content.styled(words, "$quiet")
        width = self.content_size.width
        room = min(max(map(cell_len, self._names), default=0), max(width // 3, 8))
        lines = []
        likeliest = max(range(len(self._chances)), key=lambda each: self._chances[each])
        for place in self._order():
            chance, name = self._chances[place], fit(self._names[place], room)
            name = (name.replace("…", "~") if self._glyphs.to_ascii else name) + " " * (room - cell_len(name))
            mark = self._glyphs.pointer if place == self._explained else " "
            bar = bar_text(chance, max(width - room - 11, 3), ascii_only=self._glyphs.to_ascii)
            style = STYLES[place % len(STYLES)]
            truth = self._glyphs.done if place == self._truth else " "
            lines.append(
                Content.assemble(
                    Content.styled(f"{mark} ", "bold $accent"),
                    Content.styled(f"{name} ", "bold" if place == likeliest else "$foreground 75%"),
                    Content.styled(bar, style),
                    Content.styled(f" {chance:.4f}", "bold" if place == likeliest else ""),
                    Content.styled(truth, "$success"),
                )
            )
        return Content("\n").join(lines)

    def _order(self) -> list[int]:
        """As they are; the likeliest first where they do not all fit."""
        places = list(range(len(self._chances)))
        height = max(self.content_size.height, 1)
        if len(places) > height > 1:
            places.sort(key=lambda place: (place != self._explained, -self._chances[place]))
        return places[: max(height, 2)]

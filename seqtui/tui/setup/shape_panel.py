"""The network unrolled in time: how it is trained and, where that is another thing, how it is sampled."""

from dataclasses import dataclass
from typing import Final, final

from textual.content import Content
from textual.widgets import Static

from seqtui.shapes import IOShape
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.setup.unrolled import WIDTH, unrolled_network

_SAYS: Final = {
    IOShape.ONE_TO_ONE: "one answer to one input",
    IOShape.ONE_TO_MANY: "many outputs from one start",
    IOShape.MANY_TO_ONE: "one answer to a whole sequence",
    IOShape.MANY_TO_MANY_ALIGNED: "an answer at every step",
    IOShape.MANY_TO_MANY_UNALIGNED: "reads it all, then writes",
}
_COLUMN: Final = 31


@dataclass(frozen=True, slots=True)
class ShapeState:
    """What there is to draw. sampled: None where the model labels; transcribes: it writes while it reads."""

    trained: IOShape
    sampled: IOShape | None
    layers: int
    bidirectional: bool
    memory: bool
    transcribes: bool = False


@final
class ShapePanel(Static, can_focus=True):
    """A drawing."""

    HELP = """
The network unrolled: time runs to the right, x goes in, y comes out, a box is
the cell at one step, the arrows between boxes are its memory. Sampled, each
output is the next input. Two-headed arrows: read in both directions; what
writes goes one way. A transcript: each step writes a symbol, or none.
"""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="shape", classes="panel")
        self.border_title = "Shape"
        self._glyphs = glyphs

    def show(self, state: ShapeState) -> None:
        """Draw it."""
        drawings = [("trained", state.trained), *([("sampled", state.sampled)] if state.sampled else [])]
        columns = [self._column(title, shape, state) for title, shape in drawings]
        lines = [Content.assemble(*parts).rstrip() for parts in zip(*columns, strict=True)]
        self.border_subtitle = f"{state.layers} layers" if state.layers > 1 else ""
        self.update(Content("\n").join(lines), layout=False)

    def _column(self, title: str, shape: IOShape, state: ShapeState) -> list[Content]:
        drawn = unrolled_network(
            shape, layers=state.layers, bidirectional=state.bidirectional, memory=state.memory,
            transcribes=state.transcribes,
        )  # fmt: skip
        rows = [self._ascii(line) if self._glyphs.to_ascii else line for line in drawn]
        middle = [Content.styled(f"{line:<{_COLUMN}}", "$accent") for line in rows]
        heading = Content.assemble((f"{title} ", "$quiet"), (f"{shape.value:<{_COLUMN - len(title) - 1}}", "bold"))
        says = "at each step a symbol, or none" if state.transcribes else _SAYS[shape]
        return [heading, *middle, Content.styled(f"{says:<{_COLUMN}}", "$quiet")]

    def _ascii(self, line: str) -> str:
        # A cell in time has five columns, and its arrow may have three in ASCII.
        cells = [line[start : start + WIDTH].rstrip() for start in range(0, len(line), WIDTH)]
        return "".join(f"{self._glyphs.text(cell.replace('⇄', '↔')).replace('↔', '<>'):<{WIDTH}}" for cell in cells)

"""The picker of the backbone: its cell drawn, its equations, its size, its pace."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Final, final

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from seqtui.config import RunConfig
from seqtui.runs.report import duration
from seqtui.sizes import Sizes, backbone_size
from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.setup.cells import CELLS, plain_math
from seqtui.tui.setup.estimate import Estimate

EQUATION_LINES: Final = 6
_COLORED: Final = re.compile("(Γ[a-z])|(c̃)|([×+])|(tanh|relu)")
_STYLES: Final = ("bold $accent", "bold $train", "bold", "$validation")


@dataclass(frozen=True, slots=True)
class BackboneState:
    """What stands in the form. sizes: None until the data were read; one_way: why both directions cannot be, or ''."""

    config: RunConfig
    sizes: Sizes | None
    pace: Estimate | None
    one_way: str


@final
class BackbonePanel(Static, can_focus=True):
    """Shows a state; tells what a person picks."""

    HELP = """
The part of the model that remembers. A gate is a number between 0 and 1 for
each unit: an update gate decides how much is written, a forget gate how much
is kept, a reset gate how much of the past is looked at, an output gate how
much is shown. Two directions read each sequence from both ends; more layers
read what the layer below wrote. dense remembers nothing: what it reaches
needs no memory.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "cell(-1)", "cell", id="backbone.before", show=False, tooltip="The cell before"),
        Binding("right,l", "cell(1)", "cell", id="backbone.next", tooltip="RNN, GRU, LSTM or dense"),
        Binding("up,k", "step('layers', 1)", "layers", id="backbone.deeper", tooltip="One layer more"),
        Binding("down,j", "step('layers', -1)", "layers less", id="backbone.shallower", show=False),
        Binding("b,space", "turn", "directions", id="backbone.directions", tooltip="One direction or both"),
        Binding("plus,equals_sign", "step('hidden_size', 1)", "more units", id="backbone.wider", show=False),
        Binding("minus", "step('hidden_size', -1)", "less units", id="backbone.narrower", show=False),
        Binding("e", "notation", "notation", id="backbone.notation", tooltip="Gates by name, or torch's letters"),
    ]

    class Stepped(Message):
        """A field is to take its next value, up or down."""

        def __init__(self, name: str, way: int) -> None:
            super().__init__()
            self.name = name
            self.way = way

    class Picked(Message):
        """A field is to have a value."""

        def __init__(self, name: str, value: Any) -> None:
            super().__init__()
            self.name = name
            self.value = value

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="backbone", classes="panel")
        self.border_title = "Backbone"
        self._glyphs = glyphs
        self._state: BackboneState | None = None
        self._library = False
        self._spots: list[tuple[int, int, str]] = []

    def show(self, state: BackboneState) -> None:
        """The backbone as it stands in the form."""
        if state != self._state:
            self._state = state
            pace = state.pace
            how = f"pace {'measured in' if pace.measured else 'judged by'} {clean(pace.run, limit=40)}" if pace else ""
            self.border_subtitle = Content(how)
            self._paint()

    def action_cell(self, way: int) -> None:
        """The next cell."""
        if self._state:
            names = list(CELLS)
            place = (names.index(self._state.config.backbone) + way) % len(names)
            self.post_message(self.Picked("backbone", names[place]))

    def action_step(self, name: str, way: int) -> None:
        """More or fewer layers or units."""
        self.post_message(self.Stepped(name, way))

    def action_turn(self) -> None:
        """One direction or both."""
        self.post_message(self.Stepped("bidirectional", 1))

    def action_notation(self) -> None:
        """The other way to write the equations."""
        self._library = not self._library
        self._paint()

    def on_resize(self) -> None:
        """Blank lines stand only where there is room."""
        self._paint()

    def on_click(self, event: events.Click) -> None:
        """A cell that was clicked is picked."""
        offset = event.get_content_offset(self)
        for start, end, name in self._spots:
            if offset and offset.y == 0 and start <= offset.x < end:
                self.post_message(self.Picked("backbone", name))

    def _paint(self) -> None:
        if self._state is None:
            return
        cell = CELLS[self._state.config.backbone]
        width, height = self.content_size
        says = Content.styled(cell.says, "$quiet")
        numbers = _numbers(self._state, width=width)
        parts = [
            [self._tabs(), self._settings()],
            [self._math(line) for line in cell.drawing],
            self._equations(library=self._library, says=says),
            self._equations(library=not self._library, says=Content("")),
        ]
        if height < sum(map(len, parts)) + len(numbers) + len(parts):
            parts.pop()
        roomy = height >= sum(map(len, parts)) + len(numbers) + len(parts)
        lines = [line for part in parts for line in (*part, *([Content("")] if roomy else []))]
        below = 0 if roomy else max(height - len(lines) - len(numbers), 0)
        self.update(Content("\n").join([*lines, *[Content("")] * below, *numbers]), layout=False)

    def _tabs(self) -> Content:
        assert self._state
        parts: list[Content] = []
        self._spots, column = [], 0
        for name, cell in CELLS.items():
            text = f" {cell.title} "
            chosen = name == self._state.config.backbone
            style = "bold $chosen-foreground on $chosen-background" if chosen else "$foreground 75%"
            if chosen and self.app.theme == "plain":  # without colors, or few: no bar lies under it
                text = f"[{cell.title}]"
            parts += [Content.styled(text, style), Content("  ")]
            self._spots.append((column, column + len(text), name))
            column += len(text) + 2
        return Content.assemble(*parts, Content.styled(self._glyphs.text("← → to change"), "$quiet"))

    def _settings(self) -> Content:
        assert self._state
        config, glyphs = self._state.config, self._glyphs
        ways = "⇄ both directions" if config.bidirectional else "→ one direction"
        if glyphs.to_ascii:
            ways = "<-> both directions" if config.bidirectional else "-> one direction"
        layers = f"{config.layers} layer{'s' if config.layers > 1 else ''}"
        return Content.assemble(
            Content.styled(layers, "bold"), " of ", Content.styled(f"{config.hidden_size:,} units", "bold"), "   ",
            Content.styled(ways, "$quiet" if self._state.one_way else "bold"),
            Content.styled("  fixed" if self._state.one_way else "", "$quiet"),
        )  # fmt: skip

    def _equations(self, *, library: bool, says: Content) -> list[Content]:
        assert self._state
        lines = [
            Content.assemble(Content.styled(f"{what:<10}", "$quiet"), self._math(letters if library else gates))
            for what, gates, letters in CELLS[self._state.config.backbone].equations
        ]
        room = EQUATION_LINES - len(lines)
        return [*lines, *([Content("")] if room > 1 else []), *([says] if room else [])]

    def _math(self, text: str) -> Content:
        assert self._state
        if self._state.config.backbone == "rnn":
            text = text.replace("tanh", self._state.config.nonlinearity)
        if self._glyphs.to_ascii:
            return Content(plain_math(text))
        content = Content(text)
        for match in _COLORED.finditer(text):
            content = content.stylize(_STYLES[(match.lastindex or 1) - 1], match.start(), match.end())
        return content


def _numbers(state: BackboneState, *, width: int) -> list[Content]:
    name = state.config.backbone
    if state.sizes:
        parts = f" = {state.sizes.input:,} in + {state.sizes.backbone:,} {name} + {state.sizes.head:,} out"
        size = Content.styled(f"{state.sizes.total:,} parameters", "bold")
        if size.cell_length + len(parts) <= width:
            size = Content.assemble(size, (parts, "$quiet"))
    else:
        size = Content.assemble(
            (f"{backbone_size(state.config):,} parameters", "bold"),
            (f" in the {name}; the rest with the data", "$quiet"),
        )
    return [size, _pace(state)]


def _pace(state: BackboneState) -> Content:
    pace = state.pace
    if pace is None:
        return Content.styled("an epoch: unknown until a first run", "$quiet")
    whole = duration(pace.high * state.config.epochs)
    if pace.measured:
        return Content.assemble((f"an epoch {pace.low:.2g} s", "bold"), (f"  all of it {whole}", "$quiet"))
    seconds = f"{pace.low:.2g} s" if pace.low == pace.high else f"{pace.low:.2g} to {pace.high:.2g} s"
    return Content.assemble((f"an epoch about {seconds}", "bold"), (f"  all of it at most {whole}", "$quiet"))

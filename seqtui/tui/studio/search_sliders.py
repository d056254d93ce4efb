"""How a model that translates searches: the width of its beam, and what a long sentence is worth."""

from typing import Final, final

from textual.app import ComposeResult
from textual.containers import Vertical

from seqtui.runs.translation_words import MOST_BEAM, MOST_PENALTY
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.studio.slider import Knob, Slider

BEAM: Final = Knob("Beam", 1, 12, 1, 5, MOST_BEAM, whole=True, words=((1, "greedy"),), tooltip="Hypotheses kept")
PENALTY: Final = Knob(
    "Length", 0, 2, 0.1, 1, MOST_PENALTY, words=((0, "none"),),
    tooltip="Length penalty: over 0, long translations are not worse for being long",
)  # fmt: skip


@final
class SearchSliders(Vertical):
    """Two lines; whoever holds them hears Slider.Moved."""

    DEFAULT_CSS = """
    SearchSliders { width: 36; height: 4; border: round $border-blurred; padding: 0 1; }
    """

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="search", classes="panel")
        self.border_title = "Search"
        self._glyphs = glyphs

    def compose(self) -> ComposeResult:
        """Beam, length penalty."""
        yield Slider(BEAM, self._glyphs, id="search-beam")
        yield Slider(PENALTY, self._glyphs, id="search-penalty")

    @property
    def beam(self) -> int:
        """Hypotheses that are kept."""
        return int(self.query_one("#search-beam", Slider).value)

    @property
    def penalty(self) -> float:
        """The length penalty's alpha."""
        return self.query_one("#search-penalty", Slider).value

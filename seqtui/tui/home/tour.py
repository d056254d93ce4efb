"""The greeting of a first start: three cards, skipped with Esc, never shown again unless asked for."""

from typing import ClassVar, Final, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from seqtui.tui.dialog import Dialog
from seqtui.tui.glyphs import Glyphs

SEEN: Final = "tour_seen"
"""The name under which it is remembered."""

_CARDS: Final = (
    (
        "Sequences in, sequences out",
        """\
seqtui trains recurrent networks on music, DNA, words
and more, and shows you what happens inside.

At the left are the applications; at the right, what the
chosen one reads, predicts and can make.""",
    ),
    (
        "See it learn",
        """\
t   trains the application under the cursor on data
    that came with it: no file, no network.

You see the loss fall, the gradients, the gates, and
samples that get better. Pause, change the learning
rate, stop: every key is at the bottom.""",
    ),
    (
        "Nothing gets lost",
        """\
q   leaves. A training goes on without the screen, and
    waits for you under Recent.

?       what you see, and every key
ctrl+p  everything, by its name""",
    ),
)


@final
class Tour(Dialog[None]):
    """One card at a time."""

    DEFAULT_CSS = """
    Tour #card { width: 62; height: 15; }
    Tour #text { height: 1fr; }
    Tour #foot { height: 1; color: $quiet; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,right,space,l,down,j", "turn(1)", "next", id="tour.next"),
        Binding("left,h,up,k,backspace", "turn(-1)", "back", id="tour.back"),
        Binding("escape,q", "skip", "skip", id="tour.skip"),
    ]

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._card = 0

    def compose(self) -> ComposeResult:
        """The frame of a card."""
        with Vertical(id="card", classes="dialog"):
            yield Static(id="text")
            yield Static(id="foot")

    def on_mount(self) -> None:
        """The first card."""
        self.action_turn(0)

    def action_turn(self, by: int) -> None:
        """The next card, or the one before; after the last, the app."""
        self._card = max(self._card + by, 0)
        if self._card >= len(_CARDS):
            self.dismiss()
            return
        title, text = _CARDS[self._card]
        self.query_one("#card").border_title = title
        self.query_one("#text", Static).update(Content(text))
        dots = " ".join(
            self._glyphs.living if index == self._card else self._glyphs.dot for index in range(len(_CARDS))
        )
        self.query_one("#foot", Static).update(Content(f"{dots}      Enter next      Esc skip"))

    def action_skip(self) -> None:
        """Straight to the app."""
        self.dismiss()

"""What every place has: a header, a body, a line of keys, and a kind card where the terminal is too small."""

from abc import abstractmethod
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker

from seqtui.tui.glyphs import Glyphs
from seqtui.tui.header import HeaderLine
from seqtui.tui.key_line import KeyLine
from seqtui.tui.memory import Memory
from seqtui.tui.places import Target
from seqtui.tui.runner import Runner
from seqtui.tui.scroll_bars import use_scroll_bars
from seqtui.tui.settings import Settings
from seqtui.tui.under_mouse import UnderMouse, still_there

SMALLEST: Final = (60, 20)


@dataclass(frozen=True, slots=True)
class Services:
    """What the app lends its screens."""

    runner: Runner
    settings: Settings
    memory: Memory
    glyphs: Glyphs


class PlaceScreen(Screen[None]):
    """Subclass it, set PLACE and HELP, and compose the body.

    HELP: what is seen here and what to do, plain lines. KEYED: the classes of its widgets that have keys of their own.
    """

    PLACE: ClassVar[str]
    HELP: ClassVar[str | None] = None
    KEYED: ClassVar[tuple[type[Widget], ...]] = ()
    DEFAULT_CSS = """
    PlaceScreen { background: $background; layout: vertical; }
    PlaceScreen > #too-small { display: none; width: 100%; height: 100%; content-align: center middle; }
    PlaceScreen.-too-small > * { display: none; }
    PlaceScreen.-too-small > #too-small { display: block; }
    """

    def __init__(self, target: Target, services: Services) -> None:
        super().__init__()
        self.target = target
        self.services = services
        use_scroll_bars(services.glyphs)

    @abstractmethod
    def compose_body(self) -> ComposeResult:
        """The widgets between the header and the line of keys."""

    def compose(self) -> ComposeResult:
        """Header, body, keys."""
        yield HeaderLine(self.PLACE, self.services.glyphs)
        yield from self.compose_body()
        yield KeyLine(self.services.glyphs)
        yield Static(id="too-small")

    def work(
        self, work: Callable[[], Coroutine[Any, Any, None]], group: str, *, exclusive: bool = False
    ) -> Worker[None]:
        """Do it beside; a function, for a coroutine of a screen that closes at once would never be awaited.

        exclusive: what of this group has not ended gives way.
        """

        async def while_it_stands() -> None:
            try:
                await work()
            except NoMatches:  # Textual takes the panels of a place down before it ends its work
                if stands(self):
                    raise

        return self.run_worker(while_it_stands, group=group, exclusive=exclusive)

    def get_widget_and_offset_at(self, x: int, y: int) -> UnderMouse:
        """What could be selected here."""
        return still_there(super().get_widget_and_offset_at(x, y))

    def on_resize(self, event: events.Resize) -> None:
        """Show the card below the smallest size, and the place above it."""
        width, height = event.size
        self.set_class(width < SMALLEST[0] or height < SMALLEST[1], "-too-small")
        self.query_one("#too-small", Static).update(
            Content(
                f"seqtui needs {SMALLEST[0]} columns and {SMALLEST[1]} lines\nthis terminal has {width} and {height}"
            )
        )


def stands(node: DOMNode) -> bool:
    """Whether all that belongs to a node's place is there: it is neither being built nor being taken down."""
    place = next((each for each in node.ancestors_with_self if isinstance(each, PlaceScreen)), None)
    if place is None:
        return not isinstance(node, Widget) or isinstance(node, Screen) or node.is_attached
    return place.is_mounted and place.display

"""The container that lays out a run's panels in the boxes of an Arrangement."""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, final

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.geometry import NULL_OFFSET, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.message import Message
from textual.widget import Widget

from seqtui.tui.live.arrangement import Arrangement

if TYPE_CHECKING:
    from textual import events


@final
class BoxLayout(Layout):
    """Each child in its box."""

    name = "boxes"

    def __init__(self) -> None:
        self.boxes: dict[str, Region] = {}

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:  # noqa: ARG002  Textual's signature
        """Children without a box take no part."""
        parent.pre_layout(self)
        nothing = Spacing()
        return [
            WidgetPlacement(self.boxes[child.id], NULL_OFFSET, nothing, child)
            for child in children
            if child.id in self.boxes
        ]


@final
class PanelGrid(Container):
    """Its children have the panels' names as ids. A child that is not seen is not displayed, and costs nothing."""

    DEFAULT_CSS = "PanelGrid { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "restore", "all panels", id="panels.restore", tooltip="Back from the one panel"),
        Binding("enter,plus", "maximize", "large", id="panels.maximize", tooltip="This panel alone", show=False),
        Binding("delete,backspace", "hide", "hide", id="panels.hide", tooltip="Without this panel", show=False),
        Binding("L", "lay_out", "all panels", id="panels.lay_out", tooltip="The panels as at first", show=False),
        Binding("shift+left", "move(-1, 0)", "to the left", id="panels.left", tooltip="Move the panel", show=False),
        Binding("shift+right", "move(1, 0)", "to the right", id="panels.right", tooltip="Move the panel", show=False),
        Binding("shift+up", "move(0, -1)", "up", id="panels.up", tooltip="Move the panel", show=False),
        Binding("shift+down", "move(0, 1)", "down", id="panels.down", tooltip="Move the panel", show=False),
    ]

    class Rearranged(Message):
        """Other panels are seen, or elsewhere."""

    def __init__(self, *panels: Widget, arrangement: Arrangement) -> None:
        super().__init__(*panels)
        self.arrangement = arrangement
        self._boxes = BoxLayout()

    @property
    def layout(self) -> Layout:
        """The boxes."""
        return self._boxes

    @property
    def seen(self) -> tuple[str, ...]:
        """The names of the panels on the screen."""
        return self.arrangement.seen(*self.size) if self.size else ()

    @property
    def focused_name(self) -> str:
        """The panel that has the focus, or ''."""
        focused = self.screen.focused
        return focused.id or "" if focused is not None and focused.parent is self else ""

    def arrange_by(self, arrangement: Arrangement) -> None:
        """Stand like this from now on."""
        self.arrangement = arrangement
        self._place()

    def call_up(self, name: str) -> None:
        """Show a panel, and give it the focus."""
        self.arrange_by(self.arrangement.called(name, *self.size))
        self.get_child_by_id(name).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """Back only from one panel."""
        return action != "restore" or bool(self.arrangement.maximized)

    def action_maximize(self) -> None:
        """The panel with the focus (the first, if none has it) alone; or all again."""
        name = self.focused_name or self.seen[0]
        self.arrange_by(replace(self.arrangement, maximized="" if self.arrangement.maximized else name))
        self.get_child_by_id(name).focus()

    def action_restore(self) -> None:
        """All panels again."""
        self.arrange_by(replace(self.arrangement, maximized=""))

    def action_lay_out(self) -> None:
        """The panels as they were at first."""
        self.arrange_by(Arrangement())

    def action_hide(self) -> None:
        """Without the panel with the focus."""
        if name := self.focused_name:
            self.arrange_by(self.arrangement.without(name))

    def action_move(self, across: int, down: int) -> None:
        """The panel with the focus changes places with its neighbor."""
        if name := self.focused_name:
            shown = self.arrangement
            moved = shown.moved(name, across, *self.size) if across else shown.moved_down(name, down, *self.size)
            self.arrange_by(moved)

    def on_mount(self) -> None:
        """Nothing is shown until the size is known."""
        for child in self.children:
            child.display = False

    def on_resize(self, _event: "events.Resize") -> None:
        """Other boxes."""
        self._place()

    def _place(self) -> None:
        if not self.size:
            return
        places = self.arrangement.places(*self.size)
        self._boxes.boxes = {place.name: Region(place.x, place.y, place.width, place.height) for place in places}
        for child in self.children:
            child.display = child.id in self._boxes.boxes
        self.refresh(layout=True)
        self.post_message(self.Rearranged())

"""A menu of everything that can be done in a place: each key with its name and what it does, to pick and to click."""

from typing import ClassVar, Final, Self, final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from seqtui.text_safety import clean
from seqtui.tui.dialog import Dialog
from seqtui.tui.keymap import Shown, active_keys
from seqtui.tui.place import PlaceScreen

RIGHT_BUTTON: Final = 3
"""Of the mouse: it asks for a menu."""

_LEFT_OUT: Final = ("menu", "command_palette", "app.focus_next", "app.focus_previous", "screen.copy_text")


@final
class MenuDialog(Dialog[Shown | None]):
    """The keys of a place; what cannot be done now is grey. Answers the key that was picked."""

    DEFAULT_CSS = """
    MenuDialog #menu { width: 90; padding: 0 1; }
    MenuDialog OptionList, MenuDialog OptionList:focus {
        height: auto; max-height: 100%; border: none; background: $surface; padding: 0; text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,a,f10", "leave", "leave it", id="menu.leave", tooltip="Do nothing"),
    ]

    def __init__(self, entries: list[Shown]) -> None:
        super().__init__()
        self._entries = entries

    @classmethod
    def of(cls, place: PlaceScreen) -> Self:
        """What the place itself and the panel with the focus can do; the app's own keys stand at the end."""
        found = [entry for entry in active_keys(place) if entry.action not in _LEFT_OUT]
        return cls(sorted(found, key=lambda entry: _rank(place, entry)))

    def compose(self) -> ComposeResult:
        """One line an entry."""
        wide = max((len(entry.shown) for entry in self._entries), default=0)
        name = max((len(entry.text) for entry in self._entries), default=0)
        with Vertical(id="menu", classes="dialog") as box:
            box.border_title = "Menu"
            box.border_subtitle = "Enter does, Esc leaves"
            yield OptionList(*(Option(_line(entry, wide, name), disabled=not entry.enabled) for entry in self._entries))

    def on_click(self, event: events.Click) -> None:
        """Beside the menu: away with it."""
        if event.widget is self:
            self.dismiss(None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        self.dismiss(self._entries[event.option_index])

    def action_leave(self) -> None:
        """None of them."""
        self.dismiss(None)


def open_menu(place: PlaceScreen) -> None:
    """The menu over a place; what is picked is done there, as by its key."""

    async def do(picked: Shown | None) -> None:
        if picked:
            await place.app.run_action(picked.action, picked.node)

    place.app.push_screen(MenuDialog.of(place), do)


def _rank(place: PlaceScreen, entry: Shown) -> int:
    """The place's own keys first, then those of the panel with the focus, then the app's."""
    return 0 if entry.node is place else 2 if entry.node is place.app else 1


def _line(entry: Shown, wide: int, name: int) -> Content:
    key = Content.styled(f" {entry.shown:>{wide}}  ", "bold $footer-key-foreground")
    return Content.assemble(key, f"{entry.text:<{name}}  ", Content.styled(clean(entry.tooltip), "$quiet"))

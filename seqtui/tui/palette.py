"""The palette: Textual's own, but answered once like every dialog, and safe in a terminal of no size."""

from typing import Any, final

from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette

from seqtui.tui.under_mouse import UnderMouse, still_there


@final
class Palette(CommandPalette):
    """Finds anything by its name."""

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close it. A second answer, a click after a key say, would end the app."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()

    def get_widget_and_offset_at(self, x: int, y: int) -> UnderMouse:
        """What could be selected here."""
        return still_there(super().get_widget_and_offset_at(x, y))

    def _action_command_list(self, action: str) -> None:
        """Pass an action on to the list, if it has lines: Textual would look for the cursor's among them."""
        if self.query_one(CommandList).scrollable_content_region:
            super()._action_command_list(action)

    # A search that ends while the palette is taken down finds no list any more.

    def _watch__list_visible(self) -> None:
        if self.query(CommandList):
            super()._watch__list_visible()

    async def _watch__show_busy(self) -> None:
        if self.query(CommandList):
            await super()._watch__show_busy()

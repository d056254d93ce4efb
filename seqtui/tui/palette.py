"""The palette: Textual's own, but answered once like every dialog."""

from typing import Any, final

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette


@final
class Palette(CommandPalette):
    """Finds anything by its name."""

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close it. A second answer, a click after a key say, would end the app."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()

"""What every dialog is: something over a place, that is answered once."""

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType

from seqtui.tui.under_mouse import UnderMouse, still_there


class Dialog(ModalScreen[ScreenResultType]):
    """Subclass it and dismiss it with the answer."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with an answer. A second one, on its way when the first has closed the dialog, changes nothing."""
        # Textual would close what lies under the dialog.
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()

    def get_widget_and_offset_at(self, x: int, y: int) -> UnderMouse:
        """What could be selected here."""
        return still_there(super().get_widget_and_offset_at(x, y))

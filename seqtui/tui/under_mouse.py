"""What lies under the mouse on a screen."""

from textual.geometry import Offset
from textual.widget import Widget

UnderMouse = tuple[Widget | None, Offset | None]


def still_there(found: UnderMouse) -> UnderMouse:
    """Nothing, where a widget is still painted but has gone, a toast say: Textual would select in its parent."""
    widget, _ = found
    return found if widget is None or widget.parent is not None else (None, None)

"""To an application on the first screen, by keys, in any terminal."""

from typing import Protocol

from seqtui.catalog import load, names


class Keyboard(Protocol):
    """A terminal with keys and a screen."""

    def press(self, keys: bytes) -> None:
        """What a person types."""

    def wait_for(self, text: str) -> None:
        """Until the screen shows a text."""


def choose(shown: Keyboard, app: str) -> None:
    """Put the cursor on an application: down the list, one line a key."""
    for place, name in enumerate(names()):
        if place:
            shown.press(b"j")
        shown.wait_for(f"─ {load(name).title} ─")
        if name == app:
            return

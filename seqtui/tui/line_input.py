"""A line to type into, that completes paths when it is asked to. Looks into folders in a thread: a disk may be slow."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar, Final, final

from textual.binding import Binding, BindingType
from textual.message import Message

from seqtui.text_safety import clean, typed
from seqtui.tui.plain_input import PlainInput

MOST_ENTRIES: Final = 5000
MOST_SHOWN: Final = 60


def names_of(paths: Iterable[str]) -> str:
    """The last part of each path, side by side, fit to be shown."""
    return "  ".join(clean(path.rstrip("/").rpartition("/")[2], limit=60) for path in paths)


def completions(text: str) -> list[str]:
    """The paths that begin with `text`, folders with a slash at their end; dot files only where a dot was typed.

    Names that cannot be shown are left out.
    """
    head, _, tail = text.rpartition("/")
    folder = Path(f"{head}/" if "/" in text else ".").expanduser()
    found = []
    try:
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count > MOST_ENTRIES:
                    break
                if entry.name.startswith(tail) and typed(entry.name) == entry.name and (tail or entry.name[0] != "."):
                    found.append((f"{head}/" if "/" in text else "") + entry.name + ("/" if entry.is_dir() else ""))
    except (OSError, ValueError):
        return []
    return sorted(found)


@final
class LineInput(PlainInput):
    """`completes`: whether its value is a path."""

    DEFAULT_CSS = """
    LineInput, LineInput:focus { height: 1; border: none; padding: 0; background: $surface; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "complete", id="type.complete", tooltip="Type the rest of a path"),
        Binding("up", "leave(-1)", "up", id="type.up", show=False),
        Binding("down", "leave(1)", "down", id="type.down", show=False),
        Binding("escape", "cancel", "as it was", id="type.cancel", tooltip="Take back what was typed"),
    ]

    class Candidates(Message):
        """The paths that what was typed may become."""

        def __init__(self, text: str, paths: list[str]) -> None:
            super().__init__()
            self.text = text
            self.paths = paths

    class Left(Message):
        """Done with typing, towards the line above (-1), below (1), or, where it was cancelled, nowhere (None)."""

        def __init__(self, way: int | None) -> None:
            super().__init__()
            self.way = way

    completes = False
    _paths: tuple[str, ...] = ()

    def look_around(self) -> None:
        """Find out what may be meant."""
        if self.completes:
            text = self.value
            self.run_worker(lambda: self._look(text), thread=True, group="paths", exclusive=True)

    def action_complete(self) -> None:
        """Type what all candidates have in common."""
        if self.completes:
            found = completions(self.value)
            common = os.path.commonprefix(found)  # noqa: RUF071  of characters, as a shell completes
            if len(common) > len(self.value):
                self.value = common
                self.cursor_position = len(common)
        else:
            self.action_leave(1)

    def action_leave(self, way: int) -> None:
        """To a neighbor."""
        self.post_message(self.Left(way))

    def action_cancel(self) -> None:
        """Back, unchanged."""
        self.post_message(self.Left(None))

    def _look(self, text: str) -> None:
        self.post_message(self.Candidates(text, completions(text)[:MOST_SHOWN]))

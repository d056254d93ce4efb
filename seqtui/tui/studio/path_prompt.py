"""A question with one line to type into: a path, or a few letters. Tab completes paths."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Final, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from seqtui.text_safety import clean
from seqtui.tui.dialog import Dialog
from seqtui.tui.plain_input import PlainInput

MOST_ENTRIES: Final = 5000
MOST_SHOWN: Final = 8


@final
class PathPrompt(Dialog[str | None]):
    """Dismisses with what was typed, or None. fault: says what is wrong with a text, or ''."""

    DEFAULT_CSS = """
    PathPrompt #prompt { width: 72; }
    PathPrompt Input { border: none; padding: 0 1; height: 1; background: $panel; }
    PathPrompt Input:focus { border: none; }
    PathPrompt #note { color: $quiet; }
    PathPrompt #fault { color: $error; display: none; }
    PathPrompt.-bad #fault { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel", id="prompt.cancel"),
        Binding("tab", "complete", "complete a path", id="prompt.complete", priority=True),
    ]

    def __init__(self, title: str, note: str, value: str, *, fault: Callable[[str], str]) -> None:
        super().__init__()
        self._title = title
        self._note = note
        self._value = value
        self._fault = fault

    def compose(self) -> ComposeResult:
        """Title, line, note, fault."""
        with Vertical(id="prompt", classes="dialog") as box:
            box.border_title = Content(clean(self._title))
            box.border_subtitle = "Enter takes it, Tab completes, Esc leaves"
            yield PlainInput(self._value)
            yield Static(Content(clean(self._note)), id="note")
            yield Static(id="fault")

    def on_input_changed(self) -> None:
        """A new text, a new judgment."""
        self.remove_class("-bad")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take it, or say why not."""
        text = event.value.strip()
        wrong = self._fault(text)
        self.set_class(bool(wrong), "-bad")
        self.query_one("#fault", Static).update(Content(clean(wrong)))
        if not wrong:
            self.dismiss(text)

    def action_cancel(self) -> None:
        """Leave things as they are."""
        self.dismiss(None)

    def action_complete(self) -> None:
        """Type what all paths that begin so have in common, and name a few."""
        line = self.query_one(PlainInput)
        found = completions(line.value)
        common = os.path.commonprefix(found)  # noqa: RUF071  of characters, as a shell completes
        if len(common) > len(line.value):
            line.value = common
            line.cursor_position = len(common)
        names = [Path(each).name + ("/" if each.endswith("/") else "") for each in found[:MOST_SHOWN]]
        more = " …" if len(found) > MOST_SHOWN else ""
        self.query_one("#note", Static).update(Content(clean("  ".join(names) + more) if names else "nothing is there"))


def completions(text: str) -> list[str]:
    """Paths that begin with `text`, folders with a slash at their end; names that cannot be shown are left out."""
    head, slash, tail = text.rpartition("/")
    found = []
    try:
        with os.scandir(Path(head + slash or ".").expanduser()) as entries:
            for _, entry in zip(range(MOST_ENTRIES), entries, strict=False):
                if entry.name.startswith(tail) and entry.name.isprintable() and (tail or entry.name[0] != "."):
                    found.append(head + slash + entry.name + ("/" if entry.is_dir() else ""))
    except (OSError, ValueError):
        return []
    return sorted(found)

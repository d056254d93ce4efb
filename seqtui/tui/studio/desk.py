"""What a studio's body is: it asks by messages, is told the answers, says how it stands. One kind a kind of head."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from textual.containers import Container
from textual.content import Content
from textual.message import Message

from seqtui.runs.studio_words import Answer, Request
from seqtui.task import Values


class Desk(Container):
    """Abstract."""

    class Wanted(Message):
        """A request for the model. values: files to lay into the studio's folder first, by their names."""

        def __init__(self, request: Request, values: Mapping[str, Values] | None = None) -> None:
            super().__init__()
            self.request = request
            self.values = values or {}

    class Said(Message):
        """Something to tell in the line below: what was done, or (bad) why it could not be."""

        def __init__(self, text: str, *, bad: bool = False) -> None:
            super().__init__()
            self.text = text
            self.bad = bad

    def opened(self, folder: Path) -> None:
        """The model is ready, for the first time or again; its folder."""
        raise NotImplementedError

    def lost(self) -> None:
        """The model's process has died: nothing that was asked will be answered."""
        raise NotImplementedError

    def hear(self, answers: Sequence[Answer]) -> None:
        """What came since the last look, in order."""
        raise NotImplementedError

    def status(self) -> Content:
        """How the work stands, for the header."""
        raise NotImplementedError

"""The lower edge: the command that does the same, and the button that starts it."""

from typing import ClassVar, final

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.setup.verdict import Verdict


@final
class CommandPanel(Static):
    """The line for a shell; or what is wrong."""

    HELP = """
The command that starts the same run from a shell: only what differs from the
defaults of the application. y copies it.
"""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="command", classes="panel")
        self.border_title = "The same from a shell"
        self._glyphs = glyphs
        self.line = ""

    def show(self, line: str) -> None:
        """The command of a form that is sound."""
        self.line = line
        self.border_subtitle = "y copies"
        program, _, rest = clean(line).partition(" ")
        self.update(Content.assemble((f"{program} ", "$quiet"), (rest, "bold")), layout=False)

    def show_faults(self, verdict: Verdict) -> None:
        """What keeps it from being a run."""
        self.line = ""
        self.border_subtitle = ""
        sentences = [f"{name.replace('_', ' ')}: {fault}" for name, fault in verdict.faults.items()]
        first, *more = [*sentences, *verdict.others]
        left = f"  (and {len(more)} more)" if more else ""
        text = self._glyphs.text(clean(first, limit=600))
        self.update(
            Content.assemble((f"{self._glyphs.bad} ", "$error"), (text, "$error"), (left, "$quiet")), layout=False
        )


@final
class TrainButton(Static, can_focus=True):
    """Starts the run."""

    HELP = """
Starts the training in a process of its own and shows it. It goes on when you
leave seqtui.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "screen.train", "train", id="train.press", tooltip="Start this run and watch it"),
    ]

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="train", classes="panel")
        self._glyphs = glyphs

    def show(self, *, ready: bool) -> None:
        """Whether there is nothing wrong."""
        self.set_class(not ready, "-not-yet")
        title = Content.styled(f"{self._glyphs.pointer} Train", "bold" if ready else "$quiet")
        self.update(Content.assemble(title, "\n", ("ctrl+r", "$quiet")), layout=False)

    async def on_click(self, event: events.Click) -> None:
        """A click is Enter."""
        event.stop()
        await self.run_action("screen.train")


@final
class FoldTabs(Static):
    """Where panels are folded into one place: which there are, which is in front."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, panel: str) -> None:
            super().__init__()
            self.panel = panel

    def __init__(self, panels: tuple[str, ...]) -> None:
        super().__init__(id="tabs")
        self._panels = panels
        self._spots: list[tuple[int, int, str]] = []

    def show(self, front: str) -> None:
        """Mark the one in front."""
        parts: list[Content] = []
        self._spots, column = [], 0
        for number, name in enumerate(self._panels, start=1):
            text = f" {number} {name.capitalize()} "
            style = "bold $chosen-foreground on $chosen-background" if name == front else "$foreground 75%"
            parts += [Content.styled(text, style), Content(" ")]
            self._spots.append((column, column + len(text), name))
            column += len(text) + 1
        self.update(Content.assemble(*parts), layout=False)

    def on_click(self, event: events.Click) -> None:
        """Bring a panel to the front."""
        for start, end, name in self._spots:
            if start <= event.x - self.gutter.left < end:
                self.post_message(self.Chosen(name))

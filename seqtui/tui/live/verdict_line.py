"""The line of the verdict: what is happening, why, what to try. As many lines as its words need, up to five, and more
where the terminal is high.
"""

import time
from dataclasses import replace
from typing import Final, final

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.live.verdict import Mood, Verdict

MOST_LINES: Final = 5
MOST_OF_SCREEN: Final = 4  # a quarter of a high terminal
LONGEST_WAIT: Final = 3600.0  # seconds; what began longer ago is told by no clock of this machine
WIDE: Final = 150  # cells from which on a short verdict stands on one line, and what to try behind it

_STYLES: Final[dict[Mood, str]] = {"good": "$success", "note": "$accent", "warning": "$warning", "bad": "$error"}
_LETTERS: Final[dict[Mood, str]] = {"good": "✓", "note": "·", "warning": "!", "bad": "✕"}
_BETWEEN: Final = Content("   ")
_INDENT: Final = Content("  ")


@final
class VerdictLine(Widget):
    """Takes a Verdict. Grows with it, and stays as high until the terminal has another width: panels must not jump."""

    HELP = (
        "What is happening, why (with the numbers that say so), what to try. ✓ well, ! look at it, ✕ stop and mend.\n"
        "Rules, the gravest first: not finite, exploding (ratio over 10), exactly zero at a lag, clipped in over half\n"
        "of the recent steps, overfitting (validation 1 % over its best twice while training falls), plateau\n"
        "(six evaluations without 0.2 %). Under two evaluations nothing is said but that it is too early."
    )
    DEFAULT_CSS = """
    VerdictLine { height: auto; padding: 0 1; background: $surface; }
    """

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self.border_title = "Verdict"
        self._glyphs = glyphs
        self._verdict: Verdict | None = None
        self._begun = 0.0
        self._width = self._height = 0

    def on_mount(self) -> None:
        """Seconds of waiting are counted."""
        self.set_interval(1.0, self._count)

    def show(self, verdict: Verdict, *, begun: float = 0.0) -> None:
        """Say this from now on. begun: since when a run that waits does so, by the clock on the wall."""
        self._begun = begun
        if verdict != self._verdict:
            self._verdict = verdict
            self.refresh(layout=len(self._lines(self._width)) > self._height)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  Textual's
        before = self._height if width == self._width else _least(width)
        self._width, self._height = width, max(before, len(self._lines(width)))
        return self._height

    def render(self) -> Content:
        """Mark and what, why; behind or below: what to try."""
        return Content("\n").join(self._lines(self.content_size.width))

    def _count(self) -> None:
        if self._verdict and self._verdict.waits:
            self.refresh()

    def _lines(self, room: int) -> list[Content]:
        if self._verdict is None or room <= 0:
            return [Content("")]
        most = max(MOST_LINES, self.app.size.height // MOST_OF_SCREEN)
        return verdict_lines(counted(self._verdict, time.time() - self._begun), self._glyphs, room, most)


def counted(verdict: Verdict, seconds: float) -> Verdict:
    """With the seconds that a run has waited, where it does."""
    if not verdict.waits or not 1 <= seconds < LONGEST_WAIT:
        return verdict
    return replace(verdict, why=f"{verdict.why} ({seconds:.0f} s so far)")


def verdict_lines(verdict: Verdict, glyphs: Glyphs, room: int, most: int = MOST_LINES) -> list[Content]:
    """At most `most` of at most `room` cells. Where these are too few the reason is cut, never the advice."""

    def text(words: str) -> str:
        return glyphs.text(clean(words))

    what = Content.styled(text(f"{_LETTERS[verdict.mood]} {verdict.what}"), f"bold {_STYLES[verdict.mood]}")
    told = _wrapped(Content.assemble(what, text(f": {verdict.why}" if verdict.why else "")), room)
    if not verdict.try_:
        return _cut(told, most, room, glyphs)
    tried = Content.assemble(Content.styled("Try: ", "$quiet"), text(verdict.try_))
    if len(told) >= _least(room) and told[-1].cell_length + len(_BETWEEN) + tried.cell_length <= room:
        told[-1] = Content.assemble(told[-1], _BETWEEN, tried)
        return _cut(told, most, room, glyphs)
    below = [Content.assemble(_INDENT, line) for line in _wrapped(tried, room - len(_INDENT))]
    return [*_cut(told, most - len(below), room, glyphs), *below]


def _least(room: int) -> int:
    return 1 if room >= WIDE - 2 else 2


def _wrapped(text: Content, room: int) -> list[Content]:
    """Broken at spaces; what follows the first line is indented."""
    if text.cell_length <= room:
        return [text]
    first, *others = text.wrap(max(room - len(_INDENT), 1))
    return [first, *(Content.assemble(_INDENT, line) for line in others)]


def _cut(lines: list[Content], most: int, room: int, glyphs: Glyphs) -> list[Content]:
    """The first of them, the last with a mark that there is more."""
    if len(lines) <= most:
        return lines
    more = glyphs.text("…")
    return [*lines[: most - 1], Content.assemble(lines[most - 1].truncate(room - len(more)), more)]

"""The line of the verdict: what is happening, why, what to try. One line where it is wide, two where it is not."""

from typing import Final, final

from textual.content import Content
from textual.widget import Widget

from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.live.verdict import Mood, Verdict

_STYLES: Final[dict[Mood, str]] = {"good": "$success", "note": "$accent", "warning": "$warning", "bad": "$error"}
_LETTERS: Final[dict[Mood, str]] = {"good": "✓", "note": "·", "warning": "!", "bad": "✕"}


@final
class VerdictLine(Widget):
    """Takes a Verdict."""

    HELP = (
        "What is happening, why (with the numbers that say so), what to try. ✓ well, ! look at it, ✕ stop and mend.\n"
        "Rules, the gravest first: not finite, exploding (ratio over 10), exactly zero at a lag, clipped in over half\n"
        "of the recent steps, overfitting (validation 1 % over its best twice while training falls), plateau\n"
        "(six evaluations without 0.2 %). Under two evaluations nothing is said but that it is too early."
    )
    DEFAULT_CSS = """
    VerdictLine { height: 2; padding: 0 1; background: $surface; }
    """

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self.border_title = "Verdict"
        self._glyphs = glyphs
        self._verdict: Verdict | None = None

    def show(self, verdict: Verdict) -> None:
        """Say this from now on."""
        if verdict != self._verdict:
            self._verdict = verdict
            self.refresh()

    def render(self) -> Content:
        """Mark and what, why; behind or below: what to try."""
        found, room = self._verdict, self.content_size.width
        if found is None:
            return Content("")
        what = f"{_LETTERS[found.mood]} {found.what}"
        head = Content.assemble(
            Content.styled(self._text(what), f"bold {_STYLES[found.mood]}"),
            self._text(f": {found.why}" if found.why else ""),
        )
        tried = (
            Content.assemble(Content.styled("Try: ", "$quiet"), self._text(found.try_)) if found.try_ else Content("")
        )
        if self.content_size.height > 1:
            return _on_two_lines(head, tried, room)
        # On one line what to try keeps its room, up to half of it.
        kept = min(tried.cell_length, room // 2)
        head = _cut(head, room - kept - 3)
        return Content.assemble(head, "   ", _cut(tried, room - head.cell_length - 3))

    def _text(self, text: str) -> str:
        return self._glyphs.text(clean(text))


def _cut(text: Content, room: int) -> Content:
    return text if text.cell_length <= room else text.truncate(max(room, 0), ellipsis=True)


def _on_two_lines(head: Content, tried: Content, room: int) -> Content:
    """What and why, over both lines if need be; what to try has at least half of the second."""
    if head.cell_length <= room:
        return Content("\n").join([head, _cut(Content.assemble("  ", tried), room)])
    cut = head.plain.rfind(" ", 0, room)
    first, rest = head[: max(cut, 1)], head[max(cut, 0) + 1 :]
    kept = min(tried.cell_length + 3, room // 2) if tried.plain else 0
    second = Content.assemble("  ", _cut(rest, room - kept - 2))
    left = room - second.cell_length - 3
    return Content("\n").join([_cut(first, room), Content.assemble(second, "   ", _cut(tried, left))])

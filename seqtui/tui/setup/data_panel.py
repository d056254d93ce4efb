"""What the data hold: their source, their splits, what the data doctor found, the first records."""

import textwrap
from typing import Final, final

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.plain_text import plain
from seqtui.tui.setup.found import Found

_LABEL: Final = 9
_SHOWN_FINDINGS: Final = 30
_STYLES: Final = {"error": "$error", "warning": "$warning"}


@final
class DataPanel(VerticalScroll):
    """Shows what was found."""

    HELP = """
The data this run would read: where they come from, how many records and steps
each split has, what the data doctor saw in the files, and the first records as
the application draws them. Read by a process of its own; nothing waits for it.
"""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="data", classes="panel")
        self.border_title = "Data"
        self._glyphs = glyphs
        self._shown: tuple[str | None, Found | None, str] | None = None

    def compose(self) -> ComposeResult:
        """One page."""
        yield Static(id="data-page")

    def show(self, data: str | None, found: Found | None, *, reads: str) -> None:
        """What is known by now. found: None while nothing is; data: None for what came with the application."""
        self._shown = (data, found, reads)
        self.border_subtitle = "" if found and (found.head or found.error) else "reading"
        self._show_page()

    def on_resize(self) -> None:
        """Wrapped anew."""
        self._show_page()

    def _show_page(self) -> None:
        if self._shown is None:
            return
        data, found, reads = self._shown
        what = Content.styled(clean(data) if data else "built-in data", "bold")
        lines = [what, *(self._page(found) if found else [Content.styled("being read", "$quiet")])]
        if not data or (found and found.error):
            lines.insert(1, self._labeled("or", reads, "$quiet"))
        self.query_one("#data-page", Static).update(Content("\n").join(lines))

    def _labeled(self, label: str, text: str, style: str = "") -> Content:
        """Wrapped in a column of its own."""
        room = max(self.scrollable_content_region.width - _LABEL, 20)
        lines = textwrap.wrap(self._glyphs.text(clean(text)), room) or [""]
        told = Content.styled(("\n" + " " * _LABEL).join(lines), style)
        return Content.assemble((f"{label:<{_LABEL}}", "$quiet"), told)

    def _page(self, found: Found) -> list[Content]:
        lines: list[Content] = []
        if found.error:
            lines.append(Content.styled(f"{self._glyphs.bad} {clean(found.error)}", "$error"))
        if found.source:
            lines.append(plain(found.source))
        for name, (records, steps) in (found.splits or {}).items():
            lines.append(
                Content.assemble(
                    (f"{name:<{_LABEL}}", "$quiet"), (f"{records:>7,}", "bold"), f" records {steps:>11,} steps"
                )
            )
        if found.classes:
            lines.append(self._labeled("classes", clean(", ".join(found.classes), limit=300)))
        if found.split_rule:
            lines.append(self._labeled("split", found.split_rule))
        lines += [self._labeled("note", note) for note in found.notes]
        lines += self._findings(found)
        for name, label, drawing in found.preview:
            title = Content.assemble((clean(name, limit=80), "bold $accent"), (f"  {clean(label, limit=60)}", "$quiet"))
            lines += [Content(""), title, self._drawing(drawing)]
        return lines

    def _findings(self, found: Found) -> list[Content]:
        if found.count == 0:
            return []
        lines = [Content.styled(f"the doctor's findings: {found.count:,}", "$quiet")]
        for level, where, text in found.findings[:_SHOWN_FINDINGS]:
            mark = {"error": self._glyphs.bad, "warning": "!"}.get(level, self._glyphs.dot)
            lines.append(
                Content.assemble(
                    (f"{mark} ", _STYLES.get(level, "$quiet")), (f"{clean(where, limit=200)}: ", "$quiet"), clean(text)
                )
            )
        return lines

    def _drawing(self, drawing: str) -> Content:
        text = plain(drawing)
        return Content(text.plain.translate(_BLOCKS)) if self._glyphs.to_ascii else text


_BLOCKS: Final = {ord(one): other for one, other in zip("▀▄█│└─", '"_#|+-', strict=True)}

"""Content that is drawn and not written: its lines stand as they are, so each cell is painted and nothing is wrapped.

A roll has some thirty runs of style a line; Textual wraps, divides and styles them in four times the time.
"""

from itertools import groupby
from typing import Final, final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

_PLAIN: Final = 0


@final
class Painted(Visual):
    """Looks as its content does. What is wider than its place, or has wide characters, is left to Textual."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """The lines, in their styles over `style`."""
        lines = self._content.plain.split("\n")
        if options.selection is not None or any(len(line) > width or cell_len(line) != len(line) for line in lines):
            return self._content.render_strips(width, height, style, options)
        inks, palette = self._inks(style, options)
        strips, begin = [], 0
        for line in lines[:height]:
            segments, at = [], 0
            for ink, run in groupby(inks[begin : begin + len(line)]):
                end = at + sum(1 for _ in run)
                segments.append(Segment(line[at:end], palette[ink]))
                at = end
            strips.append(Strip(segments, len(line)))
            begin += len(line) + 1
        return strips

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """As of the content."""
        return self._content.get_optimal_width(rules, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """As of the content."""
        return self._content.get_height(rules, width)

    def _inks(self, style: Style, options: RenderOptions) -> tuple[list[int], list[RichStyle]]:
        """For each character the number of its style, and the styles: of spans that meet, the later is above."""
        inks = [_PLAIN] * len(self._content.plain)
        styles, numbers = [style], dict[tuple[int, str | Style], int]()
        for span in self._content.spans:
            for at in range(max(span.start, 0), min(span.end, len(inks))):
                known = numbers.get((inks[at], span.style))
                if known is None:
                    known = numbers[inks[at], span.style] = len(styles)
                    styles.append(styles[inks[at]] + options.get_style(span.style))
                inks[at] = known
        return inks, [each.rich_style for each in styles]

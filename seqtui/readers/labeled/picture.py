"""Texts as a model reads them, drawn as plain text: words with spaces between, pieces and characters as they stand."""

import textwrap
from collections.abc import Iterable

from seqtui.readers.labeled.units import Unit, Units
from seqtui.text_safety import clean

PIECE_SPACE = "▁"  # what SentencePiece writes for the space before a word


def spelled(values: Iterable[int], units: Units) -> list[str]:
    """One short text a step, safe to show."""
    return [clean(units.tokens[int(value)], limit=60) for value in values]


def draw_text(tokens: list[str], unit: Unit, *, width: int, height: int) -> str:
    """At most `width` cells by `height` lines; what does not fit is counted."""
    text = "".join(tokens) if unit in ("subword", "character") else " ".join(tokens)
    if unit == "subword":
        text = text.replace(PIECE_SPACE, " ").strip()
    lines = textwrap.wrap(text, max(width, 1)) or [""]
    if len(lines) <= height:
        return "\n".join(lines)
    kept = lines[: max(height - 1, 0)]
    return "\n".join([*kept, f"… {sum(map(len, lines[len(kept) :])):,} more characters"[:width]])

"""Text drawn as text: wrapped to a width, cleaned for the terminal, and cut with a word on what is left out."""

import textwrap

from seqtui.text_safety import clean


def draw_text(text: str, *, width: int, height: int) -> str:
    """At most `height` lines of at most `width` characters, the text's own line breaks kept."""
    lines: list[str] = []
    for line in clean(text, keep_newlines=True, limit=width * height * 2).split("\n"):
        lines += textwrap.wrap(line, width, replace_whitespace=False, drop_whitespace=False) or [""]
    if len(lines) > height:
        lines = [*lines[: height - 1], f"… {len(lines) - height + 1} more lines"[:width]]
    return "\n".join(lines)

"""The one door through which somebody else's text reaches a widget: cleaned, and never markup."""

from textual.content import Content

from seqtui.text_safety import clean


def plain(text: str, style: str = "") -> Content:
    """`text` as it stands, its controls made visible, in one style."""
    cleaned = clean(text, keep_newlines=True)
    return Content.styled(cleaned, style) if style else Content(cleaned)

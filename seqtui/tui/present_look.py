"""The look of the charts in the theme that the app has now, as this terminal can show it."""

import os

from seqtui.tui.drawing.look import LOOKS, Look, look_for
from seqtui.tui.glyphs import Glyphs


def present_look(theme: str, glyphs: Glyphs) -> Look:
    """theme: the app's; one that the charts do not know is as good as the dark one."""
    colors = 0 if os.environ.get("NO_COLOR") else 16 if theme == "plain" else 1 << 24
    return look_for(theme if theme in LOOKS else "dark", colors=colors, unicode=not glyphs.to_ascii)

"""What Textual is to write colors as. Must not import Textual, which reads the answer when it is imported."""

import os
from typing import Final

_BY_NAME: Final = ("xterm-kitty", "alacritty", "foot", "xterm-ghostty")
"""Terminals of 24 bits. Only their names come through ssh, and Textual takes an unknown name for one of 16 colors."""


def color_system() -> str:
    """'truecolor', or 'auto', where Textual finds out by itself."""
    term = os.environ.get("TERM", "")
    return "truecolor" if term in _BY_NAME or term.endswith("-direct") else "auto"

"""The colors, and what each means everywhere: train, validation, best, threshold, edit, warning, non-finite.

Charts take them by these names from the theme's variables. No meaning hangs on a color alone.
"""

import os
from typing import Final

from textual.theme import Theme

from seqtui.commands.terminal_kind import has_many_colors

MEANINGS: Final = ("train", "validation", "best", "threshold", "edit", "nonfinite", "quiet", "baseline")


def _theme(
    name: str, ground: tuple[str, ...], signal: tuple[str, ...], meanings: tuple[str, ...], *, dark: bool
) -> Theme:
    """ground: background, surface, panel, text, quiet border, row under the cursor; signal: accent, success, warning,
    error. Text of every color that stands on a ground is told from it by 4.5 : 1 (a test measures it).
    """
    background, surface, panel, text, border, cursor = ground
    accent, success, warning, error = signal
    variables = {
        **dict(zip(MEANINGS, meanings, strict=True)),
        "border": accent,
        "border-blurred": border,
        "block-cursor-background": cursor,
        "block-cursor-foreground": text,
        "block-cursor-text-style": "bold",
        "chosen-background": accent,
        "chosen-foreground": background,
        "block-cursor-blurred-background": panel,
        "block-cursor-blurred-foreground": text,
        "footer-key-foreground": accent,
        "input-selection-background": f"{accent} 35%",
        "scrollbar": border,
        "scrollbar-background": background,
    }
    return Theme(
        name=name, primary=accent, secondary=border, accent=accent, success=success, warning=warning, error=error,
        foreground=text, background=background, surface=surface, panel=panel, dark=dark, variables=variables,
    )  # fmt: skip


_DARK_GROUND: Final = ("#10141b", "#151a23", "#232b38", "#d8dee9", "#38434f", "#28384d")
_LIGHT_GROUND: Final = ("#fafaf7", "#f2f2ee", "#e2e4e2", "#1f2933", "#b9c0c5", "#d6e2ef")

THEMES: Final = (
    _theme(
        "dark", _DARK_GROUND, ("#7cb7ff", "#7bd88f", "#f0c674", "#ff7b72"),
        ("#6cb6ff", "#f5a962", "#7bd88f", "#c9a2ff", "#5ad4d4", "#ff7aa0", "#94a1b0", "#a3aeba"), dark=True,
    ),
    _theme(
        "light", _LIGHT_GROUND, ("#0a58ad", "#136b33", "#7d5200", "#b3261e"),
        ("#0a58ad", "#9c4700", "#136b33", "#7a3fb8", "#00666f", "#b5144f", "#525c64", "#525c64"), dark=False,
    ),
    # Okabe and Ito (2008): told apart without red and green.
    _theme(
        "deutan", _DARK_GROUND, ("#56b4e9", "#2fb8a0", "#f0e442", "#f28a56"),
        ("#56b4e9", "#e69f00", "#f0e442", "#d891b8", "#2fb8a0", "#ff9a6e", "#94a1b0", "#a3aeba"), dark=True,
    ),
    # Told apart without blue and yellow.
    _theme(
        "tritan", _DARK_GROUND, ("#3cc8c8", "#8fe3d0", "#ffb3b3", "#ff7f83"),
        ("#3cc8c8", "#ff8b90", "#ffffff", "#d98cb3", "#a8e6e6", "#ff8095", "#9aa1ab", "#aeb2b8"), dark=True,
    ),
    Theme(
        name="plain", primary="ansi_cyan", secondary="ansi_blue", warning="ansi_yellow", error="ansi_red",
        success="ansi_green", accent="ansi_cyan", foreground="ansi_default", background="ansi_default",
        surface="ansi_default", panel="ansi_default", boost="ansi_default", dark=True, ansi=True,
        variables={
            **dict(zip(MEANINGS, (
                "ansi_cyan", "ansi_yellow", "ansi_green", "ansi_magenta", "ansi_blue", "ansi_red", "ansi_default",
                "ansi_default",
            ), strict=True)),
            "ansi-background": "ansi_black",
            "ansi-foreground": "ansi_white",
            "border": "ansi_cyan",
            "border-blurred": "ansi_default",
            # Lists cannot reverse: the bar is for 16 colors, the line under it for none.
            "block-cursor-background": "ansi_cyan",
            "block-cursor-foreground": "ansi_black",
            "block-cursor-text-style": "bold underline",
            "chosen-background": "ansi_default",
            "chosen-foreground": "ansi_default",
            "scrollbar": "ansi_cyan",
            "scrollbar-hover": "ansi_cyan",
            "scrollbar-active": "ansi_cyan",
            "scrollbar-background": "ansi_default",
            "scrollbar-background-hover": "ansi_default",
            "scrollbar-background-active": "ansi_default",
            "scrollbar-corner-color": "ansi_default",
            "block-cursor-blurred-background": "ansi_default",
            "block-cursor-blurred-foreground": "ansi_default",
            "block-cursor-blurred-text-style": "bold",
            "footer-key-foreground": "ansi_cyan",
        },
    ),
)  # fmt: skip


def choose(wanted: str) -> str:
    """The theme to use: what was asked for, or what the terminal can show. NO_COLOR wins over everything."""
    if os.environ.get("NO_COLOR"):
        return "plain"
    if wanted != "auto":
        return wanted
    return "dark" if has_many_colors() else "plain"

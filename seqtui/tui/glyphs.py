"""The marks the screens draw with, and what stands for each where a terminal has only ASCII."""

from dataclasses import dataclass
from typing import Final

from seqtui.runs.report import ASCII_BLOCKS, BLOCKS


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of marks. blocks: eight heights. to_ascii: whether other text must be ASCII too."""

    living: str
    waiting: str
    done: str
    bad: str
    best: str
    pointer: str
    arrow: str
    up: str
    slant: str
    cell: str
    dot: str
    rest: str
    blocks: str
    to_ascii: bool

    def text(self, text: str) -> str:
        """`text` in what the terminal can show."""
        return text.translate(_PLAINER) if self.to_ascii else text


FULL: Final = Glyphs("●", "◌", "✓", "✕", "▾", "▸", "→", "↑", "↖", "▢", "·", "…", BLOCKS, to_ascii=False)
ASCII: Final = Glyphs("*", "o", "+", "x", "v", ">", "->", "^", "\\", "#", "-", "..", ASCII_BLOCKS, to_ascii=True)

_PLAINER: Final = {
    **{ord(one): other for one, other in zip("₀₁₂₃₄₅₆₇₈₉×·–—‖▸▾●✓✕▢↑↖↓", "0123456789x---|>v*+x#^\\v", strict=True)},
    **{ord(one): other for one, other in zip("▲▼│", "^v|", strict=True)},
    ord("→"): "->",
    ord("←"): "<-",
    ord("…"): "...",
    ord("›"): ">",
    ord("∂"): "d",
    ord("ₜ"): "t",
}

"""How things look: roles, ramps and marks as plain data, by theme and by what the terminal can show.

Nothing here draws. Every drawing function takes a Look; a color never says what a shape or letter does not say too.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from rich.style import Style

Depth = Literal["full", "few", "none"]
Rgb = tuple[int, int, int]
Ramp = tuple[Rgb, ...]

RAMP_STEPS: Final = 32


@dataclass(frozen=True, slots=True)
class Roles:
    """One style, one meaning, on every screen."""

    train: Style
    band: Style
    validation: Style
    third: Style
    best: Style
    threshold: Style
    warning: Style
    nonfinite: Style
    zero: Style
    edit: Style
    cursor: Style
    axis: Style
    grid: Style
    label: Style
    value: Style


@dataclass(frozen=True, slots=True)
class Marks:
    """The glyphs that say the same as the colors."""

    nan: str = "×"
    plus_inf: str = "▲"
    minus_inf: str = "▼"
    zero: str = "0"
    best: str = "▾"
    edit: str = "│"
    threshold: str = "╌"
    grid: str = "┈"
    samples: tuple[str, ...] = ("━", "╍", "┅")


@dataclass(frozen=True, slots=True)
class Look:
    """A theme on a terminal. depth: 'full' has 24-bit or 256 colors, 'few' has 16, 'none' has bold and dim alone.

    ascii: no glyph beyond ASCII. ramp and diverging: RAMP_STEPS colors, low to high.
    """

    name: str
    roles: Roles
    ramp: Ramp
    diverging: Ramp
    depth: Depth = "full"
    ascii: bool = False
    marks: Marks = Marks()

    @property
    def dots(self) -> tuple[int, int]:
        """Pixels of a curve in a cell: columns, rows."""
        return (1, 1) if self.ascii else (2, 4)

    @property
    def shades(self) -> str:
        """Glyphs from empty to full where colors cannot tell the steps of a ramp."""
        return " .:-=+*#%@" if self.ascii else " ░▒▓█"


def blend(*anchors: str) -> Ramp:
    """RAMP_STEPS colors through these, each six hexadecimal digits."""
    points = [tuple(int(anchor[place : place + 2], 16) for place in (0, 2, 4)) for anchor in anchors]
    ramp: list[Rgb] = []
    for step in range(RAMP_STEPS):
        at = step * (len(points) - 1) / (RAMP_STEPS - 1)
        left = min(int(at), len(points) - 2)
        share = at - left
        red, green, blue = (
            round(a + (b - a) * share) for a, b in zip(points[left], points[left + 1], strict=True)
        )  # fmt: skip
        ramp.append((red, green, blue))
    return tuple(ramp)


def _roles(**styles: str) -> Roles:
    return Roles(**{name: Style.parse(text) for name, text in styles.items()})


# The names and colors are those of seqtui.tui.themes, one look a theme.
_DARK: Final = _roles(
    train="#6cb6ff", band="#1f3c5c", validation="#f5a962", third="#5ad4d4", best="bold #7bd88f", threshold="#c9a2ff",
    warning="#f0c674", nonfinite="bold #10141b on #ff5c8a", zero="#9a86b8", edit="#5ad4d4", cursor="#d8dee9",
    axis="#8d9aa9", grid="#262f3c", label="#aeb9c6", value="bold #eef2f8",
)  # fmt: skip
_LIGHT: Final = _roles(
    train="#0a58ad", band="#c3d7ef", validation="#9c4700", third="#00666f", best="bold #136b33", threshold="#7a3fb8",
    warning="#7d5200", nonfinite="bold #ffffff on #b5144f", zero="#8b5a99", edit="#00666f", cursor="#1f2933",
    axis="#5d6871", grid="#e2e4e2", label="#3f4a54", value="bold #1f2933",
)  # fmt: skip
# Okabe and Ito (2008): told apart without red and green.
_DEUTAN: Final = _roles(
    train="#56b4e9", band="#1f4258", validation="#e69f00", third="#f0e442", best="bold #f0e442", threshold="#d891b8",
    warning="#f0e442", nonfinite="bold #10141b on #ff9a6e", zero="#a394b8", edit="#2fb8a0", cursor="#d8dee9",
    axis="#8d9aa9", grid="#262f3c", label="#aeb9c6", value="bold #ffffff",
)  # fmt: skip
# Told apart without blue and yellow.
_TRITAN: Final = _roles(
    train="#3cc8c8", band="#174848", validation="#ff8b90", third="#ffffff", best="bold #ffffff", threshold="#d98cb3",
    warning="#ffb3b3", nonfinite="bold #ffffff on #c4123a", zero="#b09aa8", edit="#a8e6e6", cursor="#d8dee9",
    axis="#949aa4", grid="#262f3c", label="#b4b9c0", value="bold #ffffff",
)  # fmt: skip
_FEW: Final = _roles(
    train="cyan", band="dim cyan", validation="yellow", third="blue", best="bold green", threshold="magenta",
    warning="bold yellow", nonfinite="bold white on red", zero="magenta", edit="blue", cursor="bold", axis="",
    grid="dim", label="", value="bold",
)  # fmt: skip
_NONE: Final = _roles(
    train="bold", band="dim", validation="", third="", best="bold", threshold="", warning="bold",
    nonfinite="bold reverse", zero="", edit="", cursor="reverse", axis="", grid="dim", label="", value="bold",
)  # fmt: skip

# Viridis and cividis: van der Walt & Smith 2015, Nuñez, Anderton & Renslow 2018; diverging: blue, ground, orange.
_VIRIDIS: Final = ("440154", "472d7b", "3b528b", "2c728e", "21918c", "28ae80", "5ec962", "addc30", "fde725")
_CIVIDIS: Final = ("00224e", "123570", "3b496c", "575d6d", "707173", "8a8678", "a59c74", "c3b369", "e1cc55", "fee838")
_ON_DARK: Final = blend("5596dd", "36689f", "24415f", "1b212c", "4c3624", "9a6332", "e5984d")
_TEAL_RED: Final = blend("3fc4c4", "2c8589", "22525a", "1b212c", "4f2830", "9e444d", "ef7b80")
_ON_LIGHT: Final = blend("2c6cb8", "78a3d9", "bfd4ee", "f3f1ee", "f2d5ae", "dca061", "bd6d22")
_ASCII_MARKS: Final = Marks("?", "^", "v", "0", "V", "|", "-", " ", ("*", "o", "+"))

LOOKS: Final[dict[str, Look]] = {
    look.name: look
    for look in (
        Look("dark", _DARK, blend(*_VIRIDIS), _ON_DARK),
        Look("light", _LIGHT, blend("eaf0f8", "c6d8ef", "8db6de", "4f90c6", "2166a8", "123f7a", "0a1f45"), _ON_LIGHT),
        Look("deutan", _DEUTAN, blend(*_CIVIDIS), _ON_DARK),
        Look("tritan", _TRITAN, blend("2a0b33", "5a1a4a", "933052", "c9544f", "ee8c55", "fbc98a", "fff4dc"), _TEAL_RED),
        Look("plain", _FEW, blend(*_VIRIDIS), _ON_DARK, depth="few"),
    )
}


def look_for(name: str, *, colors: int, unicode: bool) -> Look:
    """The theme of that name as this terminal can show it.

    colors: 0 for NO_COLOR or a terminal without any, 16, 256 or more; unicode: whether it shows more than ASCII.
    """
    look = LOOKS[name]
    if not unicode:
        look = replace(look, ascii=True, marks=_ASCII_MARKS)
    if colors < 16:
        return replace(look, roles=_NONE, depth="none")
    return replace(look, roles=_FEW, depth="few") if colors < 256 else look

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


_DARK: Final = _roles(
    train="#7aa2f7", band="#2c3d66", validation="#f0b35a", third="#7dcfff", best="bold #9ece6a", threshold="#c99bf7",
    warning="#ff9e64", nonfinite="bold #ffffff on #c4314b", zero="#8a6f96", edit="#73daca", cursor="#e6e9f5",
    axis="#737aa2", grid="#2b2e40", label="#a9b1d6", value="bold #dfe4fa",
)  # fmt: skip
_LIGHT: Final = _roles(
    train="#1d5fc4", band="#c4d6f5", validation="#a85400", third="#00708a", best="bold #23752b", threshold="#7a35b8",
    warning="#b34700", nonfinite="bold #ffffff on #b3001b", zero="#8b5a99", edit="#00766b", cursor="#111827",
    axis="#6b7280", grid="#e2e5ea", label="#374151", value="bold #111827",
)  # fmt: skip
# Okabe & Ito, "Color Universal Design" (2008), lightened or darkened where the contrast with the background needs it.
_DARK_SAFE: Final = _roles(
    train="#56b4e9", band="#1f4258", validation="#e69f00", third="#f0e442", best="bold #2fc79c", threshold="#d99abf",
    warning="#f0e442", nonfinite="bold #000000 on #ff7a1a", zero="#9a8c98", edit="#c9c9c9", cursor="#ffffff",
    axis="#8a8f98", grid="#2b2f36", label="#b9bec8", value="bold #ffffff",
)  # fmt: skip
_LIGHT_SAFE: Final = _roles(
    train="#0072b2", band="#bfdcec", validation="#b84f00", third="#6b5d00", best="bold #00694d", threshold="#9c4c7a",
    warning="#7a6200", nonfinite="bold #ffffff on #a83a00", zero="#7d5a74", edit="#4a4a4a", cursor="#000000",
    axis="#676c75", grid="#e2e5ea", label="#33373f", value="bold #000000",
)  # fmt: skip
_FEW: Final = _roles(
    train="bright_blue", band="blue", validation="bright_yellow", third="bright_cyan", best="bold bright_green",
    threshold="bright_magenta", warning="yellow", nonfinite="bold white on red", zero="magenta", edit="cyan",
    cursor="bold", axis="dim", grid="dim", label="", value="bold",
)  # fmt: skip
_FEW_LIGHT: Final = _roles(
    train="blue", band="cyan", validation="red", third="cyan", best="bold green", threshold="magenta", warning="red",
    nonfinite="bold white on red", zero="magenta", edit="cyan", cursor="bold", axis="dim", grid="dim", label="",
    value="bold",
)  # fmt: skip
_NONE: Final = _roles(
    train="bold", band="dim", validation="", third="", best="bold", threshold="", warning="bold",
    nonfinite="bold reverse", zero="dim", edit="", cursor="reverse", axis="dim", grid="dim", label="", value="bold",
)  # fmt: skip

# Viridis and cividis: van der Walt & Smith 2015, Nuñez, Anderton & Renslow 2018; diverging: blue, ground, orange.
_VIRIDIS: Final = ("440154", "472d7b", "3b528b", "2c728e", "21918c", "28ae80", "5ec962", "addc30", "fde725")
_CIVIDIS: Final = ("00224e", "123570", "3b496c", "575d6d", "707173", "8a8678", "a59c74", "c3b369", "e1cc55", "fee838")
_ON_DARK: Final = blend("2f7fe0", "2a63ad", "213f6b", "1d2233", "5b3b24", "b8692a", "ff9d3c")
_ON_LIGHT: Final = blend("0d4fae", "5b8fd6", "b5cdee", "f3f1ee", "f3cfa3", "dd8a36", "a84f00")
_ASCII_MARKS: Final = Marks("?", "^", "v", "0", "V", "|", "-", " ", ("*", "o", "+"))

LOOKS: Final[dict[str, Look]] = {
    look.name: look
    for look in (
        Look("dark", _DARK, blend(*_VIRIDIS), _ON_DARK),
        Look("light", _LIGHT, blend("f1f4fa", "c6d8ef", "8db6de", "4f90c6", "2166a8", "123f7a", "0a1f45"), _ON_LIGHT),
        Look("dark-safe", _DARK_SAFE, blend(*_CIVIDIS), _ON_DARK),
        Look("light-safe", _LIGHT_SAFE, blend(*reversed(_CIVIDIS)), _ON_LIGHT),
        Look("ascii", _NONE, blend(*_VIRIDIS), _ON_DARK, depth="none", ascii=True, marks=_ASCII_MARKS),
    )
}


def look_for(name: str, *, colors: int, unicode: bool) -> Look:
    """The theme of that name as this terminal can show it.

    colors: 0 for NO_COLOR or a terminal without any, 16, 256 or more; unicode: whether its encoding is UTF-8.
    """
    look = LOOKS[name]
    if not unicode:
        look = replace(look, ascii=True, marks=_ASCII_MARKS)
    if colors < 16:
        return replace(look, roles=_NONE, depth="none")
    if colors < 256 and look.depth == "full":
        return replace(look, roles=_FEW_LIGHT if name.startswith("light") else _FEW, depth="few")
    return look

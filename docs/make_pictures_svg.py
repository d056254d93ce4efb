"""A terminal's screen as a small SVG that looks the same everywhere: blocks, braille and frames are drawn as shapes.

No font is fetched: words are in the reader's own monospace font, each stretched to its cells.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual.strip import Strip

WIDE, HIGH = 10, 20  # of a cell, in units of the picture
_MARGIN: Final = 10
_SCALE: Final = 0.84
_FONTS: Final = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace"
ANSI: Final = TerminalTheme(
    (12, 12, 14), (197, 200, 198),
    [(26, 26, 28), (204, 85, 90), (104, 160, 60), (208, 179, 68), (96, 138, 177), (152, 114, 159), (104, 160, 179),
     (197, 200, 198)],
    [(154, 155, 153), (255, 38, 39), (0, 130, 61), (208, 132, 66), (25, 132, 233), (255, 44, 122), (57, 130, 128),
     (253, 253, 197)],
)  # fmt: skip

# Box drawing: arms to the left, up, right, down.
_ARMS: Final = {
    "─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu", "├": "urd", "┤": "uld", "┬": "lrd", "┴": "lru",
    "┼": "lurd", "╵": "u", "╷": "d", "╴": "l", "╶": "r", "━": "lr", "┃": "ud",
}  # fmt: skip
_CORNERS: Final = {
    "╭": "M{r} {m}h-1Q{c} {m} {c} {n}V{b}", "╮": "M{l} {m}h1Q{c} {m} {c} {n}V{b}",
    "╰": "M{r} {m}h-1Q{c} {m} {c} {o}V{t}", "╯": "M{l} {m}h1Q{c} {m} {c} {o}V{t}",
}  # fmt: skip
_DASHES: Final = {"╌": 2, "╍": 2, "┄": 3, "┅": 3, "┈": 4, "┉": 4, "┆": -3, "┊": -4}
# Eighths of a cell: left, top, right, bottom.
_BLOCKS: Final = {
    "█": (0, 0, 8, 8), "▀": (0, 0, 8, 4), "▐": (4, 0, 8, 8), "▔": (0, 0, 8, 1), "▕": (7, 0, 8, 8),
    **{glyph: (0, 8 - eighths, 8, 8) for eighths, glyph in enumerate("▁▂▃▄▅▆▇", 1)},
    **{glyph: (0, 0, eighths, 8) for eighths, glyph in enumerate("▏▎▍▌▋▊▉", 1)},
}  # fmt: skip
_QUADRANTS: Final = dict(zip("▖▗▘▙▚▛▜▝▞▟", (4, 8, 1, 13, 9, 7, 11, 2, 6, 14), strict=True))
_SHADES: Final = {"░": 0.25, "▒": 0.5, "▓": 0.75}


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a glyph stands and how it looks. width: 1, or 2 for a wide character."""

    x: int
    y: int
    glyph: str
    width: int
    fore: str
    back: str
    marks: tuple[str, ...]


def cells_of(strips: Sequence[Strip], *, ansi: TerminalTheme = ANSI) -> list[list[Cell]]:
    """The lines of a screen, cell by cell."""
    lines = []
    for y, strip in enumerate(strips):
        line, x = [], 0
        for text, style, _ in strip:
            fore, back, marks = _colors(style or Style.null(), ansi)
            for glyph in text:
                width = cell_len(glyph)
                if not width and line:  # a combining mark belongs to the glyph before it
                    last = line[-1]
                    line[-1] = Cell(last.x, y, last.glyph + glyph, last.width, last.fore, last.back, last.marks)
                    continue
                line.append(Cell(x, y, glyph, width, fore, back, marks))
                x += width
        lines.append(line)
    return lines


def svg(strips: Sequence[Strip], *, title: str, ansi: TerminalTheme = ANSI) -> str:
    """The picture. title: for readers who hear it."""
    lines = cells_of(strips, ansi=ansi)
    columns = max((line[-1].x + line[-1].width for line in lines if line), default=1)
    # Of what is written on: a map in colors may cover more of the screen than its ground.
    written = [cell.back for line in lines for cell in line if cell.glyph not in " ▀"]
    ground = Counter(written).most_common(1)[0][0] if written else "#000000"
    width, height = columns * WIDE + 2 * _MARGIN, len(lines) * HIGH + 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-_MARGIN} {-_MARGIN} {width} {height}"'
        f' width="{width * _SCALE:.0f}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>text{{font:16.6px {_FONTS};white-space:pre}}.b{{font-weight:bold}}.i{{font-style:italic}}"
        ".u{text-decoration:underline}.l{fill:none;stroke-width:1.6}.d{fill:none;stroke-width:3.4;"
        "stroke-linecap:round}</style>",
        f'<rect x="{-_MARGIN}" y="{-_MARGIN}" width="{width}" height="{height}" rx="10" fill="{ground}"/>',
        *_grounds(lines, ground),
        *_shapes(lines),
        *(_word(word) for line in lines for word in _words(line)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _colors(style: Style, ansi: TerminalTheme) -> tuple[str, str, tuple[str, ...]]:
    fore = (style.color or Color.default()).get_truecolor(ansi, foreground=True)
    back = (style.bgcolor or Color.default()).get_truecolor(ansi, foreground=False)
    if style.reverse:
        fore, back = back, fore
    if style.dim:
        fore = type(fore)(*((a + b) // 2 for a, b in zip(fore, back, strict=True)))
    wanted = (("b", style.bold), ("i", style.italic), ("u", style.underline))
    return fore.hex, back.hex, tuple(name for name, on in wanted if on)


def _grounds(lines: list[list[Cell]], ground: str) -> Iterator[str]:
    paths: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        begin = 0
        while begin < len(line):
            first, end = line[begin], begin
            while end < len(line) and line[end].back == first.back:
                end += 1
            if first.back != ground:
                width = (line[end - 1].x + line[end - 1].width - first.x) * WIDE
                # A little higher than a line, or its neighbor shines through between them.
                paths[first.back].append(f"M{first.x * WIDE} {first.y * HIGH}h{width}v{HIGH + 0.3}h-{width}z")
            begin = end
    for color, found in paths.items():
        yield f'<path fill="{color}" d="{"".join(found)}"/>'


def _shapes(lines: list[list[Cell]]) -> Iterator[str]:
    """One path a kind and color."""
    paths: dict[tuple[str, str], list[str]] = defaultdict(list)
    for cell in (cell for line in lines for cell in line):
        kind, path = _shape(cell)
        if path:
            paths[kind, cell.fore].append(path)
    for (kind, color), found in paths.items():
        how = f'class="{kind}" stroke="{color}"' if kind in "ld" else f'fill="{color}"'
        opacity = f' opacity="{kind}"' if kind.startswith("0.") else ""
        yield f'<path {how}{opacity} d="{"".join(found)}"/>'


def _shape(cell: Cell) -> tuple[str, str]:
    """l: lines, d: dots, f: filled, a share: filled so much."""
    x, y, glyph = cell.x * WIDE, cell.y * HIGH, cell.glyph
    c, m = x + WIDE // 2, y + HIGH // 2
    if glyph in _ARMS:
        ends = {"l": f"H{x}", "r": f"H{x + WIDE}", "u": f"V{y}", "d": f"V{y + HIGH}"}
        return "l", "".join(f"M{c} {m}{ends[arm]}" for arm in _ARMS[glyph])
    if glyph in _CORNERS:
        places = {"l": x, "r": x + WIDE, "t": y, "b": y + HIGH, "c": c, "m": m, "n": m + 5, "o": m - 5}
        return "l", _CORNERS[glyph].format(**places)
    if glyph in _DASHES:
        count = abs(_DASHES[glyph])
        if _DASHES[glyph] > 0:
            return "l", "".join(f"M{x + WIDE * n / count + 0.8:g} {m}h{WIDE / count - 1.6:g}" for n in range(count))
        return "l", "".join(f"M{c} {y + HIGH * n / count + 1:g}v{HIGH / count - 2:g}" for n in range(count))
    if glyph in _BLOCKS:
        return "f", _block(x, y, *_BLOCKS[glyph])
    if glyph in _QUADRANTS:
        return "f", "".join(
            _block(x, y, 4 * (n % 2), 4 * (n // 2), 4 * (n % 2) + 4, 4 * (n // 2) + 4)
            for n in range(4) if _QUADRANTS[glyph] >> n & 1
        )  # fmt: skip
    if glyph in _SHADES:
        return str(_SHADES[glyph]), _block(x, y, 0, 0, 8, 8)
    if len(glyph) == 1 and 0x2800 < ord(glyph) < 0x2900:
        return "d", "".join(f"M{x + dx} {y + dy}h0" for dx, dy in _dots(ord(glyph) - 0x2800))
    return "", ""


def _block(x: int, y: int, left: int, top: int, right: int, bottom: int) -> str:
    wide, high = (right - left) * WIDE / 8, (bottom - top) * HIGH / 8
    return f"M{x + left * WIDE / 8:g} {y + top * HIGH / 8:g}h{wide:g}v{high:g}h-{wide:g}z"


def _dots(bits: int) -> Iterator[tuple[int, int]]:
    for bit, (dx, dy) in enumerate(((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))):
        if bits >> bit & 1:
            yield 3 + 5 * dx, 3 + 5 * dy


def _words(line: list[Cell]) -> Iterator[list[Cell]]:
    """Runs of text in one look, cut where two spaces meet."""
    word: list[Cell] = []
    for cell in line:
        goes_on = word and (cell.fore, cell.marks) == (word[-1].fore, word[-1].marks)
        blank = cell.glyph == " "
        if word and (not goes_on or _shape(cell)[1] or (blank and word[-1].glyph == " ")):
            yield word
            word = []
        if not _shape(cell)[1] and (word or not blank):
            word.append(cell)
    if word:
        yield word


def _word(word: list[Cell]) -> str:
    while word[-1].glyph == " ":
        word = word[:-1]
    first, last = word[0], word[-1]
    cells = last.x + last.width - first.x
    look = f' class="{" ".join(first.marks)}"' if first.marks else ""
    # The length of one glyph would only move it.
    length = f' textLength="{cells * WIDE}"' if len(word) > 1 else ""
    text = escape("".join(cell.glyph for cell in word))
    return f'<text x="{first.x * WIDE}" y="{first.y * HIGH + 15}" fill="{first.fore}"{length}{look}>{text}</text>'

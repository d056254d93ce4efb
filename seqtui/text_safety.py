"""Text from files, names and children made safe to show: nothing in it acts on a terminal, all of it can be seen.

For display only: data to learn from must never pass through here.
"""

import re
import unicodedata
from typing import Final

LIMIT: Final = 10_000
MARKS_PER_CELL: Final = 2

_BIDI: Final = {
    0x061C: "ALM", 0x200E: "LRM", 0x200F: "RLM", 0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO",
    0x202E: "RLO", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI",
}  # fmt: skip
_INVISIBLE: Final = (0x00AD, 0x034F, 0x180E, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)

_SHOWN: Final[dict[int, str]] = {
    **{code: chr(0x2400 + code) for code in range(32)},
    0x09: "    ",
    0x7F: "␡",
    **{code: f"\\x{code:02x}" for code in range(0x80, 0xA0)},
    0x2028: " ",
    0x2029: " ",
    **{code: f"⟨{name}⟩" for code, name in _BIDI.items()},
    **dict.fromkeys(_INVISIBLE, ""),
}
_SHOWN_BUT_NEWLINE: Final = {code: text for code, text in _SHOWN.items() if code != 0x0A}
# What drawings and sentences of our own are made of, a cell for a cell, where there is only ASCII.
AS_ASCII: Final[dict[int, str]] = {ord(one): other for one, other in zip("▄▀█│┊└─┴…×→–·", ",'#|:+-+~x>-.", strict=True)}
_ODD: Final = re.compile("[^\\x00-\\u02ff]")  # said the other way round it takes 7 ms to compile


def clean(text: str | bytes, *, keep_newlines: bool = False, limit: int = LIMIT) -> str:
    """`text` with every control made visible, marks clipped to two a cell, and cut at `limit` characters.

    What is cut is told at the end: …(+12345).
    """
    if isinstance(text, bytes):
        text = text.decode(errors="replace")
    left_out = max(len(text) - limit, 0)
    text = text[:limit]
    if not (text.isascii() and text.isprintable()):
        text = _visible(text, keep_newlines=keep_newlines)
    return f"{text}…(+{left_out})" if left_out else text


def typed(text: str) -> str:
    """What of `text` may stand in a line that one types into: what can be seen, marks clipped to two a cell.

    Unlike `clean` it leaves the rest out: what stands in such a line is used, as a path or a name.
    """
    seen = "".join(" " if character == "\xa0" else character for character in text if _can_be_typed(character))
    return seen if seen.isascii() else "".join(_clipped(seen))


def counted(count: int, noun: str) -> str:
    """1 record, 1,200 records."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _can_be_typed(character: str) -> bool:
    return character.isprintable() or character == "\xa0"


def _visible(text: str, *, keep_newlines: bool) -> str:
    if keep_newlines:
        text = text.replace("\r\n", "\n")
    text = text.translate(_SHOWN_BUT_NEWLINE if keep_newlines else _SHOWN)
    return "".join(_clipped(text)) if _ODD.search(text) else text


def _clipped(text: str) -> list[str]:
    shown: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category in ("Mn", "Me"):
            marks += 1
            if marks <= MARKS_PER_CELL:
                shown.append(character)
            continue
        marks = 0
        if category == "Cs":
            shown.append("\ufffd")
        elif category == "Cf":
            shown.append(f"⟨U+{ord(character):04X}⟩")
        else:
            shown.append(character)
    return shown

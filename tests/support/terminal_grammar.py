"""What seqtui itself may write to a terminal, and nothing else: whoever finds more has found text that acts."""

import re
import unicodedata
from typing import Final

# 2048 and 2026 are asked for with $p; 22 is the pointer's shape; > u and < u are kitty's keys.
_MODES: Final = "25|7|1000|1003|1004|1006|1007|1015|1016|1049|2004|2026|2048"
_COLOR: Final = r"[34]8;2;\d{1,3};\d{1,3};\d{1,3}"
_OWN: Final = re.compile(
    rf"\x1b\[(?:(?:0|1|2|3|4|7|9|{_COLOR})(?:;(?:1|2|3|4|7|9|{_COLOR}))*)?m"
    r"|\x1b\[\d+;\d+H"
    rf"|\x1b\[\?(?:{_MODES})[hl]"
    r"|\x1b\[\?20(?:26|48)\$p"
    r"|\x1b\[>\d{1,2}u|\x1b\[<u"
    r"|\x1b\]22;(?:default|pointer|text)\x07"
    r"|\r?\n"
)
_MARKS: Final = 2


def strange(raw: bytes) -> list[str]:
    """All that is neither the app's own sequence nor text that can be seen, each with what stands around it.

    raw: what was written, whole, in true color. Text: printable, at most two marks on a letter.
    """
    text = raw.decode(errors="surrogateescape")
    found = []
    at = 0
    while at < len(text):
        if own := _OWN.match(text, at):
            at = own.end()
            continue
        if not _can_be_seen(text, at):
            found.append(ascii(text[max(at - 20, 0) : at + 20]))
        at += 1
    return found


def _can_be_seen(text: str, at: int) -> bool:
    category = unicodedata.category(text[at])
    if category in ("Mn", "Me"):
        before = text[max(at - _MARKS, 0) : at]
        return any(unicodedata.category(each) not in ("Mn", "Me") for each in before)
    return category not in ("Cc", "Cf", "Cs", "Zl", "Zp")

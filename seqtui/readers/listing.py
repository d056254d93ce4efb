"""Long lists in short sentences: the first few, and that there are more."""

from collections.abc import Iterable, Sequence
from itertools import islice


def listed(parts: Iterable[str], most: int, between: str = ", ") -> str:
    """The first `most` in a line, and … where there are more; no more of them than are told is made."""
    found = list(islice(parts, most + 1))
    return between.join(found[:most]) + (" …" if len(found) > most else "")


def shortened(sentences: Sequence[str], most: int, rest: str) -> list[str]:
    """The first `most`, and a last one of how many there still are: and 12 more that …"""
    left = len(sentences) - most
    return [*sentences[:most], *([f"and {left:,} more {rest}"] if left > 0 else [])]

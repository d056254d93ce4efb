"""What a language model reads text as: characters, or words with their punctuation and line ends as symbols too."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

Unit = Literal["character", "word"]

UNKNOWN: Final = 0  # the number of what is in no vocabulary
UNKNOWN_NAME: Final = "<unk>"
LOST: Final = "\ufffd"  # how an unknown character is written
NEWLINE: Final = "\n"

_WORDS: Final = re.compile(r"\w+(?:['\u2019]\w+)*|[^\w\s]|\n")
_NO_SPACE_BEFORE: Final = frozenset(".,;:!?)]}%-\u2019\u201d\n")
_NO_SPACE_AFTER: Final = frozenset("([{-'\u201c\n")


def cut(text: str, unit: Unit) -> list[str]:
    """The symbols of a text: its characters; or words (with inner apostrophes), punctuation marks and newlines."""
    return list(text) if unit == "character" else _WORDS.findall(text)


def join(symbols: Iterable[str], unit: Unit) -> str:
    """Text that reads as such: characters end to end; words with spaces where English has them."""
    return "".join(parts(symbols, unit))


def parts(symbols: Iterable[str], unit: Unit) -> Iterator[str]:
    """What each symbol adds to the text: itself, and for a word the space before it where there is one."""
    if unit == "character":
        yield from (LOST if symbol == UNKNOWN_NAME else symbol for symbol in symbols)
        return
    last = NEWLINE
    for symbol in symbols:
        is_apart = last not in _NO_SPACE_AFTER and symbol not in _NO_SPACE_BEFORE
        yield f" {symbol}" if is_apart else symbol
        last = symbol


def shown(symbol: str) -> str:
    """A symbol by itself, as one sees it: a newline as its mark, an unknown character as one that was lost."""
    return "\u21b5" if symbol == NEWLINE else symbol


def numbers_of(symbols: Sequence[str]) -> dict[str, int]:
    """Symbol -> its place in a vocabulary."""
    return {symbol: number for number, symbol in enumerate(symbols)}

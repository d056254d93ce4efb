"""Raw text into sentences and tokens, with exact offsets, in the habits of the data that a model was trained on.

A small tokenizer of our own: nothing is normalized, every character that is no white space is in exactly one token.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Final, Literal

Habit = Literal["clitics", "whole", "punctuation"]
Offsets = tuple[int, int]

_LINK: Final = r"(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?)\]}'’]"
_MAIL: Final = r"[^\W_][\w.+-]{0,63}@[^\W_][\w-]{0,62}(?:\.[\w-]{0,62}[^\W_]){1,8}"
_HANDLE: Final = r"[@#]\w+"
_INITIALS: Final = r"(?:[^\W\d_]\.){2,}|[A-Z]\.(?=\s+[A-Z])"
_TITLE: Final = r"(?:Mrs?|Ms|Dr|Prof|St|Jr|Sr|vs|Inc|Ltd|Co|Corp|Gen|Sen|Rep|Gov|Capt|Sgt|Mt)\.(?=\s)|No\.(?=\s\d)"
_NUMBER: Final = r"\d+(?:[.,:/]\d+)+(?!\w)"
_SOLID: Final = r"[^\W_]+"
_REPEATED: Final = r"\.{2,}|-{2,}|[!?]{2,}|''|``|&[a-z]+;|[:;=]['’-]?[()DPp](?!\w)"
# Behind a word, as the Penn Treebank parts them: do n't, it 's.
_CLITIC: Final = re.compile(r"(?i)(.+?)(n['’]t|['’](?:s|m|d|re|ve|ll))")
_LONELY_CLITIC: Final = r"(?i:['’](?:s|m|d|re|ve|ll)\b)"

_PATTERNS: Final[dict[Habit, re.Pattern[str]]] = {
    "punctuation": re.compile(rf"{_NUMBER}|{_SOLID}|\S"),
    **dict.fromkeys(
        ("clitics", "whole"),
        re.compile(
            rf"{_LINK}|{_MAIL}|{_HANDLE}|{_INITIALS}|{_TITLE}|{_NUMBER}|{_SOLID}(?:[-'’&.]{_SOLID})*"
            rf"|{_LONELY_CLITIC}|{_REPEATED}|\S"
        ),
    ),
}
_ENDS: Final = frozenset((".", "!", "?", "…", "...", "。", "！", "？"))
_OPENING: Final = 8  # marks at most that close a sentence, and that open the next
_CLOSING: Final = frozenset("\"'”’)]}»") | {"''"}


def tokenize(text: str, habit: Habit = "clitics") -> list[Offsets]:
    """Begin and end of each token in `text`, in order. habit: see habit_of."""
    found = [match.span() for match in _PATTERNS[habit].finditer(text)]
    if habit == "clitics":
        found = [part for begin, end in found for part in _parted(text, begin, end)]
    return found if text.isascii() else _glued(text, found)


def sentences(text: str, offsets: list[Offsets], *, together: Iterable[Offsets] = ()) -> list[list[Offsets]]:
    """The tokens of a text, sentence by sentence: parted behind . ! ? and what closes, before a capital or a figure.

    together: stretches of the text that no sentence may end in, such as names.
    """
    held = {place for one, two in together for place in tokens_in(offsets, one, two)[:-1]}
    found: list[list[Offsets]] = [[]]
    for place, token in enumerate(offsets):
        found[-1].append(token)
        if place + 1 < len(offsets) and place not in held and _may_end(text, offsets, place):
            found.append([])
    return found if found[-1] else []


def tokens_in(offsets: list[Offsets], begin: int, end: int) -> range:
    """The places of the tokens that share a character with begin … end (exclusive) of the text."""
    first = bisect_right(offsets, begin, key=lambda token: token[1])
    return range(first, bisect_left(offsets, end, lo=first, key=lambda token: token[0]))


def habit_of(tokens: Iterable[str]) -> Habit:
    """How a set's own tokens are made.

    clitics: do n't, it 's, well-known (Penn Treebank); whole: don't; punctuation: every mark by itself, as in many
    biomedical sets: well - known, Crohn ' s.
    """
    inner = alone = clitics = held = 0
    for token in tokens:
        inner += bool(re.search(r"\w[-'’]\w", token))
        alone += token in ("-", "'", "’")
        clitics += bool(re.fullmatch(_LONELY_CLITIC + r"|n['’]t", token))
        held += bool(_CLITIC.fullmatch(token)) and token.lower() not in ("n't", "n’t")
    if alone > 10 * inner:
        return "punctuation"
    return "whole" if held > clitics else "clitics"


def _parted(text: str, begin: int, end: int) -> list[Offsets]:
    match = _CLITIC.fullmatch(text, begin, end) if end - begin > 2 else None
    if match is None or not text[begin].isalnum():
        return [(begin, end)]
    return [(begin, match.start(2)), (match.start(2), end)]


def _glued(text: str, offsets: list[Offsets]) -> list[Offsets]:
    """Tokens joined where a mark that combines would begin one: the pattern takes such marks for punctuation."""
    joined: list[Offsets] = []
    for begin, end in offsets:
        if joined and joined[-1][1] == begin and _belongs(text, begin):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def _belongs(text: str, at: int) -> bool:
    here, before = text[at], text[at - 1]
    if unicodedata.category(here)[0] == "M" or here in "\u200c\u200d":
        return True
    return here.isalnum() and (unicodedata.category(before)[0] == "M" or before in "\u200c\u200d")


def _may_end(text: str, offsets: list[Offsets], place: int) -> bool:
    """Whether a sentence can end behind this token."""
    back = place
    while back > max(place - _OPENING, 0) and text[slice(*offsets[back])] in _CLOSING:
        back -= 1
    if text[slice(*offsets[back])] not in _ENDS:
        return False
    end, begin = offsets[place][1], offsets[place + 1][0]
    mark = text[offsets[back][0]]
    follows = text[begin : begin + _OPENING].lstrip("\"'“‘([{«`")[:1]
    return mark in "。！？" or (end < begin and (follows.isupper() or follows.isdigit() or not follows.isascii()))

"""Sentences into words and marks, and back to the very same sentence: ￭ stands where no space was.

Penn's English clitics, Romance elisions and French inversions are words of their own: do ￭n't, it ￭'s, l' homme,
avez ￭-vous.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from seqtui.readers.tokens import tokenize

JOINED: Final = "\uffed"  # as in OpenNMT's tokenizer

_RUNS: Final = re.compile(r"\S+")
_ELIDED: Final = re.compile(r"[^\W\d_]+['\u2019]")
_INVERTED: Final = re.compile(
    r"(?i)(?<=\w)-(?:t-)?(?:je|tu|il|elle|on|nous|vous|ils|elles|ce|moi|toi|lui|leur|le|la|les|y|en|là|ci)$"
)
_APOSTROPHES: Final = "'\u2019"


def cut_words(text: str) -> list[tuple[str, int, int]]:
    """Words with the places where they begin and end in `text`; `join_words` of them is a text of single spaces."""
    found: list[tuple[str, int, int]] = []
    for run in _RUNS.finditer(text):
        start = run.start()
        found += [(word, start + begin, start + end) for word, begin, end in _cut_run(run[0])]
    return found


@lru_cache(maxsize=200_000)
def _cut_run(run: str) -> tuple[tuple[str, int, int], ...]:
    """Of what stands between two spaces; the same in every sentence."""
    found: list[tuple[str, int, int]] = []
    for begin, end in _parts(run):
        word = run[begin:end].replace(JOINED, "?")
        apart = not found or is_elided(found[-1][0])
        found.append((word if apart else JOINED + word, begin, end))
    return tuple(found)


def join_words(words: Iterable[str]) -> str:
    """The text that words were cut from, or that a model wrote word by word."""
    text, before = "", ""
    for word in words:
        glued = word.startswith(JOINED) or is_elided(before)
        text += word.removeprefix(JOINED) if glued or not text else f" {word}"
        before = word
    return text


def is_elided(word: str) -> bool:
    """Whether the next word follows without a space: l', qu'."""
    return bool(_ELIDED.fullmatch(word))


def _parts(text: str) -> Iterable[tuple[int, int]]:
    """Tokens, and those with an apostrophe inside cut behind it."""
    for begin, end in tokenize(text, "clitics"):
        inner = min((at for mark in _APOSTROPHES if (at := text.find(mark, begin + 1, end - 1)) > 0), default=-1)
        is_clitic = text[begin] in _APOSTROPHES or text[begin:end].lower() in ("n't", "n\u2019t")
        if inner < 0 or is_clitic or not _ELIDED.fullmatch(text, begin, inner + 1) or not text[inner + 1].isalnum():
            yield from _inversion(text, begin, end)
        else:
            yield begin, inner + 1
            yield from _inversion(text, inner + 1, end)


def _inversion(text: str, begin: int, end: int) -> Iterable[tuple[int, int]]:
    found = _INVERTED.search(text, begin, end) if "-" in text[begin:end] else None
    if found is None or found.start() <= begin:
        return ((begin, end),)
    return (begin, found.start()), (found.start(), end)

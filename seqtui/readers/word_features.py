"""Words as the numbers that a tagger reads: the word itself, its casing, its characters; it makes no vocabulary."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.tagged_set import Sentence

UNKNOWN: Final = "<unknown>"
NO_CHARACTER: Final = "<none>"  # number 0 of the characters
CASINGS: Final = ("lower", "UPPER", "Title", "mixEd", "figures", "some figures", "marks")
_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Spelling:
    """What of a word its number tells apart: case, and figures (all are 0 where they are not)."""

    lower: bool
    zeros: bool

    def of(self, token: str) -> str:
        """The word that stands for a token in the vocabulary."""
        token = token.lower() if self.lower else token
        return _DIGIT.sub("0", token) if self.zeros else token


@dataclass(frozen=True, slots=True)
class Lookup:
    """words, characters: their numbers; UNKNOWN is number 0 of the words and 1 of the characters, 0 is no character.

    letters: how many characters of a word are looked at; 0: none.
    """

    spelling: Spelling
    words: Mapping[str, int]
    characters: Mapping[str, int]
    letters: int

    def step(self, token: str) -> list[int]:
        """2 + letters numbers: the word's, the casing's, and those of its first characters."""
        letters = [self.characters.get(each, 1) for each in token[: self.letters]]
        word = self.words.get(self.spelling.of(token), 0)
        return [word, casing_of(token), *letters, *[0] * (self.letters - len(letters))]


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """values (total, 2 + letters) int32; lengths (records,); texts: of each record; spans (total, 2): tokens in it."""

    values: NDArray[np.int32]
    lengths: NDArray[np.int64]
    texts: list[str]
    spans: NDArray[np.int32]


def encode(sentences: Sequence[Sentence], lookup: Lookup) -> Encoded:
    """A row a token; equal tokens are looked up once."""
    rows: dict[str, int] = {}
    order = [rows.setdefault(token, len(rows)) for sentence in sentences for token in sentence.tokens]
    table = np.array([lookup.step(token) for token in rows], np.int32).reshape(len(rows), 2 + lookup.letters)
    placed = [sentence.placed() for sentence in sentences]
    spans = [span for _, offsets in placed for span in offsets]
    return Encoded(
        table[np.array(order, np.int64)],
        np.array([len(sentence.tokens) for sentence in sentences], np.int64),
        [text for text, _ in placed],
        np.array(spans, np.int32).reshape(len(spans), 2),
    )


def word_counts(sentences: Sequence[Sentence], spelling: Spelling) -> Counter[str]:
    """How often each word stands in the sentences."""
    return Counter(spelling.of(token) for sentence in sentences for token in sentence.tokens)


def character_counts(sentences: Sequence[Sentence]) -> Counter[str]:
    """How often each character does, as written."""
    counts: Counter[str] = Counter()
    for token, number in Counter(token for sentence in sentences for token in sentence.tokens).items():
        for character in token:
            counts[character] += number
    return counts


def casing_of(token: str) -> int:
    """A number of CASINGS (after Reimers & Gurevych 2017)."""
    figures = sum(each.isdigit() for each in token)
    if figures:
        return 4 if figures == len(token) else 5
    if token.islower():
        return 0
    if token.isupper():
        return 1 if len(token) > 1 else 2
    if token[:1].isupper() and (token[1:].islower() or not any(each.isupper() for each in token[1:])):
        return 2
    return 3 if any(each.isalpha() for each in token) else 6


def spell_rows(values: NDArray[np.int32], words: Sequence[str], characters: Sequence[str]) -> list[str]:
    """What is known of each word from its numbers (steps, 2 + letters): its characters, or else its word and casing."""
    return [_spelled(row, words, characters) for row in values.tolist()]


def _spelled(row: Sequence[int], words: Sequence[str], characters: Sequence[str]) -> str:
    word = words[row[0]] if row[0] else ""
    letters = [each for each in row[2:] if each]
    if letters:
        seen = "".join("·" if each == 1 else characters[each] for each in letters)
        cut = len(letters) == len(row) - 2 and len(word or seen) > len(seen)
        return seen + word[len(seen) :] if cut else seen + "…" * (not word and len(letters) == len(row) - 2)
    if not word:
        return UNKNOWN
    return {1: word.upper(), 2: word.capitalize()}.get(row[1], word)

"""Words as the numbers that a tagger reads: the word itself, casing, characters, beginning, end and shape."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.tagged.tagged_set import Sentence

UNKNOWN: Final = "<unknown>"
NO_CHARACTER: Final = "<none>"  # number 0 of the characters
CASINGS: Final = ("lower", "UPPER", "Title", "mixEd", "figures", "some figures", "marks")
OFTEN: Final = 3  # times that a piece stands in the training split to be known
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

    letters: how many characters of a word are looked at; 0: none. pieces: numbers of each kind of piece; see pieces_of.
    """

    spelling: Spelling
    words: Mapping[str, int]
    characters: Mapping[str, int]
    letters: int
    affixes: int = 0
    pieces: Sequence[Mapping[str, int]] = ()

    def step(self, token: str) -> list[int]:
        """2 + letters + pieces numbers: the word's, the casing's, those of its first characters, and of its pieces."""
        letters = [self.characters.get(each, 1) for each in token[: self.letters]]
        word = self.words.get(self.spelling.of(token), 0)
        said = pieces_of(token, self.affixes) if self.pieces else ()
        pieces = [table.get(each, 0) for table, each in zip(self.pieces, said, strict=True)]
        return [word, casing_of(token), *letters, *[0] * (self.letters - len(letters)), *pieces]


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """values (total, 2 + letters + pieces) int32; lengths (records,); texts: of each record; spans (total, 2): of each
    token in it.
    """

    values: NDArray[np.int32]
    lengths: NDArray[np.int64]
    texts: list[str]
    spans: NDArray[np.int32]


def encode(sentences: Sequence[Sentence], lookup: Lookup) -> Encoded:
    """A row a token; equal tokens are looked up once."""
    rows: dict[str, int] = {}
    order = [rows.setdefault(token, len(rows)) for sentence in sentences for token in sentence.tokens]
    width = 2 + lookup.letters + len(lookup.pieces)
    table = np.array([lookup.step(token) for token in rows], np.int32).reshape(len(rows), width)
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


def pieces_of(token: str, affixes: int) -> tuple[str, str, str]:
    """A word's first and last `affixes` letters in lower case, and its shape: McDonald's is XxXxx'x."""
    small = token.lower()
    return small[:affixes], small[-affixes:], shape_of(token)


def shape_of(token: str) -> str:
    """Capitals as X, other letters as x, figures as 0, marks as they are; of more than two alike in a row stand two."""
    shape = ""
    for each in token:
        kind = "X" if each.isupper() else "x" if each.isalpha() else "0" if each.isdigit() else each
        if not shape.endswith(2 * kind):
            shape += kind
    return shape


def known_pieces(sentences: Sequence[Sentence], affixes: int) -> list[list[str]]:
    """Of each kind those that stand OFTEN or more in the sentences, in order, behind UNKNOWN."""
    counts: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())
    for token, number in Counter(token for sentence in sentences for token in sentence.tokens).items():
        for count, piece in zip(counts, pieces_of(token, affixes), strict=True):
            count[piece] += number
    return [[UNKNOWN, *sorted(piece for piece, number in count.items() if number >= OFTEN)] for count in counts]


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


def spell_rows(
    values: NDArray[np.int32], words: Sequence[str], characters: Sequence[str], pieces: int = 0
) -> list[str]:
    """What is known of each word from its numbers (steps, 2 + letters + pieces): its characters, or else its word and
    casing.
    """
    return [_spelled(row, words, characters) for row in values[:, : values.shape[1] - pieces].tolist()]


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

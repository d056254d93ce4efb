"""Both sides of pairs as numbers: cut into words, sub-words or characters, and looked up in vocabularies."""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.pairs.words import cut_words, join_words
from seqtui.readers.token_places import token_places
from seqtui.text_tools import TextTools

PairUnit = Literal["word", "whitespace", "subword", "character"]
Placed = tuple[list[str], NDArray[np.int32]]
Cutter = Callable[[str], Placed]

UNKNOWN: Final = "<unk>"
START: Final = "<start>"
END: Final = "<end>"
SPECIALS: Final = (UNKNOWN, START, END)  # numbers 0, 1, 2 of either side
SPACE: Final = "\u2581"  # what SentencePiece writes for a space before a piece


@dataclass(frozen=True, slots=True)
class Side:
    """How the texts of one side become numbers, all of it fitted on training texts.

    tokens: the vocabulary, a token's number is its place, SPECIALS first. subwords: the SentencePiece model, or b"".
    """

    unit: PairUnit
    tokens: tuple[str, ...]
    subwords: bytes = b""

    @property
    def plural(self) -> str:
        """What its steps are, for sentences."""
        return {"subword": "sub-words", "character": "characters"}.get(self.unit, "words")

    def as_json(self) -> dict[str, Any]:
        """What `side_from` reads back."""
        return {"unit": self.unit, "tokens": list(self.tokens), "subwords": b64encode(self.subwords).decode()}

    def spell(self, values: Iterable[int]) -> list[str]:
        """The token of each number."""
        return [self.tokens[value] for value in values]

    def joined(self, tokens: Iterable[str]) -> str:
        """The text that tokens stand for."""
        match self.unit:
            case "word":
                return join_words(tokens)
            case "whitespace":
                return " ".join(tokens)
            case "subword":
                return "".join(tokens).replace(SPACE, " ").strip()
            case "character":
                return "".join(tokens)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Texts of one side as numbers.

    rows: (tokens,) int32 of each text; places: (tokens, 2) of each, where in its text each token stands.
    """

    rows: list[NDArray[np.int32]]
    places: list[NDArray[np.int32]]

    def lengths(self) -> NDArray[np.int64]:
        """(texts,) tokens of each."""
        return np.array([len(row) for row in self.rows], np.int64)


def side_from(values: Mapping[str, Any]) -> Side:
    """A side as it was stored."""
    return Side(values["unit"], tuple(values["tokens"]), b64decode(values["subwords"]))


def fit_side(unit: PairUnit, texts: Sequence[str], *, most: int, least: int, tools: TextTools) -> Side:
    """A side of training texts. most: tokens of its own (sub-words: pieces); least: times a word is seen to be known.

    Sub-words and characters are known if they were seen at all.
    """
    subwords = tools.train_subwords(texts, most) if unit == "subword" else b""
    cut = cutter(unit, subwords, tools)
    counts = Counter(token for text in texts for token in cut(text)[0])
    for special in SPECIALS:
        counts.pop(special, None)
    fewest = least if unit in ("word", "whitespace") else 1
    return Side(unit, tuple(tools.vocabulary(counts, specials=list(SPECIALS), most=most, least=fewest)), subwords)


def cutter(unit: PairUnit, subwords: bytes, tools: TextTools) -> Cutter:
    """What cuts a text of single spaces into tokens, with the places of each."""
    match unit:
        case "word":
            return _words
        case "whitespace":
            return _between_spaces
        case "character":
            return _characters
        case "subword":
            pieces = tools.subwords(subwords)
            return lambda text: _placed(text, pieces(text))


def encode_side(texts: Iterable[str], side: Side, *, tools: TextTools) -> Numbers:
    """Numbers of texts, a text without any token being one UNKNOWN."""
    cut, number = cutter(side.unit, side.subwords, tools), {token: at for at, token in enumerate(side.tokens)}
    rows, places = [], []
    for text in texts:
        tokens, where = cut(text)
        if not tokens:
            tokens, where = [UNKNOWN], np.array([[0, len(text)]], np.int32)
        rows.append(np.array([number.get(token, 0) for token in tokens], np.int32))
        places.append(where)
    return Numbers(rows, places)


def _words(text: str) -> Placed:
    found = cut_words(text)
    return [word for word, _, _ in found], np.array([each[1:] for each in found], np.int32).reshape(-1, 2)


def _between_spaces(text: str) -> Placed:
    tokens = text.split()
    ends = np.cumsum([len(token) + 1 for token in tokens], dtype=np.int32) - 1
    lengths = np.array([len(token) for token in tokens], np.int32)
    return tokens, np.stack([ends - lengths, ends], 1).astype(np.int32)


def _characters(text: str) -> Placed:
    begins = np.arange(len(text), dtype=np.int32)
    return list(text), np.stack([begins, begins + 1], 1)


def _placed(text: str, tokens: list[str]) -> Placed:
    return tokens, token_places(text, tokens)

"""Texts as numbers: cut into words, sub-words or characters, and looked up in a vocabulary of the training texts."""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.token_places import token_places
from seqtui.text_tools import TextTools

Unit = Literal["word", "whitespace", "subword", "character"]
Cutter = Callable[[str], list[str]]

UNKNOWN: Final = "<unk>"


@dataclass(frozen=True, slots=True)
class Units:
    """How texts become numbers, all of it fitted on training texts.

    tokens: the vocabulary, a token's number is its place; 0 is UNKNOWN. subwords: the SentencePiece model, or b"".
    """

    unit: Unit
    tokens: tuple[str, ...]
    subwords: bytes = b""

    @property
    def plural(self) -> str:
        """What its steps are, for sentences."""
        return {"subword": "sub-words", "character": "characters"}.get(self.unit, "words")

    def as_json(self) -> dict[str, Any]:
        """What `units_from` reads back."""
        return {"unit": self.unit, "tokens": list(self.tokens), "subwords": b64encode(self.subwords).decode()}


@dataclass(frozen=True, slots=True)
class Encoded:
    """Texts as numbers.

    values: (total,) int32, laid end to end; lengths: (texts,) int64, 1 at least; cut: how many texts were longer than
    they may be; unknown: how many of the values are UNKNOWN; places: (total, 2) where in its text each token stands, as
    token_places says, if that was asked for.
    """

    values: NDArray[np.int32]
    lengths: NDArray[np.int64]
    cut: int
    unknown: int
    places: NDArray[np.int32] | None = None


def fit_units(unit: Unit, texts: Sequence[str], *, most: int, least: int, tools: TextTools) -> Units:
    """Units of training texts. most: tokens in the vocabulary (sub-words: pieces); least: times a token is seen."""
    subwords = tools.train_subwords(texts, most) if unit == "subword" else b""
    cut = cutter(unit, subwords, tools)
    counts = Counter(token for text in texts for token in cut(text))
    counts.pop(UNKNOWN, None)
    return Units(unit, tuple(tools.vocabulary(counts, specials=[UNKNOWN], most=most, least=least)), subwords)


def units_from(values: Mapping[str, Any]) -> Units:
    """Units as they were stored."""
    return Units(values["unit"], tuple(values["tokens"]), b64decode(values["subwords"]))


def cutter(unit: Unit, subwords: bytes, tools: TextTools) -> Cutter:
    """What cuts a text into tokens. word: lower case, punctuation apart; whitespace: as it stands between spaces."""
    match unit:
        case "word":
            return tools.tokenizer("basic_english")
        case "whitespace":
            return str.split
        case "subword":
            return tools.subwords(subwords)
        case "character":
            return list


def encode(
    texts: Iterable[str], units: Units, *, longest: int, tools: TextTools, placed: bool = False
) -> Encoded:  # fmt: skip
    """Numbers of texts; a text without any token is one UNKNOWN, a longer one than `longest` keeps its beginning."""
    cut, number = cutter(units.unit, units.subwords, tools), {token: at for at, token in enumerate(units.tokens)}
    rows, places, too_long = [], [], 0
    for text in texts:
        tokens = cut(text) or [UNKNOWN]
        too_long += len(tokens) > longest
        rows.append(np.array([number.get(token, 0) for token in tokens[:longest]], np.int32))
        if placed:
            places.append(token_places(text, tokens[:longest]))
    values = np.concatenate(rows) if rows else np.zeros(0, np.int32)
    where = np.concatenate([np.zeros((0, 2), np.int32), *places]) if placed else None
    lengths = np.array([len(row) for row in rows], np.int64)
    return Encoded(values, lengths, too_long, int((values == 0).sum()), where)

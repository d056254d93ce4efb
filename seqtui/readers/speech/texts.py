"""What is said, as symbols: characters or words of texts in lower case, without marks."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput

Unit = Literal["character", "word"]
MOST_SYMBOLS: Final = 5000
_APOSTROPHES: Final = "'’"


@dataclass(frozen=True, slots=True)
class Said:
    """Texts as numbers of symbols, end to end. lost: symbols that were not known and left out."""

    targets: NDArray[np.int64]
    lengths: NDArray[np.int64]
    lost: int

    @property
    def notes(self) -> list[str]:
        """What was left out, in a sentence."""
        return [f"{self.lost:,} symbols of the texts are not known and were left out"] if self.lost else []


def plain_text(text: str) -> str:
    """Lower case, letters, digits and apostrophes; all else parts words; single spaces."""
    folded = unicodedata.normalize("NFC", text).lower()
    kept = (each if each.isalnum() or unicodedata.category(each)[0] == "M" else _mark(each) for each in folded)
    return " ".join("".join(kept).split())


def symbols_of(text: str, unit: Unit) -> list[str]:
    """The characters or words of a text, spaces among the characters."""
    plain = plain_text(text)
    return list(plain) if unit == "character" else plain.split()


def fit_symbols(texts: Sequence[str], unit: Unit) -> tuple[str, ...]:
    """All symbols of the training texts, in order. BadInput where there are none, or too many."""
    found = sorted({symbol for text in texts for symbol in symbols_of(text, unit)})
    if not found:
        raise BadInput("the texts of the training split hold no letter or digit, so there is nothing to learn to write")
    if len(found) > MOST_SYMBOLS:
        raise BadInput(f"the texts hold {len(found):,} different {unit}s; ask for --unit character")
    return tuple(found)


def encode_texts(texts: Sequence[str | None], symbols: Sequence[str], unit: Unit) -> Said:
    """Each text as numbers of its symbols; one that is not known is empty."""
    number = {symbol: at for at, symbol in enumerate(symbols)}
    wanted = [symbols_of(text or "", unit) for text in texts]
    rows = [[number[symbol] for symbol in text if symbol in number] for text in wanted]
    lengths = np.array([len(row) for row in rows], np.int64)
    targets = np.array([each for row in rows for each in row], np.int64)
    return Said(targets, lengths, sum(map(len, wanted)) - len(targets))


def steps_needed(said: Said) -> NDArray[np.int64]:
    """(texts,) steps that a path of CTC needs at least: the symbols, and a blank between equal ones."""
    ends = np.cumsum(said.lengths)
    rows = [said.targets[end - count : end] for end, count in zip(ends.tolist(), said.lengths.tolist(), strict=True)]
    return np.array([len(row) + int((row[1:] == row[:-1]).sum()) for row in rows], np.int64)


def _mark(character: str) -> str:
    return "'" if character in _APOSTROPHES else " "

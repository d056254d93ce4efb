"""What a text application takes from torchtext: tokenizers, vocabularies, sub-words, word vectors.

torchtext imports torch, so the real thing lives in the engine (seqtui.engine.torchtext_tools), which hands it to a task
before it asks the task for anything (Task.equip). Readers and tasks know this interface alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class WordVectors:
    """matrix (words, dimensions) float32, zeros where a word has no vector; known (words,): where it has one."""

    matrix: NDArray[np.float32]
    known: NDArray[np.bool_]


class TextTools(Protocol):
    """torchtext, as far as tasks need it."""

    def tokenizer(self, name: str) -> Callable[[str], list[str]]:
        """One of torchtext's tokenizers by its name there: 'basic_english' lower-cases and parts punctuation."""

    def vocabulary(
        self, counts: Mapping[str, int], *, specials: Sequence[str], most: int | None = None, least: int = 1
    ) -> list[str]:
        """The specials, then at most `most` tokens seen at least `least` times, the most frequent first, ties by name.

        A token's number is its place in the list.
        """

    def train_subwords(self, texts: Iterable[str], size: int) -> bytes:
        """Byte-pair encodings (Sennrich et al. 2016), by SentencePiece: at most `size` pieces, fitted to texts.

        BadInput where these are too few.
        """

    def subwords(self, model: bytes) -> Callable[[str], list[str]]:
        """What cuts a text into the pieces of such a model."""

    def vectors(self, path: Path, words: Sequence[str]) -> WordVectors:
        """Vectors of words from a text file of the GloVe or fastText form: a word and its numbers a line.

        A word that is missing is looked for in lower case. BadInput names the line that is wrong; NotFound.
        """

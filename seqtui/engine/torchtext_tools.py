"""torchtext 0.6 behind seqtui.text_tools. It takes two seconds to import, so it is imported where it is first used."""

import io
import logging
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from seqtui.errors import BadInput, NotFound
from seqtui.text_safety import clean
from seqtui.text_tools import WordVectors


class TorchtextTools:
    """What a task is equipped with (seqtui.text_tools.TextTools)."""

    def tokenizer(self, name: str) -> Callable[[str], list[str]]:
        """torchtext.data.get_tokenizer."""
        from torchtext.data import get_tokenizer

        found: Callable[[str], list[str]] = get_tokenizer(name)
        return found

    def vocabulary(
        self, counts: Mapping[str, int], *, specials: Sequence[str], most: int | None = None, least: int = 1
    ) -> list[str]:
        """torchtext.vocab.Vocab."""
        from torchtext.vocab import Vocab

        made = Vocab(Counter(counts), max_size=most, min_freq=least, specials=list(specials))
        return list(made.itos)

    def train_subwords(self, texts: Iterable[str], size: int) -> bytes:
        """sentencepiece, which torchtext uses, without a file between."""
        import sentencepiece

        model = io.BytesIO()
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(texts), model_writer=model, vocab_size=size, model_type="bpe",
                hard_vocab_limit=False, minloglevel=2, num_threads=1, character_coverage=0.9995,
            )  # fmt: skip
        except RuntimeError as error:
            raise BadInput(
                f"no sub-words could be learned from the training texts ({clean(str(error))[:100]}); they may be too "
                "few: choose words or characters as the unit"
            ) from error
        return model.getvalue()

    def subwords(self, model: bytes) -> Callable[[str], list[str]]:
        """The pieces of a text under such a model."""
        import sentencepiece

        processor = sentencepiece.SentencePieceProcessor(model_proto=model)

        def cut(text: str) -> list[str]:
            pieces: list[str] = processor.encode(text, out_type=str)
            return pieces

        return cut

    def vectors(self, path: Path, words: Sequence[str]) -> WordVectors:
        """torchtext.vocab.Vectors, over the lines of the file that are asked for and have been checked."""
        from torchtext.vocab import Vectors

        wanted = set(words) | {word.lower() for word in words}
        with TemporaryDirectory() as folder:
            size = _keep_wanted(path, wanted, Path(folder) / "vectors.txt")
            logging.getLogger("torchtext.vocab").setLevel(logging.WARNING)
            table: Any = Vectors("vectors.txt", cache=folder)
        places = np.array([table.stoi.get(word, table.stoi.get(word.lower(), -1)) for word in words])
        known = places >= 0
        matrix = np.zeros((len(words), size), np.float32)
        matrix[known] = table.vectors.numpy()[places[known]]
        return WordVectors(matrix, known)


def _keep_wanted(path: Path, wanted: set[str], kept: Path) -> int:
    """Copy the lines of wanted words, every one of which is checked; how many numbers a line has.

    BadInput where a line of one is wrong, and where there is none. A few lines of GloVe (840B) have blanks in their
    words: no vocabulary has such.
    """
    if not path.is_file():
        raise NotFound(f"there is no file of word vectors {path}")
    size = 0
    with path.open(encoding="utf-8", newline="\n") as source, kept.open("w", encoding="utf-8") as target:
        try:
            for number, line in enumerate(source, 1):
                fields = line.rstrip().split(" ")
                if number == 1 and len(fields) == 2 and fields[0].isdigit() and fields[1].isdigit():
                    continue  # fastText's head: how many words, how many dimensions
                size = size or len(fields) - 1
                word = " ".join(fields[:-size]) if len(fields) > size + 1 else fields[0]
                if word not in wanted:
                    continue
                if len(fields) - 1 != size or size < 1 or not all(_is_finite(each) for each in fields[1:]):
                    raise BadInput(
                        f"{path}, line {number}: {clean(word)[:40]!r} must be followed by {max(size, 1)} numbers, as "
                        "in files of the GloVe or fastText form"
                    )
                target.write(line.rstrip() + "\n")
        except UnicodeDecodeError as error:
            raise BadInput(f"{path} is no UTF-8 text (byte {error.start}); word vectors are read as text") from error
    if not kept.stat().st_size:
        raise BadInput(
            f"{path} has a vector for none of the words of the vocabulary; is it a file of word vectors, a word and "
            "its numbers a line, and of this language?"
        )
    return size


def _is_finite(number: str) -> bool:
    try:
        return math.isfinite(float(number))
    except ValueError:
        return False

"""Nucleotide sequences out: FASTA, plain or gzip, of any number and length, whole or not there."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from pathlib import Path
from typing import Final

import numpy as np

from seqtui.errors import BadInput
from seqtui.readers.dna.alphabet import Codes, decode
from seqtui.readers.prediction_files import Labeled, write_whole_text
from seqtui.text_safety import clean

_LINES_AT_ONCE: Final = 4096
_LETTERS: Final = re.compile(r"[A-Za-z*.\-]*")
_ENDS_A_LABEL: Final = re.compile(r"[\s|;,)\]]+")


def write_fasta(
    names: Sequence[str],
    sequences: Iterable[str | Codes],
    path: Path,
    *,
    descriptions: Sequence[str] | None = None,
    width: int = 60,
) -> None:
    """A record a name, in lines of `width` letters. sequences: letters or codes, one a name, read one at a time.

    A name becomes one word that no reader mistakes: blanks become _, controls are made visible, and a '>' at its
    beginning goes. A sequence without letters is a title alone. BadInput for letters that are none, and where the file
    cannot be written; ValueError where there are not as many sequences as names.
    """
    if descriptions is not None and len(descriptions) != len(names):
        raise ValueError(f"{len(descriptions)} descriptions for {len(names)} names")
    told = repeat("", len(names)) if descriptions is None else descriptions
    write_whole_text(path, _fasta(zip(names, told, sequences, strict=True), width))


def write_prediction_fasta(predictions: Iterable[Labeled], classes: Sequence[str], path: Path) -> None:
    """A record a prediction, with its values as codes, titled NAME label=CLASS p=0.9731, and truth=CLASS if known.

    What would end a class in a title when it is read again (blanks and | ; , ) ]) becomes _ there. Errors as
    `write_fasta`.
    """
    words = [_ENDS_A_LABEL.sub("_", clean(name)) for name in classes]

    def records() -> Iterator[tuple[str, str, Codes]]:
        for each in predictions:
            truth = "" if each.truth is None else f" truth={words[each.truth]}"
            title = f"label={words[each.guess]} p={each.chances[each.guess]:.4f}{truth}"
            yield each.name, title, np.asarray(each.values, np.uint8)

    write_whole_text(path, _fasta(records(), 60))


def _fasta(records: Iterable[tuple[str, str, str | Codes]], width: int) -> Iterator[str]:
    for number, (name, told, sequence) in enumerate(records, 1):
        yield f">{_safe_name(name, number)} {_one_line(told)}".rstrip() + "\n"
        # A chromosome is written stretch by stretch.
        step = width * _LINES_AT_ONCE
        for begin in range(0, len(sequence), step):
            stretch = sequence[begin : begin + step]
            letters = stretch if isinstance(stretch, str) else decode(stretch)
            if not _LETTERS.fullmatch(letters):
                odd = next(letter for letter in letters if not _LETTERS.fullmatch(letter))
                raise BadInput(f"record {_safe_name(name, number)} holds {odd!r}, which FASTA cannot; write letters")
            yield "".join(letters[at : at + width] + "\n" for at in range(0, len(letters), width))


def _safe_name(name: str, number: int) -> str:
    return "_".join(clean(name).split()).lstrip(">") or f"sequence-{number}"


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())

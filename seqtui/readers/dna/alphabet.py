"""Nucleotide letters as numbers: the fifteen IUPAC codes (NC-IUB 1985), their complements, and what each one means.

A, C, G and T are 0 … 3; an ambiguity code is one number more, and as an input it is the even mixture of its bases.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

LETTERS: Final = "ACGTRYSWKMBDHVN"
BASES: Final = {
    "A": "A", "C": "C", "G": "G", "T": "T", "R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT", "M": "AC",
    "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": "ACGT",
}  # fmt: skip
MIXTURES: Final = tuple(tuple((base in BASES[letter]) / len(BASES[letter]) for base in "ACGT") for letter in LETTERS)

Codes = NDArray[np.uint8]

_COMPLEMENT: Final = dict(zip("ACGTRYSWKMBDHVN", "TGCAYRSWMKVHDBN", strict=True))
_COMPLEMENT_CODES: Final = np.array([LETTERS.index(_COMPLEMENT[letter]) for letter in LETTERS], np.uint8)
_LETTER_BYTES: Final = np.frombuffer(LETTERS.encode(), np.uint8)


def decode(codes: Codes) -> str:
    """Codes (length,) -> letters."""
    return _LETTER_BYTES[codes].tobytes().decode("ascii")


def reverse_complement(codes: Codes) -> Codes:
    """The other strand, read in its own direction 5' to 3'."""
    return _COMPLEMENT_CODES[codes[::-1]]

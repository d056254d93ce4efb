"""What a sequence is begun with, and how bases are set in lines."""

from pathlib import Path
from typing import Final

import numpy as np

from seqtui.errors import BadInput, NotFound
from seqtui.readers.dna.alphabet import LETTERS, Codes
from seqtui.readers.dna.files import SUFFIXES, read_sequences
from seqtui.text_safety import clean

_BLOCK: Final = 10


def first_bases(source: str) -> Codes:
    """Codes (length,) of the bases that were typed, blanks between them or not, or of the first record of a file."""
    path = Path(source)
    if path.is_file():
        sequences = read_sequences(path)
        return np.asarray(sequences.codes[: int(sequences.lengths[0])])
    typed = "".join(source.split()).upper().replace("U", "T")
    if source.lower().endswith(SUFFIXES):
        raise NotFound(f"there is no file {clean(source)} to begin with")
    strange = sorted(set(typed) - set(LETTERS))
    if strange or not typed:
        raise BadInput(f"{clean(source, limit=40)!r} is neither a file nor bases: give letters of {LETTERS}, or a file")
    return np.array([LETTERS.index(letter) for letter in typed], np.uint8)


def draw_bases(letters: str, *, width: int, height: int) -> str:
    """Bases in blocks of ten, each line begun with the number of its first base; what does not fit is counted."""
    margin = len(f"{max(len(letters), 1):,}") + 2
    blocks = max((width - margin) // (_BLOCK + 1), 1)
    a_line = blocks * _BLOCK
    lines: list[str] = []
    for begin in range(0, max(len(letters), 1), a_line):
        if len(lines) == height - 1 and begin + a_line < len(letters):
            lines.append(f"{'…':>{margin - 2}}  {len(letters) - begin:,} more bases")
            break
        part = letters[begin : begin + a_line]
        grouped = " ".join(part[at : at + _BLOCK] for at in range(0, len(part), _BLOCK))
        lines.append(f"{begin + 1:>{margin - 2},}  {grouped}"[:width])
    return "\n".join(lines)

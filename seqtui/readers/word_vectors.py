"""How many numbers a word has in a file of vectors, and how much of a vocabulary and of texts the file covers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.text_safety import clean

_LONGEST_LINE: Final = 1_000_000


def vector_size(path: str) -> int | None:
    """Numbers a word in a text file of the GloVe or fastText form, by its first two lines; None where it is no such."""
    file = Path(path).expanduser()
    if not file.is_file():
        return None
    try:
        with file.open(encoding="utf-8", errors="replace", newline="\n") as lines:
            first, second = (lines.readline(_LONGEST_LINE).rstrip().split(" ") for _ in range(2))
    except OSError:
        return None
    has_head = len(first) == 2 and all(each.isdigit() for each in first)
    size = len(second if has_head else first) - 1
    return size if size > 0 else None


def coverage_note(path: str, known: NDArray[np.bool_], values: NDArray[np.int32], tokens: Sequence[str]) -> str:
    """Shares of the vocabulary and of the training text that have no vector. known: (tokens,) which have one.

    Token 0, which stands for all that is unknown, has none by nature and is left out.
    """
    counts = np.bincount(values, minlength=len(tokens))[1:]
    have = known[1:]
    missing = counts[~have].sum() / max(int(counts.sum()), 1)
    often = np.argsort(np.where(have, 0, -counts), kind="stable")[:3].tolist()
    examples = ", ".join(clean(tokens[at + 1], limit=30) for at in often if not have[at])
    such = f", such as {examples}" if examples else ""
    return (
        f"{clean(Path(path).name)}: {(~have).mean():.1%} of the {len(have):,} words of the vocabulary and "
        f"{missing:.1%} of the training text have no word vector{such}; they begin at random"
    )

"""Where in a text its tokens stand, found after they were cut: a tokenizer may have lowered or rewritten them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

FARTHEST: Final = 64  # characters between two tokens, of which a tokenizer has dropped all
_SPACE: Final = "\u2581"  # what SentencePiece writes for a space before a piece


def token_places(text: str, tokens: Sequence[str]) -> NDArray[np.int32]:
    """(tokens, 2) begin and end, exclusive, of each token in `text`, in characters, from left to right.

    A token that does not stand there, as it was rewritten, has an empty place.
    """
    folded, at, places = _folded(text), 0, []
    for token in tokens:
        piece = _folded(token.removeprefix(_SPACE))
        found = folded.find(piece, at, at + FARTHEST + len(piece)) if piece else -1
        begin = at if found < 0 else found
        at = begin if found < 0 else found + len(piece)
        places.append((begin, at))
    return np.array(places, np.int32).reshape(-1, 2)


def _folded(text: str) -> str:
    """Lower case, every character in its place."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(each if len(each.lower()) != 1 else each.lower() for each in text)

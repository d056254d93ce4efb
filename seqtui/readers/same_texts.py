"""Which texts are one, but for case and white space."""

import unicodedata
from collections.abc import Sequence
from hashlib import blake2b

from seqtui.readers.grouped_split import Indices, group_numbers


def normalized(text: str) -> str:
    """What two texts must share to be one: NFC, no case, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def group_of_texts(texts: Sequence[str]) -> Indices:
    """(texts,) group numbers, counted as they first appear: one group is one text."""
    return group_numbers(
        blake2b(normalized(text).encode(errors="replace"), digest_size=16).digest() for text in texts
    )  # fmt: skip

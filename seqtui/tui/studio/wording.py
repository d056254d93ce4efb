"""What a person is asked for: a sequence of letters, or a text of words. One set of words for every panel of a desk."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Wording:
    """thing: what is asked about; pieces: what it is typed in."""

    thing: str
    pieces: str


LETTERS: Final = Wording("sequence", "letters")
WORDS: Final = Wording("text", "characters")
SENTENCES: Final = Wording("sentence", "characters")

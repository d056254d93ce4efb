"""What a run says of speech: a few validation recordings as the model hears them now."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spike:
    """A symbol that the model hears: in which column of the picture it begins, and its chance there."""

    column: int
    text: str
    chance: float


@dataclass(frozen=True, slots=True)
class HeardUtterance:
    """One recording. picture: its spectrogram, a string a row, the highest band first, a hexadecimal digit a column.

    text: what is heard; truth: what is said, '' where it is not known; chance: of a single word that is heard, nan of a
    transcript. spikes: symbols over time, and blank: the chance of none in each column, of a transcript. speaks: for
    each column how much it speaks for the word that is heard, of single words.
    """

    name: str
    seconds: float
    picture: list[str]
    text: str
    truth: str
    chance: float
    spikes: list[Spike]
    blank: list[float]
    speaks: list[float]


@dataclass(frozen=True, slots=True)
class Heard:
    """Validation recordings, always the same, under the model as it stood."""

    step: int
    utterances: list[HeardUtterance]

"""What a run says of the sequences that its model makes of others: source, output, reference and attention."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TranslatedPair:
    """One source as a model translates it, greedily.

    source, output, reference: tokens, one short text each, the end left out; reference: empty where none is known.
    attention: a row for each output token and one for the end (none where the search stopped before it), over the
    source's tokens, summing to one; empty for a model without attention. chances: of each output token, and of the end.
    copied: for each output token the source token that stands there for an unknown one, -1 where it is its own.
    """

    record: str
    source: list[str]
    output: list[str]
    reference: list[str]
    attention: list[list[float]]
    chances: list[float]
    copied: list[int]


@dataclass(frozen=True, slots=True)
class Translated:
    """A few validation records, always the same, as the model translates them at an evaluation."""

    step: int
    pairs: list[TranslatedPair]

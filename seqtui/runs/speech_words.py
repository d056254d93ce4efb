"""The words for asking a model that hears, and for what it says: one recording with its waveform, picture and texts."""

from dataclasses import dataclass
from typing import Final

from seqtui.runs.speech_events import HeardUtterance, Spike

MOST_BEAM: Final = 64


@dataclass(frozen=True, slots=True)
class AskSpeech:
    """What is heard in one record of a sound file, a folder or a manifest. beam: prefixes kept, of transcripts."""

    id: int
    path: str
    record: int = 0
    beam: int = 8


@dataclass(frozen=True, slots=True)
class SpeechHeard:
    """Record `index` of `count`: name … speaks are those of HeardUtterance, its spikes as three lists.

    low, high: of the samples of each stretch of the waveform, -1 … 1; none where the sound cannot be read again.
    texts, scores: words by their chances, or transcripts by their log-probability (nats), the best first.
    """

    id: int
    index: int
    count: int
    name: str
    seconds: float
    picture: list[str]
    text: str
    truth: str
    chance: float
    columns: list[int]
    symbols: list[str]
    chances: list[float]
    blank: list[float]
    speaks: list[float]
    low: list[float]
    high: list[float]
    texts: list[str]
    scores: list[float]
    are_words: bool
    notes: list[str]

    @property
    def heard(self) -> HeardUtterance:
        """As in a run's events, its text along the likeliest path."""
        spikes = [Spike(*each) for each in zip(self.columns, self.symbols, self.chances, strict=True)]
        return HeardUtterance(
            self.name, self.seconds, self.picture, self.text, self.truth, self.chance, spikes, self.blank, self.speaks
        )  # fmt: skip


def speech_fault(request: AskSpeech) -> str:
    """What is wrong with a request; '' if nothing."""
    if not request.path:
        return "there is nothing to listen to yet: open a file, or record"
    if request.record < 0:
        return f"there is no record {request.record}"
    return "" if 1 <= request.beam <= MOST_BEAM else f"a beam of {request.beam} cannot be: give 1 to {MOST_BEAM}"

"""The words of the sample studio: what a screen asks the process that keeps a model open, and what that one answers.

One JSON object a line, `kind` naming the word. A line of a stranger is checked like any other: from_line never trusts.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, get_args

from seqtui.runs.speech_words import AskSpeech, SpeechHeard, speech_fault
from seqtui.runs.tagging_words import AskTags, TagMoves, TagScores, TagsListed, TagsSaid, tagging_fault
from seqtui.runs.taste import taste_fault, taste_of
from seqtui.runs.translation_words import (
    AskTranslation,
    BeamMoved,
    TranslationAsked,
    TranslationFound,
    TranslationsListed,
    translation_fault,
)
from seqtui.runs.word_lines import word_from
from seqtui.runs.writing_words import (
    AskNext,
    AskSurprise,
    Continued,
    Followed,
    Surprised,
    WriteOn,
    first_fault,
    seed_fault,
    writing_fault,
)

LONGEST_STOP: Final = 1000


@dataclass(frozen=True, slots=True)
class MakeSample:
    """A sample in the task's length_unit. opening: a file of the studio's folder to go on from, instead of `prime`.

    stop: a text that ends it earlier, or ''.
    """

    id: int
    length: int
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0
    prime: str | None = None
    opening: str = ""
    repetition_penalty: float = 1.0
    stop: str = ""


@dataclass(frozen=True, slots=True)
class AskLabel:
    """What the model says of a text, or of a record of a file, and why. label: the class to explain; None: the guess.

    whole: predict every record of the file as well.
    """

    id: int
    text: str = ""
    path: str = ""
    record: int = 0
    label: int | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class WriteSamples:
    """Samples, each a .npy of the studio's folder, as a real file through the task."""

    id: int
    names: list[str]
    path: str


@dataclass(frozen=True, slots=True)
class WritePredictions:
    """The prediction of every record of a text or a file, as a real file through the task."""

    id: int
    path: str
    text: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the work at hand."""


@dataclass(frozen=True, slots=True)
class Quit:
    """Leave."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The model is ready. note: why it is another than one would think, or ''."""

    name: str
    note: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The model cannot be opened; the process ends."""

    reason: str


@dataclass(frozen=True, slots=True)
class Began:
    """A sample begins. Its steps are appended to `file`, each `shape` values of `dtype`; opening_steps come first."""

    id: int
    file: str
    dtype: str
    shape: list[int]
    opening_steps: int


@dataclass(frozen=True, slots=True)
class Grew:
    """So many steps of a sample are in its file, the opening counted."""

    id: int
    steps: int


@dataclass(frozen=True, slots=True)
class Made:
    """A sample is whole."""

    id: int
    steps: int
    new_steps: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Answered:
    """The label of record `index` of `count`, of so many steps. explained: the class that the next answers are about.

    symbols: of the first steps, one each; letters: what can be put in a step's place; none where it is too long.
    text: what was read, where it is kept; unknown: steps of words that are in no vocabulary.
    """

    id: int
    record: str
    index: int
    count: int
    steps: int
    symbols: list[str]
    letters: list[str]
    chances: list[float]
    truth: int | None
    explained: int
    notes: list[str]
    text: str = ""
    unknown: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Salient:
    """Gradient times input of each step, in nats of the log-odds of the explained class."""

    id: int
    scores: list[float]


@dataclass(frozen=True, slots=True)
class Substituted:
    """For steps from `first` on, the change of those log-odds by each letter."""

    id: int
    first: int
    changes: list[list[float]]


@dataclass(frozen=True, slots=True)
class Listed:
    """Records from `first` on: name, number of the likeliest class, its chance; texts: how each begins, where kept."""

    id: int
    first: int
    names: list[str]
    guesses: list[int]
    chances: list[float]
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Told:
    """All that was asked has been answered."""

    id: int


@dataclass(frozen=True, slots=True)
class Wrote:
    """An export is done."""

    id: int
    paths: list[str]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A newer request came before this one was done."""

    id: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that cannot be met, and why; id 0: a line that is none."""

    id: int
    reason: str


Request = (
    MakeSample | AskLabel | AskTags | AskTranslation | AskSpeech | WriteSamples | WritePredictions | Cancel | Quit
    | AskNext | WriteOn | AskSurprise
)  # fmt: skip
Answer = (
    Opened | Failed | Began | Grew | Made | Answered | Salient | Substituted | Listed | Told | Wrote | Dropped | Refused
    | Followed | Continued | Surprised | TagsSaid | TagScores | TagMoves | TagsListed
    | TranslationAsked | BeamMoved | TranslationFound | TranslationsListed | SpeechHeard
)  # fmt: skip
REQUESTS: Final[dict[str, type]] = {kind.__name__: kind for kind in get_args(Request)}
ANSWERS: Final[dict[str, type]] = {kind.__name__: kind for kind in get_args(Answer)}


def to_line(word: Request | Answer) -> bytes:
    """The word as a line. Numbers that are not finite travel as NaN and Infinity, which Python's JSON knows."""
    return json.dumps({"kind": type(word).__name__, **asdict(word)}, separators=(",", ":")).encode() + b"\n"


def request_from(line: bytes) -> Request | Refused:
    """The request in a line; refused with its reason where it is none."""
    try:
        found: Request = word_from(REQUESTS, line)
    except ValueError as error:
        return Refused(0, str(error))
    fault = _fault(found)
    return Refused(getattr(found, "id", 0), fault) if fault else found


def answer_from(line: bytes) -> Answer | None:
    """The answer in a line; None where it is none."""
    try:
        found: Answer = word_from(ANSWERS, line)
    except ValueError:
        return None
    return found


def _fault(request: Request) -> str:
    match request:
        case MakeSample(length=length):
            if not 1 <= length <= 100_000:
                return f"a length of {length} cannot be: give 1 to 100000"
            if len(request.stop) > LONGEST_STOP:
                return f"a text of {len(request.stop):,} characters to stop at cannot be: give {LONGEST_STOP} at most"
            taste = taste_fault(taste_of(request))
            return first_fault((taste, seed_fault(request.seed), _name_fault(request.opening)))
        case AskNext() | WriteOn() | AskSurprise():
            return writing_fault(request)
        case WriteSamples(names=names):
            return "there is nothing to write" if not names else first_fault(map(_name_fault, names))
        case AskTags():
            return tagging_fault(request)
        case AskTranslation():
            return translation_fault(request)
        case AskSpeech():
            return speech_fault(request)
        case AskLabel(record=record) if record < 0:
            return f"there is no record {record}"
    return ""


def _name_fault(name: str) -> str:
    is_inside = name == Path(name).name and name not in (".", "..")
    return "" if not name or is_inside else "a file outside of the studio's folder is not read"

"""The contract of an application: `tasks/NAME.py` holds one final subclass of Task.

Nothing here or in a task may import torch or Textual. A task turns files into flat arrays of numbers, and numbers
back into something a person hears, reads or opens; the engine does the rest.
"""

import textwrap
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from seqtui.config import Fault, Settings
from seqtui.errors import Usage
from seqtui.records import Hypothesis as Hypothesis
from seqtui.records import Prediction as Prediction
from seqtui.records import Records as Records
from seqtui.records import TagPrediction as TagPrediction
from seqtui.records import TextOf as TextOf
from seqtui.records import TranscriptPrediction as TranscriptPrediction
from seqtui.records import TranslationPrediction as TranslationPrediction
from seqtui.records import Values as Values
from seqtui.shapes import Head, IOShape, head_name, is_causal
from seqtui.text_tools import TextTools

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a task loaded: three splits, the head that predicts them, and what it takes to read values back.

    encoding: JSON; stored with the model, and all that `decode`, `prime` and `export` may rely on
    source: where the data came from, in a few words; split_rule: how the splits were made
    notes: what was skipped, changed or odd, a sentence each
    fingerprint: changes when the data change; a resumed run compares it
    baselines: name of a trivial predictor -> its loss on the test split, in loss_unit
    baseline_metrics: name of a predictor, trivial or optimal -> its metrics on the test split, named as the engine's
    loss_unit: of the loss that the engine reports; it depends on the head, so it stands here and not in the task
    vectors: (tokens, embedding) float32, what the embedding of the head's tokens starts from; None: random numbers
    forgetting: (words,) float32, the chance of each word of `Words` to be made unknown whenever training reads it
    """

    train: Records
    valid: Records
    test: Records
    head: Head
    encoding: dict[str, Any]
    source: str
    split_rule: str
    fingerprint: str
    notes: tuple[str, ...] = ()
    baselines: Mapping[str, float] = field(default_factory=dict)
    baseline_metrics: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    loss_unit: str = "nats/step"
    vectors: NDArray[np.float32] | None = None
    forgetting: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the data doctor saw. level: 'info', 'warning' or 'error'; where: file and line, record or byte."""

    level: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Checkup:
    """The data doctor's report: findings, and facts by name (counts, histograms) as JSON."""

    findings: tuple[Finding, ...]
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NoOptions:
    """For a task that has no options of its own."""


class Task(ABC):
    """One application. Class attributes are facts for `seqtui apps`, the set-up screen and the help.

    defaults: fields of RunConfig that this application sets otherwise; they train to a visible result in two minutes
    on two cores. head_kind: the head that is loaded where no option says otherwise. samples_as: shape of what is
    sampled, where any of its heads can be sampled from.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    reads: ClassVar[str]
    trains_as: ClassVar[IOShape]
    samples_as: ClassVar[IOShape | None] = None
    head_kind: ClassVar[str]
    length_unit: ClassVar[str] = "steps"
    default_length: ClassVar[int] = 100
    sample_suffixes: ClassVar[tuple[str, ...]] = ()
    predict_suffixes: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[type[Settings]] = NoOptions
    check_options: ClassVar[tuple[str, ...]] = ()
    defaults: ClassVar[Mapping[str, Any]] = {}
    _text_tools: TextTools | None = None

    def equip(self, tools: TextTools) -> None:
        """What the engine gives a task before it asks it for anything."""
        self._text_tools = tools

    @property
    def text_tools(self) -> TextTools:
        """torchtext, for tasks that read text; only where the engine asks: never in check, show or option_faults."""
        assert self._text_tools is not None, f"{self.name} was not equipped"
        return self._text_tools

    @abstractmethod
    def load(self, data: str | None, options: Mapping[str, Any], *, seed: int, progress: Progress) -> Corpus:
        """Read `data` (None: the offline default) into three splits. Raises BadInput or NotFound with the culprit.

        progress(what, done, total) may be called often; total is 0 when unknown. Same data, options and seed give the
        same corpus to the byte.
        """

    @abstractmethod
    def load_for_scoring(
        self, data: str, encoding: Mapping[str, Any], *, progress: Progress
    ) -> tuple[Records, tuple[str, ...]]:
        """All of `data` as one split, in the encoding of a trained model, for evaluate and predict; and notes."""

    @abstractmethod
    def check(self, paths: Sequence[Path], options: Mapping[str, Any]) -> Checkup:
        """The data doctor: look at files without training; never raises for what is wrong inside them.

        options: as a run has them, or some of them; those that are named in `check_options` count.
        """

    def prime(self, source: str | None, encoding: Mapping[str, Any], *, rng: np.random.Generator) -> Values:
        """What a sample starts from: a file or text given by the user, or an opening of the task's own choice."""
        raise Usage(f"{self.name} makes no sequences: ask it with seqtui predict")

    def primed(self, source: str | None, encoding: Mapping[str, Any]) -> Mapping[str, Any]:
        """The encoding of what goes on from `source`: the model's, but for what the primer says of itself."""
        return encoding

    def is_long_enough(self, length: int, encoding: Mapping[str, Any]) -> Callable[[Values], bool]:
        """A meter for one sample: fed each new value in order, it says whether `length` length_units are reached."""
        raise Usage(f"{self.name} makes no sequences: ask it with seqtui predict")

    def show(self, values: Values, encoding: Mapping[str, Any], *, width: int, height: int) -> str:
        """A sequence drawn as plain text, at most `width` cells by `height` lines: a piano roll, bases, a sentence."""
        return "\n".join(textwrap.wrap(" ".join(self.spell(values, encoding)), width)[:height])

    def export_samples(self, samples: Sequence[Values], encoding: Mapping[str, Any], path: Path) -> tuple[Path, ...]:
        """Write samples as a real file (or numbered files, where the format holds one each); the paths written."""
        raise Usage(f"{self.name} makes no sequences: ask it with seqtui predict")

    def head_kind_for(self, options: Mapping[str, Any]) -> str:
        """The name of the head that `load` will return under these options."""
        return self.head_kind

    def defaults_for(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """The defaults under these options."""
        return self.defaults

    def option_faults(self, options: Mapping[str, Any]) -> list[Fault]:
        """What is wrong with options that are sound one by one, with what would be right."""
        return []

    def suffixes_for(self, options: Mapping[str, Any]) -> tuple[str, ...]:
        """What a run with these options can leave at its end: samples, or predictions."""
        return self.sample_suffixes if is_causal(self.head_kind_for(options)) else self.predict_suffixes

    def check_head(self, head: Head, options: Mapping[str, Any]) -> None:
        """Guard against a task that says one thing and loads another."""
        said = self.head_kind_for(options)
        assert head_name(head) == said, f"{self.name} says that its head is {said}, and loads {head}"

    def token_names(self, encoding: Mapping[str, Any]) -> Sequence[str]:
        """The name of every token of a next-token head, where they are symbols that are read one by one."""
        return ()

    def tokens_of(self, text: str, encoding: Mapping[str, Any]) -> Values:
        """A typed text as tokens, (tokens,) integers, none where there is no text. Usage where a symbol is unknown."""
        places = {name: place for place, name in enumerate(self.token_names(encoding))}
        found = [places.get(symbol, places.get(symbol.upper(), -1)) for symbol in "".join(text.split())]
        if -1 in found:
            raise Usage(f"{self.name} knows no such symbol: give only {' '.join(places)}")
        return np.array(found, np.int64)

    def unwritten(self, encoding: Mapping[str, Any]) -> Sequence[int]:
        """Tokens that are read and never written: what stands for all that is in no vocabulary."""
        return ()

    def parts(self, values: Values, encoding: Mapping[str, Any]) -> list[str]:
        """What each token adds to the text that a model of the next token writes."""
        names = self.token_names(encoding)
        return [names[value] for value in values.tolist()]

    def stop_at(self, text: str, encoding: Mapping[str, Any]) -> Callable[[Values], bool]:
        """A meter for one sample: fed each new value in order, it says whether what was made ends with `text`."""
        names = self.token_names(encoding)
        if not names or not text:
            raise Usage(f"what {self.name} makes has no text to stop at: leave out --stop")
        made = ""

        def has_ended(value: Values) -> bool:
            nonlocal made
            made = (made + names[int(value)])[-len(text) :]
            return made == text

        return has_ended

    def spell(self, values: Values, encoding: Mapping[str, Any]) -> list[str]:
        """One short text a step, for screens that set something beside each step: a base, a word."""
        raise NotImplementedError(f"{self.name} labels sequences and so must spell them")

    def export_predictions(
        self, predictions: Iterable[Prediction], classes: Sequence[str], encoding: Mapping[str, Any], path: Path
    ) -> tuple[Path, ...]:
        """Write predictions as a real file of one of predict_suffixes; the paths written."""
        raise NotImplementedError(f"{self.name} labels sequences and so must write predictions")

    def picture(self, values: Values, encoding: Mapping[str, Any]) -> Values | None:
        """Of a sequence of sounds (height, width), the highest band first: its spectrogram. None: there is none."""
        return None

    def seconds(self, values: Values, encoding: Mapping[str, Any]) -> float:
        """How long a sequence of sounds lasts."""
        raise NotImplementedError(f"{self.name} has pictures of sounds and so must say how long they last")

    def export_transcripts(
        self, predictions: Iterable[TranscriptPrediction], encoding: Mapping[str, Any], path: Path
    ) -> tuple[Path, ...]:
        """Write what was heard as a real file of one of predict_suffixes; the paths written."""
        raise NotImplementedError(f"{self.name} writes down what is heard and so must write it")

    def show_tags(
        self, prediction: TagPrediction, tags: Sequence[str], encoding: Mapping[str, Any], *, width: int, height: int
    ) -> str:
        """A tagged sequence drawn as plain text, at most `width` cells by `height` lines."""
        raise NotImplementedError(f"{self.name} tags steps and so must show them")

    def export_tags(
        self, predictions: Iterable[TagPrediction], tags: Sequence[str], encoding: Mapping[str, Any], path: Path
    ) -> tuple[Path, ...]:
        """Write tagged sequences as a real file of one of predict_suffixes; the paths written."""
        raise NotImplementedError(f"{self.name} tags steps and so must write tags")

    def spell_target(self, values: Values, encoding: Mapping[str, Any]) -> list[str]:
        """One short text for each token of a target."""
        raise NotImplementedError(f"{self.name} writes sequences and so must spell them")

    def target_text(self, tokens: Sequence[str], encoding: Mapping[str, Any]) -> str:
        """What spelled tokens of a target are as one text, as references are written."""
        raise NotImplementedError(f"{self.name} writes sequences and so must join their tokens")

    def show_translation(
        self, prediction: TranslationPrediction, encoding: Mapping[str, Any], *, width: int, height: int
    ) -> str:
        """Source, output and reference drawn as plain text, at most `width` cells by `height` lines."""
        raise NotImplementedError(f"{self.name} writes sequences and so must show them")

    def export_translations(
        self, predictions: Iterable[TranslationPrediction], encoding: Mapping[str, Any], path: Path
    ) -> tuple[Path, ...]:
        """Write translations as a real file of one of predict_suffixes; the paths written."""
        raise NotImplementedError(f"{self.name} writes sequences and so must write translations")

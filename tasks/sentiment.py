"""Sentiment: which class a text is of, such as positive or negative (many-to-one).

Data: with none given, 4,000 opinions of one sentence made by rule here (seqtui.readers.labeled.made_opinions; MIT),
in which the order of words decides; one label in twenty is turned over, so that the best possible accuracy is known:
95 %. Else CSV, TSV, JSON lines, `text TAB class`, a file a class or a folder a class.
One real example: "Although the soup was far from fresh, we enjoyed the bread." is positive.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Interval

from seqtui.config import DATA, Fault, Knob, Settings
from seqtui.readers.grouped_split import Plan
from seqtui.readers.label_baselines import balanced_weights
from seqtui.readers.labeled.columns import Columns
from seqtui.readers.labeled.corpus import LabeledTexts, load_labeled, load_to_score
from seqtui.readers.labeled.picture import draw_text, spelled
from seqtui.readers.labeled.text_set import TextSet
from seqtui.readers.labeled.units import Encoded, Unit, Units, encode, fit_units, units_from
from seqtui.readers.prediction_files import write_predictions_csv, write_predictions_json, write_predictions_tsv
from seqtui.readers.word_vectors import coverage_note, vector_size
from seqtui.shapes import IOShape, Label, Pooling, Tokens
from seqtui.task import Checkup, Corpus, Finding, Prediction, Progress, Records, Task, Values


# fmt: off
@dataclass(frozen=True, slots=True, kw_only=True)
class SentimentOptions:
    """What can be chosen about sentiment."""

    text_column: Annotated[str | None, Knob("Column or key of the texts; found by name or shape if left out.", group=DATA, metavar="NAME|NUMBER")] = None  # noqa: E501
    label_column: Annotated[str | None, Knob("Column or key of the classes; found by name or shape if left out.", group=DATA, metavar="NAME|NUMBER")] = None  # noqa: E501
    unit: Annotated[Unit, Knob("What a step reads: a word in lower case with marks apart, what stands between spaces, a piece of a word, or a character.", group=DATA)] = "word"  # noqa: E501
    vocabulary: Annotated[int, Interval(ge=10, le=1_000_000), Knob("Different units at most; all others are one unknown.", unit="units", group=DATA)] = 20_000  # noqa: E501
    least_count: Annotated[int, Interval(ge=1, le=1000), Knob("How often a unit must stand in the training texts to be known.", group=DATA)] = 2  # noqa: E501
    max_length: Annotated[int, Interval(ge=1, le=100_000), Knob("Longer texts are cut, their beginning is kept.", unit="units", group=DATA)] = 400  # noqa: E501
    pooling: Annotated[Pooling, Knob("How the states of all steps become one: the last, their mean, their maximum, or attention.", group=DATA)] = "attention"  # noqa: E501
    word_dropout: Annotated[float, Interval(ge=0, lt=1), Knob("Share of the units that training makes unknown.", group=DATA)] = 0.05  # noqa: E501
    vectors: Annotated[str | None, Knob("Word vectors to begin with: a text file, a word and its numbers a line.", group=DATA, metavar="FILE")] = None  # noqa: E501
    freeze_vectors: Annotated[bool, Knob("Leave the word vectors as they are in the file.", group=DATA)] = False
    class_weights: Annotated[Literal["none", "balanced"], Knob("Weigh every class the same in the loss, however rare it is.", group=DATA)] = "none"  # noqa: E501
    folds: Annotated[int, Interval(ge=0, le=100_000), Knob("Folds of a cross-validation; 0 is a single split.", group=DATA)] = 0  # noqa: E501
    fold: Annotated[int, Interval(ge=0, le=100_000), Knob("Which fold is the test split; 0 is the first.", group=DATA)] = 0  # noqa: E501
    valid_share: Annotated[float, Interval(ge=0, lt=0.9), Knob("Share of the texts for validation; 0 validates on the training texts.", group=DATA)] = 0.1  # noqa: E501
# fmt: on


WRITERS = {".csv": write_predictions_csv, ".tsv": write_predictions_tsv, ".json": write_predictions_json}


class Sentiment(Task):
    """Texts in; classes with their chances out."""

    name: ClassVar[str] = "sentiment"
    title: ClassVar[str] = "Sentiment"
    summary: ClassVar[str] = "Tell what a text says of its subject: positive or negative, or any classes of yours."
    reads: ClassVar[str] = "CSV, TSV, JSON lines, text TAB class (each also .gz), a file or a folder a class"
    trains_as: ClassVar[IOShape] = IOShape.MANY_TO_ONE
    head_kind: ClassVar[str] = "label"
    length_unit: ClassVar[str] = "words"
    predict_suffixes: ClassVar[tuple[str, ...]] = tuple(WRITERS)
    options: ClassVar[type[Settings]] = SentimentOptions
    check_options: ClassVar[tuple[str, ...]] = ("text_column", "label_column")
    defaults: ClassVar[Mapping[str, Any]] = {
        "backbone": "lstm",
        "bidirectional": True,
        "hidden_size": 64,
        "embedding_size": 64,
        "dropout": 0.3,
        "batch_size": 32,
        "lr": 3e-3,
        "schedule": "cosine",
        "epochs": 12,
    }

    def defaults_for(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """The embedding is as large as the word vectors it begins with."""
        size = vector_size(options["vectors"]) if options.get("vectors") else None
        return self.defaults if size is None else {**self.defaults, "embedding_size": size}

    def option_faults(self, options: Mapping[str, Any]) -> list[Fault]:
        """Options that would do nothing, or cannot be together."""
        chosen = SentimentOptions(**options)
        faults = []
        if chosen.vectors is not None and chosen.unit not in ("word", "whitespace"):
            faults.append(
                Fault("vectors", f"is of words, not of unit={chosen.unit}: leave it out, or read words", other="unit")
            )
        if chosen.freeze_vectors and chosen.vectors is None:
            faults.append(
                Fault("freeze_vectors", "without vectors would freeze random numbers: give a file of vectors")
            )
        if chosen.fold >= max(chosen.folds, 1):
            faults.append(Fault("fold", f"is not there: folds are counted from 0, and there are {chosen.folds}"))
        return faults

    def load(self, data: str | None, options: Mapping[str, Any], *, seed: int, progress: Progress) -> Corpus:
        """Three splits; vocabulary, sub-words and baselines are fitted on the first."""
        chosen = SentimentOptions(**options)
        plan = Plan(chosen.folds, chosen.fold, chosen.valid_share, seed)
        loaded = load_labeled(data, _columns(chosen), plan, progress=progress)
        progress("fitting the vocabulary", 0, 0)
        training = [loaded.texts.texts[index] for index in loaded.split.train.tolist()]
        units = fit_units(
            chosen.unit, training, most=chosen.vocabulary, least=chosen.least_count, tools=self.text_tools
        )  # fmt: skip
        parts = (loaded.split.train, loaded.split.valid, loaded.split.test)
        texts = loaded.texts.texts
        read = [self._encode([texts[index] for index in part.tolist()], units, chosen) for part in parts]
        vectors, notes = None, _on_reading(read, units, chosen)
        if chosen.vectors is not None:
            progress("reading word vectors", 0, 0)
            found = self.text_tools.vectors(Path(chosen.vectors), units.tokens)
            vectors = found.matrix
            notes.append(coverage_note(chosen.vectors, found.known, read[0].values, units.tokens))
        records = [_records(each, loaded.texts, loaded.labels, part) for each, part in zip(read, parts, strict=True)]
        return _corpus(loaded, records, units, chosen, vectors, notes)

    def load_for_scoring(
        self, data: str, encoding: Mapping[str, Any], *, progress: Progress
    ) -> tuple[Records, tuple[str, ...]]:
        """All texts of `data`; those without a class that the model knows can be predicted, not scored."""
        chosen, units = SentimentOptions(**encoding["options"]), units_from(encoding["units"])
        texts, labels, notes = load_to_score(data, _columns(chosen), encoding["classes"], progress=progress)
        read = self._encode(texts.texts, units, chosen, placed=True)
        records = _records(read, texts, labels, np.arange(len(texts)))
        return replace(records, texts=texts.texts, spans=read.places), (*notes, *_on_reading([read], units, chosen))

    def check(self, paths: Sequence[Path], options: Mapping[str, Any]) -> Checkup:
        """The data doctor for labeled texts."""
        from seqtui.readers.labeled.doctor import examine

        seen, facts = examine(paths, _columns(SentimentOptions(**options)))
        return Checkup(tuple(Finding(remark.level, remark.where, remark.text) for remark in seen), facts)

    def show(self, values: Values, encoding: Mapping[str, Any], *, width: int, height: int) -> str:
        """The text as the model reads it, in lines."""
        units = units_from(encoding["units"])
        return draw_text(spelled(values, units), units.unit, width=width, height=height)

    def spell(self, values: Values, encoding: Mapping[str, Any]) -> list[str]:
        """A word, piece or character a step."""
        return spelled(values, units_from(encoding["units"]))

    def export_predictions(
        self,
        predictions: Iterable[Prediction],
        classes: Sequence[str],
        encoding: Mapping[str, Any],  # noqa: ARG002
        path: Path,
    ) -> tuple[Path, ...]:
        """CSV, TSV or JSON."""
        WRITERS.get(path.suffix.lower(), write_predictions_csv)(predictions, classes, path)
        return (path,)

    def _encode(
        self, texts: Sequence[str], units: Units, chosen: SentimentOptions, *, placed: bool = False
    ) -> Encoded:  # fmt: skip
        return encode(texts, units, longest=chosen.max_length, tools=self.text_tools, placed=placed)


def _columns(chosen: SentimentOptions) -> Columns:
    return Columns(chosen.text_column, chosen.label_column)


def _records(read: Encoded, texts: TextSet, labels: Values, part: Values) -> Records:
    return Records(read.values, read.lengths, [texts.names[index] for index in part.tolist()], labels[part])


def _on_reading(read: Sequence[Encoded], units: Units, chosen: SentimentOptions) -> list[str]:
    """What was cut, and how much of what was not trained on is unknown."""
    said = []
    cut, texts = sum(each.cut for each in read), sum(len(each.lengths) for each in read)
    if cut:
        said.append(
            f"{cut:,} of {texts:,} texts are longer than {chosen.max_length:,} {units.plural} and were cut there: see "
            "--max-length"
        )
    unknown, total = read[-1].unknown, len(read[-1].values)
    if unknown > total / 10:
        what = "the test split" if len(read) > 1 else "what was read"
        said.append(f"{unknown / total:.1%} of the {units.plural} of {what} are not in the vocabulary")
    return said


def _corpus(
    loaded: LabeledTexts,
    records: Sequence[Records],
    units: Units,
    chosen: SentimentOptions,
    vectors: Values | None,
    notes: Sequence[str],
) -> Corpus:
    train, valid, test = records
    weighted = chosen.class_weights == "balanced"
    assert train.labels is not None
    weights = balanced_weights(train.labels, len(loaded.classes)) if weighted else ()
    inputs = Tokens(len(units.tokens), 0, chosen.word_dropout, chosen.freeze_vectors)
    # Baselines are fitted without weights, so under weights their losses are another thing.
    losses = {} if weighted else {name: scores["loss"] for name, scores in loaded.scores.items()}
    metrics = {
        name: {metric: value for metric, value in scores.items() if metric != "loss"}
        for name, scores in loaded.scores.items()
    }
    return Corpus(
        train=train,
        valid=valid,
        test=test,
        head=Label(inputs, loaded.classes, weights, chosen.pooling),
        encoding={"options": asdict(chosen), "classes": list(loaded.classes), "units": units.as_json()},
        source=loaded.source,
        split_rule=loaded.split.rule,
        fingerprint=loaded.fingerprint,
        notes=(*loaded.notes, *notes),
        baselines=losses,
        baseline_metrics=metrics,
        loss_unit="nats/text, classes weighted" if weighted else "nats/text",
        vectors=vectors,
    )

"""DNA: tell classes of sequences apart (many-to-one), or learn to write sequences base by base (one-to-many).

Data: with none given, 4,800 sequences of 60 bases made by rule here (seqtui.readers.dna.promoters; MIT), half of them
with the two boxes of a sigma-70 promoter, so that the best possible accuracy is known: about 94 %. `--data coding`
makes coding and noncoding sequences from E. coli's codon usage (python-codon-tables, CC0). Else FASTA, FASTQ, GenBank
or tables.
One real example: a promoter whose boxes are both at consensus holds TTGACA, 17 bases, TATAAT.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Interval

from seqtui.config import DATA, Fault, Knob, Settings
from seqtui.errors import Usage
from seqtui.readers.dna.alphabet import LETTERS, MIXTURES, Codes, decode
from seqtui.readers.dna.corpus import LoadedSet, load_classes, load_texts, load_to_score
from seqtui.readers.dna.markov import AMBIGUOUS, END
from seqtui.readers.dna.names import chosen_texts
from seqtui.readers.dna.primer import draw_bases, first_bases
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.together import with_other_strand
from seqtui.readers.dna.views import tokens_of, view_records
from seqtui.readers.dna.write import write_fasta, write_prediction_fasta
from seqtui.readers.grouped_split import Plan
from seqtui.readers.label_baselines import balanced_weights
from seqtui.readers.prediction_files import write_predictions_csv, write_predictions_json
from seqtui.shapes import AlignedPooling, IOShape, Label, Mixtures, NextToken
from seqtui.task import Checkup, Corpus, Finding, Prediction, Progress, Records, Task, Values

FASTA_SUFFIXES = (".fasta", ".fa", ".fna", ".fasta.gz", ".fa.gz", ".fna.gz")


# fmt: off
@dataclass(frozen=True, slots=True, kw_only=True)
class DnaOptions:
    """What can be chosen about DNA."""

    goal: Annotated[Literal["classify", "generate"], Knob("Tell classes apart, or learn to write sequences.", group=DATA)] = "classify"  # noqa: E501
    label_from: Annotated[str | None, Knob("Where a record's class stands; found from the data if left out.", group=DATA, metavar="header[:REGEX]|column:NAME|table:FILE|file|feature:KIND")] = None  # noqa: E501
    reverse_complement: Annotated[bool, Knob("Read both strands: train on both, and average what is said of them.", group=DATA)] = False  # noqa: E501
    class_weights: Annotated[Literal["none", "balanced"], Knob("Weigh every class the same in the loss, however rare it is.", group=DATA)] = "none"  # noqa: E501
    pooling: Annotated[AlignedPooling, Knob("What is made of the states of all steps: the last, mean, maximum, attention, or weights of each site.", group=DATA)] = "max"  # noqa: E501
    context: Annotated[int, Interval(ge=1, le=31), Knob("Bases read together at each step, centered on it; odd.", unit="bases", group=DATA)] = 7  # noqa: E501
    pairs: Annotated[bool, Knob("Read beside each base the pair that it makes with the next, for few aligned sequences.", group=DATA)] = False  # noqa: E501
    positions: Annotated[bool, Knob("Learn a vector for each place, for sequences aligned to a common site.", group=DATA)] = False  # noqa: E501
    window: Annotated[int, Interval(ge=8, le=100_000), Knob("Longer records are cut into windows; what is said of them is averaged.", unit="bases", group=DATA)] = 1000  # noqa: E501
    stride: Annotated[int | None, Interval(ge=1, le=100_000), Knob("From the beginning of one window to the next; half a window if left out.", unit="bases", group=DATA)] = None  # noqa: E501
    folds: Annotated[int, Interval(ge=0, le=100_000), Knob("Folds of a cross-validation; 0 is a single split. As many as records is leave-one-out.", group=DATA)] = 0  # noqa: E501
    fold: Annotated[int, Interval(ge=0, le=100_000), Knob("Which fold is the test split; 0 is the first.", group=DATA)] = 0  # noqa: E501
    valid_share: Annotated[float, Interval(ge=0, lt=0.9), Knob("Share of the records for validation; 0 validates on the training records.", group=DATA)] = 0.1  # noqa: E501
# fmt: on


LABELS_ONLY = ("label_from", "class_weights", "pooling", "context", "pairs", "positions", "window", "stride")


class Dna(Task):
    """FASTA in; classes with their chances out, or new FASTA."""

    name: ClassVar[str] = "dna"
    title: ClassVar[str] = "DNA"
    summary: ClassVar[str] = "Tell promoters, splice sites or genes from other sequences, or write new ones."
    reads: ClassVar[str] = "FASTA, FASTQ, GenBank, tables (each also .gz), a folder of them, promoters, or coding"
    trains_as: ClassVar[IOShape] = IOShape.MANY_TO_ONE
    samples_as: ClassVar[IOShape | None] = IOShape.ONE_TO_MANY
    head_kind: ClassVar[str] = "label"
    length_unit: ClassVar[str] = "bases"
    default_length: ClassVar[int] = 200
    sample_suffixes: ClassVar[tuple[str, ...]] = FASTA_SUFFIXES
    predict_suffixes: ClassVar[tuple[str, ...]] = (*FASTA_SUFFIXES, ".csv", ".json")
    options: ClassVar[type[Settings]] = DnaOptions
    check_options: ClassVar[tuple[str, ...]] = ("label_from",)
    defaults: ClassVar[Mapping[str, Any]] = {
        "backbone": "gru",
        "bidirectional": True,
        "hidden_size": 48,
        "embedding_size": 32,
        "dropout": 0.2,
        "batch_size": 32,
        "lr": 3e-3,
        "schedule": "cosine",
        "epochs": 20,
    }

    def head_kind_for(self, options: Mapping[str, Any]) -> str:
        """A label, or the next base."""
        return "label" if options.get("goal", "classify") == "classify" else "next-token"

    def defaults_for(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """A writer reads in one direction, and in windows where its records are long."""
        if self.head_kind_for(options) == "label":
            return self.defaults
        return {**self.defaults, "bidirectional": False, "hidden_size": 96, "bptt": 200, "epochs": 30}

    def option_faults(self, options: Mapping[str, Any]) -> list[Fault]:
        """Options that would do nothing, or cannot be together."""
        chosen, usual = DnaOptions(**options), DnaOptions()
        faults = []
        if chosen.goal == "generate":
            idle = [name for name in LABELS_ONLY if getattr(chosen, name) != getattr(usual, name)]
            faults += [Fault(name, "is for goal=classify: leave it out, or classify") for name in idle]
        if chosen.context % 2 == 0:
            faults.append(Fault("context", "has no center: give an odd number"))
        if chosen.pooling == "sites" and not chosen.positions:
            why = "has weights of its own for each place, which positions count: add positions"
            faults.append(Fault("pooling", why, other="positions"))
        if chosen.stride is not None and chosen.stride > chosen.window:
            why = f"would leave bases out between windows of {chosen.window}: give less"
            faults.append(Fault("stride", why, other="window"))
        if chosen.fold >= max(chosen.folds, 1):
            faults.append(Fault("fold", f"is not there: folds are counted from 0, and there are {chosen.folds}"))
        return faults

    def load(self, data: str | None, options: Mapping[str, Any], *, seed: int, progress: Progress) -> Corpus:
        """Three splits between which no sequence is shared, on either strand."""
        chosen = DnaOptions(**options)
        plan = Plan(chosen.folds, chosen.fold, chosen.valid_share, seed)
        if chosen.goal == "classify":
            return _labels(load_classes(data, chosen.label_from, plan, progress=progress), chosen)
        return _texts(load_texts(data, plan, progress=progress), chosen)

    def load_for_scoring(
        self, data: str, encoding: Mapping[str, Any], *, progress: Progress
    ) -> tuple[Records, tuple[str, ...]]:
        """All records of `data`; those without a class that the model knows can be predicted, not scored."""
        chosen = DnaOptions(**encoding["options"])
        found, labels, notes = load_to_score(data, chosen.label_from, encoding["classes"], progress=progress)
        everything = np.arange(len(found))
        if chosen.goal == "generate":
            return _token_records(found, everything, both_strands=False), notes
        both = with_other_strand(found.codes) if chosen.reverse_complement else None
        return _views(found, both, labels if len(labels) else np.full(len(found), -1), everything, chosen), notes

    def check(self, paths: Sequence[Path], options: Mapping[str, Any]) -> Checkup:
        """The data doctor for sequence files and tables."""
        from seqtui.readers.dna.doctor import examine

        seen, facts = examine(paths, DnaOptions(**options).label_from)
        return Checkup(tuple(Finding(remark.level, remark.where, remark.text) for remark in seen), facts)

    def prime(self, source: str | None, encoding: Mapping[str, Any], *, rng: np.random.Generator) -> Values:  # noqa: ARG002
        """Bases as typed, the first record of a file, or nothing but the beginning."""
        bases = np.minimum(first_bases(source), AMBIGUOUS) if source else np.zeros(0, np.uint8)
        return np.concatenate([np.array([END], np.uint8), bases])

    def is_long_enough(self, length: int, encoding: Mapping[str, Any]) -> Callable[[Values], bool]:  # noqa: ARG002
        """When so many bases are made, or the model has ended the sequence."""
        if length < 1:
            raise Usage(f"a sequence of {length} bases is none: give at least 1")
        made = 0

        def is_enough(value: Values) -> bool:
            nonlocal made
            made += 1
            return made >= length or int(value) == END

        return is_enough

    def show(self, values: Values, encoding: Mapping[str, Any], *, width: int, height: int) -> str:
        """Bases in blocks of ten."""
        return draw_bases("".join(self.spell(values, encoding)), width=width, height=height)

    def token_names(self, encoding: Mapping[str, Any]) -> Sequence[str]:
        """A C G T, N for what is none of them, and a mark for an end."""
        return () if DnaOptions(**encoding["options"]).goal == "classify" else ("A", "C", "G", "T", "N", "|")

    def spell(self, values: Values, encoding: Mapping[str, Any]) -> list[str]:
        """A letter a base; the ends of a written sequence are none."""
        if DnaOptions(**encoding["options"]).goal == "classify":
            return list(decode(values))
        bases = values[values != END]
        return list(decode(np.where(bases == AMBIGUOUS, LETTERS.index("N"), bases).astype(np.uint8)))

    def export_samples(self, samples: Sequence[Values], encoding: Mapping[str, Any], path: Path) -> tuple[Path, ...]:
        """One FASTA file."""
        names = [f"sample-{number}" for number in range(1, len(samples) + 1)]
        write_fasta(names, ("".join(self.spell(each, encoding)) for each in samples), path)
        return (path,)

    def export_predictions(
        self,
        predictions: Iterable[Prediction],
        classes: Sequence[str],
        encoding: Mapping[str, Any],  # noqa: ARG002
        path: Path,
    ) -> tuple[Path, ...]:
        """FASTA with class and chance in the title, or CSV, or JSON."""
        writers = {".csv": write_predictions_csv, ".json": write_predictions_json}
        writers.get(path.suffix.lower(), write_prediction_fasta)(predictions, classes, path)
        return (path,)


def _labels(loaded: LoadedSet, chosen: DnaOptions) -> Corpus:
    split, classes = loaded.split, loaded.classes
    both = with_other_strand(loaded.sequences.codes) if chosen.reverse_complement else None
    train, valid, test = (
        _views(loaded.sequences, both, loaded.labels, part, chosen) for part in (split.train, split.valid, split.test)
    )
    weighted = chosen.class_weights == "balanced"
    weights = balanced_weights(loaded.labels[split.train], len(classes)) if weighted else ()
    places = int(train.lengths.max(initial=0)) if chosen.positions else 0
    # Baselines are fitted without weights, so under weights their losses are another thing.
    losses = {} if weighted else {name: scores["loss"] for name, scores in loaded.scores.items()}
    return Corpus(
        train=train,
        valid=valid,
        test=test,
        head=Label(Mixtures(MIXTURES, chosen.context, chosen.pairs), classes, weights, chosen.pooling, places),
        encoding={"options": asdict(chosen), "classes": list(classes)},
        source=loaded.source,
        split_rule=split.rule,
        fingerprint=loaded.fingerprint,
        notes=loaded.notes,
        baselines=losses,
        baseline_metrics=_metrics(loaded),
        loss_unit="nats/sequence, classes weighted" if weighted else "nats/sequence",
    )


def _texts(loaded: LoadedSet, chosen: DnaOptions) -> Corpus:
    split, both = loaded.split, chosen.reverse_complement
    return Corpus(
        train=_token_records(loaded.sequences, split.train, both_strands=both),
        valid=_token_records(loaded.sequences, split.valid, both_strands=False),
        test=_token_records(loaded.sequences, split.test, both_strands=False),
        head=NextToken(END + 1),
        encoding={"options": asdict(chosen), "classes": []},
        source=loaded.source,
        split_rule=split.rule,
        fingerprint=loaded.fingerprint,
        notes=loaded.notes,
        baselines={name: scores["loss"] for name, scores in loaded.scores.items()},
        baseline_metrics=_metrics(loaded),
        loss_unit="nats/base",
    )


def _views(sequences: SequenceSet, both: Codes | None, labels: Values, part: Values, chosen: DnaOptions) -> Records:
    stride = chosen.stride or max(chosen.window // 2, 1)
    views = view_records(sequences, part, window=chosen.window, stride=stride, both_strands=both)
    names = chosen_texts(sequences.names, part)
    own = labels[part][views.parents]
    return Records(views.codes, views.lengths, names, own, views.starts, views.parents, views.wholes)


def _token_records(sequences: SequenceSet, part: Values, *, both_strands: bool) -> Records:
    if not len(part):
        return Records(np.zeros(0, np.uint8), np.zeros(0, np.int64), ())
    values, lengths = tokens_of(sequences, part, both_strands=both_strands)
    names = chosen_texts(sequences.names, np.repeat(part, 1 + both_strands))
    return Records(values, lengths, names)


def _metrics(loaded: LoadedSet) -> dict[str, dict[str, float]]:
    return {
        name: {metric: value for metric, value in scores.items() if metric != "loss"}
        for name, scores in loaded.scores.items()
    }

"""From DNA data to what a model learns from: classes to tell apart, or records to write; with the scores to beat."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.metrics import label_metrics
from seqtui.readers.dna.baselines import LabeledCodes, label_baselines
from seqtui.readers.dna.codon_genes import make_codon_genes
from seqtui.readers.dna.known_set import KnownSet
from seqtui.readers.dna.markov import markov_losses
from seqtui.readers.dna.promoters import make_promoters
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.sources import load_as_trained, load_set, load_unlabelled
from seqtui.readers.dna.split import group_of, notes_on_contradictions, split_records
from seqtui.readers.dna.stretches import in_stretches
from seqtui.readers.grouped_split import Plan, Split
from seqtui.readers.listing import listed

MADE: Final[dict[str, Callable[..., KnownSet]]] = {"promoters": make_promoters, "coding": make_codon_genes}
MADE_RECORDS: Final = 4800
MADE_TEXTS: Final = 9600  # of which one half, the positive class, is learned to write
MADE_SEED: Final = 0  # always the same data: the seed of a run splits them and starts its weights
FRESH_SEED: Final = 1  # of made data, or background beside features, to score a trained model on
MOST_COUNTED: Final = 50_000_000  # bases; above, the baselines would take longer than the training

Progress = Callable[[str, int, int], None]
Scores = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class LoadedSet:
    """sequences; classes: names in the order of their numbers; labels: (records,) class numbers, -1 for none.

    scores: name of a predictor -> metrics on the test split, `loss` (nats) among them
    """

    sequences: SequenceSet
    classes: tuple[str, ...]
    labels: NDArray[np.int64]
    split: Split
    source: str
    scores: Scores
    notes: tuple[str, ...]
    fingerprint: str


def load_classes(data: str | None, label_from: str | None, plan: Plan, *, progress: Progress) -> LoadedSet:
    """Labelled records, split so that one sequence, on either strand, is in one split only; and who is to be beaten."""
    known = MADE[data or "promoters"](MADE_RECORDS, seed=MADE_SEED) if data is None or data in MADE else None
    sequences = known.sequences if known else load_set(str(data), label_from, seed=plan.seed, progress=progress)
    found = {label for label in sequences.labels or () if label is not None}
    classes = tuple(sorted(found, key=lambda label: (known is not None and label == known.positive, label)))
    labels = class_numbers(sequences.labels, classes)
    progress("looking for duplicates", 0, 0)
    groups = group_of(sequences)
    split = split_records(
        sequences, groups, folds=plan.folds, fold=plan.fold, valid_share=plan.valid_share, seed=plan.seed
    )  # fmt: skip
    progress("fitting the baselines", 0, 0)
    scores, left_out = _label_scores(sequences, labels, split)
    notes = (*notes_on_contradictions(sequences, groups), *left_out)
    if known is not None:
        scores["Bayes optimum"] = _ceiling(known.log_ratio[split.test], labels[split.test])
    return LoadedSet(
        sequences, classes, labels, split, source_name(data), scores, (*sequences.notes, *notes),
        fingerprint(sequences, labels, split),
    )  # fmt: skip


def load_texts(data: str | None, plan: Plan, *, progress: Progress) -> LoadedSet:
    """Records to learn to write: of the made data, those of the positive class."""
    if data is None or data in MADE:
        known = MADE[data or "promoters"](MADE_TEXTS, seed=MADE_SEED)
        sequences = _only(known.sequences, np.flatnonzero(known.positives))
    else:
        sequences = in_stretches(load_unlabelled(data, progress=progress))
    unlabelled = np.full(len(sequences), -1, np.int64)
    split = split_records(
        sequences, group_of(sequences), folds=plan.folds, fold=plan.fold, valid_share=plan.valid_share, seed=plan.seed
    )
    progress("counting for the baselines", 0, 0)
    notes: tuple[str, ...] = ()
    scores: Scores = {}
    if int(sequences.lengths.sum()) > MOST_COUNTED:
        notes = ("no baselines: there are more bases than are counted in a moment",)
    else:
        codes = LabeledCodes(sequences.codes, sequences.lengths, unlabelled)
        train, test = ((part.codes, part.lengths) for part in (codes.take(split.train), codes.take(split.test)))
        losses = markov_losses(train, test)
        scores = {name: {"loss": loss, "bits": loss / math.log(2)} for name, loss in losses.items()}
    return LoadedSet(
        sequences, (), unlabelled, split, source_name(data), scores, (*sequences.notes, *notes),
        fingerprint(sequences, unlabelled, split),
    )  # fmt: skip


def load_to_score(
    data: str, label_from: str | None, classes: Sequence[str], *, progress: Progress
) -> tuple[SequenceSet, NDArray[np.int64], tuple[str, ...]]:
    """All records of `data`, and the number of each one's class: -1 where it has none that the model knows."""
    if data in MADE:
        sequences = MADE[data](MADE_RECORDS, seed=FRESH_SEED).sequences
    else:
        sequences = load_as_trained(data, label_from, classes, seed=FRESH_SEED, progress=progress)
    labels = class_numbers(sequences.labels, classes)
    strange = sorted({str(label) for label in sequences.labels or () if label is not None} - set(classes))
    note = f"classes that the model does not know: {listed(strange, 5)}" if strange and classes else ""
    return sequences, labels, (*sequences.notes, *filter(None, [note]))


def class_numbers(labels: Sequence[str | None] | None, classes: Sequence[str]) -> NDArray[np.int64]:
    """(records,) each label's place among the classes, -1 where it is not among them."""
    numbers = {name: number for number, name in enumerate(classes)}
    return np.array([-1 if label is None else numbers.get(label, -1) for label in labels or ()], np.int64)


def source_name(data: str | None) -> str:
    """Where the data come from, in a few words."""
    match data:
        case None | "promoters":
            return "sigma-70 promoters and background, made by rule"
        case "coding":
            return "coding and noncoding sequences of E. coli's codon usage, made by rule"
    return str(data)


def fingerprint(sequences: SequenceSet, labels: NDArray[np.int64], split: Split) -> str:
    """Changes when a base, a label or the split does."""
    digest = blake2b(digest_size=16)
    for part in (sequences.codes, sequences.lengths, labels, split.train, split.valid, split.test):
        digest.update(np.ascontiguousarray(part).data)
    return digest.hexdigest()


def _label_scores(sequences: SequenceSet, labels: NDArray[np.int64], split: Split) -> tuple[Scores, tuple[str, ...]]:
    if int(sequences.lengths.sum()) > MOST_COUNTED:
        return {}, ("no baselines: there are more bases than are counted in a moment",)
    everything = LabeledCodes(sequences.codes, sequences.lengths, labels)
    return label_baselines(everything.take(split.train), everything.take(split.test)), ()


def _ceiling(log_ratio: NDArray[np.float64], labels: NDArray[np.int64]) -> dict[str, float]:
    """Of the optimal rule; the positive class is number 1."""
    positive = 1 / (1 + np.exp(-np.clip(log_ratio, -700, 700)))
    loss = float(np.logaddexp(0, np.where(labels == 1, -log_ratio, log_ratio)).mean())
    return {"loss": loss, **label_metrics(labels, np.stack([1 - positive, positive], axis=1))}


def _only(sequences: SequenceSet, chosen: NDArray[np.int64]) -> SequenceSet:
    taken = LabeledCodes(sequences.codes, sequences.lengths, np.zeros(len(sequences), np.int64)).take(chosen)
    names, headers, places = (
        [texts[index] for index in chosen.tolist()] for texts in (sequences.names, sequences.headers, sequences.places)
    )
    return SequenceSet(taken.codes, taken.lengths, names, headers, places, None, sequences.notes)

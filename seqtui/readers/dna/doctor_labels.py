"""The data doctor's look at a set as a run would load it: its classes, their balance, and lengths against batches."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import SeqtuiError
from seqtui.readers.dna.doctor_file import Examined
from seqtui.readers.dna.labels import MAX_CLASSES, header_labels
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.sources import load_set
from seqtui.readers.listing import listed
from seqtui.readers.remark import Remark
from seqtui.readers.unpacked_file import silent
from seqtui.text_safety import clean

MOST_IMBALANCE: Final = 20
FEWEST_A_CLASS: Final = 50
WINDOW: Final = 1000  # what `--window` is where it is left out
MOST_PADDING: Final = 0.5
_BATCH: Final = 32
_POOL: Final = 100 * _BATCH  # the engine sorts so many records by length before it cuts batches
_SAMPLE: Final = 100_000
_TOLD: Final = 5

Lengths = NDArray[np.int64]


def load_as_a_run(
    path: Path, label_from: str | None, files: Sequence[Examined]
) -> tuple[SequenceSet | None, list[Remark], dict[str, Any]]:
    """The labeled set of `path`, None where a run would refuse it; files: all files of it, each of which was read."""
    where = clean(str(path))
    try:
        labelled = load_set(str(path), label_from, seed=0, progress=silent)
    except SeqtuiError as refused:
        return None, [_on_refusal(where, label_from, files, str(refused))], {}
    labels = [label for label in labelled.labels or () if label is not None]
    counts = Counter(labels).most_common()
    how = f"--label-from {clean(label_from)}" if label_from else _how(files, labelled)
    facts = {"labels_from": how, "classes": dict(counts)}
    said = [Remark("info", where, f"classes from {how}: {_listed(counts)}")]
    said += [Remark("warning", where, text) for text in _on_balance(counts)]
    if label_from and label_from.startswith("feature"):
        said += [Remark("info", where, note) for note in labelled.notes]
    elif len(labelled) < sum(len(examined.sequences) for examined in files):
        # What keep_labelled says comes after the notes of the files.
        said.append(Remark("warning", where, labelled.notes[-1]))
    return labelled, said, facts


def remarks_on_names(path: Path, files: Sequence[Examined]) -> list[Remark]:
    """Whether few different names, each of many records, are classes in truth."""
    words = Counter[str]()
    for each in files:
        for header in each.sequences.headers:
            words[next(iter(header.split(None, 1)), "")] += 1
            if len(words) > MAX_CLASSES:
                return []
    if not 2 <= len(words) <= min(MAX_CLASSES, words.total() // 10):
        return []
    text = (
        f"the names look like classes: {len(words):,} different ones in {words.total():,} records, "
        f"{_listed([(clean(word, limit=40), count) for word, count in words.most_common()])}; if they are, say "
        r"--label-from 'header:(\S+)'"
    )
    return [Remark("warning", clean(str(path)), text)]


def remarks_on_lengths(path: Path, lengths: Lengths) -> list[Remark]:
    """What lengths mean for windows, places and batches."""
    where = clean(str(path))
    said = []
    long = int((lengths > WINDOW).sum())
    if long:
        text = (
            f"{long:,} of {len(lengths):,} records have over {WINDOW:,} bases, the longest {int(lengths.max()):,}; to "
            f"classify them a run reads windows of {WINDOW:,} and averages what it says: choose another --window where "
            "what tells the classes apart is longer"
        )
        said.append(Remark("warning", where, text))
    if len(lengths) > 1 and lengths.min() == lengths.max() <= WINDOW:
        text = f"all records have {int(lengths[0]):,} bases: if they are aligned to a common site, say --positions"
        said.append(Remark("info", where, text))
    padding = padding_share(np.minimum(lengths, WINDOW))
    if len(lengths) >= _BATCH and padding > MOST_PADDING:
        text = f"lengths are so unlike that {padding:.0%} of a batch is padding; a smaller --batch-size wastes less"
        said.append(Remark("warning", where, text))
    return said


def padding_share(lengths: Lengths) -> float:
    """Of the steps of batches of 32, shuffled and sorted by length in pools as training does, those that hold nothing.

    Of a sample of 100,000 records where there are more; always the same for the same lengths.
    """
    order = np.argsort(np.random.PCG64(0).random_raw(len(lengths)), kind="stable")[:_SAMPLE]
    steps = 0
    for begin in range(0, len(order), _POOL):
        pool = np.sort(lengths[order[begin : begin + _POOL]])
        starts = np.arange(0, len(pool), _BATCH)
        steps += int((np.maximum.reduceat(pool, starts) * np.diff(np.append(starts, len(pool)))).sum())
    return 1 - float(lengths[order].sum()) / max(steps, 1)


def _on_refusal(where: str, label_from: str | None, files: Sequence[Examined], refused: str) -> Remark:
    """What a run would say; a file without any sign of classes is no fault, as it can be learned to write."""
    if label_from:
        return Remark("warning", where, f"a run with --label-from {clean(label_from)} would refuse this: {refused}")
    if len(files) == 1 and files[0].sequences.labels is None and header_labels(files[0].sequences) is None:
        return Remark("info", where, f"no classes found: {refused}; or learn to write such sequences: --goal generate")
    return Remark("warning", where, f"a run that tells classes apart would refuse this: {refused}")


def _how(files: Sequence[Examined], labelled: SequenceSet) -> str:
    """As load_set finds labels where it is told nothing."""
    if any(each.sequences.labels is not None for each in files):
        return "the table"
    if len(files) > 1:
        return "the files' names, one class a file"
    label = labelled.labels[0] if labelled.labels else None
    return f"the titles, as {clean(labelled.headers[0], limit=60)!r} is {label}"


def _on_balance(counts: Sequence[tuple[str, int]]) -> list[str]:
    said = []
    (most, many), (least, few) = counts[0], counts[-1]
    if many > MOST_IMBALANCE * few:
        said.append(
            f"{many / few:,.0f} times as many records are {most} ({many:,}) as are {least} ({few:,}); "
            "--class-weights balanced weighs them alike, and MCC or auPR tells more than accuracy"
        )
    rare = [(label, count) for label, count in counts if count < FEWEST_A_CLASS]
    if rare:
        have = "has" if len(rare) == 1 else "have"
        said.append(
            f"{len(rare):,} of {len(counts):,} classes {have} fewer than {FEWEST_A_CLASS} records: {_listed(rare)}; a "
            "test split of so few says little, cross-validation (--folds 10) more"
        )
    return said


def _listed(counts: Sequence[tuple[str, int]]) -> str:
    return listed((f"{label} {count:,}" for label, count in counts), _TOLD)

"""From files to texts of known classes in three splits, with the scores to beat; or to texts to be scored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput
from seqtui.readers.class_names import class_numbers, in_order
from seqtui.readers.grouped_split import TEST, TRAIN, VALID, Plan, Split, split_as_given, split_groups
from seqtui.readers.label_baselines import scores as scored
from seqtui.readers.labeled.bag_of_words import text_baselines
from seqtui.readers.labeled.columns import Columns
from seqtui.readers.labeled.copies import notes_on_copies, notes_on_straddling
from seqtui.readers.labeled.folder import read_folder
from seqtui.readers.labeled.made_opinions import LABELS, Opinions, make_opinions
from seqtui.readers.labeled.text import read_labeled
from seqtui.readers.labeled.text_set import MAX_CLASSES, TextSet, take
from seqtui.readers.listing import listed
from seqtui.readers.same_texts import group_of_texts
from seqtui.readers.unpacked_file import Progress
from seqtui.text_safety import counted

MADE: Final = "opinions"
MADE_TEXTS: Final = 4000
MADE_SEED: Final = 0  # always the same data: the seed of a run splits them and starts its weights
FRESH_SEED: Final = 1  # of made data to score a trained model on
MOST_COUNTED: Final = 100_000_000  # characters; above, the baselines would take longer than the training

_GIVEN: Final = {"train": TRAIN, "valid": VALID, "test": TEST}
_TOLD: Final = 5

Labels = NDArray[np.int64]
Scores = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class LabeledTexts:
    """texts; classes: names in the order of their numbers; labels: (texts,) class numbers.

    scores: name of a predictor -> metrics on the test split, `loss` (nats) among them
    """

    texts: TextSet
    classes: tuple[str, ...]
    labels: Labels
    split: Split
    source: str
    scores: Scores
    notes: tuple[str, ...]
    fingerprint: str


def load_labeled(data: str | None, columns: Columns, plan: Plan, *, progress: Progress) -> LabeledTexts:
    """Texts in splits between which no text is shared, but where the data come split; and who is to be beaten."""
    made = make_opinions(MADE_TEXTS, seed=MADE_SEED) if data in (None, MADE) else None
    texts = made.texts if made else with_classes(read_texts(str(data), columns, progress=progress))
    classes = LABELS if made else classes_of(texts)
    labels = class_numbers(texts.labels, classes)
    progress("looking for duplicates", 0, 0)
    groups = group_of_texts(texts.texts)
    split, notes = _split(texts, groups, labels, plan)
    progress("fitting the baselines", 0, 0)
    found, more = _scores(texts, labels, split, len(classes))
    if made is not None:
        found["Bayes optimum"] = scored(made.chances[split.test], labels[split.test])
    source = "opinions made by rule" if made else str(data)
    notes = [*texts.notes, *_on_classes(texts), *notes, *more]
    return LabeledTexts(
        texts, tuple(classes), labels, split, source, found, tuple(notes), fingerprint(texts, labels, split)
    )


def load_to_score(
    data: str, columns: Columns, classes: Sequence[str], *, progress: Progress
) -> tuple[TextSet, Labels, tuple[str, ...]]:
    """All texts of `data`, and the number of each one's class: -1 where it has none that the model knows."""
    if data == MADE:
        texts: TextSet = _fresh().texts
    else:
        texts = read_texts(data, columns, strict=False, progress=progress)
    labels = class_numbers(texts.labels, classes)
    strange = sorted({str(label) for label in texts.labels if label is not None} - set(classes))
    more = [f"classes that the model does not know: {listed(strange, _TOLD)}"] if strange else []
    return texts, labels, (*texts.notes, *more)


def read_texts(data: str, columns: Columns, *, strict: bool = True, progress: Progress) -> TextSet:
    """A file or a folder; BadInput where it holds no text."""
    path = Path(data)
    if path.is_dir():
        texts = read_folder(path, columns, progress=progress)
    else:
        texts = read_labeled(path, columns, strict=strict, progress=progress)
    if not len(texts):
        raise BadInput(f"{path.name} holds no text that is not empty")
    return texts


def with_classes(texts: TextSet) -> TextSet:
    """The texts that have a class, and a note of the others; BadInput where there are too few classes, or too many."""
    kept = [index for index, label in enumerate(texts.labels) if label is not None]
    found = {texts.labels[index] for index in kept}
    where = texts.names[0].rpartition(", line ")[0] or texts.names[0]
    if not kept:
        raise BadInput(
            f"{where} brings no classes: give a table with a column of classes (--label-column names it), `text TAB "
            "class`, JSON lines, a file a class or a folder a class"
        )
    if len(found) == 1:
        raise BadInput(f"{where}: {counted(len(kept), 'text')} of one class, {found.pop()}; give texts of two or more")
    if len(found) > MAX_CLASSES or len(found) > max(len(kept) // 2, 2):
        raise BadInput(
            f"{where}: there are {len(found):,} different classes in {len(kept):,} texts, so they look like no classes;"
            " name the column that holds them with --label-column"
        )
    if len(kept) == len(texts):
        return texts
    first = next(index for index, label in enumerate(texts.labels) if label is None)
    left_out = len(texts) - len(kept)
    note = f"{left_out:,} of {len(texts):,} texts have no class and were left out, the first {texts.names[first]}"
    return take(texts, kept, note)


def classes_of(texts: TextSet) -> tuple[str, ...]:
    """All classes in order: numbers by size, else by name. The second of two is the positive one."""
    return in_order(texts.labels)


def fingerprint(texts: TextSet, labels: Labels, split: Split) -> str:
    """Changes when a text, a label or the split does."""
    digest = blake2b(digest_size=16)
    for text in texts.texts:
        digest.update(text.encode(errors="replace") + b"\n")
    for part in (labels, split.train, split.valid, split.test):
        digest.update(np.ascontiguousarray(part).data)
    return digest.hexdigest()


def _fresh() -> Opinions:
    return make_opinions(MADE_TEXTS, seed=FRESH_SEED)


def _split(texts: TextSet, groups: Labels, labels: Labels, plan: Plan) -> tuple[Split, list[str]]:
    """The split, and what is told of copies."""
    notes = notes_on_copies(texts, groups)
    if texts.splits is None:
        split = split_groups(groups, labels, plan, things="texts", together="equal texts")
        return split, notes
    given = np.array([_GIVEN[name] for name in texts.splits], np.int64)
    split = split_as_given(given, groups, labels, plan, things="texts", by="the files' names")
    return split, [*notes, *notes_on_straddling(texts, groups, split)]


def _scores(texts: TextSet, labels: Labels, split: Split, classes: int) -> tuple[Scores, list[str]]:
    if sum(map(len, texts.texts)) > MOST_COUNTED:
        return {}, ["no baselines: there are more texts than are counted in a moment"]
    train, test = ([texts.texts[index] for index in part.tolist()] for part in (split.train, split.test))
    return text_baselines(train, labels[split.train], test, labels[split.test], classes), []


def _on_classes(texts: TextSet) -> list[str]:
    """Classes of too few texts to be in all splits."""
    counts = Counter(label for label in texts.labels if label is not None)
    rare = [f"{label} {count}" for label, count in counts.items() if count < 3]
    if not rare:
        return []
    return [f"classes with fewer than 3 texts cannot be in all splits: {listed(rare, _TOLD)}"]

"""The data doctor for texts with classes: what a file or folder holds, what is odd, and what a run would say to it.

Never raises for what is wrong inside a file; every sentence names the file and, where there is one, the line.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from seqtui.errors import SeqtuiError
from seqtui.readers.labeled.columns import Columns
from seqtui.readers.labeled.copies import find_copies, notes_on_copies
from seqtui.readers.labeled.corpus import classes_of, read_texts, with_classes
from seqtui.readers.labeled.text_set import TextSet
from seqtui.readers.listing import listed
from seqtui.readers.remark import Remark
from seqtui.readers.same_texts import group_of_texts
from seqtui.readers.unpacked_file import silent
from seqtui.text_safety import clean

MOST_IMBALANCE: Final = 20
FEWEST_A_CLASS: Final = 50
LONG: Final = 400  # words; what `--max-length` is where it is left out
_TOLD: Final = 5
# Notes on what takes nothing from the texts; all others are warnings.
_HARMLESS: Final = ("was decoded", "copies of earlier ones", "bring no classes", "say no split")


def examine(paths: Sequence[Path], columns: Columns) -> tuple[list[Remark], dict[str, Any]]:
    """Remarks path by path; facts by name as JSON, under each path where there are several."""
    remarks: list[Remark] = []
    facts: dict[str, Any] = {}
    for path in paths:
        own = _examine(path, columns, remarks)
        facts |= own if len(paths) == 1 else {clean(str(path)): own}
    return remarks, facts


def _examine(path: Path, columns: Columns, remarks: list[Remark]) -> dict[str, Any]:
    where = clean(str(path))
    try:
        texts = read_texts(str(path), columns, progress=silent)
    except SeqtuiError as error:
        remarks.append(Remark("error", where, str(error)))
        return {"readable": 0}
    words = np.array([len(text.split()) for text in texts.texts])
    groups = group_of_texts(texts.texts)
    counts = _class_counts(texts)
    remarks.append(Remark("info", where, _summary(texts, words)))
    for note in (*texts.notes, *notes_on_copies(texts, groups)):
        remarks.append(Remark("info" if any(said in note for said in _HARMLESS) else "warning", where, note))
    try:
        kept = with_classes(texts)
    except SeqtuiError as refused:
        said = f"a run would refuse this, while a trained model can be asked about it: {refused}"
        remarks.append(Remark("warning", where, said))
    else:
        remarks += [Remark("warning", where, note) for note in kept.notes if note not in texts.notes]
        remarks.append(Remark("info", where, f"classes: {_listed(counts)}"))
        remarks += [Remark("warning", where, text) for text in _on_balance(counts)]
    remarks += [Remark("warning", where, text) for text in _on_lengths(words)]
    remarks += _on_splits(texts, groups, where)
    return _facts(texts, words, counts, groups)


def _facts(texts: TextSet, words: Any, counts: Sequence[tuple[str, int]], groups: Any) -> dict[str, Any]:
    copies = find_copies(texts, groups)
    return {
        "readable": 1,
        "texts": len(texts),
        "classes": dict(counts),
        "without_class": sum(label is None for label in texts.labels),
        "words": {"least": int(words.min()), "median": float(np.median(words)), "most": int(words.max())},
        "characters": sum(map(len, texts.texts)),
        "copies": sum(len(each.records) - 1 for each in copies),
        "copies_across_classes": sum(len(each.labels) > 1 for each in copies),
        "splits": {} if texts.splits is None else dict(Counter(texts.splits)),
    }


def _class_counts(texts: TextSet) -> list[tuple[str, int]]:
    counts = Counter(label for label in texts.labels if label is not None)
    return [(label, counts[label]) for label in classes_of(texts)]


def _summary(texts: TextSet, words: Any) -> str:
    number = "1 text" if len(texts) == 1 else f"{len(texts):,} texts"
    splits = "" if texts.splits is None else "; " + ", ".join(
        f"{split} {count:,}" for split, count in Counter(texts.splits).items()
    )  # fmt: skip
    return f"{number} of {words.min():,} to {words.max():,} words, median {np.median(words):,.0f}{splits}"


def _on_balance(counts: Sequence[tuple[str, int]]) -> list[str]:
    said = []
    (most, many), (least, few) = (pick(counts, key=lambda each: each[1]) for pick in (max, min))
    if many > MOST_IMBALANCE * few:
        said.append(
            f"{many / few:,.0f} times as many texts are {most} ({many:,}) as are {least} ({few:,}); --class-weights "
            "balanced weighs them alike, and MCC or auPR tells more than accuracy"
        )
    rare = [(label, count) for label, count in counts if count < FEWEST_A_CLASS]
    if rare:
        said.append(
            f"{len(rare):,} of {len(counts):,} classes {'has' if len(rare) == 1 else 'have'} fewer than "
            f"{FEWEST_A_CLASS} texts: {_listed(rare)}; a test split of so few says little, cross-validation (--folds "
            "10) more"
        )
    return said


def _on_lengths(words: Any) -> list[str]:
    long = int((words > LONG).sum())
    if not long:
        return []
    return [
        f"{long:,} of {len(words):,} texts have over {LONG} words, the longest {words.max():,}; a run reads their "
        "beginning: choose another --max-length where what tells the classes apart comes later"
    ]


def _on_splits(texts: TextSet, groups: Any, where: str) -> list[Remark]:
    """Texts that stand in two of the splits that came with the data."""
    if texts.splits is None:
        return []
    splits = np.array(texts.splits)
    train = np.unique(groups[splits == "train"])
    leaks = {name: int(np.isin(groups[splits == name], train).sum()) for name in ("valid", "test")}
    said = [f"{count:,} texts of {name} stand in train too" for name, count in leaks.items() if count]
    return [Remark("warning", where, "; ".join(said) + ": scores are a little too good")] if said else []


def _listed(counts: Sequence[tuple[str, int]]) -> str:
    return listed((f"{label} {count:,}" for label, count in counts), _TOLD)

"""Scores of tagged sequences as conlleval counts them: a span is right if its begin, end and type are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.tagged.schemes import OUTSIDE, begins_span, ends_span, parted
from seqtui.shapes import PADDING

Integers = NDArray[np.int64]


def span_scores(tags: Sequence[str], gold: Sequence[Any], guessed: Sequence[Any]) -> dict[str, float]:
    """Scores over all sequences: f1, precision and recall of spans (micro), accuracy of tags, and `f1 TYPE`.

    partial_f1 is nervaluate's partial (SemEval 2013, task 9): the type does not matter, and an overlap is half right.
    gold, guessed: a sequence of numbers of `tags` each; where gold is PADDING both are read as outside, and accuracy
    does not count it. As in conlleval, a share of nothing is 0; but `f1 TYPE` is nan for a type that neither has.
    """
    truth, guess = _joined(gold, len(tags)), _joined(guessed, len(tags))
    unknown = truth == PADDING
    outside = tags.index(OUTSIDE) if OUTSIDE in tags else len(tags)
    truth, guess = np.where(unknown, outside, truth), np.where(unknown, outside, guess)
    types = sorted({parted(tag)[1] for tag in tags} - {""})
    true, found = _spans(truth, tags, types), _spans(guess, tags, types)
    right = _same(true, found)
    counts = [np.bincount(each, minlength=len(types)) for each in (true[:, 2], found[:, 2], right)]
    scores = _scores(*(int(count.sum()) for count in counts))
    counted = ~unknown & (truth != len(tags))
    scores["partial_f1"] = _partial(true, found, truth, types, outside=len(tags))
    scores["accuracy"] = float((truth == guess)[counted].mean()) if counted.any() else 0.0
    for type, *of_type in zip(types, *(count.tolist() for count in counts), strict=True):
        scores[f"f1 {type}"] = _scores(*of_type)["f1"] if of_type[0] or of_type[1] else float("nan")
    return scores


def _partial(true: Integers, found: Integers, steps: Integers, types: Sequence[str], *, outside: int) -> float:
    from nervaluate import Evaluator

    borders = np.flatnonzero(steps == outside)

    def by_sequence(spans: Integers) -> list[list[dict[str, Any]]]:
        rows: list[list[dict[str, Any]]] = [[] for _ in borders]
        for begin, end, kind in spans.tolist():
            at = int(np.searchsorted(borders, begin))
            rows[at].append({"label": types[kind], "start": begin, "end": end - 1})
        return rows

    if not len(true) or not len(found):
        return 0.0
    judged = Evaluator(by_sequence(true), by_sequence(found), tags=list(types), loader="dict").evaluate()
    return float(judged["overall"]["partial"].f1)


def _scores(true: int, found: int, right: int) -> dict[str, float]:
    precision, recall = right / found if found else 0.0, right / true if true else 0.0
    both = precision + recall
    return {"f1": 2 * precision * recall / both if both else 0.0, "precision": precision, "recall": recall}


def _joined(sequences: Sequence[Any], border: int) -> Integers:
    """All sequences end to end, with `border` before, between and behind them."""
    parts = [np.asarray(part, np.int64) for sequence in sequences for part in ((border,), sequence)]
    return np.concatenate([*parts, [border]]).astype(np.int64)


def _spans(steps: Integers, tags: Sequence[str], types: Sequence[str]) -> Integers:
    """(spans, 3) begin, end (exclusive) and number of the type, in order."""
    known = [*map(parted, tags), (OUTSIDE, "")]
    starts, ends = (np.array([[rule(one, two) for two in known] for one in known]) for rule in (begins_span, ends_span))
    numbers = np.array([types.index(type) if type else -1 for _, type in known])
    begin = np.flatnonzero(starts[steps[:-1], steps[1:]]) + 1
    end = np.flatnonzero(ends[steps[:-1], steps[1:]]) + 1
    return np.stack([begin, end, numbers[steps[begin]]], axis=1)


def _same(true: Integers, found: Integers) -> Integers:
    """The types of the spans that are in both."""
    rows = set(map(tuple, true.tolist()))
    return np.array([row[2] for row in found.tolist() if tuple(row) in rows], np.int64)

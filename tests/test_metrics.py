"""Metrics of labels against hand computation, and against every case in which one of them is not defined."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from seqtui.metrics import confusion_counts, label_metrics

NAMES = ["accuracy", "mcc", "macro_f1", "auroc", "auprc"]
NAN = math.nan


def chances_of(second: list[float]) -> np.ndarray:
    """(records, 2) of the chances of the second class."""
    return np.stack([1 - np.array(second), np.array(second)], 1)


def scored(labels: list[int], chances: np.ndarray) -> dict[str, float]:
    metrics = label_metrics(np.array(labels, np.int64), chances)
    assert list(metrics) == NAMES
    assert {type(value) for value in metrics.values()} == {float}
    return metrics


def test_two_classes_by_hand() -> None:
    # Guesses 0 0 1 1 0 1: tp 2, fp 1, fn 1, tn 2.
    metrics = scored([0, 0, 0, 1, 1, 1], chances_of([0.1, 0.4, 0.6, 0.9, 0.3, 0.7]))
    mcc = (2 * 2 - 1 * 1) / math.sqrt(3 * 3 * 3 * 3)
    # Of nine pairs the second class ranks higher in 3 (0.9) + 1 (0.3) + 3 (0.7).
    precisions = [1 / 1, 2 / 2, 3 / 5]  # in order 0.9 + 0.7 + 0.6 − 0.4 − 0.3 +
    wanted = {"accuracy": 4 / 6, "mcc": mcc, "macro_f1": 2 / 3, "auroc": 7 / 9, "auprc": sum(precisions) / 3}
    assert metrics == pytest.approx(wanted, rel=1e-12)


def test_three_classes_by_hand() -> None:
    chances = np.array([[0.6, 0.3, 0.1], [0.5, 0.4, 0.1], [0.2, 0.7, 0.1], [0.3, 0.3, 0.4], [0.1, 0.8, 0.1]])
    # Truth 0 1 1 2 2, guesses 0 0 1 2 1.
    f1 = (2 / 3 + 1 / 2 + 2 / 3) / 3
    covariance = 3 * 5 - (1 * 2 + 2 * 2 + 2 * 1)  # Gorodkin (2004)
    mcc = covariance / math.sqrt((25 - (1 + 4 + 4)) * (25 - (4 + 4 + 1)))
    auroc = (4 / 4 + (2 + 2) / 6 + (3 + 0.0 + 1.5) / 6) / 3
    metrics = scored([0, 1, 1, 2, 2], chances)
    assert metrics["accuracy"] == 3 / 5
    assert metrics["macro_f1"] == pytest.approx(f1)
    assert metrics["mcc"] == pytest.approx(mcc)
    assert metrics["auroc"] == pytest.approx(auroc)


def slow_auroc(labels: list[int], scores: np.ndarray) -> float:
    """The chance that one of the class ranks above one of the rest; a tie counts half."""
    pairs = [(a, b) for a, b in itertools.product(range(len(labels)), repeat=2) if labels[a] and not labels[b]]
    return sum((scores[a] > scores[b]) + 0.5 * (scores[a] == scores[b]) for a, b in pairs) / len(pairs)


def slow_auprc(labels: list[int], scores: np.ndarray) -> float:
    """Average precision: the sum over thresholds of the precision times what it adds to the recall."""
    total, before = 0.0, 0.0
    for threshold in sorted(set(scores), reverse=True):
        kept = [label for label, score in zip(labels, scores, strict=True) if score >= threshold]
        recall = sum(kept) / sum(labels)
        total, before = total + sum(kept) / len(kept) * (recall - before), recall
    return total


@given(
    st.lists(st.tuples(st.integers(0, 1), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.8, 1.0])), min_size=2, max_size=12)
)
def test_areas_are_those_of_their_definitions_ties_included(rows: list[tuple[int, float]]) -> None:
    labels, second = [label for label, _ in rows], [score for _, score in rows]
    metrics = scored(labels, chances_of(second))
    if len(set(labels)) == 2:
        assert metrics["auroc"] == pytest.approx(slow_auroc(labels, np.array(second)))
        assert metrics["auprc"] == pytest.approx(slow_auprc(labels, np.array(second)))
    else:
        assert math.isnan(metrics["auroc"])
        assert math.isnan(metrics["auprc"])


def test_a_class_that_is_missing_leaves_the_areas_undefined_and_the_rest_not() -> None:
    chances = np.array([[0.6, 0.3, 0.1], [0.5, 0.4, 0.1], [0.2, 0.7, 0.1]])
    metrics = scored([0, 1, 1], chances)
    assert metrics["accuracy"] == 2 / 3
    assert metrics["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 0) / 3), "the missing class counts as nought"
    assert math.isnan(metrics["auroc"])
    assert math.isnan(metrics["auprc"])


@pytest.mark.parametrize(
    ("labels", "chances", "accuracy", "macro_f1"),
    [
        ([0, 0, 0], chances_of([0.1, 0.2, 0.3]), 1.0, 0.5),
        ([1, 1], chances_of([0.1, 0.2]), 0.0, 0.0),
        ([0, 1, 0], chances_of([0.1, 0.1, 0.1]), 2 / 3, 0.4),
        ([1], chances_of([0.9]), 1.0, 0.5),
        ([0, 0], np.ones((2, 1)), 1.0, 1.0),
    ],
    ids=["one class, right", "one class, wrong", "one guess", "one record", "a head of one class"],
)
def test_without_two_classes_on_both_sides_there_is_no_correlation(
    labels: list[int], chances: np.ndarray, accuracy: float, macro_f1: float
) -> None:
    metrics = scored(labels, chances)
    assert metrics["mcc"] == 0.0
    assert metrics["accuracy"] == pytest.approx(accuracy)
    assert metrics["macro_f1"] == pytest.approx(macro_f1)


@pytest.mark.parametrize("classes", [1, 2, 5])
def test_of_no_records_nothing_is_known(classes: int) -> None:
    assert all(math.isnan(value) for value in scored([], np.zeros((0, classes))).values())


@pytest.mark.parametrize("bad", [NAN, math.inf])
def test_chances_that_are_not_finite_have_no_area(bad: float) -> None:
    metrics = scored([0, 1, 1], np.array([[0.9, 0.1], [bad, bad], [0.2, 0.8]]))
    assert math.isnan(metrics["auroc"])
    assert math.isnan(metrics["auprc"])


@given(st.integers(1, 4), st.data())
def test_no_labels_and_no_chances_make_it_raise_or_warn(classes: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 8))
    labels = data.draw(arrays(np.int64, count, elements=st.integers(0, classes - 1)))
    raw = data.draw(arrays(np.float64, (count, classes), elements=st.sampled_from([0.0, 1e-300, 0.1, 0.5, 1.0, NAN])))
    metrics = scored(labels.tolist(), raw)
    for name in ("accuracy", "macro_f1", "auroc", "auprc"):
        assert math.isnan(metrics[name]) or 0 <= metrics[name] <= 1
    assert math.isnan(metrics["mcc"]) or -1 <= metrics["mcc"] <= 1 + 1e-12


def test_confusion_counts_true_classes_by_guesses() -> None:
    labels, guesses = np.array([0, 0, 1, 2, 2, 2]), np.array([0, 1, 1, 2, 0, 0])
    assert confusion_counts(labels, guesses, 3) == [[1, 1, 0], [0, 1, 0], [2, 0, 1]]
    assert confusion_counts(labels, guesses, 4)[3] == [0, 0, 0, 0], "a class without a record has its row"
    assert confusion_counts(np.zeros(0, np.int64), np.zeros(0, np.int64), 2) == [[0, 0], [0, 0]]

"""The field's metrics, through scikit-learn and jiwer, which are imported only where something is scored."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def label_metrics(labels: NDArray[np.int64], chances: NDArray[np.float64]) -> dict[str, float]:
    """labels (records,), chances (records, classes), rows summing to one.

    accuracy; mcc: Matthews' correlation coefficient; macro_f1; auroc and auprc: area under the ROC and the
    precision-recall curve (average precision), of the second class of two, else the mean over classes one against the
    rest. An area is nan where a class is missing from the labels; where there are no records, all is nan. Where there
    is one class only in labels and guesses together, mcc is 0, as scikit-learn's is.
    """
    from sklearn import metrics

    if not len(labels):
        return dict.fromkeys(("accuracy", "mcc", "macro_f1", "auroc", "auprc"), float("nan"))
    guesses = chances.argmax(1)
    classes = list(range(chances.shape[1]))
    one = len(np.union1d(labels, guesses)) == 1
    return {
        "accuracy": float((guesses == labels).mean()),
        "mcc": 0.0 if one else float(metrics.matthews_corrcoef(labels, guesses)),
        "macro_f1": float(metrics.f1_score(labels, guesses, average="macro", labels=classes, zero_division=0.0)),
        "auroc": _mean_area(labels, chances, metrics.roc_auc_score),
        "auprc": _mean_area(labels, chances, metrics.average_precision_score),
    }


def confusion_counts(labels: NDArray[np.int64], guesses: NDArray[np.int64], classes: int) -> list[list[int]]:
    """Rows are the true classes, columns the guesses."""
    counts = np.bincount(labels * classes + guesses, minlength=classes * classes)
    table: list[list[int]] = counts.reshape(classes, classes).tolist()
    return table


def error_rates(truths: Sequence[str], guesses: Sequence[str]) -> dict[str, float]:
    """wer and cer: insertions, deletions and substitutions over the words, and the characters, of all truths together;
    exact: share of texts without an error. A text is its words with single spaces; nan where no truth has a word.
    """
    import jiwer

    wanted, said = ([" ".join(text.split()) for text in texts] for texts in (truths, guesses))
    words, characters = jiwer.process_words(wanted, said), jiwer.process_characters(wanted, said)
    return {
        "wer": _share(words.substitutions + words.deletions + words.insertions, sum(len(t.split()) for t in wanted)),
        "cer": _share(characters.substitutions + characters.deletions + characters.insertions, sum(map(len, wanted))),
        "exact": _share(sum(map(str.__eq__, wanted, said)), len(wanted)),
    }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def _mean_area(labels: NDArray[np.int64], chances: NDArray[np.float64], area: object) -> float:
    if not np.isfinite(chances).all():
        return float("nan")
    count = chances.shape[1]
    wanted = [1] if count == 2 else range(count)
    truths = [labels == each for each in wanted]
    if any(truth.all() or not truth.any() for truth in truths):
        return float("nan")
    assert callable(area)
    return float(np.mean([area(truth, chances[:, each]) for each, truth in zip(wanted, truths, strict=True)]))

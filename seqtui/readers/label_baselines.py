"""What predictors of a label without a model of sequences score: shares of the classes, and logistic regression.

Losses are nats a record, as the engine scores labels.
"""

import warnings
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.metrics import label_metrics

MOST_FITTED: Final = 20_000  # training records, evenly spaced

Chances = NDArray[np.float64]
Labels = NDArray[np.int64]


def class_shares(labels: Labels, classes: int) -> Chances:
    """(classes,) how often each was seen, and once more, so that none is impossible."""
    shares: Chances = (np.bincount(labels, minlength=classes) + 1) / (len(labels) + classes)
    return shares


def evenly_spaced(records: int) -> Labels:
    """Which training records a logistic regression is fitted on: all, or 20,000 of them."""
    return np.linspace(0, records - 1, min(records, MOST_FITTED)).round().astype(np.int64)


def fit_logistic(features: Any, labels: Labels) -> Any:
    """scikit-learn's LogisticRegression, L2 with C = 1, L-BFGS, on an array or a sparse matrix (records, features)."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, solver="lbfgs", max_iter=1000)
    with warnings.catch_warnings():
        # A fit stopped after 1,000 rounds is still a fair trivial predictor.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(features, labels)
    return model


def logistic_chances(model: Any, features: Any, shares: Chances) -> Chances:
    """(records, classes); what training never showed keeps the small share that the majority baseline gives it."""
    chances = np.tile(shares, (features.shape[0], 1))
    chances[:, model.classes_] = float(shares[model.classes_].sum()) * model.predict_proba(features)
    return chances


def scores(chances: Chances, labels: Labels) -> dict[str, float]:
    """loss, and seqtui.metrics.label_metrics."""
    likely = np.maximum(chances[np.arange(len(labels)), labels], np.finfo(np.float64).tiny)
    return {"loss": -float(np.log(likely).mean()), **label_metrics(labels, chances)}


def balanced_weights(labels: Labels, classes: int) -> tuple[float, ...]:
    """Of each class in the loss, so that all weigh the same and the mean over these records is one."""
    counts = np.bincount(labels, minlength=classes)
    return tuple((len(labels) / (classes * np.maximum(counts, 1))).tolist())

"""What predictors that ignore or hardly know the order of words score on the test split: what recurrence must beat."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.label_baselines import class_shares, evenly_spaced, fit_logistic, logistic_chances, scores

# Words and marks, in lower case; a word present or not is as good as its count in short texts (Pang et al. 2002).
_WORDS: Final = r"(?u)\w+|[^\w\s]"

Labels = NDArray[np.int64]


def text_baselines(
    train: Sequence[str], train_labels: Labels, test: Sequence[str], test_labels: Labels, classes: int
) -> dict[str, dict[str, float]]:
    """Name of a predictor -> loss (nats a text) and seqtui.metrics.label_metrics on test.

    majority class: the shares of the training labels. bag of words: logistic regression on which words a text holds;
    words and pairs: on pairs of neighboring words too. Both of at most 20,000 training texts, evenly spaced.
    """
    shares = class_shares(train_labels, classes)
    found = {"majority class": scores(np.tile(shares, (len(test), 1)), test_labels)}
    if len(np.unique(train_labels)) == 1 or not len(test):
        return found
    from sklearn.feature_extraction.text import CountVectorizer

    fitted = evenly_spaced(len(train))
    texts = [train[index] for index in fitted.tolist()]
    for name, longest in (("bag of words", 1), ("bag of words and pairs", 2)):
        bag = CountVectorizer(binary=True, ngram_range=(1, longest), token_pattern=_WORDS, dtype=np.float32)
        try:
            features = bag.fit_transform(texts)
        except ValueError:  # there is no word in any of the texts
            continue
        model = fit_logistic(features, train_labels[fitted])
        found[name] = scores(logistic_chances(model, bag.transform(test), shares), test_labels)
    return found

"""What translators without a model score: copying, the most frequent target, a dictionary word for word."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.pairs.arrays import LaidPairs
from seqtui.readers.pairs.units import END, SPECIALS, Side
from seqtui.translation_metrics import translation_metrics

METRICS: Final = {"text": ("bleu", "chrf", "exact"), "exact": ("exact", "token_errors")}
MOST_COUNTED: Final = 50_000  # training pairs, evenly spaced
MOST_SCORED: Final = 2_000  # test records, evenly spaced

Rows = Sequence[NDArray[Any]]
Scores = dict[str, dict[str, float]]


def pair_baselines(
    train: LaidPairs, test: LaidPairs, sides: tuple[Side, Side], scored_by: Literal["text", "exact"], *, is_known: bool
) -> Scores:
    """Name of a translator -> its metrics on test, those that a model is scored by. is_known: the rule is, so that the
    best possible score is without an error.
    """
    chosen = _evenly(len(test.texts), MOST_SCORED)
    rows, references = test.source_rows(), [test.references[at] for at in chosen]
    usual = Counter(texts[0] for texts in train.references).most_common(1)[0][0]
    meaning = dictionary(train.source_rows(), train.target_rows(), len(sides[0].tokens), len(sides[1].tokens))
    known = (meaning[rows[at]] for at in chosen)
    outputs = {
        "copy of the source": [test.texts[at] for at in chosen],
        "most frequent target": [usual] * len(chosen),
        "word for word": [sides[1].joined(sides[1].spell(row[row >= len(SPECIALS)].tolist())) for row in known],
    }
    scores = {name: translation_metrics(texts, references) for name, texts in outputs.items()}
    if is_known:
        scores["Bayes optimum"] = {"bleu": 100.0, "chrf": 100.0, "exact": 1.0, "token_errors": 0.0}
    return {name: {metric: each[metric] for metric in METRICS[scored_by]} for name, each in scores.items()}


def unigram_loss(train: LaidPairs, test: LaidPairs, size: int) -> float:
    """Nats a target token, its end counted, of a guess by how frequent each token is in training (one added)."""
    end = SPECIALS.index(END)
    counts = np.bincount(train.targets, minlength=size).astype(float) + 1
    counts[end] += len(train.lengths)
    log_share = np.log(counts / counts.sum())
    total = float(log_share[test.targets].sum()) + len(test.lengths) * float(log_share[end])
    return -total / max(len(test.targets) + len(test.lengths), 1)


def dictionary(sources: Rows, targets: Rows, size: int, target_size: int) -> NDArray[np.int64]:
    """(size,) for each source token the target token that it is most often seen with, by Dice's coefficient; 0: none.

    2 · pairs with both / (pairs with one + pairs with the other).
    """
    some = _evenly(len(sources), MOST_COUNTED)
    one = _presence([sources[at] for at in some], size)
    other = _presence([targets[at] for at in some], target_size)
    both = (one.T @ other).tocsr()  # (size, target_size)
    seen, made = (np.asarray(each.sum(0)).ravel() for each in (one, other))
    found = np.zeros(size, np.int64)
    for token in range(len(SPECIALS), size):
        begin, end = both.indptr[token : token + 2]
        if begin < end:
            at = both.indices[begin:end]
            dice = 2 * both.data[begin:end] / (seen[token] + made[at])
            found[token] = at[np.lexsort((at, -dice))[0]]
    return found


def _evenly(count: int, most: int) -> list[int]:
    found: list[int] = np.linspace(0, count - 1, min(count, most)).round().astype(int).tolist()
    return found


def _presence(rows: Rows, size: int) -> Any:
    """Sparse (rows, size), 1 where a token stands in a row."""
    from scipy.sparse import csr_matrix

    sets = [np.unique(row) for row in rows]
    ends = np.cumsum([0, *(len(each) for each in sets)])
    columns = np.concatenate([np.zeros(0, np.int32), *sets])
    return csr_matrix((np.ones(len(columns)), columns, ends), (len(rows), size))

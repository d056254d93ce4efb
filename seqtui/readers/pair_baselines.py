"""What translators without a model score: copying, the most frequent target, a dictionary word for word."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.pair_units import SPECIALS, Side
from seqtui.translation_metrics import translation_metrics

MOST_COUNTED: Final = 50_000  # training pairs, evenly spaced
MOST_SCORED: Final = 2_000  # test records, evenly spaced

Rows = Sequence[NDArray[np.int32]]


def pair_baselines(
    train: tuple[Rows, Rows], target_texts: Sequence[str], test: Sequence[tuple[str, NDArray[np.int32]]],
    references: Sequence[Sequence[str]], sides: tuple[Side, Side],
) -> dict[str, dict[str, float]]:  # fmt: skip
    """Name of a translator -> its metrics on test.

    train: token numbers of each side, and target_texts what they stand for; test: text and token numbers of each
    source; references: what it may become.
    """
    chosen = np.linspace(0, len(test) - 1, min(len(test), MOST_SCORED)).round().astype(int).tolist()
    asked, known = [test[at] for at in chosen], [references[at] for at in chosen]
    usual = Counter(target_texts).most_common(1)[0][0]
    meaning = dictionary(*train, len(sides[0].tokens), len(sides[1].tokens))
    word_for_word = [
        sides[1].joined(sides[1].tokens[word] for word in meaning[row].tolist() if word >= len(SPECIALS))
        for _, row in asked
    ]  # fmt: skip
    outputs = {
        "copy of the source": [text for text, _ in asked],
        "most frequent target": [usual] * len(asked),
        "word for word": word_for_word,
    }
    return {name: translation_metrics(texts, known) for name, texts in outputs.items()}


def dictionary(sources: Rows, targets: Rows, size: int, target_size: int) -> NDArray[np.int64]:
    """(size,) for each source token the target token that it is most often seen with, by Dice's coefficient; 0: none.

    2 · pairs with both / (pairs with one + pairs with the other).
    """
    some = np.linspace(0, len(sources) - 1, min(len(sources), MOST_COUNTED)).round().astype(int).tolist()
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


def unigram_loss(train: Rows, test: Rows, size: int) -> float:
    """Nats a target token, its end counted, of a guess by how frequent each token is in training (one added)."""
    counts = np.bincount(np.concatenate([np.zeros(0, np.int32), *train]), minlength=size).astype(float) + 1
    counts[SPECIALS.index("<end>")] += len(train)
    log_share = np.log(counts / counts.sum())
    total = sum(float(log_share[row].sum()) for row in test) + len(test) * float(log_share[SPECIALS.index("<end>")])
    return -total / max(sum(len(row) + 1 for row in test), 1)


def _presence(rows: Rows, size: int) -> Any:
    """Sparse (rows, size), 1 where a token stands in a row."""
    from scipy.sparse import csr_matrix

    sets = [np.unique(row) for row in rows]
    ends = np.cumsum([0, *(len(each) for each in sets)])
    columns = np.concatenate([np.zeros(0, np.int32), *sets])
    return csr_matrix((np.ones(len(columns)), columns, ends), (len(rows), size))

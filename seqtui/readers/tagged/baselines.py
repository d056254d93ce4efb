"""What a tagger is measured by: each word's most frequent tag, the most frequent of all, and for made data the best."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.tagged.made_sentences import KnownSentences
from seqtui.readers.tagged.schemes import OUTSIDE, Written, spans_of, tags_of
from seqtui.readers.tagged.spans import span_scores
from seqtui.readers.tagged.tagged_set import Sentence

Scores = dict[str, dict[str, float]]

_PRIOR_WEIGHT: Final = 1.0  # how many tokens the tags of all words count for, beside those of a word itself


def tag_baselines(train: Sequence[Sentence], test: Sequence[Sentence], tags: Sequence[str]) -> Scores:
    """Span scores on `test`, and `loss` in nats a token, of predictors that see one word at a time, as it is written.

    A word that train does not have is outside. Losses are those of smoothed frequencies: (n(word, tag) + p(tag)) /
    (n(word) + 1) with p(tag) = (n(tag) + 1) / (n + tags).
    """
    counts = np.ones(len(tags))
    numbers = {tag: number for number, tag in enumerate(tags)}
    of_word: dict[str, Counter[int]] = {}
    for sentence in train:
        for token, tag in zip(sentence.tokens, sentence.tags or (), strict=True):
            of_word.setdefault(token, Counter())[numbers[tag]] += 1
            counts[numbers[tag]] += 1
    overall = counts / counts.sum()
    usual = {token: _first_most(found) for token, found in of_word.items()}
    gold = [[numbers[tag] for tag in sentence.tags or ()] for sentence in test]
    by_word = [[usual.get(token, numbers[OUTSIDE]) for token in sentence.tokens] for sentence in test]
    same = [[int(overall.argmax())] * len(each) for each in gold]
    loss = [
        -np.log(_chance(of_word.get(token), number, overall))
        for sentence, wanted in zip(test, gold, strict=True)
        for token, number in zip(sentence.tokens, wanted, strict=True)
    ]
    flat = [-np.log(overall[number]) for wanted in gold for number in wanted]
    return {
        "most frequent tag of each word": {"loss": float(np.mean(loss)), **span_scores(tags, gold, by_word)},
        "most frequent tag": {"loss": float(np.mean(flat)), **span_scores(tags, gold, same)},
    }


def known_scores(known: KnownSentences, test: NDArray[np.int64], tags: Sequence[str]) -> Scores:
    """Of the best possible guesses on made sentences, in the scheme of `tags`."""
    numbers = {tag: number for number, tag in enumerate(tags)}
    scheme: Written = "iobes" if any(tag.startswith("S-") for tag in tags) else "bio"

    def of(rows: Sequence[Sequence[str]]) -> list[list[int]]:
        return [[numbers[tag] for tag in tags_of(spans_of(row), len(row), scheme)] for row in rows]

    true = [known.sentences[at].tags or () for at in test.tolist()]
    best = [known.best[at] for at in test.tolist()]
    loss = float(known.surprise[test].sum() / sum(map(len, true)))
    return {"Bayes optimum": {"loss": loss, **span_scores(tags, of(true), of(best))}}


def _first_most(found: Counter[int]) -> int:
    """The most frequent, the first in the order of the tags where two are as frequent."""
    return min(found, key=lambda number: (-found[number], number))


def _chance(found: Counter[int] | None, number: int, overall: NDArray[np.float64]) -> float:
    seen, all_seen = (found[number], found.total()) if found else (0, 0)
    return float((seen + _PRIOR_WEIGHT * overall[number]) / (all_seen + _PRIOR_WEIGHT))

"""Sentences made by rule: the same everywhere, with a ceiling that is exact, and not to be had word by word."""

from functools import cache
from hashlib import blake2b

import numpy as np
import pytest

from seqtui.readers.tagged.baselines import known_scores, tag_baselines
from seqtui.readers.tagged.made_names import TYPES, name_tables
from seqtui.readers.tagged.made_sentences import KnownSentences, likeliest, make_sentences
from seqtui.readers.tagged.schemes import faults_in, spans_of, tag_set
from seqtui.readers.tagged.spans import span_scores


@cache
def known() -> KnownSentences:
    return make_sentences(1500, seed=3)


TAGS = tag_set(TYPES, "bio")


def test_a_seed_makes_the_same_text_on_every_machine() -> None:
    digest = blake2b(digest_size=8)
    for sentence in make_sentences(200, seed=0).sentences:
        digest.update(" ".join(sentence.tokens).encode() + " ".join(sentence.tags or ()).encode())
    assert digest.hexdigest() == "b193f01a069832e8"


@pytest.mark.parametrize("kind", TYPES)
def test_the_chances_of_all_names_of_a_type_sum_to_one(kind: str) -> None:
    table = name_tables()[kind]
    assert sum(table.chances.values()) == pytest.approx(1)
    assert len(set(table.names)) == len(table.names)


def test_names_are_drawn_as_often_as_their_chances_say() -> None:
    table = name_tables()["PER"]
    drawn = [table.at(each) for each in np.random.Generator(np.random.PCG64(0)).random(20_000).tolist()]
    likely = sorted(table.chances, key=lambda name: -table.chances[name])[:5]
    for name in likely:
        share, error = table.chances[name], (table.chances[name] / 20_000) ** 0.5
        assert drawn.count(name) / 20_000 == pytest.approx(share, abs=5 * error)


def test_tags_are_sound_and_some_names_have_several_types() -> None:
    seen: dict[tuple[str, ...], set[str]] = {}
    for sentence in known().sentences:
        assert sentence.tags is not None
        assert not list(faults_in(sentence.tags, "bio"))
        for span in spans_of(sentence.tags):
            seen.setdefault(tuple(sentence.tokens[span.begin : span.end]), set()).add(span.type)
    assert sum(len(types) > 1 for types in seen.values()) >= 30
    assert set.union(*seen.values()) == set(TYPES)


def test_the_ceiling_is_what_bayes_rule_expects_of_itself() -> None:
    def expected(name: tuple[str, ...]) -> float:
        return max(likeliest(name, "ANY")[1].values())

    vague = [
        (tuple(sentence.tokens[span.begin : span.end]), guess == span.type)
        for sentence, best in zip(known().sentences, known().best, strict=True)
        if "heard" in sentence.tokens or "talked" in sentence.tokens or "remember" in sentence.tokens
        for span, guess in zip(spans_of(sentence.tags or ()), (each.type for each in spans_of(best)), strict=True)
    ]
    right = np.array([hit for _, hit in vague], float)
    hoped = np.array([expected(name) for name, _ in vague])
    error = (hoped * (1 - hoped)).sum() ** 0.5
    assert abs(right.sum() - hoped.sum()) < 4 * error


def test_a_name_alone_does_not_tell_its_type_where_it_is_shared() -> None:
    assert likeliest(("Jordan",), "LOC")[0] == "LOC"
    chances = likeliest(("Jordan",), "ANY")[1]
    assert max(chances.values()) < 0.6 and min(chances.values()) > 0.05
    assert likeliest(("BCD",), "ANY")[0] == "ORG"


def test_word_by_word_is_far_below_the_ceiling_and_much_of_the_test_is_unseen() -> None:
    train, test = known().sentences[:1200], known().sentences[1200:]
    scores = tag_baselines(train, test, TAGS) | known_scores(known(), np.arange(1200, 1500), TAGS)
    assert scores["most frequent tag"]["f1"] == 0
    assert scores["most frequent tag of each word"]["f1"] < 0.5
    assert scores["Bayes optimum"]["f1"] > 0.95
    losses = [scores[name]["loss"] for name in ("Bayes optimum", "most frequent tag of each word", "most frequent tag")]
    assert losses == sorted(losses)
    words = {token for sentence in train for token in sentence.tokens}
    names = [token for each in test for token, tag in zip(each.tokens, each.tags or (), strict=True) if tag != "O"]
    assert 0.1 < sum(name not in words for name in names) / len(names) < 0.5


def test_the_best_guesses_keep_every_border() -> None:
    gold, best = (
        [[TAGS.index(tag) for tag in row] for row in rows]
        for rows in ([each.tags or () for each in known().sentences], known().best)
    )
    scores = span_scores(TAGS, gold, best)
    assert scores["precision"] == scores["recall"] > 0.95

"""Opinions made by rule: the same for ever, with a ceiling that is true, and out of reach for a bag of words."""

import re

import numpy as np

from seqtui.readers.grouped_split import Plan
from seqtui.readers.labeled.columns import Columns
from seqtui.readers.labeled.corpus import load_labeled
from seqtui.readers.labeled.made_opinions import LABELS, NOISE, make_opinions
from seqtui.readers.unpacked_file import silent

MADE = make_opinions(4000, seed=0)
TEXTS = MADE.texts.texts


def test_the_same_seed_is_the_same_text_for_ever() -> None:
    assert TEXTS[:3] == [
        "The nurse was truly great, though the guide was rather horrible.",
        "The curry was crisp, and the breakfast was anything but bad.",
        "The film was disappointing, and the story was anything but pleasant.",
    ]
    assert make_opinions(50, seed=1).texts.texts != TEXTS[:50]


def test_sentences_are_all_different_and_read_as_sentences() -> None:
    assert len(set(TEXTS)) == 4000
    assert all(re.fullmatch(r"[A-Z][A-Za-z ,]+[.!]", text) for text in TEXTS)
    assert not any(re.search(r"\bi\b|  ", text) for text in TEXTS)


def test_half_are_good_and_one_label_in_twenty_is_turned_over_in_either_class() -> None:
    assert int(MADE.positive.sum()) == 2000
    turned = np.array([label == LABELS[1] for label in MADE.texts.labels]) != MADE.positive
    for part in (turned[MADE.positive], turned[~MADE.positive], turned[:2000], turned[2000:]):
        assert abs(part.mean() - NOISE) < 4 * (NOISE * (1 - NOISE) / len(part)) ** 0.5
    assert np.allclose(MADE.chances.sum(1), 1)
    assert (MADE.chances.argmax(1) == MADE.positive).all()


def meant(text: str) -> bool:
    """What a sentence says, found by a reader of its own: the main clause, and every negation in it."""
    text = text.lower().rstrip(".!")
    text = re.sub(r"^(to be honest|in the end|all in all|as expected|to my surprise|this time), ", "", text)
    concession = r"(?:although|even though|though) "
    if found := re.match(concession + r"[^,]+, (.+)", text):
        text = found[1]
    text = re.split(r", " + concession, text)[0]
    text = text.split(", but ")[-1].split(", and ")[0]
    denied = re.match(
        r"(nobody could say|i would not say|it is not true|i do not think|i doubt|nobody here claims)", text
    )
    clause = text.split(" that ")[-1]
    negated = re.search(r"\b(not|never|hardly|anything but|far from|by no means)\b", clause)
    good = not GOOD.isdisjoint(clause.split())
    return good ^ bool(negated) ^ bool(denied)


def test_another_reader_of_the_grammar_agrees_on_every_sentence() -> None:
    wrong = [text for text, good in zip(TEXTS, MADE.positive.tolist(), strict=True) if meant(text) != good]
    assert not wrong


def test_words_alone_are_far_under_the_ceiling_on_every_split() -> None:
    for seed in range(2):
        scores = load_labeled(None, Columns(), Plan(0, 0, 0.1, seed), progress=silent).scores
        assert 0.92 < scores["Bayes optimum"]["accuracy"] < 0.98, "the split does not sort the turned labels"
        assert scores["bag of words"]["accuracy"] < 0.72
        assert scores["bag of words and pairs"]["accuracy"] < 0.78
        assert scores["Bayes optimum"]["loss"] < 0.3


GOOD = frozenset(
    [
        "good",
        "great",
        "lovely",
        "excellent",
        "wonderful",
        "pleasant",
        "nice",
        "superb",
        "impressive",
        "memorable",
        "gripping",
        "funny",
        "clever",
        "moving",
        "original",
        "charming",
        "tasty",
        "fresh",
        "delicious",
        "crisp",
        "healthy",
        "hot",
        "clean",
        "quiet",
        "comfortable",
        "spacious",
        "cozy",
        "bright",
        "fast",
        "reliable",
        "sturdy",
        "handy",
        "robust",
        "responsive",
        "thoughtful",
        "witty",
        "vivid",
        "absorbing",
        "elegant",
        "honest",
        "friendly",
        "polite",
        "helpful",
        "patient",
        "kind",
        "careful",
        "loved",
        "love",
        "enjoyed",
        "enjoy",
        "liked",
        "like",
        "adored",
        "adore",
    ]
)

"""Trivial predictors of a label: k-mers counted by hand, and sets on which they must stay under the optimum."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqtui.readers.dna.alphabet import LETTERS
from seqtui.readers.dna.baselines import LabeledCodes, kmer_counts, label_baselines
from seqtui.readers.dna.codon_genes import make_codon_genes
from seqtui.readers.dna.known_set import KnownSet, bayes_scores
from seqtui.readers.dna.promoters import make_promoters


def labeled(sequences: list[str], labels: list[int]) -> LabeledCodes:
    codes = np.array([LETTERS.index(letter) for letter in "".join(sequences)], np.uint8)
    return LabeledCodes(codes, np.array([len(each) for each in sequences], np.int64), np.array(labels, np.int64))


def splits(made: KnownSet, cut: int) -> tuple[LabeledCodes, LabeledCodes]:
    whole = LabeledCodes(made.sequences.codes, made.sequences.lengths, made.positives.astype(np.int64))
    return whole.take(np.arange(cut)), whole.take(np.arange(cut, len(made.positives)))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(LETTERS[:4] + "NR", max_size=12), min_size=1, max_size=5), st.sampled_from([1, 2, 3]))
def test_kmers_are_counted_as_one_would_by_hand(sequences: list[str], k: int) -> None:
    part = labeled(sequences, [0] * len(sequences))
    counts = kmer_counts(part.codes, part.lengths, k)
    by_hand = np.zeros_like(counts)
    for row, sequence in enumerate(sequences):
        for at in range(len(sequence) - k + 1):
            word = sequence[at : at + k]
            if set(word) <= set("ACGT"):
                by_hand[row, sum("ACGT".index(base) * 4 ** (k - 1 - place) for place, base in enumerate(word))] += 1
    assert counts.tolist() == by_hand.tolist()


def test_records_are_taken_in_the_order_asked_for() -> None:
    part = labeled(["AC", "", "GGT", "T"], [0, 1, 2, 3]).take(np.array([3, 2, 0]))
    assert part.codes.tolist() == [3, 2, 2, 3, 0, 1]
    assert part.lengths.tolist() == [1, 3, 2]
    assert part.labels.tolist() == [3, 2, 0]


def test_the_majority_class_predicts_its_share() -> None:
    train, test = labeled(["A"] * 4, [0, 0, 0, 0]), labeled(["A", "A"], [0, 1])
    found = label_baselines(train, test)
    assert list(found) == ["majority class"]
    assert found["majority class"] == {
        "loss": pytest.approx(-(math.log(5 / 6) + math.log(1 / 6)) / 2), "accuracy": 0.5, "mcc": 0.0,
        "macro_f1": pytest.approx(1 / 3), "auroc": 0.5, "auprc": 0.5,
    }  # fmt: skip


def test_a_class_that_train_lacks_costs_much_but_not_everything() -> None:
    train = labeled(["AAAA", "CCCC", "AAAC", "CCCA"] * 5, [0, 1, 0, 1] * 5)
    found = label_baselines(train, labeled(["AAAA", "CCCC", "GGGG"], [0, 1, 2]))
    assert set(found) == {"majority class", "k-mer logistic", "position logistic"}
    for scores in found.values():
        assert math.isfinite(scores["loss"])
    assert found["k-mer logistic"]["accuracy"] == pytest.approx(2 / 3)
    assert found["k-mer logistic"]["loss"] > math.log(23) / 3


def test_places_are_compared_only_where_all_sequences_have_one_length() -> None:
    train = labeled(["AAAA", "CCCC", "AAAC", "CCC"], [0, 1, 0, 1])
    assert list(label_baselines(train, train)) == ["majority class", "k-mer logistic"]


def test_a_test_split_of_one_class_has_no_area() -> None:
    train = labeled(["AAAA", "CCCC"] * 3, [0, 1] * 3)
    scores = label_baselines(train, labeled(["AAAA"] * 3, [0, 0, 0]))["k-mer logistic"]
    assert scores["accuracy"] == 1 and scores["mcc"] == 0
    assert math.isnan(scores["auroc"])


def test_what_a_logistic_rule_can_see_it_finds() -> None:
    rng = np.random.default_rng(0)
    rows = rng.integers(0, 4, (600, 20), dtype=np.uint8)
    by_place = (rows[:, 7] == 2).astype(np.int64)
    whole = LabeledCodes(rows.ravel(), np.full(600, 20), by_place)
    found = label_baselines(whole.take(np.arange(500)), whole.take(np.arange(500, 600)))
    assert found["position logistic"]["accuracy"] == 1
    assert found["k-mer logistic"]["accuracy"] < 0.9


@pytest.mark.parametrize("number", [2, 5])
def test_more_classes_than_two(number: int) -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(0, number, 400)
    rows = np.where(rng.random((400, 30)) < 0.5, labels[:, None] % 4, rng.integers(0, 4, (400, 30))).astype(np.uint8)
    whole = LabeledCodes(rows.ravel(), np.full(400, 30), labels)
    found = label_baselines(whole.take(np.arange(300)), whole.take(np.arange(300, 400)))
    assert found["k-mer logistic"]["auroc"] > 0.85 > found["majority class"]["auroc"]


def test_on_promoters_the_baselines_stay_far_under_the_optimum() -> None:
    made = make_promoters(13_200, seed=0)
    train, test = splits(made, 3200)
    found = label_baselines(train, test)
    best = bayes_scores(made.log_ratio[3200:], made.positives[3200:])
    assert best["accuracy"] == pytest.approx(0.940, abs=0.002)
    assert found["k-mer logistic"]["accuracy"] == pytest.approx(0.815, abs=0.005)
    assert found["k-mer logistic"]["loss"] == pytest.approx(0.412, abs=0.005)
    assert found["position logistic"]["accuracy"] == pytest.approx(0.765, abs=0.005)
    assert found["position logistic"]["loss"] == pytest.approx(0.486, abs=0.005)


def test_on_codons_counting_triplets_without_a_frame_stays_under_the_optimum() -> None:
    made = make_codon_genes(13_200, seed=0)
    train, test = splits(made, 3200)
    found = label_baselines(train, test)
    best = bayes_scores(made.log_ratio[3200:], made.positives[3200:])
    assert best["accuracy"] == pytest.approx(0.962, abs=0.002)
    assert found["k-mer logistic"]["accuracy"] == pytest.approx(0.831, abs=0.005)
    assert found["k-mer logistic"]["loss"] == pytest.approx(0.376, abs=0.005)
    assert found["position logistic"]["accuracy"] == pytest.approx(0.5, abs=0.02)

"""Markov chains of bases: chances by hand, losses by a plain loop, and samples that lack what a chain cannot carry."""

import math
from collections import Counter

import numpy as np
import pytest

from seqtui.errors import BadInput
from seqtui.readers.dna.alphabet import LETTERS
from seqtui.readers.dna.markov import (
    END,
    Records,
    consensus_strength,
    markov_bits,
    markov_chances,
    markov_losses,
    sample_markov,
)
from seqtui.readers.dna.promoters import BACKGROUND, LENGTH, log_likelihood_ratio, make_promoters, site_strengths


def records(*sequences: str) -> Records:
    codes = np.array([LETTERS.index(letter) for letter in "".join(sequences)], np.uint8)
    return codes, np.array([len(each) for each in sequences], np.int64)


def promoters(count: int, seed: int) -> Records:
    made = make_promoters(2 * count, seed=seed)
    rows = made.sequences.codes.reshape(-1, LENGTH)[made.positives]
    return rows.reshape(-1), np.full(count, LENGTH, np.int64)


def _written_out(train: list[list[int]], context: list[int], token: int) -> float:
    """Witten-Bell, method C, as the definition says it."""
    lower = 1 / 6 if not context else _written_out(train, context[1:], token)
    after: Counter[int] = Counter()
    for tokens in train:
        padded = [END] * len(context) + tokens
        for at in range(len(context), len(padded)):
            if padded[at - len(context) : at] == context:
                after[padded[at]] += 1
    if not after:
        return lower
    return (after[token] + len(after) * lower) / (after.total() + len(after))


@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_a_loss_is_that_of_every_token_and_the_end_scored_one_by_one(order: int) -> None:
    tokens = [[0, 1, 0, 1, 2, END], [0, 4, 1, END], [END], [3, 3, 0, 1, END]]
    train = records("ACACG", "ANC", "", "TTAC")
    test = [[0, 1, 3, 3, END], [END], [4, 4, 2, END]]
    logs = []
    for each in test:
        padded = [END] * order + each
        logs += [
            math.log(_written_out(tokens, padded[at - order : at], padded[at])) for at in range(order, len(padded))
        ]
    loss = markov_losses(train, records("ACTT", "", "RYG"), (order,))
    assert loss == {f"order {order} Markov": pytest.approx(-sum(logs) / len(logs), abs=1e-12)}


def test_chances_sum_to_one_after_contexts_seen_and_unseen() -> None:
    for order in range(4):
        chances = markov_chances(records("ACGTNACCA", "TT"), order)
        assert chances.shape == (6**order, 6)
        assert np.allclose(chances.sum(1), 1) and (chances > 0).all()


def test_bits_are_nats_over_the_logarithm_of_two() -> None:
    train, test = promoters(50, 0), promoters(50, 1)
    nats, bits = markov_losses(train, test), markov_bits(train, test)
    assert list(bits) == [f"order {order} Markov" for order in range(6)]
    assert bits == {name: pytest.approx(loss / math.log(2)) for name, loss in nats.items()}


def test_samples_have_the_lengths_asked_for_and_the_chances_of_the_chain() -> None:
    rng = np.random.default_rng(0)
    train = records(*["ACGT" * 10] * 3, "ACCA" * 5)
    lengths = np.array([0, 7, 40_000, 3])
    codes, given = sample_markov(train, 1, lengths, rng)
    assert given is lengths and len(codes) == lengths.sum()
    assert codes.max() <= 3
    chances = markov_chances(train, 1)[:4, :4]
    chances /= chances.sum(1, keepdims=True)
    long = codes[7:40_007].astype(np.int64)
    pairs = np.bincount(long[:-1] * 4 + long[1:], minlength=16).reshape(4, 4)
    assert np.allclose(pairs / pairs.sum(1, keepdims=True), chances, atol=0.02)


def test_no_chain_is_as_good_as_the_rule_that_made_the_promoters() -> None:
    train, (codes, lengths) = promoters(1600, 0), promoters(1600, 1)
    losses = markov_losses(train, (codes, lengths))
    log_chances = log_likelihood_ratio(codes, lengths).sum() + np.log(BACKGROUND[codes]).sum()
    best = -log_chances / (len(codes) + len(lengths))  # the end costs nothing where every length is the same
    assert best == pytest.approx(1.2683, abs=0.0005)
    assert losses["order 0 Markov"] == pytest.approx(1.4186, abs=0.0005)
    assert min(losses.values()) == losses["order 4 Markov"] == pytest.approx(1.4057, abs=0.0005)


def test_only_promoters_carry_the_consensus_not_samples_of_a_chain() -> None:
    train, fresh = promoters(1600, 0), promoters(400, 2)
    real = consensus_strength(*fresh)
    assert real == pytest.approx(9.571, abs=0.001)
    for order in range(6):
        sampled = sample_markov(train, order, fresh[1], np.random.default_rng(order))
        error = site_strengths(*sampled).std() / math.sqrt(400)
        assert consensus_strength(*sampled) + 20 * error < real


def test_strength_leaves_short_records_out_and_says_when_none_is_left() -> None:
    codes, lengths = promoters(5, 0)
    longer = (np.concatenate([codes, np.zeros(9, np.uint8)]), np.append(lengths, 9))
    assert consensus_strength(*longer) == consensus_strength(codes, lengths)
    with pytest.raises(BadInput, match="no sequence has the 31 bases of a promoter"):
        consensus_strength(np.zeros(9, np.uint8), np.array([9]))

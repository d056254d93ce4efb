"""Promoters made by rule, and the exact odds of each: the referee is a sum written out in plain Python."""

import hashlib
import math
import time

import numpy as np
import pytest

from seqtui.readers.dna.alphabet import LETTERS, decode
from seqtui.readers.dna.known_set import KnownSet, bayes_scores
from seqtui.readers.dna.promoters import (
    BACKGROUND,
    LENGTH,
    MINUS_10,
    MINUS_35,
    SPACERS,
    bayes_optimum,
    log_likelihood_ratio,
    make_promoters,
    site_strengths,
)

SHARES = {"-35": (82, 84, 78, 65, 54, 45), "-10": (80, 95, 45, 60, 50, 96)}
SPACER_SHARES = (0.04, 0.21, 0.50, 0.21, 0.04)


@pytest.fixture(scope="module")
def made() -> KnownSet:
    return make_promoters(4000, seed=0)


def test_a_seed_gives_the_same_bases_on_every_machine() -> None:
    codes = make_promoters(200, seed=7).sequences.codes
    assert hashlib.sha256(codes.tobytes()).hexdigest()[:16] == "af91af9bbb757192"
    assert not np.array_equal(codes, make_promoters(200, seed=8).sequences.codes)


def test_half_are_promoters_shuffled_and_named_by_their_record(made: KnownSet) -> None:
    assert made.positives.sum() == 2000
    assert 900 < made.positives[:2000].sum() < 1100
    named = make_promoters(3, seed=0).sequences
    assert named.labels is not None
    assert list(named.names) == [f"{label} {number}" for number, label in enumerate(named.labels, 1)]
    assert named.names == named.headers
    assert named.places[2] == "made by rule, record 3"


def test_the_boxes_lie_where_the_motifs_say_with_the_published_shares(made: KnownSet) -> None:
    assert made.motifs is not None
    rows = made.sequences.codes.reshape(-1, LENGTH)
    promoters, motifs = rows[made.positives], made.motifs[made.positives]
    assert (made.motifs[~made.positives] == -1).all()
    for box, consensus, shares in ((0, MINUS_35, SHARES["-35"]), (1, MINUS_10, SHARES["-10"])):
        begins = motifs[:, box, 0]
        assert (motifs[:, box, 1] - begins == 6).all()
        for place, (base, share) in enumerate(zip(consensus, shares, strict=True)):
            here = promoters[np.arange(len(promoters)), begins + place] == LETTERS.index(base)
            assert abs(here.mean() - share / 100) < 4 * math.sqrt(0.25 / len(promoters))
    spacers = motifs[:, 1, 0] - motifs[:, 0, 1]
    for length, share in zip(SPACERS, SPACER_SHARES, strict=True):
        assert abs((spacers == length).mean() - share) < 0.045
    assert motifs.min() == 0 and motifs.max() == LENGTH
    bases = np.bincount(rows[~made.positives].ravel(), minlength=4) / rows[~made.positives].size
    assert np.allclose(bases, BACKGROUND, atol=0.01)


def _written_out(sequence: str) -> list[float]:
    """P(sequence | promoter at one start, one spacer) / P(sequence | background), weighted by the spacer's share."""
    bases = {letter: np.array([base in held for base in "ACGT"]) for letter, held in {"N": "ACGT", "R": "AG"}.items()}
    bases |= {base: np.array([base == other for other in "ACGT"]) for base in "ACGT"}
    terms = []
    for start in range(len(sequence) - 31 + 1):
        for spacer, weight in zip(SPACERS, SPACER_SHARES, strict=True):
            ratio = weight
            for begin, box, shares in (
                (start, MINUS_35, SHARES["-35"]),
                (start + 6 + spacer, MINUS_10, SHARES["-10"]),
            ):
                for place, (base, share) in enumerate(zip(box, shares, strict=True)):
                    chances = np.full(4, (1 - share / 100) / 3)
                    chances["ACGT".index(base)] = share / 100
                    held = bases[sequence[begin + place]]
                    ratio *= chances[held].sum() / BACKGROUND[held].sum()
            terms.append(ratio)
    return terms


def test_the_odds_are_those_written_out_also_for_odd_lengths_and_ambiguity_codes() -> None:
    promoter = "GC" + "TTGACA" + "GCGCCGGCCGCGCCGGC" + "TATAAT" + "GGC"
    sequences = [promoter, "ACGT", "CCG" * 11, promoter.replace("A", "R"), "N" * 31, "ACGGT" * 8]
    codes = np.array([LETTERS.index(letter) for letter in "".join(sequences)], np.uint8)
    lengths = np.array([len(sequence) for sequence in sequences])
    ratios, best = log_likelihood_ratio(codes, lengths), site_strengths(codes, lengths)
    for sequence, ratio, strength in zip(sequences, ratios, best, strict=True):
        terms = _written_out(sequence)
        if not terms:
            assert ratio == strength == -math.inf
            continue
        starts = len(terms) // len(SPACERS)
        assert ratio == pytest.approx(math.log(sum(terms) / starts), abs=1e-12)
        weights = SPACER_SHARES * starts
        assert strength == pytest.approx(math.log(max(t / w for t, w in zip(terms, weights, strict=True))), abs=1e-12)
    assert ratios[4] == pytest.approx(0, abs=1e-12)  # N says nothing


def test_nothing_but_short_records_holds_no_promoter() -> None:
    lengths = np.array([30, 0, 7])
    assert (log_likelihood_ratio(np.zeros(37, np.uint8), lengths) == -np.inf).all()
    assert (site_strengths(np.zeros(37, np.uint8), lengths) == -np.inf).all()


def test_the_odds_are_calibrated() -> None:
    made = make_promoters(20_000, seed=3)
    chances = 1 / (1 + np.exp(-made.log_ratio))
    for low in np.arange(0, 1, 0.2):
        bin_ = (chances >= low) & (chances < low + 0.2)
        error = math.sqrt(0.25 / bin_.sum())
        assert abs(chances[bin_].mean() - made.positives[bin_].mean()) < 4 * error


def test_the_optimum_is_interesting_and_quick_to_find(made: KnownSet) -> None:
    begun = time.perf_counter()
    log_likelihood_ratio(made.sequences.codes, made.sequences.lengths)
    assert time.perf_counter() - begun < 1
    best = bayes_optimum()
    assert 0.93 < best["accuracy"] < 0.97
    assert best["accuracy"] == pytest.approx(0.9407, abs=0.001)
    assert best["loss"] == pytest.approx(0.1530, abs=0.001)
    assert best["auroc"] == pytest.approx(0.9853, abs=0.001)
    assert best["accuracy_error"] < 0.002 and best["loss_error"] < 0.004
    on_these = bayes_scores(made.log_ratio, made.positives)
    assert abs(on_these["accuracy"] - best["accuracy"]) < 4 * on_these["accuracy_error"]


def test_the_consensus_stands_out_of_the_background(made: KnownSet) -> None:
    strengths = site_strengths(made.sequences.codes, made.sequences.lengths)
    assert strengths[made.positives].mean() > strengths[~made.positives].mean() + 8
    assert (made.log_ratio <= strengths + 1e-12).all()
    assert set(decode(made.sequences.codes)) == set("ACGT")

"""Coding sequences made by rule, and the exact odds of each: the referee sums over codons in plain Python."""

import hashlib
import itertools
import math

import numpy as np
import pytest
import python_codon_tables

from seqtui.readers.dna.alphabet import BASES, LETTERS, decode
from seqtui.readers.dna.codon_genes import (
    LENGTH,
    bayes_optimum,
    codon_chances,
    composition,
    log_likelihood_ratio,
    make_codon_genes,
)
from seqtui.readers.dna.known_set import KnownSet

STOPS = ("TAA", "TAG", "TGA")


@pytest.fixture(scope="module")
def made() -> KnownSet:
    return make_codon_genes(4000, seed=0)


def test_a_seed_gives_the_same_bases_on_every_machine() -> None:
    codes = make_codon_genes(200, seed=7).sequences.codes
    assert hashlib.sha256(codes.tobytes()).hexdigest()[:16] == "08875291c7c9015c"


def test_the_chances_of_codons_follow_the_published_usage_and_no_stop_is_drawn() -> None:
    chances = {"".join(codon): codon_chances()["ACGT".index(codon[0]), "ACGT".index(codon[1]), "ACGT".index(codon[2])]
               for codon in itertools.product("ACGT", repeat=3)}  # fmt: skip
    assert sum(chances.values()) == pytest.approx(1)
    assert all(chances[stop] == 0 for stop in STOPS)
    for residue, shares in python_codon_tables.get_codons_table("e_coli_316407").items():
        whole = sum(chances[codon] for codon in shares)
        for codon, share in shares.items():
            # the table's shares have two decimals and need not sum to 1
            assert residue == "*" or chances[codon] / whole == pytest.approx(share / sum(shares.values()))


def test_the_composition_tells_nothing(made: KnownSet) -> None:
    rows = made.sequences.codes.reshape(-1, LENGTH)
    shares = composition(codon_chances())
    for part in (rows[made.positives], rows[~made.positives]):
        assert np.allclose(np.bincount(part.ravel(), minlength=4) / part.size, shares, atol=0.004)


def test_a_coding_sequence_has_a_frame_without_a_stop(made: KnownSet) -> None:
    rows = made.sequences.codes.reshape(-1, LENGTH)
    assert made.positives.sum() == 2000
    open_frames = np.array([_open_frames(decode(row)) for row in rows])
    assert (open_frames[made.positives] > 0).all()
    assert (open_frames[~made.positives] == 0).mean() > 0.2
    assert np.isfinite(made.log_ratio[made.positives]).all()


def _open_frames(sequence: str) -> int:
    return sum(
        all(sequence[at : at + 3] not in STOPS for at in range(frame, len(sequence) - 2, 3)) for frame in range(3)
    )


def _written_out(sequence: str) -> float:
    """P(sequence | coding) / P(sequence | noncoding), over three frames and every codon that a cut one may be."""
    chances, shares = codon_chances(), composition(codon_chances())
    total = 0.0
    for frame in range(3):
        padded = "N" * frame + sequence + "N" * (-(len(sequence) + frame) % 3)
        ratio = 1.0
        for at in range(0, len(padded), 3):
            held = [["ACGT".index(base) for base in BASES[letter]] for letter in padded[at : at + 3]]
            ratio *= sum(chances[codon] for codon in itertools.product(*held))
        total += ratio / 3
    return total / math.prod(sum(shares["ACGT".index(base)] for base in BASES[letter]) for letter in sequence)


def test_the_odds_are_those_written_out_for_every_length_and_ambiguity_codes() -> None:
    sequences = ["ATGGCGCTGAAAGAT", "ATGGCGCTGAAAGATC", "CATGGCGNTGRAAGA", "A", "TA", "NNNN", "GCG" * 8]
    codes = np.array([LETTERS.index(letter) for letter in "".join(sequences)], np.uint8)
    ratios = log_likelihood_ratio(codes, np.array([len(sequence) for sequence in sequences]))
    assert ratios == pytest.approx([math.log(_written_out(sequence)) for sequence in sequences], abs=1e-12)


def test_a_stop_in_every_frame_rules_coding_out() -> None:
    codes = np.array([LETTERS.index(letter) for letter in "TAACTAACTAA"], np.uint8)
    assert log_likelihood_ratio(codes, np.array([11])).tolist() == [-np.inf]


def test_the_odds_are_calibrated() -> None:
    made = make_codon_genes(20_000, seed=3)
    chances = 1 / (1 + np.exp(-np.maximum(made.log_ratio, -700)))
    for low in np.arange(0, 1, 0.2):
        bin_ = (chances >= low) & (chances < low + 0.2)
        assert abs(chances[bin_].mean() - made.positives[bin_].mean()) < 4 * math.sqrt(0.25 / bin_.sum())


def test_the_optimum_is_interesting() -> None:
    best = bayes_optimum()
    assert best["accuracy"] == pytest.approx(0.9627, abs=0.001)
    assert best["loss"] == pytest.approx(0.0940, abs=0.001)
    assert best["auroc"] == pytest.approx(0.9944, abs=0.001)
    assert best["accuracy_error"] < 0.002 and best["loss_error"] < 0.004

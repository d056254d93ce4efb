"""Coding against noncoding DNA, made by rule from the codon usage of E. coli, so that the best accuracy is known.

A coding sequence is a window on a row of independent codons, in any of three frames, without a stop; a noncoding one
has independent bases of the very same composition, so that counting bases tells nothing.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.dna.alphabet import MIXTURES, Codes
from seqtui.readers.dna.known_set import KnownSet, bayes_scores, draw, made_by_rule
from seqtui.readers.random_half import half

LABELS: Final = ("coding", "noncoding")
LENGTH: Final = 90
_TABLE: Final = "e_coli_316407"
# Residues per thousand in the proteins of E. coli K-12, rounded; the codon table gives shares within an amino acid.
_RESIDUES: Final = {
    "A": 95, "C": 12, "D": 51, "E": 58, "F": 39, "G": 74, "H": 23, "I": 60, "K": 44, "L": 107, "M": 28, "N": 39,
    "P": 44, "Q": 44, "R": 55, "S": 58, "T": 54, "V": 71, "W": 15, "Y": 28,
}  # fmt: skip
_OUTSIDE: Final = len(MIXTURES)


def codon_chances() -> NDArray[np.float64]:
    """(4, 4, 4) the chance of each codon, by its bases A C G T; 0 for the three stops."""
    import python_codon_tables

    chances = np.zeros((4, 4, 4))
    for residue, shares in python_codon_tables.get_codons_table(_TABLE).items():
        for codon, share in shares.items():
            chances[tuple("ACGT".index(base) for base in codon)] = share * _RESIDUES.get(residue, 0)
    return chances / float(chances.sum())


def composition(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """(4,) the share of each base in coding sequences, over the three places of a codon."""
    shares: NDArray[np.float64] = (chances.sum((1, 2)) + chances.sum((0, 2)) + chances.sum((0, 1))) / 3
    return shares


def make_codon_genes(records: int, *, seed: int) -> KnownSet:
    """Sequences of 90 bases, half of them coding (one fewer where records is odd), shuffled.

    Only raw uniform numbers of PCG64 are used, so a seed gives the same bases on every machine and NumPy version.
    """
    rng = np.random.default_rng(seed)
    chances = codon_chances()
    rows = draw(rng.random((records, LENGTH)), composition(chances))
    positives = half(records, rng)
    chosen = np.flatnonzero(positives)
    drawn = draw(rng.random((len(chosen), LENGTH // 3 + 1)), chances.reshape(-1))  # (coding records, codons)
    stream = np.stack([drawn // 16, drawn // 4 % 4, drawn % 4], axis=2).reshape(len(chosen), -1)
    frames = np.floor(rng.random(len(chosen)) * 3).astype(np.int64)
    rows[chosen] = np.take_along_axis(stream, frames[:, None] + np.arange(LENGTH), axis=1)
    made = made_by_rule(rows, positives, LABELS)
    return KnownSet(made, None, log_likelihood_ratio(made.codes, made.lengths), LABELS[0])


def log_likelihood_ratio(codes: Codes, lengths: NDArray[np.int64]) -> NDArray[np.float64]:
    """(records,) log P(record | coding) / P(record | noncoding), exact: summed over the three frames.

    A codon that the window cuts counts with the bases inside; an ambiguity code says that one of its bases is there.
    -inf for a record with a stop in every frame.
    """
    sizes = lengths + 4
    begins = np.cumsum(sizes) - sizes
    padded = np.full(int(sizes.sum()), _OUTSIDE, np.int64)  # two outside on either side of every record
    padded[np.arange(len(codes)) + np.repeat(4 * np.arange(len(lengths)) + 2, lengths)] = codes
    record = np.repeat(np.arange(len(lengths)), lengths + 2)
    within = np.arange(len(record)) - np.repeat(np.cumsum(lengths + 2) - lengths - 2, lengths + 2)
    first = begins[record] + within
    ratios = _codon_log_ratios()[padded[first], padded[first + 1], padded[first + 2]]
    by_frame = np.bincount(record * 3 + within % 3, weights=ratios, minlength=3 * len(lengths)).reshape(-1, 3)
    summed: NDArray[np.float64] = np.logaddexp.reduce(by_frame, axis=1) - np.log(3)
    return summed


def bayes_optimum(records: int = 20_000, *, seed: int = 1) -> dict[str, float]:
    """bayes_scores of the optimal rule on records freshly made from `seed`, with standard errors."""
    made = make_codon_genes(records, seed=seed)
    return bayes_scores(made.log_ratio, made.positives)


def _codon_log_ratios() -> NDArray[np.float64]:
    """(16, 16, 16) log P(three codes | a codon) / P(three codes | independent bases); code 15, outside, is any base."""
    held = np.concatenate([np.array(MIXTURES) > 0, np.ones((1, 4), bool)]).astype(np.float64)  # (16, 4)
    chances = codon_chances()
    joint = np.einsum("ai,bj,ck,ijk->abc", held, held, held, chances)
    alone = held @ composition(chances)
    with np.errstate(divide="ignore"):
        logs: NDArray[np.float64] = np.log(joint) - np.log(alone[:, None, None] * alone[:, None] * alone)
    return logs

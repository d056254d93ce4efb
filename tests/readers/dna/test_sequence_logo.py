"""Sequence logos as text: what is drawn where, and that nothing breaks them or is wider than allowed."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from seqtui.readers.dna.alphabet import LETTERS
from seqtui.readers.dna.sequence_logo import draw_mutagenesis, draw_saliency, information_content, information_logo

DNA = Path(__file__).parents[4] / "shared" / "data" / "dna"
NUMBERS = st.floats(width=64) | st.sampled_from([0.0, -0.0, 1e308, -1e308, 5e-324, math.inf, -math.inf, math.nan])


def counts_of(codes: np.ndarray) -> np.ndarray:
    """(records, length) codes -> (length, 4)."""
    return np.stack([(codes == base).sum(axis=0) for base in range(4)], axis=1)


def test_saliency_stacks_letters_up_and_down_from_the_sequence() -> None:
    drawn = draw_saliency("ACGTA", np.array([1.0, 0.5, 0.0, -0.5, -0.24]), width=20, rows=2)
    assert drawn.split("\n") == [
        "A",
        "AC",
        "acgta",
        "   T",
        "1",
        "",
        "one row is 0.5",
    ]


def test_saliency_wraps_at_tens_and_numbers_positions() -> None:
    drawn = draw_saliency("ACGTACGTACGTA" * 2, np.zeros(26), width=14)
    assert drawn == "acgtacgtac\n1       10\n\ngtaacgtacg\n        20\n\ntacgta\n"
    wide = draw_saliency("A" * 120, np.zeros(120), width=80).split("\n")
    assert wide[1] == "1" + "".join(f"{ten:>{9 if ten == 10 else 10}}" for ten in range(10, 90, 10))
    assert wide[4] == "".join(f"{ten:>10}" for ten in range(90, 130, 10))


def test_saliency_keeps_one_scale_over_all_blocks() -> None:
    scores = np.zeros(20)
    scores[[0, 10]] = 4, 1
    first, second, _ = draw_saliency("A" * 20, scores, width=14, rows=4).split("\n\n")
    assert first.count("A") == 4
    assert second.count("A") == 1


def test_what_is_not_finite_is_news() -> None:
    drawn = draw_saliency("ACGT", np.array([math.nan, math.inf, -math.inf, 1.0]), width=20, rows=2)
    assert drawn.split("\n")[:5] == [" ! T", "?C T", "acgt", "  G", "  !"]


def test_mutagenesis_marks_the_base_that_is_there_falls_and_rises() -> None:
    changes = np.array([[0, -9, 9, 1], [-1, 0, math.nan, -math.inf], [0.4, -4.4, 0, 5]])
    assert draw_mutagenesis("ACG", changes, width=50).split("\n") == [
        "  ACG",
        "A A.",
        "C @C=",
        "G 9?G",
        "T 1!5",
        "  1",
        "",
        "falls .:-=+*#%@  rises 123456789  (9 and @: 9)",
    ]


def test_mutagenesis_scales_by_bases_that_are_not_there() -> None:
    assert draw_mutagenesis("A", np.array([[1e9, 1, -1, 0]]), width=3).split("\n")[1:5] == ["A A", "C 9", "G @", "T"]


def test_an_ambiguity_code_is_a_dot_for_every_base_that_it_means() -> None:
    drawn = draw_mutagenesis("RN", np.full((2, 4), 3.0), width=4).split("\n")
    assert drawn == ["  RN", "A ··", "C 9·", "G ··", "T 9·", "  1"]


def test_information_is_that_of_the_equation() -> None:
    counts = [[10, 0, 0, 0], [4, 3, 2, 1], [25, 25, 25, 25], [0, 0, 0, 0], [1000, 1000, 0, 0]]
    for row, bits in zip(counts, information_content(np.array(counts)).tolist(), strict=True):
        total = sum(row)
        entropy = -sum(count / total * math.log2(count / total) for count in row if count)
        expected = 2 - entropy - 3 / (2 * math.log(2) * total) if total else 0
        assert bits == pytest.approx(max(expected, 0), abs=1e-12)


def test_the_logo_has_two_bits_of_rows_and_the_commonest_letter_on_top() -> None:
    counts = np.array([[0, 0, 10**6, 0], [10**6, 0, 0, 10**6 // 3], [5, 5, 5, 5], [10**6, 10**6, 0, 0]])
    # The second place has 2 - 0.811 bits: 4.75 rows of 8, of which a quarter is T.
    assert information_logo(counts, width=80, rows=8).split("\n") == [
        "2 │G",
        "  │G",
        "  │G",
        "  │GA",
        "1 │GA C",
        "  │GA C",
        "  │GA A",
        "  │GT A",
        "0 └────",
        "   1",
    ]


def test_places_that_tell_nothing_are_empty_and_those_not_finite_a_mark() -> None:
    drawn = information_logo(np.array([[9, 9, 9, 9], [1, 0, 0, 0], [0, 0, math.nan, 9]]), width=80, rows=2)
    assert drawn.split("\n") == ["2 │", "1 │  ?", "0 └───", "   1"]


@pytest.mark.skipif(not DNA.exists(), reason="the UCI sets are not on this machine")
def test_the_logo_of_real_donor_sites_is_that_of_the_textbook() -> None:
    lines = (DNA / "uci-splice-junction" / "splice.data").read_text().splitlines()
    donors = [line.split(",")[2].strip() for line in lines if line.startswith("EI")]
    codes = np.array([[LETTERS.index(letter) for letter in donor] for donor in donors])
    logo = information_logo(counts_of(codes), width=80, rows=8).split("\n")
    # GT begins every intron: after 30 bases of exon, two places of nearly two bits.
    assert logo[0] == "2 │" + " " * 30 + "GT"
    assert logo[5] == "  │" + " " * 29 + "GGTAAG"


@given(letters=st.text(LETTERS, max_size=60), data=st.data(), width=st.integers(1, 90), rows=st.integers(1, 9))
def test_no_scores_break_the_drawing_or_widen_it(letters: str, data: st.DataObject, width: int, rows: int) -> None:
    length = len(letters)
    scores = data.draw(arrays(np.float64, (length,), elements=NUMBERS))
    table = data.draw(arrays(np.float64, (length, 4), elements=NUMBERS))
    for drawn in (
        draw_saliency(letters, scores, width=width, rows=rows),
        draw_mutagenesis(letters, table, width=width),
        information_logo(table, width=width, rows=rows),
    ):
        assert all(len(line) <= width for line in drawn.split("\n"))
        assert bool(drawn) == bool(letters)
    assert draw_saliency(letters, scores, width=width).count("?") == np.isnan(scores).sum()


def test_numbers_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(3,\) where \(4,\)"):
        draw_saliency("ACGT", np.zeros(3), width=80)
    with pytest.raises(ValueError, match=r"shape \(4, 3\)"):
        draw_mutagenesis("ACGT", np.zeros((4, 3)), width=80)

"""Splits in which no sequence stands twice, on either strand, and the duplicates that make it necessary."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from seqtui.errors import BadInput, Usage
from seqtui.readers.dna import split as dna_split
from seqtui.readers.dna.alphabet import LETTERS
from seqtui.readers.dna.corpus import load_classes
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.split import find_duplicates, group_of, notes_on_contradictions, split_records, straddling
from seqtui.readers.dna.tables import read_sequence_table
from seqtui.readers.grouped_split import Plan, Split

DNA = Path(__file__).parents[4] / "shared" / "data" / "dna"
SPLICE = DNA / "uci-splice-junction" / "splice.data"
PROMOTERS = DNA / "uci-promoters" / "promoters.data"
real = pytest.mark.skipif(not SPLICE.exists(), reason="the UCI sets are not on this machine")


def set_of(sequences: list[str], labels: list[str | None] | None = None) -> SequenceSet:
    codes = np.array([LETTERS.index(letter) for letter in "".join(sequences)], np.uint8)
    names = [f"r{index}" for index in range(len(sequences))]
    places = [f"a.fa, line {2 * index + 1}" for index in range(len(sequences))]
    return SequenceSet(codes, np.array([len(one) for one in sequences]), names, names, places, labels)


def distinct(number: int) -> list[str]:
    """Sequences of which no two are one, on either strand."""
    return ["A" * (index + 1) + "C" for index in range(number)]


def whole(split: Split) -> list[int]:
    return sorted(np.concatenate([split.train, split.valid, split.test]).tolist())


def test_a_sequence_and_its_other_strand_are_one_group() -> None:
    assert group_of(set_of(["AACG", "CGTT", "AACG", "AACC", "CGAA"])).tolist() == [0, 0, 0, 1, 2]


def test_ambiguity_codes_are_complemented_too() -> None:
    assert group_of(set_of(["ARN", "NYT", "ARA"])).tolist() == [0, 0, 1]


def test_the_boundary_between_records_belongs_to_the_sequence() -> None:
    assert group_of(set_of(["AAC", "A", "AA", "CA"])).tolist() == [0, 1, 2, 3]


@given(st.lists(st.text("ACGTN", min_size=1, max_size=9), min_size=1, max_size=20), st.integers(1, 4))
@settings(deadline=None)
def test_groups_are_those_of_the_smaller_strand_however_it_is_chunked(texts: list[str], chunk: int) -> None:
    complement = str.maketrans("ACGTN", "TGCAN")
    canonical = [min(text, text[::-1].translate(complement)) for text in texts]
    order = {text: number for number, text in enumerate(dict.fromkeys(canonical))}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dna_split, "_CHUNK", chunk)
        assert group_of(set_of(texts)).tolist() == [order[text] for text in canonical]


@given(
    st.lists(st.tuples(st.sampled_from(distinct(25)), st.sampled_from(["x", "y", "z", None])), min_size=1, max_size=60),
    st.integers(0, 12),
    st.integers(0, 2**32),
    st.sampled_from([0.0, 0.1, 0.5]),
)
@settings(deadline=None)
def test_every_record_is_in_one_split_and_no_group_in_two(
    records: list[tuple[str, str | None]], folds: int, seed: int, valid_share: float
) -> None:
    sequences = set_of([text for text, _ in records], [label for _, label in records])
    groups = group_of(sequences)
    assume(folds != 1 and folds <= groups.max() + 1)
    tests: list[int] = []
    for fold in range(max(folds, 1)):
        try:
            split = split_records(sequences, groups, folds=folds, fold=fold, valid_share=valid_share, seed=seed)
        except BadInput:
            assert valid_share or not folds, "a fold and its rest are never empty"
            return
        assert whole(split) == list(range(len(records)))
        assert straddling(sequences, split) == 0
        assert bool(len(split.valid)) == bool(valid_share)
        tests += split.test.tolist()
    if folds:
        assert sorted(tests) == list(range(len(records)))


def test_straddling_counts_the_sequences_that_leak() -> None:
    sequences = set_of(["AACG", "CGTT", "AACC", "AACC", "TT"])
    leaking = Split(np.array([0, 2]), np.array([1]), np.array([3, 4]), "by hand")
    assert straddling(sequences, leaking) == 2


def test_one_shuffled_split_is_80_10_10_in_every_class() -> None:
    sequences = set_of(distinct(300), ["x"] * 200 + ["y"] * 100)
    split = split_records(sequences, group_of(sequences), folds=0, fold=0, valid_share=0.1, seed=3)
    assert [len(split.train), len(split.valid), len(split.test)] == [240, 30, 30]
    assert int((split.test < 200).sum()) == int((split.valid < 200).sum()) == 20
    assert split.rule.startswith("80/10/10 by seed 3, stratified by label")


def test_a_rare_class_is_in_every_split() -> None:
    labels: list[str | None] = ["x"] * 100 + ["y"] * 3
    split = split_records(set_of(distinct(103), labels), np.arange(103), folds=0, fold=0, valid_share=0.1, seed=0)
    assert [int((part >= 100).sum()) for part in (split.train, split.valid, split.test)] == [1, 1, 1]


def test_a_group_with_two_labels_counts_by_its_majority() -> None:
    labels: list[str | None] = ["y", "x", "x", *["x"] * 9, *["y"] * 10]
    groups = np.array([0, 0, 0, *range(1, 20)])
    sequences = set_of(distinct(22), labels)
    counts = []
    for fold in range(2):
        test = split_records(sequences, groups, folds=2, fold=fold, valid_share=0.0, seed=1).test
        counts.append(Counter("x" if index < 12 else "y" for index in test.tolist()))
    assert counts == [{"x": 6, "y": 5}, {"x": 6, "y": 5}]


def test_the_same_seed_is_the_same_split_for_ever() -> None:
    sequences = set_of(distinct(12), ["x", "y"] * 6)
    split = split_records(sequences, group_of(sequences), folds=3, fold=1, valid_share=0.25, seed=7)
    assert [split.valid.tolist(), split.test.tolist()] == [[3, 6], [2, 4, 5, 11]]
    other = split_records(sequences, group_of(sequences), folds=3, fold=1, valid_share=0.25, seed=8)
    assert other.test.tolist() != split.test.tolist()


@pytest.mark.parametrize(
    ("folds", "fold", "share", "sentence"),
    [
        (5, 5, 0.1, "there is no fold 5 of 5; the folds are 0 to 4"),
        (5, -1, 0.1, "there is no fold -1"),
        (1, 0, 0.1, "1 folds cannot be"),
        (-2, 0, 0.1, "-2 folds cannot be"),
        (11, 0, 0.1, "11 folds need as many different sequences, and there are 10"),
        (0, 0, 0.95, "a valid share of 0.95 cannot be"),
        (0, 0, -0.1, "a valid share of -0.1 cannot be"),
    ],
)
def test_a_split_that_cannot_be_is_refused(folds: int, fold: int, share: float, sentence: str) -> None:
    with pytest.raises(Usage, match=sentence):
        split_records(set_of(distinct(10)), np.arange(10), folds=folds, fold=fold, valid_share=share, seed=0)


def test_one_sequence_is_too_few_for_three_splits() -> None:
    with pytest.raises(BadInput, match="too few different sequences for train"):
        split_records(set_of(["AC", "GT"]), np.array([0, 0]), folds=0, fold=0, valid_share=0.1, seed=0)


def test_duplicates_name_their_records_places_strands_and_classes() -> None:
    sequences = set_of(["AACG", "AT", "CGTT", "AT", "GGG"], ["x", "y", "x", "z", "x"])
    first, second = find_duplicates(sequences)
    assert (first.records, first.other_strand, first.labels) == ((0, 2), (False, True), ("x",))
    assert first.names == ("r0", "r2")
    assert first.places == ("a.fa, line 1", "a.fa, line 5")
    assert not first.across_classes
    assert (second.records, second.other_strand, second.labels) == ((1, 3), (False, False), ("y", "z"))
    assert second.across_classes


def test_one_sequence_under_two_labels_is_told_of_on_either_strand() -> None:
    texts = ["ACGG", "TTTT", "CCGT", "ACGG", "AAAA"]
    sequences = set_of(texts, ["x", "x", "y", "x", "x"])
    (note,) = notes_on_contradictions(sequences, group_of(sequences))
    assert note.startswith("1 sequence has two labels or more")
    assert note.endswith("r0 (a.fa, line 1: x) = r2 (a.fa, line 5: y)")
    assert notes_on_contradictions(set_of(texts, ["x", "y", "x", "x", "y"]), group_of(sequences)) == ()
    assert notes_on_contradictions(set_of(texts), group_of(sequences)) == ()


def test_a_run_is_told_of_one_sequence_under_two_labels(tmp_path: Path) -> None:
    rows = [f"{'xy'[index % 2]},r{index},{text}\n" for index, text in enumerate([*distinct(12), "AC", "ACC", "GGT"])]
    (tmp_path / "a.csv").write_text("".join(rows))
    notes = load_classes(str(tmp_path / "a.csv"), None, Plan(0, 0, 0.1, 0), progress=lambda *_: None).notes
    assert [note for note in notes if "two labels" in note] == [
        "1 sequence has two labels or more, which no model can learn, the first r13 (a.csv, line 14: y) = "
        "r14 (a.csv, line 15: x)"
    ]


@real
def test_the_splice_set_has_185_records_too_many_and_one_sequence_in_two_classes() -> None:
    sequences = read_sequence_table(SPLICE)
    assert len({codes.tobytes() for codes in sequences.codes.reshape(-1, 60)}) == 3005
    duplicates = find_duplicates(sequences)
    assert sum(len(each.records) - 1 for each in duplicates) == len(sequences) - int(group_of(sequences).max()) - 1
    assert sum(each.across_classes for each in duplicates) == 1


@real
def test_no_group_of_the_splice_set_straddles_in_ten_folds_of_even_classes() -> None:
    sequences = read_sequence_table(SPLICE)
    assert sequences.labels is not None
    labels = np.array(sequences.labels)
    groups = group_of(sequences)
    tested = np.zeros(len(sequences), np.int64)
    for fold in range(10):
        split = split_records(sequences, groups, folds=10, fold=fold, valid_share=0.1, seed=0)
        assert straddling(sequences, split) == 0
        tested[split.test] += 1
        for label, count in Counter(sequences.labels).items():
            assert abs(int((labels[split.test] == label).sum()) - count / 10) <= 2
    assert (tested == 1).all()


@real
def test_the_promoters_are_left_out_one_by_one() -> None:
    sequences = read_sequence_table(PROMOTERS)
    groups = group_of(sequences)
    folds = int(groups.max()) + 1
    left_out = [
        split_records(sequences, groups, folds=folds, fold=fold, valid_share=0.0, seed=0) for fold in range(folds)
    ]
    assert folds == 106
    assert sorted(index for split in left_out for index in split.test.tolist()) == list(range(106))
    assert all(len(np.unique(groups[split.test])) == 1 and not len(split.valid) for split in left_out)
    assert "leave-one-out" in left_out[0].rule

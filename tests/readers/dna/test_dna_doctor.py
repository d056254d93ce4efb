"""The data doctor for DNA: what it counts, finds and warns of, in sound, odd and broken files."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seqtui.readers.dna import doctor as dna_doctor
from seqtui.readers.dna.alphabet import LETTERS, decode, reverse_complement
from seqtui.readers.dna.doctor import examine
from seqtui.readers.dna.doctor_labels import padding_share
from seqtui.readers.dna.files import read_sequences
from seqtui.readers.dna.split import group_of, split_records, straddling
from seqtui.readers.remark import Remark

DNA = Path(__file__).parents[4] / "shared" / "data" / "dna"
real = pytest.mark.skipif(not DNA.exists(), reason="the UCI sets are not on this machine")


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path / "home"))


def bases(seed: int, length: int = 30) -> str:
    return decode(np.random.default_rng(seed).integers(0, 4, length).astype(np.uint8))


def other_strand(letters: str) -> str:
    return decode(reverse_complement(np.array([LETTERS.index(letter) for letter in letters], np.uint8)))


def fasta(path: Path, *records: tuple[str, str]) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f">{title}\n{letters}\n" for title, letters in records))
    return path


def many(path: Path, titles: list[str], *, seed: int = 0, length: int = 30) -> Path:
    return fasta(path, *((title, bases(seed + index, length)) for index, title in enumerate(titles)))


def said(remarks: list[Remark], level: str) -> str:
    return "\n".join(f"{remark.where}: {remark.text}" for remark in remarks if remark.level == level)


def examined(*paths: Path) -> tuple[list[Remark], dict[str, Any]]:
    remarks, facts = examine(paths, None)
    assert json.loads(json.dumps(facts)) == facts
    assert {remark.level for remark in remarks} <= {"info", "warning", "error"}
    return remarks, facts


def test_letters_are_counted_as_they_stood(tmp_path: Path) -> None:
    path = tmp_path / "a.fa"
    path.write_bytes(b"\xef\xbb\xbf>a\r\nACGTacgtUU NN-.*\r\nXCGCGCGC\r\n>b\r\nGG\r\n")
    remarks, facts = examined(path)
    assert facts["letters"] == {
        "C": 5, "G": 6, "X": 1, "A": 1, "T": 1, "a": 1, "c": 1, "g": 1, "t": 1, "U": 2, "N": 2, "-": 1, ".": 1, "*": 1,
        "blank": 1,
    }  # fmt: skip
    assert list(facts["letters"])[:2] == ["G", "C"]
    assert (facts["records"], facts["bases"], facts["format"]) == (2, 22, "FASTA")
    assert facts["gc"] == pytest.approx(13 / 19, abs=1e-4)
    assert facts["n"] == pytest.approx(3 / 22, abs=1e-4)
    assert facts["length"] == {
        "least": 2, "median": 11.0, "most": 20, "edges": [2.0, 11.0, 20.0], "counts": [1, 1],
    }  # fmt: skip
    harmless, odd = said(remarks, "info"), said(remarks, "warning")
    for words in ("4 lower-case", "2 letters U", "byte order mark", "5 lines end in CR LF", "1 blanks"):
        assert words in harmless
    for words in ("2 gaps", "1 stops", "(X 1) were read as N, the first in a.fa, line 3", "13.6% of its bases are N"):
        assert words in odd


def test_a_broken_file_is_an_error_with_its_place_and_the_others_are_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    many(folder / "good.fa", ["a", "b"])
    fasta(folder / "protein.fa", ("p", "MKLVEEFF"))
    (folder / "cut.fa.gz").write_bytes(gzip.compress(bases(0, 9000).join([">a\n", "\n"]).encode())[:900])
    (folder / "notes.txt").write_text("not a table")
    remarks, facts = examined(folder)
    assert (facts["files"], facts["readable"], facts["records"]) == (3, 1, 2)
    errors = said(remarks, "error")
    assert "protein.fa, line 1, record p" in errors
    assert "cut.fa.gz is cut off" in errors
    assert "classes were not looked for" in said(remarks, "warning")


def test_what_is_not_there_or_holds_nothing_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.fa").write_text("")
    remarks, facts = examined(tmp_path / "no.fa", tmp_path / "empty", tmp_path / "empty.fa")
    assert [remark.level for remark in remarks] == ["error"] * 3
    assert [facts[str(tmp_path / name)]["readable"] for name in ("no.fa", "empty", "empty.fa")] == [0, 0, 0]
    assert "duplicates" not in facts


def test_qualities_are_told_of_and_genbank_features_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "a.fq").write_text("@q1\nACGT\n+\nIIII\n@q2\nAC\n+\nII\n")
    remarks, facts = examined(tmp_path / "a.fq")
    assert facts["format"] == "FASTQ"
    assert "6 quality values were ignored" in said(remarks, "info")
    (tmp_path / "a.gb").write_text(
        "LOCUS       A                 4 bp    DNA     linear   BCT 01-JAN-2000\nORIGIN\n        1 acgt\n//\n"
    )
    remarks, facts = examined(tmp_path / "a.gb")
    assert facts["format"] == "GenBank"
    assert "--label-from feature:CDS" in said(remarks, "info")


def test_classes_are_found_as_a_run_finds_them(tmp_path: Path) -> None:
    remarks, facts = examined(many(tmp_path / "a.fa", ["a|x", "b|x", "c|y", "d|y", "e|y", "f"]))
    assert facts["classes"] == {"y": 3, "x": 2}
    assert facts["labels_from"] == "the titles, as 'a|x' is x"
    assert "1 of 6 records have no label and were left out, the first f (a.fa, line 11)" in said(remarks, "warning")
    (tmp_path / "t.csv").write_text(f"seq,label\n{bases(1)},p\n{bases(2)},p\n{bases(3)},q\n{bases(4)},q\n")
    remarks, facts = examined(tmp_path / "t.csv")
    assert (facts["labels_from"], facts["classes"], facts["format"]) == ("the table", {"p": 2, "q": 2}, "table")
    many(tmp_path / "set" / "coding.fa", ["a", "b"])
    many(tmp_path / "set" / "other.fa", ["c", "d", "e"], seed=9)
    remarks, facts = examined(tmp_path / "set")
    assert facts["labels_from"] == "the files' names, one class a file"
    assert facts["classes"] == {"other": 3, "coding": 2}
    assert {name: each["records"] for name, each in facts["each"].items()} == {"coding.fa": 2, "other.fa": 3}


@pytest.mark.parametrize(
    ("titles", "level", "words"),
    [
        (["a one thing", "b other", "c"], "info", "--goal generate"),
        (["a|x", "b|x"], "warning", "one class only: x 2"),
        (["a|x", "b|x", "c|y"], "warning", "y is in one record only"),
        ([f"r{number}|n{number}" for number in range(1500)], "warning", "are they names?"),
        (["gene"] * 15 + ["other"] * 15, "warning", "the names look like classes: 2 different ones in 30 records"),
    ],
)
def test_classes_that_a_run_would_refuse_are_told_of(tmp_path: Path, titles: list[str], level: str, words: str) -> None:
    remarks, facts = examined(many(tmp_path / "a.fa", titles))
    assert words in said(remarks, level)
    assert "classes" not in facts


def test_files_named_as_splits_are_told_of(tmp_path: Path) -> None:
    many(tmp_path / "set" / "train.fa", ["a", "b"])
    many(tmp_path / "set" / "test.fa", ["c", "d"], seed=9)
    assert "as splits are and classes are not" in said(examined(tmp_path / "set")[0], "warning")


def test_imbalance_and_rare_classes(tmp_path: Path) -> None:
    remarks, _ = examined(many(tmp_path / "a.fa", [f"r{number}|{'x' if number < 2 else 'y'}" for number in range(80)]))
    warned = said(remarks, "warning")
    assert "39 times as many records are y (78) as are x (2)" in warned
    assert "1 of 2 classes has fewer than 50 records: x 2" in warned
    remarks, _ = examined(many(tmp_path / "b.fa", [f"r{number}|{number % 2}" for number in range(100)]))
    assert said(remarks, "warning") == ""


def test_copies_are_found_on_both_strands_and_across_classes(tmp_path: Path) -> None:
    one, two, three = bases(1), bases(2), bases(3)
    path = fasta(
        tmp_path / "a.fa",
        ("a|x", one), ("b|x", one), ("c|x", other_strand(two)), ("d|y", two), ("e|y", three), ("f|y", bases(4)),
    )  # fmt: skip
    remarks, facts = examined(path)
    assert facts["duplicates"] == {
        "sequences": 2,
        "records": 4,
        "other_strand": 1,
        "within_a_class": 1,
        "across_classes": 1,
        "between_files": 0,
        "across_splits_of_a_run": 0,
        "across_splits_by_record": 0.7,
    }
    assert "a|x (a.fa, line 1) = b|x (a.fa, line 3)" in said(remarks, "info")
    assert "c|x (a.fa, line 5: x) = d|y (a.fa, line 7, other strand: y)" in said(remarks, "warning")


def test_the_split_by_record_tears_as_many_apart_as_is_said(tmp_path: Path) -> None:
    records = [(f"r{copy}-{number}|{number % 2}", bases(number)) for number in range(400) for copy in range(3)]
    path = fasta(tmp_path / "a.fa", *records)
    facts = examined(path)[1]
    read = read_sequences(path)
    by_record = split_records(read, np.arange(len(read)), folds=0, fold=0, valid_share=0.1, seed=0)
    by_group = split_records(read, group_of(read), folds=0, fold=0, valid_share=0.1, seed=0)
    assert facts["duplicates"]["across_splits_by_record"] == pytest.approx(straddling(read, by_record), rel=0.15)
    assert facts["duplicates"]["across_splits_of_a_run"] == straddling(read, by_group) == 0


def test_copies_between_files_are_found_between_all_paths(tmp_path: Path) -> None:
    train = fasta(tmp_path / "train.fa", ("a", bases(1)), ("b", bases(2)))
    test = fasta(tmp_path / "more" / "test.fa", ("c", other_strand(bases(2))), ("d", bases(3)))
    remarks, facts = examined(train, test)
    assert facts["duplicates"]["between_files"] == 1
    assert f"1 in {test}, {train}; b (train.fa, line 3) = c (test.fa, line 1, other strand)" in said(remarks, "warning")
    assert set(facts) == {str(train), str(test), "duplicates"}
    # A run loads one path: the two are not split from each other.
    assert facts["duplicates"]["across_splits_by_record"] == 0
    assert "keeps equal" not in said(remarks, "info")
    fasta(tmp_path / "more" / "third.fa", ("e", bases(3)))
    remarks, facts = examined(tmp_path / "more")
    assert facts["duplicates"]["between_files"] == 1
    assert f"1 in {test}, {tmp_path / 'more' / 'third.fa'}" in said(remarks, "warning")


def test_lengths_suggest_windows_positions_and_smaller_batches(tmp_path: Path) -> None:
    remarks, _ = examined(many(tmp_path / "same.fa", ["a", "b", "c"]))
    assert "all records have 30 bases" in said(remarks, "info")
    remarks, _ = examined(many(tmp_path / "long.fa", ["a", "b"], length=1001))
    assert "2 of 2 records have over 1,000 bases, the longest 1,001" in said(remarks, "warning")
    lengths = [900] * 2 + [10] * 40
    records = [(f"r{index}", bases(index, length)) for index, length in enumerate(lengths)]
    remarks, _ = examined(fasta(tmp_path / "unlike.fa", *records))
    assert "of a batch is padding" in said(remarks, "warning")


def test_padding_is_counted_by_batch() -> None:
    # 31 of 1 and one of 33 make one batch of 32 × 33 steps.
    assert padding_share(np.array([1] * 31 + [33])) == pytest.approx(1 - 64 / (32 * 33))
    # Sorted by length, two kinds of 32 records each need none.
    assert padding_share(np.array([5, 50] * 32)) == 0


def test_more_than_can_be_compared_is_said_and_not_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dna_doctor, "MOST_RECORDS", 4)
    first = many(tmp_path / "a.fa", ["a|x", "b|x", "c|y"])
    second = many(tmp_path / "b.fa", ["d", "e"])
    remarks, facts = examined(first, second)
    warned = said(remarks, "warning")
    assert f"{second}: classes and copies were not looked for: 2 records" in warned
    assert facts["duplicates"]["between_files"] == 0
    assert facts[str(second)]["records"] == 2


def test_a_folder_of_many_files_has_the_facts_of_some(tmp_path: Path) -> None:
    for number in range(25):
        many(tmp_path / "set" / f"c{number:02d}.fa", ["a", "b"], seed=2 * number)
    remarks, facts = examined(tmp_path / "set")
    assert (facts["files"], facts["records"], len(facts["each"])) == (25, 50, 20)
    assert "the first 20 of 25" in said(remarks, "info")


def test_names_that_act_on_a_terminal_do_not(tmp_path: Path) -> None:
    path = many(tmp_path / "a\x1b[31m.fa", ["a\x1b[2J|x\x07", "b|x\x07", "c|y", "d|y"])
    remarks, facts = examined(path)
    text = "".join(remark.where + remark.text for remark in remarks) + str(facts)
    assert text.isprintable()


PIECES = (
    b">", b"\n", b"\r", b"ACGT", b"NN-*", b"@q\nAC\n+\nII\n", b"a|x", b" y", b",", b"seq,label\n", b"\t", b"\0",
    b"\xff", b"LOCUS       A   4 bp  DNA\n", b"ORIGIN\n", b"//\n", b"\x1f\x8b", b"class=q ", b";c", b'"', b"\x1b[31m",
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(st.dictionaries(st.sampled_from(["a.fa", "b.fq", "c.gb", "d.csv", "e.txt"]), st.lists(st.sampled_from(PIECES))))
def test_nothing_inside_files_raises(tmp_path: Path, files: dict[str, list[bytes]]) -> None:
    folder = tmp_path / "set"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, pieces in files.items():
        (folder / name).write_bytes(b"".join(pieces))
    for paths in ([folder], list(folder.iterdir())):
        remarks, _ = examined(*paths)
        assert all(remark.text.isprintable() for remark in remarks)


@real
def test_the_uci_splice_set() -> None:
    remarks, facts = examined(DNA / "uci-splice-junction")
    assert (facts["files"], facts["records"], facts["classes"]) == (1, 3190, {"N": 1655, "IE": 768, "EI": 767})
    assert facts["letters"]["D"] == 2
    assert "two labels or more" in said(remarks, "warning")
    assert facts["duplicates"]["across_classes"] == 1
    assert not said(remarks, "error")


@real
def test_the_uci_promoters() -> None:
    remarks, facts = examined(DNA / "uci-promoters" / "promoters.data")
    assert (facts["records"], facts["classes"], facts["bases"]) == (106, {"+": 53, "-": 53}, 6042)
    assert said(remarks, "warning") + said(remarks, "error") == ""

"""Labels from headers, tables, file names and features, and the sets that files and folders make with them."""

import os
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from genbank_record import GENBANK

from seqtui.errors import BadInput, NotFound, SeqtuiError, Usage
from seqtui.readers.dna.alphabet import LETTERS, decode
from seqtui.readers.dna.labels import LabelSource, apply_labels, header_labels, parse_label_source, take_records
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.sources import load_set
from seqtui.readers.unpacked_file import silent

DNA = Path(__file__).parents[4] / "shared" / "data" / "dna"
SPLICE = DNA / "uci-splice-junction"
real = pytest.mark.skipif(not SPLICE.exists(), reason="the UCI sets are not on this machine")


def titled(*headers: str) -> SequenceSet:
    """Records of three bases under these titles."""
    names = [header.split()[0] if header.split() else f"record {number}" for number, header in enumerate(headers, 1)]
    places = [f"a.fa, line {2 * index + 1}" for index in range(len(headers))]
    codes = np.tile(np.array([0, 1, 2], np.uint8), len(headers))
    return SequenceSet(codes, np.full(len(headers), 3), names, list(headers), places, None)


def fasta(path: Path, *titles: str, letters: str = "ACGT") -> Path:
    path.write_text("".join(f">{title}\n{letters}\n" for title in titles))
    return path


def loaded(data: Path, label_from: str | None = None) -> SequenceSet:
    return load_set(str(data), label_from, seed=0, progress=silent)


@pytest.mark.parametrize(
    ("headers", "labels"),
    [
        (["a|x", "b| y z "], ["x", "y z"]),
        (["a|1|training", "b|0|testing"], ["1", "0"]),
        (["a class=x", "b class=y length=3"], ["x", "y"]),
        (["a; Label=x; long", "b label:y"], ["x", "y"]),
        (["a [class=x z] long", "b [length=7] [label=y]"], ["x z", "y"]),
        (["a|class=x", "b|class=y"], ["x", "y"]),
        (["a x", "b\ty"], ["x", "y"]),
        (["a class=x", "b class=y", "c"], ["x", "y", None]),
        (["a x", "b y", "c y of many words"], None),
        (["a class=x", "b", "c"], None),
        (["a", "b"], None),
        (["gi|12|gb|A1.1|x", "gi|13|gb|A2.1|y"], None),
        (["subclass=x a b", "outclass=y a b"], None),
    ],
)
def test_the_default_patterns(headers: list[str], labels: list[str | None] | None) -> None:
    assert header_labels(titled(*headers)) == labels


def test_a_regular_expression_takes_its_label_group_or_the_first() -> None:
    headers = titled("a len=3 x9", "b len=4 y8", "c len=5 x7", "d len=6 y6")
    first = apply_labels(headers, parse_label_source(r"header:\s([xy])\d"))
    assert first.labels == ["x", "y", "x", "y"]
    named = apply_labels(headers, parse_label_source(r"header:len=(\d) (?P<label>[xy])"))
    assert named.labels == ["x", "y", "x", "y"]


def test_a_title_is_searched_no_further_than_4096_characters() -> None:
    with pytest.raises(BadInput, match="fits no title; the first is 'aaaa"):
        apply_labels(titled("a" * 5000 + "x", "b" * 5000 + "y"), parse_label_source("header:([xy])"))
    begun = time.perf_counter()
    with pytest.raises(BadInput, match="fits no title"):
        apply_labels(titled("a" * 200_000), parse_label_source("header:(a*b)"))
    assert time.perf_counter() - begun < 2


def test_a_pattern_that_would_never_end_is_refused() -> None:
    begun = time.process_time(), os.times().children_user
    titles = [f"r{number} aa{'a' * 38 + '!' if number == 2500 else ''}" for number in range(5000)]
    sentence = (
        r"header:\(a\+\)\+\$ takes too long on the title of r2500 \(\S+, line 5001\), as a repeat inside a repeat"
    )
    with pytest.raises(BadInput, match=sentence):
        apply_labels(titled(*titles), parse_label_source("header:(a+)+$"))
    assert time.process_time() - begun[0] + os.times().children_user - begun[1] < 2


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("header", LabelSource("header")),
        (r"header:a:(\w)", LabelSource("header", r"a:(\w)")),
        ("table:a b.csv", LabelSource("table", "a b.csv")),
        ("file", LabelSource("file")),
    ],
)
def test_a_label_source_is_read(text: str, source: LabelSource) -> None:
    assert parse_label_source(text) == source


def test_kinds_of_features_are_listed_with_commas_and_once() -> None:
    assert parse_label_source("feature:CDS, rRNA,CDS,").features == ("CDS", "rRNA")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "say header, header:REGEX, column:NAME, table:FILE, file or feature:KIND"),
        ("names", "labels cannot come from 'names'"),
        ("table:", "labels cannot come from 'table:'"),
        ("file:a", "labels cannot come from"),
        ("feature:,", "labels cannot come from"),
        ("header:(a", "is no regular expression: missing"),
        ("header:", "has no group"),
        ("header:a+", "has no group; put the class in one"),
        ("header:\x1b", "header:␛ has no group"),
    ],
)
def test_what_is_no_label_source_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(Usage, match=sentence):
        parse_label_source(text)


def test_records_without_a_label_are_left_out_and_told() -> None:
    sequences = apply_labels(titled("a|x", "b|y", "c", "d|x", "e|y"), LabelSource("header"))
    assert list(sequences.names) == ["a|x", "b|y", "d|x", "e|y"]
    assert sequences.labels == ["x", "y", "x", "y"]
    assert len(sequences.codes) == 12
    assert sequences.notes == ("1 of 5 records have no label and were left out, the first c (a.fa, line 5)",)


def test_the_records_that_are_taken_keep_their_letters() -> None:
    codes = np.array([LETTERS.index(letter) for letter in "ACCGGGTTTT"], np.uint8)
    names = ["a", "b", "c", "d"]
    sequences = SequenceSet(codes, np.array([1, 2, 3, 4]), names, names, names, None)
    taken = take_records(sequences, np.array([0, 2, 3]))
    assert (decode(taken.codes), taken.lengths.tolist(), [*taken.names]) == ("AGGGTTTT", [1, 3, 4], ["a", "c", "d"])


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        (["a one two three", "b"], r"the titles name no class: the first, 'a one two three' \(a\.fa, line 1\)"),
        (["a|x", "b|x"], r"2 records with one class only: x 2; there must be at least two"),
        (["a|x", "b|x", "c|y"], r"y is in one record only, .*; found: x 2, y 1"),
        ([f"a|n{number}" for number in range(1001)], r"1,001 different labels in 1,001 records, as in n0 1, .*names\?"),
    ],
)
def test_classes_that_cannot_be_learned_are_refused(headers: list[str], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        apply_labels(titled(*headers), LabelSource("header"))


def test_labels_are_made_safe_to_show() -> None:
    assert header_labels(titled("a|\x1bx", "b|\x1by")) == ["␛x", "␛y"]


def test_a_table_labels_records_by_the_first_word_of_their_title(tmp_path: Path) -> None:
    path = fasta(tmp_path / "a.fa", "a one", "b two words", "a again", "c", "d")
    (tmp_path / "classes.tsv").write_text("id\tclass\na\tx\nb\ty\nc\ty\n")
    sequences = loaded(path, f"table:{tmp_path / 'classes.tsv'}")
    assert list(zip(sequences.names, sequences.labels or [], strict=True)) == [
        ("a", "x"), ("b", "y"), ("a (2)", "x"), ("c", "y"),
    ]  # fmt: skip
    assert any("the first d (a.fa, line 9)" in note for note in sequences.notes)


def test_a_table_of_other_records_is_refused(tmp_path: Path) -> None:
    (tmp_path / "classes.csv").write_text("z,x\n")
    with pytest.raises(BadInput, match=r"classes\.csv names none of the records: it has 'z', and the first .* 'a'"):
        loaded(fasta(tmp_path / "a.fa", "a", "b"), f"table:{tmp_path / 'classes.csv'}")


def test_a_folder_has_a_class_a_file_and_names_stay_unique(tmp_path: Path) -> None:
    fasta(tmp_path / "pos.fa", "a class=1", "b class=2")
    fasta(tmp_path / "neg class.fasta", "a class=1", "c class=2", letters="NNU")
    (tmp_path / "README.md").write_text("notes")
    sequences = loaded(tmp_path)
    assert sequences.labels == ["neg class", "neg class", "pos", "pos"]
    assert list(sequences.names) == ["a", "c", "pos.fa:a", "b"]
    assert sequences.headers[3] == "b class=2"
    assert sequences.places[2] == "pos.fa, line 1"
    assert decode(sequences.codes) == "NNTNNTACGTACGT"
    assert any(note.startswith("neg_class.fasta: 2 letters U") for note in sequences.notes)
    assert loaded(tmp_path, "file").labels == sequences.labels
    assert loaded(tmp_path, "header").labels == ["1", "2", "1", "2"]


def test_files_named_like_splits_are_not_taken_for_classes(tmp_path: Path) -> None:
    fasta(tmp_path / "train.fa", "a|x", "b|y")
    fasta(tmp_path / "test.fa", "a|x", "b|y")
    with pytest.raises(Usage, match="named test, train, as splits are"):
        loaded(tmp_path)
    assert loaded(tmp_path, "header").labels == ["x", "y", "x", "y"]
    assert loaded(tmp_path, "file").labels == ["test", "test", "train", "train"]


def test_tables_bring_their_labels_from_a_folder_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,a,ACGT\ny,b,ACGG\n")
    (tmp_path / "b.tsv").write_text("seq\tlabel\nACGT\ty\nAAAT\tx\n")
    (tmp_path / "read me.txt").write_text("What this is, in words.\n")
    assert loaded(tmp_path).labels == ["x", "y", "y", "x"]


def test_the_kinds_of_features_are_classes(tmp_path: Path) -> None:
    (tmp_path / "a.gb").write_text(GENBANK)
    sequences = loaded(tmp_path / "a.gb", "feature:CDS,rRNA")
    found = Counter(sequences.labels or [])
    assert found == {"CDS": 2, "rRNA": 2, "background": 4}


@pytest.mark.parametrize(
    ("label_from", "kind", "sentence"),
    [
        ("file", Usage, "labels from file need a folder"),
        ("feature:CDS", BadInput, "has no features"),
        ("column:kind", Usage, "labels from column need a table"),
        ("table:none.csv", NotFound, "there is no file none.csv"),
    ],
)
def test_a_label_source_that_does_not_fit_the_data_is_refused(
    tmp_path: Path, label_from: str, kind: type[SeqtuiError], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        loaded(fasta(tmp_path / "a.fa", "a|x"), label_from)


def test_what_is_not_there_or_holds_nothing_is_told_with_the_suffixes(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"there is no file or folder .*\.fa, .*\.gb.*\.csv.*\.gz"):
        loaded(tmp_path / "none")
    with pytest.raises(BadInput, match=r"holds no file of sequences; they end in \.fa"):
        loaded(tmp_path)
    with pytest.raises(BadInput, match="cannot be read"):
        loaded(Path("a" * 5000))


@real
def test_the_splice_set_has_the_same_labels_as_fasta_as_table_and_as_folder() -> None:
    table = loaded(SPLICE / "splice.data")
    as_fasta = loaded(SPLICE / "splice.fasta")
    assert Counter(table.labels or []) == {"EI": 767, "IE": 768, "N": 1655}
    assert as_fasta.labels == table.labels == loaded(SPLICE).labels
    assert (as_fasta.codes == table.codes).all()

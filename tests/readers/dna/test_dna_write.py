"""FASTA out: Biopython and our own reader are the referees."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seqtui.errors import BadInput
from seqtui.readers.dna.alphabet import LETTERS, decode
from seqtui.readers.dna.files import read_sequences
from seqtui.readers.dna.labels import header_labels
from seqtui.readers.dna.write import write_fasta, write_prediction_fasta
from seqtui.task import Prediction


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path / "home"))


def as_biopython_reads(path: Path) -> list[tuple[str, str]]:
    """Title and letters of each record."""
    from Bio import SeqIO

    with path.open() as file:
        return [(record.description, str(record.seq)) for record in SeqIO.parse(file, "fasta")]


def codes(letters: str) -> np.ndarray:
    return np.array([LETTERS.index(letter) for letter in letters], np.uint8)


def test_letters_and_codes_are_written_in_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.fa"
    write_fasta(["one", "two"], ["ACGTACGT", codes("NNRY")], path, descriptions=["of two", ""], width=3)
    assert path.read_text() == ">one of two\nACG\nTAC\nGT\n>two\nNNR\nY\n"


def test_gzip_by_suffix(tmp_path: Path) -> None:
    write_fasta(["one"], ["ACGT"], tmp_path / "a.fa.gz")
    assert gzip.decompress((tmp_path / "a.fa.gz").read_bytes()) == b">one\nACGT\n"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(
    records=st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12), st.text(LETTERS, max_size=9)), max_size=4),
    width=st.integers(1, 5),
)
def test_any_name_makes_one_record_with_one_word(
    tmp_path: Path, records: list[tuple[str, str, str]], width: int
) -> None:
    names, told, letters = ([record[column] for record in records] for column in range(3))
    write_fasta(names, [codes(each) for each in letters], tmp_path / "a.fa", descriptions=told, width=width)
    read = as_biopython_reads(tmp_path / "a.fa")
    assert [body for _, body in read] == letters
    assert all(title and not title.startswith(">") for title, _ in read)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a b\nc", "a_b␊c"), (">x", "x"), (">>", "sequence-1"), ("", "sequence-1"), ("record 7", "record_7"),
        ("a (2)", "a_(2)"), ("A>G", "A>G"), ("\x1b[31mred", "␛[31mred"), ("a\u2028b", "a_b"),
    ],
)  # fmt: skip
def test_names_become_one_safe_word(tmp_path: Path, name: str, written: str) -> None:
    write_fasta([name], ["A"], tmp_path / "a.fa")
    assert (tmp_path / "a.fa").read_text() == f">{written}\nA\n"


def test_a_long_sequence_is_whole(tmp_path: Path) -> None:
    long = np.random.default_rng(0).integers(0, 4, 1_000_003).astype(np.uint8)
    write_fasta(["long"], [long], tmp_path / "a.fa")
    assert as_biopython_reads(tmp_path / "a.fa") == [("long", decode(long))]
    lines = (tmp_path / "a.fa").read_text().split("\n")[1:-1]
    assert {len(line) for line in lines[:-1]} == {60}
    np.testing.assert_array_equal(read_sequences(tmp_path / "a.fa").codes, long)


def test_what_is_no_letter_or_too_few_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="record one holds '>'"):
        write_fasta(["one"], ["AC>GT"], tmp_path / "a.fa")
    with pytest.raises(ValueError, match="shorter"):
        write_fasta(["one", "two"], ["ACGT"], tmp_path / "a.fa")
    with pytest.raises(ValueError, match="1 descriptions for 2 names"):
        write_fasta(["one", "two"], ["A", "C"], tmp_path / "a.fa", descriptions=[""])
    assert list(tmp_path.iterdir()) == []


def test_predictions_carry_label_chance_and_truth(tmp_path: Path) -> None:
    said = [
        Prediction("a", codes("ACGT"), (0.97312, 0.02688)),
        Prediction("b (2)", codes("GGNN"), (0.4, 0.6), truth=0),
    ]
    write_prediction_fasta(said, ["+", "no site, no"], tmp_path / "a.fa")
    assert as_biopython_reads(tmp_path / "a.fa") == [
        ("a label=+ p=0.9731", "ACGT"),
        ("b_(2) label=no_site_no p=0.6000 truth=+", "GGNN"),
    ]


def test_predictions_are_read_again_as_labels(tmp_path: Path) -> None:
    said = [Prediction(f"r{each}", codes("ACGT"), (0.2, 0.7, 0.1)[each:] + (0.2, 0.7, 0.1)[:each]) for each in range(3)]
    classes = ["EI", "IE", "N"]
    write_prediction_fasta(said, classes, tmp_path / "a.fa.gz")
    assert header_labels(read_sequences(tmp_path / "a.fa.gz")) == [classes[each.guess] for each in said]


def test_what_is_known_to_be_true_is_read_and_not_what_was_predicted(tmp_path: Path) -> None:
    said = [Prediction(f"r{truth}", codes("ACGT"), (0.2, 0.8), truth=truth) for truth in (0, 1)]
    write_prediction_fasta(said, ["no", "yes"], tmp_path / "a.fa")
    assert header_labels(read_sequences(tmp_path / "a.fa")) == ["no", "yes"]

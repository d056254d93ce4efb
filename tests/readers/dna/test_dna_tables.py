"""Tables of labelled sequences and tables of labels: the real UCI files, and small ones with every fault."""

from collections import Counter
from pathlib import Path

import pytest

from seqtui.errors import BadInput, NotFound
from seqtui.readers.dna.alphabet import decode
from seqtui.readers.dna.doctor_file import examine_file
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.tables import is_sequence_table, read_label_table, read_sequence_table

DNA = Path(__file__).parents[4] / "shared" / "data" / "dna"
SPLICE = DNA / "uci-splice-junction" / "splice.data"
PROMOTERS = DNA / "uci-promoters" / "promoters.data"
real = pytest.mark.skipif(not SPLICE.exists(), reason="the UCI sets are not on this machine")


def table(folder: Path, text: str | bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def letters(sequences: SequenceSet) -> list[str]:
    bounds = zip(sequences.starts.tolist(), sequences.lengths.tolist(), strict=True)
    return [decode(sequences.codes[start : start + length]) for start, length in bounds]


@real
def test_the_splice_set_is_read_whole() -> None:
    sequences = read_sequence_table(SPLICE)
    assert len(sequences) == 3190
    assert sequences.labels is not None
    assert Counter(sequences.labels) == {"EI": 767, "IE": 768, "N": 1655}
    assert set(sequences.lengths.tolist()) == {60}
    assert len(set(sequences.names)) == 3190
    assert sequences.names[0] == "ATRINS-DONOR-521"
    assert letters(sequences)[0] == "CCAGCTGCATCACAGGAGGCCAGCGAGCAGGTCTGTTCCAAGGGCCTTCGAGCCAGTCTG"
    assert len(set(letters(sequences))) == 3005
    assert sequences.places[1] == "splice.data, line 2"


@real
def test_the_table_and_the_fasta_of_the_splice_set_hold_the_same_letters() -> None:
    fasta = SPLICE.with_suffix(".fasta").read_text().split()[1::2]
    assert letters(read_sequence_table(SPLICE)) == fasta


@real
def test_the_promoters_are_read_whole() -> None:
    sequences = read_sequence_table(PROMOTERS)
    assert sequences.labels is not None
    assert Counter(sequences.labels) == {"+": 53, "-": 53}
    assert set(sequences.lengths.tolist()) == {57}


def test_a_header_names_the_columns_in_any_order_and_case(tmp_path: Path) -> None:
    sequences = read_sequence_table(table(tmp_path, "Class\tid\tSEQ\nx\ta b\tacgu\ny\tb\tAC-GT*\n", "a.tsv"))
    assert letters(sequences) == ["ACGT", "ACGT"]
    assert list(sequences.names) == ["a_b", "b"]
    assert list(sequences.headers) == ["a b", "b"]
    assert sequences.labels == ["x", "y"]
    assert any("1 letters U" in note for note in sequences.notes)


def test_a_table_without_names_numbers_its_records_and_without_labels_has_none(tmp_path: Path) -> None:
    sequences = read_sequence_table(table(tmp_path, "sequence\nACGT\n\nTTNR\n"))
    assert list(sequences.names) == ["record 1", "record 2"]
    assert sequences.labels is None
    assert sequences.places[1] == "a.csv, line 4"


def test_an_empty_sequence_is_left_out_with_its_label(tmp_path: Path) -> None:
    sequences = read_sequence_table(table(tmp_path, "x,a,ACGT\ny,b,---\nz,c,GG\n,d,CC\n"))
    assert sequences.labels == ["x", "z", None]
    assert list(sequences.names) == ["a", "c", "d"]
    assert any("a.csv, line 2" in note for note in sequences.notes)


def test_a_repeated_name_gets_a_number(tmp_path: Path) -> None:
    assert list(read_sequence_table(table(tmp_path, "x,a,ACGT\nx,a,ACGA\n")).names) == ["a", "a (2)"]


def test_windows_newlines_a_byte_order_mark_and_quotes_are_no_letters(tmp_path: Path) -> None:
    data = b'\xef\xbb\xbfsequence,label,name\r\nACGT,"x, y",a\r\nACGA,z,"b"\r\n'
    sequences = read_sequence_table(table(tmp_path, data))
    assert letters(sequences) == ["ACGT", "ACGA"]
    assert sequences.labels == ["x, y", "z"]


def test_what_acts_on_a_terminal_is_made_visible_in_names_and_labels(tmp_path: Path) -> None:
    sequences = read_sequence_table(table(tmp_path, "x\x1b[2J,a\x1b,ACGT\n"))
    assert sequences.labels == ["x␛[2J"]
    assert sequences.names[0] == "a␛"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", r"a\.csv is empty"),
        ("\n \n", r"a\.csv holds blank lines only"),
        ("sequence,label\n", r"a\.csv holds no sequence"),
        ("name,label\na,x\n", r"a\.csv, line 1: neither a header"),
        ("id,seq,label,Label\na,ACGT,x,y\n", r"a\.csv, line 1: 2 columns are named label"),
        ("id,seq,seq,label\na,ACGT,AC,y\n", r"a\.csv, line 1: 2 columns are named seq"),
        ("x,a,ACGT\n\ny,b\n", r"a\.csv, line 3: 2 columns where the first line has 3"),
        ('sequence,label\nACGT,"x\n', r"a\.csv, line 2: .*must end on its line"),
        ("x,a,ACGT\ny,b,MEEPQSDPSVEPPL\n", r"a\.csv, line 2, record b: more than a tenth"),
        ("x,a,ACGT\ny,b,AC\x07GT\n", r"a\.csv, line 2: a control character"),
    ],
)
def test_a_fault_names_file_and_line(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_sequence_table(table(tmp_path, text))


def test_a_table_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no file"):
        read_sequence_table(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("text", "is_table"),
    [("x,a,ACGT\n", True), ("seq\tlabel\n", True), (">a,b,ACGT\nACGT\n", False), ("Some notes, in words\n", False)],
)
def test_a_table_is_known_by_its_first_line(tmp_path: Path, text: str, is_table: bool) -> None:
    assert is_sequence_table(table(tmp_path, text, "a.txt")) is is_table


@pytest.mark.parametrize(
    "text", ["a,x\nb,y\n", "label;name\nx;a\ny;b\n", "#id\tnote\tclass\na\t-\tx\nb\t-\ty\nc\t-\t\nd\t-\tNA\n"]
)
def test_a_label_table_gives_names_their_labels(tmp_path: Path, text: str) -> None:
    assert read_label_table(table(tmp_path, text)) == {"a": "x", "b": "y"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,x\nb,y\na,z\n", r"a\.csv, line 3: a is z here and x further up"),
        ("a,x,1\n", r"a\.csv, line 1: neither two columns"),
        ("a,x\nb\n", r"a\.csv, line 2: 1 columns"),
        ("name,label\n", r"a\.csv gives no label"),
    ],
)
def test_a_fault_in_a_label_table_names_file_and_line(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_label_table(table(tmp_path, text))


def test_a_name_may_come_twice_with_one_label(tmp_path: Path) -> None:
    assert read_label_table(table(tmp_path, "a,x\na,x\n")) == {"a": "x"}


def test_a_table_of_the_uci_form_is_counted_as_a_fasta_file_is(tmp_path: Path) -> None:
    rows = [("p", "a", "Acgu-n"), ("p", "b", "acgtac"), ("q", "c", "ttxtagcatgcatgc"), ("q", "d", "ttgt")]
    table, fasta = tmp_path / "x.data", tmp_path / "x.fa"
    table.write_text("".join(f"{label}, {name}, {letters}\n" for label, name, letters in rows))
    fasta.write_text("".join(f">{name}\n{letters}\n" for _, name, letters in rows))
    of_table, of_fasta = examine_file(table), examine_file(fasta)
    assert of_table.facts()["letters"] == of_fasta.facts()["letters"]
    assert of_table.facts()["letters"]["a"] == 5
    assert of_table.kept.tolist() == of_fasta.kept.tolist()
    said = [note.replace("x.data, line 3", "HERE") for note in of_table.sequences.notes]
    assert said == [note.replace("x.fa, line 6", "HERE") for note in of_fasta.sequences.notes]
    assert len(said) == 4

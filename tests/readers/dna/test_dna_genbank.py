"""GenBank: whole records, and features on their own strands with background from where none lies."""

from pathlib import Path

import numpy as np
import pytest
from Bio import SeqIO
from Bio.Seq import Seq
from Bio.SeqFeature import BeforePosition, CompoundLocation, ExactPosition, SeqFeature, SimpleLocation
from Bio.SeqRecord import SeqRecord

from seqtui.errors import BadInput, Usage
from seqtui.readers.dna.alphabet import decode
from seqtui.readers.dna.background import free_stretches, place_stretches
from seqtui.readers.dna.features import read_features
from seqtui.readers.dna.files import read_sequences, survey
from seqtui.readers.dna.sequence_set import SequenceSet


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path / "home"))


def random_letters(length: int, seed: int = 0) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length).tolist())


def record(name: str, letters: str, *features: SeqFeature) -> SeqRecord:
    made = SeqRecord(Seq(letters), id=f"{name}.1", name=name, description=f"about {name}")
    made.annotations["molecule_type"] = "DNA"
    made.features = list(features)
    return made


def feature(kind: str, *spans: tuple[int, int], strand: int = 1, **told: str) -> SeqFeature:
    parts = [SimpleLocation(begin, end, strand) for begin, end in spans]
    location = parts[0] if len(parts) == 1 else CompoundLocation(parts[::strand])
    return SeqFeature(location, kind, qualifiers={key: [value] for key, value in told.items()})


def saved(folder: Path, *records: SeqRecord) -> Path:
    path = folder / "a.gb"
    SeqIO.write(records, path, "genbank")
    return path


def sequences(read: SequenceSet) -> list[str]:
    return [decode(part) for part in np.split(read.codes, read.starts[1:])]


def test_whole_records_are_sequences_with_their_definition(tmp_path: Path) -> None:
    one, two = random_letters(130), random_letters(70, 1)
    read = read_sequences(saved(tmp_path, record("ONE", one), record("TWO", two)))
    assert sequences(read) == [one, two]
    assert list(read.names) == ["ONE.1", "TWO.1"]
    assert list(read.headers) == ["about ONE", "about TWO"]
    lines = (tmp_path / "a.gb").read_text().splitlines()
    at = [number for number, line in enumerate(lines, 1) if line.startswith("LOCUS")]
    assert list(read.places) == [f"a.gb, line {number}" for number in at]
    assert read.labels is None


def test_features_are_read_on_their_strand_and_joins_are_spliced(tmp_path: Path) -> None:
    letters = random_letters(400)
    joined = feature("CDS", (50, 60), (80, 95), strand=-1, gene="abc", product="a thing")
    path = saved(
        tmp_path, record("R", letters, feature("gene", (10, 40)), joined, feature("repeat_region", (200, 300)))
    )
    read = read_features(path, ["CDS", "gene"], seed=1)
    assert list(read.labels or ()) == ["gene", "CDS", "background", "background"]
    spliced = str((Seq(letters[50:60]) + Seq(letters[80:95])).reverse_complement())
    assert sequences(read)[:2] == [letters[10:40], spliced]
    assert list(read.places)[:2] == [
        "a.gb, record R.1, feature gene at 11..40",
        "a.gb, record R.1, feature CDS at 51..95",
    ]
    assert list(read.names)[:2] == ["R.1:gene:11..40(+)", "R.1:CDS:51..95(-)"]
    assert read.headers[1] == "gene=abc; product=a thing"
    assert read.lengths.tolist() == [30, 25, 30, 25]


@pytest.mark.parametrize("strand", [1, -1])
def test_a_feature_across_the_origin_is_named_by_where_it_begins_and_ends(tmp_path: Path, strand: int) -> None:
    letters = random_letters(200)
    made = record("R", letters, feature("CDS", (180, 200), (0, 25), strand=strand), feature("CDS", (50, 60)))
    made.annotations["topology"] = "circular"
    read = read_features(saved(tmp_path, made), ["CDS"], seed=1)
    whole = Seq(letters[180:] + letters[:25])
    assert sequences(read)[0] == str(whole if strand == 1 else whole.reverse_complement())
    assert read.names[0] == f"R.1:CDS:181..25({'+' if strand == 1 else '-'})"


def test_background_lies_where_no_such_feature_is_and_has_the_same_lengths_and_strands(tmp_path: Path) -> None:
    letters = random_letters(3000)
    features = [feature("CDS", (100 * n, 100 * n + 30 + n), strand=1 if n % 3 else -1) for n in range(1, 21)]
    path = saved(tmp_path, record("R", letters, *features))
    read = read_features(path, ["CDS"], seed=5)
    covered = np.zeros(3000, bool)
    drawn = []
    for name, place, letters_read in list(zip(read.names, read.places, sequences(read), strict=True))[20:]:
        begin, end = map(int, place.rsplit(" ", 1)[1].split(".."))
        expected = Seq(letters[begin - 1 : end])
        assert letters_read == str(expected if name.endswith("(+)") else expected.reverse_complement())
        assert not covered[begin - 1 : end].any(), "background lies over background"
        covered[begin - 1 : end] = True
        drawn.append((end - begin + 1, name[-2]))
    assert not any(covered[100 * n : 100 * n + 30 + n].any() for n in range(1, 21))
    assert sorted(drawn) == sorted((30 + n, "+" if n % 3 else "-") for n in range(1, 21))
    again, other = read_features(path, ["CDS"], seed=5), read_features(path, ["CDS"], seed=6)
    assert list(again.places) == list(read.places) != list(other.places)
    assert read.notes == ()


def test_where_there_is_no_room_as_much_background_as_fits_is_drawn_and_said(tmp_path: Path) -> None:
    letters = random_letters(100) + "N" * 200 + random_letters(100, 1)
    features = [
        feature("CDS", (0, 90)),
        feature("CDS", (300, 350)),
        feature("CDS", (350, 390)),
        feature("CDS", (92, 96)),
    ]
    read = read_features(saved(tmp_path, record("R", letters, *features)), ["CDS", "gene"], seed=0)
    assert list(read.labels or ()).count("background") == 1
    assert read.notes == (
        "there is no feature gene in the file",
        "background: 1 of 4 stretches fit between the features; their median length is 4, of the features 45",
    )


def test_a_file_without_such_features_is_refused_with_what_it_has(tmp_path: Path) -> None:
    path = saved(tmp_path, record("R", random_letters(100), feature("gene", (1, 5)), feature("gene", (7, 9))))
    with pytest.raises(BadInput, match=r"a\.gb has no feature CDS; it has: gene \(2\)"):
        read_features(path, ["CDS"], seed=0)
    with pytest.raises(Usage, match="background"):
        read_features(path, ["background"], seed=0)
    fasta = tmp_path / "a.fa"
    fasta.write_text(">a\nACGT\n")
    with pytest.raises(BadInput, match=r"a\.fa is FASTA, which has no features"):
        read_features(fasta, ["CDS"], seed=0)


def test_features_whose_letters_are_elsewhere_are_left_out_and_said(tmp_path: Path) -> None:
    fuzzy = SeqFeature(SimpleLocation(BeforePosition(5), ExactPosition(15), 1), "CDS")
    elsewhere = SeqFeature(SimpleLocation(5, 15, 1, ref="X1.1"), "CDS")
    letters = random_letters(200)
    read = read_features(saved(tmp_path, record("R", letters, fuzzy, elsewhere)), ["CDS"], seed=0)
    assert sequences(read)[0] == letters[5:15]
    assert list(read.labels or ()) == ["CDS", "background"]
    assert read.notes == ("1 features CDS were left out, as their letters are not in the file",)


def test_broken_genbank_is_refused_with_its_line(tmp_path: Path) -> None:
    path = saved(tmp_path, record("R", random_letters(100)))
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-2]))
    with pytest.raises(BadInput, match=rf"a\.gb, line {len(lines) - 2}, record 1: the file is cut off"):
        read_sequences(path)
    path.write_text("nothing of the kind\n")
    with pytest.raises(BadInput, match=r"a\.gb holds no GenBank record"):
        read_sequences(path)


def test_what_biopython_warns_of_is_a_note(tmp_path: Path) -> None:
    path = saved(tmp_path, record("R", random_letters(100)))
    path.write_text(path.read_text().replace("100 bp", "101 bp"))
    read, tally = survey(path)
    assert len(tally.remarks) == 1 and tally.remarks[0].startswith("Biopython: Expected sequence length 101")
    assert read.notes == tally.remarks


def test_annotation_without_letters_is_an_empty_record(tmp_path: Path) -> None:
    path = saved(tmp_path, record("R", random_letters(100)), record("S", "ACGT"))
    text = path.read_text()
    begin, end = text.index("ORIGIN"), text.index("//\n")
    path.write_text(text[:begin] + "CONTIG      join(X1.1:1..100)\n" + text[end:])
    read, tally = survey(path)
    assert (sequences(read), tally.empty, tally.first_empty) == (["ACGT"], 1, "a.gb, line 1")


def test_free_stretches_are_between_what_is_occupied_and_long_runs_of_n() -> None:
    letters = b"ACGTN" * 2 + b"N" * 9 + b"A" * 11
    assert free_stretches(letters, [(2, 4), (3, 6), (28, 30)]).tolist() == [[0, 2], [6, 9], [19, 28]]
    assert free_stretches(b"", []).tolist() == []
    assert free_stretches(b"ACG", [(0, 3)]).tolist() == []


def test_stretches_are_placed_wherever_they_fit_equally_often() -> None:
    free = np.array([[10, 13], [20, 22], [30, 31]])
    generator = np.random.default_rng(0)
    begins = [place_stretches(free, [2], generator)[0][1] for _ in range(3000)]
    counts = np.bincount(begins, minlength=31)
    assert set(np.flatnonzero(counts).tolist()) == {10, 11, 20}
    assert counts[[10, 11, 20]].min() > 880

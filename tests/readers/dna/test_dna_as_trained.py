"""Data that a trained model is asked about: labeled as its training data were, as far as that is possible."""

from collections import Counter
from pathlib import Path

import pytest
from genbank_record import GENBANK

from seqtui.errors import BadInput
from seqtui.readers.dna.sequence_set import SequenceSet
from seqtui.readers.dna.sources import load_as_trained, load_set
from seqtui.readers.unpacked_file import silent


def fasta(path: Path, *titles: str) -> Path:
    path.write_text("".join(f">{title}\nACGT\n" for title in titles))
    return path


def loaded(data: Path, label_from: str | None = None) -> SequenceSet:
    return load_set(str(data), label_from, seed=0, progress=silent)


def asked(path: Path, label_from: str | None = None, classes: str = "xy") -> list[str | None] | None:
    labels = load_as_trained(str(path), label_from, tuple(classes), seed=1, progress=silent).labels
    return None if labels is None else list(labels)


def test_prediction_takes_every_record_and_the_labels_it_finds(tmp_path: Path) -> None:
    fasta(tmp_path / "b.fa", "a|x", "c")
    fasta(tmp_path / "a.fa", "b|y")
    assert asked(tmp_path) == ["y", "x", None]
    assert asked(fasta(tmp_path / "c.fa", "a", "b")) is None


def test_a_model_of_a_class_a_file_is_scored_by_files_too(tmp_path: Path) -> None:
    """Titles are asked where no file is named as a class is, and of one file before its name is."""
    fasta(tmp_path / "x.fa", "a|y", "c|x")
    fasta(tmp_path / "y.fa", "b|x")
    for label_from in (None, "file"):
        assert asked(tmp_path, label_from) == ["x", "x", "y"]
        assert asked(tmp_path, label_from, "uv") == ["y", "x", "x"]
    assert asked(tmp_path / "x.fa") == ["y", "x"]
    assert asked(tmp_path / "x.fa", "file") == ["x", "x"]
    fasta(tmp_path / "y.fa", "b")
    assert asked(tmp_path / "y.fa") == ["y"]


def test_a_model_of_features_is_scored_by_features_where_a_file_has_some(tmp_path: Path) -> None:
    (tmp_path / "a.gb").write_text(GENBANK)
    assert Counter(asked(tmp_path / "a.gb", "feature:CDS,rRNA") or []) == {"CDS": 2, "rRNA": 2, "background": 4}
    assert len(load_as_trained(str(tmp_path / "a.gb"), "feature:tRNA", (), seed=1, progress=silent)) == 1
    assert (
        len(load_as_trained(str(fasta(tmp_path / "b.fa", "a", "b")), "feature:CDS", (), seed=1, progress=silent)) == 2
    )


def test_a_column_of_another_name_holds_the_labels(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,sequence,Kind\nr,ACGT,x\ns,ACGG,y\nt,AAAA,NaN\nu,AACC,x\nv,NaN,x\nw,ATTA,y\n")
    sequences = loaded(tmp_path / "a.csv", "column:kind")
    assert list(zip(sequences.names, sequences.labels or (), strict=True)) == [
        ("r", "x"), ("s", "y"), ("u", "x"), ("w", "y"),
    ]  # fmt: skip
    assert sum("left out" in note for note in sequences.notes) == 2
    assert asked(tmp_path / "a.csv", "column:kind") == ["x", "y", None, "x", "y"]
    assert asked(fasta(tmp_path / "b.fa", "a|y"), "column:kind") == ["y"]
    with pytest.raises(BadInput, match=r"a\.csv, line 1: no column is named 'sort'; there are id, sequence, kind"):
        loaded(tmp_path / "a.csv", "column:sort")
    with pytest.raises(BadInput, match=r"say --label-from header:REGEX, column:NAME"):
        loaded(tmp_path / "a.csv")


def test_classes_in_an_old_encoding_stay_two(tmp_path: Path) -> None:
    titles = [f"r{number}|caf{'éè'[number % 2]}" for number in range(4)]
    (tmp_path / "a.fa").write_bytes("".join(f">{title}\nACGT\n" for title in titles).encode("latin-1"))
    assert loaded(tmp_path / "a.fa").labels == [r"caf\xe9", r"caf\xe8"] * 2
    (tmp_path / "b.csv").write_bytes("".join(f"caf{'éè'[n % 2]},r{n},ACGT\n" for n in range(4)).encode("latin-1"))
    assert loaded(tmp_path / "b.csv").labels == [r"caf\xe9", r"caf\xe8"] * 2

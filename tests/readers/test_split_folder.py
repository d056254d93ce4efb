"""Splits by file names: what says train, dev and test, what says nothing, what cannot be told."""

from pathlib import Path

import pytest

from seqtui.errors import BadInput, NotFound
from seqtui.readers.split_folder import data_files, split_of, splits_of

NER = Path(__file__).parents[3] / "shared" / "data" / "ner"


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train.tsv", "train"), ("wnut17train.conll", "train"), ("emerging.dev.conll", "valid"), ("devel.tsv", "valid"),
        ("emerging.test.annotated", "test"), ("eng.testa", "valid"), ("eng.testb", "test"), ("TEST.CSV.gz", "test"),
        ("en_ewt-ud-dev.conllu", "valid"), ("myTrainData.csv", "train"), ("validation", "valid"), ("val-1", "valid"),
        ("latest.txt", None), ("constraint.csv", None), ("device.csv", None), ("rt-polarity.neg", None),
        ("evaluation.csv", None), ("contest.txt", None),
    ],
)  # fmt: skip
def test_a_word_in_the_name_says_the_split(name: str, split: str | None) -> None:
    assert split_of(name) == split


def test_a_name_that_says_two_splits_is_refused() -> None:
    with pytest.raises(BadInput, match=r"dev-and-test.csv says both test and valid"):
        split_of("dev-and-test.csv")


def test_splits_come_in_order_and_other_files_apart() -> None:
    found, others = splits_of([Path("d/test.csv"), Path("d/words.txt"), Path("d/train.csv")])
    assert list(found.items()) == [("train", Path("d/train.csv")), ("test", Path("d/test.csv"))]
    assert others == [Path("d/words.txt")]
    assert splits_of([Path("a.pos"), Path("a.neg")]) == ({}, [Path("a.pos"), Path("a.neg")])


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["test.csv"], r"d has test.csv and no file with train in its name"),
        (["train.csv", "train.tsv"], r"d: train.csv, train.tsv all claim to be the train split"),
        (["train.csv", "dev.csv", "valid.csv"], r"all claim to be the valid split"),
    ],
)
def test_what_cannot_be_told_is_refused(names: list[str], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        splits_of([Path("d") / name for name in names])


def test_files_about_the_data_are_no_data(tmp_path: Path) -> None:
    names = ["README.txt", "readme", "LICENSE", "SOURCE.md", "nltk-package.xml", ".hidden", "_about.txt", "a.neg", "b"]
    for name in [*names, "sources.csv"]:
        (tmp_path / name).write_text("x")
    assert [path.name for path in data_files(tmp_path)] == ["a.neg", "b", "sources.csv"]
    with pytest.raises(NotFound):
        data_files(tmp_path / "none")
    with pytest.raises(BadInput):
        data_files(tmp_path / "b")


@pytest.mark.skipif(not NER.exists(), reason="the shared data are not here")
def test_the_sets_with_a_split_are_read_as_they_come() -> None:
    for name in ("wnut17", "ncbi-disease"):
        found, others = splits_of(data_files(NER / name))
        assert list(found) == ["train", "valid", "test"] and not others
    assert splits_of(data_files(NER / "wikigold"))[0] == {}

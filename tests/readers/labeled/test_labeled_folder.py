"""Folders of texts: a file a class, a folder a class, files that bring their classes, with and without splits."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from seqtui.errors import BadInput, NotFound
from seqtui.readers.labeled.columns import Columns
from seqtui.readers.labeled.folder import class_names, read_folder
from seqtui.readers.labeled.text_set import TextSet

SENTIMENT = Path(__file__).parents[4] / "shared" / "data" / "sentiment"
real = pytest.mark.skipif(not SENTIMENT.exists(), reason="the shared data are not here")


def read(folder: Path, files: Mapping[str, str]) -> TextSet:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return read_folder(folder, Columns())


def told(texts: TextSet) -> list[tuple[str, str | None, str]]:
    return list(zip(texts.texts, texts.labels, texts.names, strict=True))


def test_a_file_a_class_is_called_by_its_ending_where_the_stems_are_one(tmp_path: Path) -> None:
    found = read(tmp_path, {"rt.pos": "good\n\nbest\n", "rt.neg": "bad\n", "README.txt": "about", "x.xml": "<x/>"})
    assert told(found) == [
        ("bad", "neg", "rt.neg, line 1"),
        ("good", "pos", "rt.pos, line 1"),
        ("best", "pos", "rt.pos, line 3"),
    ]
    assert found.splits is None


def test_classes_are_endings_or_stems_and_never_twice() -> None:
    assert class_names([Path("rt.neg.gz"), Path("rt.pos.gz")]) == ["neg", "pos"]
    assert class_names([Path("ham.txt"), Path("spam.txt")]) == ["ham", "spam"]
    with pytest.raises(BadInput, match=r"ham.txt and ham.data would both be the class ham"):
        class_names([Path("ham.txt"), Path("ham.data"), Path("spam.txt")])


def test_a_folder_a_class_holds_a_text_a_file(tmp_path: Path) -> None:
    files = {"pos/1.txt": "good\nfilm\n", "pos/2.txt": "", "neg/1.txt": "bad", "unsup/1.txt": "who knows", "vocab": "x"}
    found = read(tmp_path, files)
    assert told(found) == [("bad", "neg", "neg/1.txt"), ("good\nfilm", "pos", "pos/1.txt")]
    assert found.notes == ("1 empty text left out, the first pos/2.txt",)


def test_files_that_bring_their_classes_are_one_set_and_others_are_told_of(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.txt": "one\t1\ntwo\t0\n", "b.csv": "text,label\nthree,1\n", "words.txt": "one\n"})
    assert told(found) == [
        ("one", "1", "a.txt, line 1"), ("two", "0", "a.txt, line 2"), ("three", "1", "b.csv, line 2"),
    ]  # fmt: skip
    assert found.notes == ("left out, as their names or contents bring no classes: words.txt",)


def test_names_of_files_and_folders_say_the_splits(tmp_path: Path) -> None:
    rows = "one\t1\ntwo\t0\n"
    found = read(tmp_path / "a", {"train.txt": rows, "dev.txt": rows, "test.txt": rows, "extra.txt": rows})
    assert found.splits == ["train", "train", "valid", "valid", "test", "test"]
    assert found.notes == ("left out, as their names or contents say no split: extra.txt",)
    files = {f"{split}/{label}/1.txt": f"{split} {label}" for split in ("train", "test") for label in ("neg", "pos")}
    found = read(tmp_path / "b", files)
    assert told(found)[0] == ("train neg", "neg", "train/neg/1.txt")
    assert found.splits == ["train", "train", "test", "test"]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"only.txt": "one class\n"}, "holds texts of one class only; give a file a class"),
        ({"README.md": "about"}, "holds no file with texts"),
        ({"test.csv": "text,label\na,b\n"}, "no file with train in its name"),
        ({"a.neg": "bad\n", "a.pos": "caf\udce9"}, r"a.pos, line 1: byte 3 \(0xe9\) is not UTF-8"),
    ],
)
def test_folders_that_cannot_be_are_refused(tmp_path: Path, files: dict[str, str], sentence: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(BadInput, match=sentence):
        read_folder(tmp_path, Columns())


def test_a_missing_folder_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_folder(tmp_path / "none", Columns())


@real
def test_the_polarity_snippets_are_two_classes_of_5331() -> None:
    found = read_folder(SENTIMENT / "mr-sentence-polarity", Columns())
    assert Counter(found.labels) == {"neg": 5331, "pos": 5331}
    assert found.names[0] == "rt-polarity.neg, line 1"


@real
def test_the_three_uci_files_are_one_set() -> None:
    found = read_folder(SENTIMENT / "uci-sentiment-labelled-sentences", Columns())
    assert Counter(found.labels) == {"0": 1500, "1": 1500}

"""Pairs out of every form that people hand in, and a sentence for every form that is damaged."""

import gzip
from pathlib import Path

import pytest

from seqtui.errors import BadInput, NotFound, Usage
from seqtui.readers.pairs.folder import FormAsked, read_pairs
from seqtui.readers.pairs.pair_set import PairSet
from seqtui.readers.pairs.table import Sides

LEXICON = ";;; a comment\ncat K AE1 T\nread R EH1 D\nread(2) R IY1 D # past, or present\n'em AH0 M\na(1) AH0\n"


def read(
    path: Path, *, form: FormAsked = "auto", sides: Sides | None = None, stress: bool = True, strict: bool = True
) -> PairSet:
    return read_pairs(str(path), form, sides or Sides(), stress=stress, strict=strict)


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def both(pairs: PairSet) -> list[tuple[str, str | None]]:
    return list(zip(pairs.sources, pairs.targets, strict=True))


def test_two_columns_with_a_tab_between_are_pairs(tmp_path: Path) -> None:
    pairs = read(write(tmp_path / "a.txt", "Go.\tVa !\nHi there.\tSalut !\n"))
    assert both(pairs) == [("Go.", "Va !"), ("Hi there.", "Salut !")]
    assert list(pairs.names) == ["a.txt, line 1", "a.txt, line 2"] and pairs.notes == () and pairs.splits is None


def test_the_attributions_of_tatoeba_are_left_aside_and_said(tmp_path: Path) -> None:
    pairs = read(write(tmp_path / "fra.txt", "Go.\tVa !\tCC-BY 2.0 #1\nHi.\tSalut !\tCC-BY 2.0 #2\n"))
    assert both(pairs)[1] == ("Hi.", "Salut !")
    assert pairs.notes == ("fra.txt has 3 columns (1, 2, 3); column 1 → column 2 are read, the rest is not",)


@pytest.mark.parametrize(
    ("head", "sides", "first"),
    [
        ("source\ttarget\n", Sides(), ("a", "b")),
        ("translation\tsource\n", Sides(), ("b", "a")),
        ("English\tFrench\n", Sides(), ("a", "b")),
        ("id\tEnglish\tFrench\n", Sides(), None),
        ("en\tfr\n", Sides(source="fr"), ("b", "a")),
        ("one\ttwo\n", Sides(source="two"), ("b", "a")),
        ("", Sides("2", "1"), ("b", "a")),
        ("", Sides(target="1"), ("b", "a")),
    ],
)
def test_headers_are_known_by_their_words_and_sides_can_be_turned(
    tmp_path: Path, head: str, sides: Sides, first: tuple[str, str] | None
) -> None:
    row = "7\ta\tb" if first is None else "a\tb"
    pairs = read(write(tmp_path / "t.tsv", f"{head}{row}\n{row}\n"), sides=sides)
    # With a column that is no side first, the names do not say which is read; it takes a word from the person.
    assert both(pairs)[0] == (first or ("7", "a")) and len(pairs) == 2


def test_what_was_translated_is_set_aside_where_its_reference_is_known(tmp_path: Path) -> None:
    written = "record\tsource\ttranslation\treference\tscore\texact\trank\n1\tGo.\tVas !\tVa !\t-0.5\t0\t1\n"
    assert both(read(write(tmp_path / "t.tsv", written))) == [("Go.", "Va !")]


def test_gzip_marks_newlines_and_utf_16_change_nothing(tmp_path: Path) -> None:
    plain = "Été.\tSummer.\nNoël.\tChristmas.\n"
    wanted = [("Été.", "Summer."), ("Noël.", "Christmas.")]
    for name, data in {
        "plain.tsv": plain.encode(),
        "bom.tsv": b"\xef\xbb\xbf" + plain.encode(),
        "crlf.tsv": plain.replace("\n", "\r\n").encode(),
        "cr.tsv": plain.replace("\n", "\r").encode(),
        "no-end.tsv": plain.rstrip("\n").encode(),
        "utf16.tsv": plain.encode("utf-16"),
        "packed.tsv.gz": gzip.compress(plain.encode()),
        "decomposed.tsv": plain.replace("é", "e\u0301").replace("ë", "e\u0308").encode(),
        "spaces.tsv": plain.replace(".\t", ". \u202f \t ").encode(),
    }.items():
        assert both(read(write(tmp_path / name, data))) == wanted, name


def test_empty_sides_are_left_out_and_counted_and_controls_are_kept_and_counted(tmp_path: Path) -> None:
    pairs = read(write(tmp_path / "a.tsv", "a\tb\n\tc\nd\t \n\n\x1b[31me\tf\n"))
    assert both(pairs) == [("a", "b"), ("\x1b[31me", "f")]
    assert pairs.notes[0].startswith("a.tsv holds 1 control characters, the first in line 5")
    assert pairs.notes[1] == "2 pairs with an empty side were left out, the first a.tsv, line 2"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a\tb\nc\td\te\n", "a.tsv, line 2: has 3 columns, and the first row has 2"),
        ("a\tb\nc\n", "a.tsv, line 2: has 1 columns"),
        ("a\nb\n", "a.tsv, line 1: there is no TAB"),
        ("\n \n", "a.tsv holds no text"),
        ("", "a.tsv is empty"),
        ("a\tb\ncaf\u00e9\tc\n".encode("latin1"), "line 2: byte 7 .0xe9. is not UTF-8"),
        (b"a\tb\0\n", "is not text"),
        ("a\t" + "b" * 10_000_001 + "\n", "line 1: is longer than 10 MB"),
        ("\tb\n", "holds no pair with two sides"),
    ],
)
def test_what_is_damaged_is_refused_by_line(tmp_path: Path, text: str | bytes, complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        read(write(tmp_path / "a.tsv", text))


def test_columns_that_are_not_there_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", "a\tb\n")
    with pytest.raises(BadInput, match="has no column 3: there are 2"):
        read(path, sides=Sides(source="3"))
    with pytest.raises(BadInput, match="no column named de; its first row says a, b"):
        read(path, sides=Sides(target="de"))
    with pytest.raises(Usage, match="same column"):
        read(path, sides=Sides("1", "1"))
    with pytest.raises(NotFound):
        read(tmp_path / "none.tsv")


def test_one_of_two_files_side_by_side_finds_the_other(tmp_path: Path) -> None:
    write(tmp_path / "corpus.tok.en", "one\ntwo\n")
    path = write(tmp_path / "corpus.tok.fr", "un\ndeux\n")
    assert both(read(path)) == [("one", "un"), ("two", "deux")]
    assert both(read(path, sides=Sides(source="fr"))) == [("un", "one"), ("deux", "two")]
    assert read(path).names[1] == "corpus.tok.en, line 2"


def test_files_of_different_length_are_refused_with_both_counts(tmp_path: Path) -> None:
    write(tmp_path / "x.en", "one\ntwo\nthree\n")
    with pytest.raises(BadInput, match=r"x.en has 3 lines and x.fr has 2; line N of one must be line N"):
        read(write(tmp_path / "x.fr", "un\ndeux\n"))


def test_a_folder_of_two_files_a_split_is_read_as_moses_has_it(tmp_path: Path) -> None:
    for split, count in (("train", 3), ("dev", 2), ("test", 1)):
        for side in ("de", "en"):
            write(tmp_path / f"{split}.{side}.gz", gzip.compress((f"{side} {split}\n" * count).encode()))
    write(tmp_path / "README.md", "about")
    pairs = read(tmp_path)
    assert list(pairs.splits or ()) == ["train"] * 3 + ["valid"] * 2 + ["test"]
    # English is read where nobody says otherwise.
    assert both(pairs)[0] == ("en train", "de train")
    assert both(read(tmp_path, sides=Sides(source="de")))[-1] == ("de test", "en test")


def test_three_languages_side_by_side_ask_which(tmp_path: Path) -> None:
    for side in ("cs", "de", "en"):
        write(tmp_path / f"news.{side}", f"{side} one\n{side} two\n")
    with pytest.raises(BadInput, match=r"has 3 sides .cs, de, en.; say which"):
        read(tmp_path)
    assert both(read(tmp_path, sides=Sides("cs", "de")))[0] == ("cs one", "de one")


def test_a_folder_with_source_and_target_files_is_one_pair(tmp_path: Path) -> None:
    write(tmp_path / "target.txt", "b\n")
    write(tmp_path / "source.txt", "a\n")
    assert both(read(tmp_path)) == [("a", "b")]


def test_a_folder_of_tables_names_its_splits_and_what_is_left_aside(tmp_path: Path) -> None:
    for split in ("train", "test"):
        write(tmp_path / f"{split}.tsv", f"{split} a\tb\n")
    write(tmp_path / "extra.tsv", "c\td\n")
    write(tmp_path / "SOURCE.md", "where from")
    pairs = read(tmp_path)
    assert list(pairs.splits or ()) == ["train", "test"]
    assert pairs.notes == ("left out, as they are no part of these pairs: extra.tsv",)


def test_a_folder_without_any_pairs_says_what_would_be_right(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no file of pairs"):
        read(tmp_path)
    write(tmp_path / "a.txt", "only\n")
    with pytest.raises(BadInput, match="holds no two files that belong together"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["words.dict", "words.txt", "words.dict.gz"])
def test_a_pronouncing_dictionary_is_known_by_its_name_or_its_look(tmp_path: Path, name: str) -> None:
    data = gzip.compress(LEXICON.encode()) if name.endswith(".gz") else LEXICON.encode()
    pairs = read(write(tmp_path / name, data))
    assert pairs.form == "lexicon"
    assert both(pairs) == [
        ("cat", "K AE1 T"), ("read", "R EH1 D"), ("read", "R IY1 D"), ("'em", "AH0 M"), ("a", "AH0"),
    ]  # fmt: skip
    assert pairs.names[2] == f"{name}, line 4"


def test_stress_can_be_left_off(tmp_path: Path) -> None:
    path = write(tmp_path / "w.dict", LEXICON)
    assert [target for _, target in both(read(path, stress=False))] == ["K AE T", "R EH D", "R IY D", "AH M", "AH"]


def test_words_without_phonemes_are_refused_and_sentences_are_no_dictionary(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"w.dict, line 2: dog stands without phonemes"):
        read(write(tmp_path / "w.dict", "cat K AE1 T\ndog\n"))
    with pytest.raises(BadInput, match="there is no TAB"):
        read(write(tmp_path / "s.txt", "the cat sat\na dog ran\nI saw it\n"))


def test_where_a_model_is_asked_a_text_a_line_is_enough(tmp_path: Path) -> None:
    pairs = read(write(tmp_path / "asked.txt", "How are you?\n\nFine.\n"), strict=False)
    assert both(pairs) == [("How are you?", None), ("Fine.", None)]
    assert list(pairs.names) == ["asked.txt, line 1", "asked.txt, line 3"]

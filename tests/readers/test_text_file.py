"""Text files of every kind: what is read line by line, what is counted, what is refused and where."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqtui.errors import BadInput, NotFound
from seqtui.readers import text_file
from seqtui.readers.text_file import Tally, text_lines

UCI = Path(__file__).parents[3] / "shared" / "data" / "sentiment" / "uci-sentiment-labelled-sentences"


def written(folder: Path, data: bytes, name: str = "a.txt") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def read(path: Path) -> tuple[list[str], Tally]:
    tally = Tally()
    lines = list(text_lines(path, tally=tally))
    assert [number for number, _ in lines] == list(range(1, len(lines) + 1))
    return [line for _, line in lines], tally


@pytest.mark.parametrize(
    "data",
    [
        "one\ntwo é\n\nfour\n",
        "one\r\ntwo é\r\n\r\nfour\r\n",
        "one\rtwo é\r\rfour\r",
        "one\r\ntwo é\r\nfour".replace("\r\nfour", "\n\rfour"),
        "one\ntwo é\n\nfour",
        "\ufeffone\ntwo é\n\nfour\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_every_kind_of_newline_and_encoding_gives_the_same_lines(tmp_path: Path, data: str, encoding: str) -> None:
    marked = data if encoding == "utf-8" else "\ufeff" + data.removeprefix("\ufeff")
    for name, pack in (("a.txt", bytes), ("a.txt.gz", gzip.compress)):
        lines, tally = read(written(tmp_path, pack(marked.encode(encoding)), name))
        assert lines == ["one", "two é", "", "four"]
        assert (tally.lines, tally.blank, tally.controls) == (4, 1, 0)
        assert tally.utf_16 == (encoding != "utf-8")
        assert tally.byte_order_mark == (encoding == "utf-8" and data.startswith("\ufeff"))


@given(st.lists(st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"])), min_size=1))
@settings(deadline=None)
def test_any_text_comes_back_however_it_is_cut_into_blocks(tmp_path_factory: pytest.TempPathFactory, lines) -> None:
    path = written(tmp_path_factory.mktemp("any"), ("x" + "\n".join(lines) + "\n").encode())
    with pytest.MonkeyPatch.context() as patch:
        original = text_file.UnpackedFile
        patch.setattr(text_file, "UnpackedFile", lambda *given, **named: original(*given, **named, block=3))
        assert read(path)[0] == ["x" + lines[0], *lines[1:]]


def test_separators_that_only_python_takes_for_newlines_are_text_and_controls_are_counted(tmp_path: Path) -> None:
    lines, tally = read(written(tmp_path, "a\x0bb\x0cc\x1dd\u0085e\u2028f\u2029g\n\x1b[31m\ttab\n".encode()))
    assert lines == ["a\x0bb\x0cc\x1dd\u0085e\u2028f\u2029g", "\x1b[31m\ttab"]
    assert (tally.controls, tally.first_control) == (5, 1)
    assert tally.notes("a.txt") == [
        "a.txt holds 5 control characters, the first in line 1; they were kept as text",
    ]


def test_what_is_odd_is_told(tmp_path: Path) -> None:
    _, tally = read(written(tmp_path, b"a\r\nb\rc\n\xef\xbf\xbd\n"))
    assert (tally.windows_newlines, tally.old_mac_newlines, tally.replaced) == (1, 1, 1)
    assert len(tally.notes("a.txt")) == 2
    assert read(written(tmp_path, b"a\rb\rc"))[1].notes("a.txt") == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            b"ok\r\nok\r\ncaf\xe9\r\n",
            r"a.txt, line 3: byte 11 \(0xe9\) is not UTF-8; .*Latin-1.* latin1 -t utf-8",
        ),
        (b"\xef\xbb\xbfok\n\x93quoted\x94\n", r"a.txt, line 2: byte 6 \(0x93\) is not UTF-8; .*cp1252"),
        (b"ok\nends in half a letter \xc3", r"a.txt, line 2: byte 25 \(0xc3\)"),
        (b"\x89PNG\x00\x00", r"a.txt is not text, byte 4 is zero"),
        ("no mark".encode("utf-16-le"), r"a.txt is not text, byte 1 is zero; if it is UTF-16"),
        ("far".encode("utf-32"), r"a.txt is not text; if it is UTF-16 or UTF-32"),
        (b"\xff\xfea\x00\x00\xd8b\x00", r"a.txt begins as UTF-16 and near byte 4 is not"),
        (b"\xff\xfea\x00b", r"a.txt begins as UTF-16 and near byte \d is not"),
        (b"", r"a.txt is empty; give a file with text"),
        (b"PK\x03\x04rest", r"a.txt is packed with zip"),
        (gzip.compress(b"cut short " * 99, mtime=0)[:-9], r"a.txt: the gzip data end in the middle"),
    ],
)
def test_what_is_no_text_is_refused_with_its_place(tmp_path: Path, data: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read(written(tmp_path, data))


def test_a_bad_byte_is_found_exactly_far_into_a_file(tmp_path: Path) -> None:
    before = "Zeile é\r\n".encode() * 70_000
    with pytest.raises(BadInput, match=rf"line 70,002: byte {len(before) + 6:,} "):
        read(written(tmp_path, before + b"zwei\r\n\xa9\r\n"))


def test_a_line_of_over_ten_megabytes_is_refused_by_its_number(tmp_path: Path) -> None:
    for data in (b"a\nb\n" + b"x" * 10_000_001, b"a\nb\n" + b"x" * 10_000_001 + b"\nc\n"):
        with pytest.raises(BadInput, match=r"a.txt, line 3: is longer than 10 MB; cut it"):
            read(written(tmp_path, data))
    assert len(read(written(tmp_path, b"x" * 10_000_000 + b"\n"))[0][0]) == 10_000_000


def test_a_folder_a_missing_file_and_a_pipe_are_refused(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe")
    for name, kind in (("", BadInput), ("none.txt", NotFound), ("pipe", BadInput)):
        with pytest.raises(kind):
            read(tmp_path / name)


@pytest.mark.skipif(not UCI.exists(), reason="the shared data are not here")
def test_next_line_characters_do_not_break_the_sentences_of_the_uci_set() -> None:
    lines, tally = read(UCI / "imdb_labelled.txt")
    assert len(lines) == 1000 and all(line[-2:] in ("\t0", "\t1") for line in lines)
    assert tally.controls > 0

"""Files of texts with classes, sound and messy: which column is what, what is counted, what is refused and where."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqtui.errors import BadInput, Usage
from seqtui.readers.labeled.columns import Columns
from seqtui.readers.labeled.text import read_labeled
from seqtui.readers.labeled.text_set import TextSet

SENTIMENT = Path(__file__).parents[4] / "shared" / "data" / "sentiment"
real = pytest.mark.skipif(not SENTIMENT.exists(), reason="the shared data are not here")


def read(
    folder: Path, content: str, name: str, *, strict: bool = True, text: str | None = None, label: str | None = None
) -> TextSet:
    path = folder / name
    path.write_bytes(gzip.compress(content.encode()) if name.endswith(".gz") else content.encode())
    return read_labeled(path, Columns(text, label), strict=strict)


def pairs(texts: TextSet) -> list[tuple[str, str | None]]:
    return list(zip(texts.texts, texts.labels, strict=True))


GOOD_BAD = [("a good one", "pos"), ("a bad one, too", "neg"), ("nothing", "neg"), ("fine", "pos")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'text,label\na good one,pos\n"a bad one, too",neg\nnothing,neg\nfine,pos\n'),
        ("a.csv.gz", 'label,text\r\npos,a good one\r\nneg,"a bad one, too"\r\nneg,nothing\r\npos,fine\r\n'),
        ("a.csv", "Review;Sentiment;id\na good one;pos;1\na bad one, too;neg;2\nnothing;neg;3\nfine;pos;4"),
        ("a.csv", 'id,airline_sentiment,text\n1,pos,a good one\n2,neg,"a bad one, too"\n3,neg,nothing\n4,pos,fine'),
        ("a.csv", 'a good one,pos\n"a bad one, too",neg\nnothing,neg\nfine,pos\n'),
        ("a.csv", 'phrase,verdict\na good one,pos\n"a bad one, too",neg\nnothing,neg\nfine,pos\n'),
        ("a.csv", 'what,verdict\na good one,pos\n"a bad one, too",neg\nnothing,neg\nfine,pos\n'),
        ("a.tsv", "sentence\tlabel\na good one\tpos\na bad one, too\tneg\nnothing\tneg\nfine\tpos\n"),
        ("a.txt", "a good one\tpos\na bad one, too\tneg\nnothing\tneg\n\nfine\tpos\n"),
        ("a_labelled.data", "pos\ta good one\nneg\ta bad one, too\nneg\tnothing\npos\tfine"),
    ],
)
def test_text_and_class_are_found_by_name_or_shape(tmp_path: Path, name: str, content: str) -> None:
    assert pairs(read(tmp_path, content, name)) == GOOD_BAD


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.ndjson.gz"])
def test_json_lines_are_read_whatever_the_class_is_written_as(tmp_path: Path, name: str) -> None:
    rows = [{"stars": 5, "text": "good"}, {"text": "bad\u2028one", "stars": 1.5}, {"text": "so so", "stars": None}]
    texts = read(tmp_path, "\n\n".join(json.dumps(row) for row in rows), name)
    assert pairs(texts) == [("good", "5"), ("bad\u2028one", "1.5"), ("so so", None)]
    assert list(texts.names) == [f"{name}, line {line}" for line in (1, 3, 5)]


def test_a_text_a_line_has_no_class(tmp_path: Path) -> None:
    texts = read(tmp_path, " one \n\n  \ntwo\n", "lines.txt")
    assert pairs(texts) == [("one", None), ("two", None)]
    assert list(texts.names) == ["lines.txt, line 1", "lines.txt, line 4"]


def test_a_quoted_text_may_go_over_lines_and_its_name_is_where_it_begins(tmp_path: Path) -> None:
    texts = read(tmp_path, 'text,label\n"one\ntwo, ""three""",a\nfour,b\n', "a.csv")
    assert pairs(texts) == [('one\ntwo, "three"', "a"), ("four", "b")]
    assert list(texts.names) == ["a.csv, line 2", "a.csv, line 4"]


def test_quotes_in_lines_with_tabs_are_text(tmp_path: Path) -> None:
    assert read(tmp_path, '"Great," he lied\t0\nshe said "no\t1\n', "a.txt").texts == [
        '"Great," he lied',
        'she said "no',
    ]


def test_columns_are_taken_as_asked_for(tmp_path: Path) -> None:
    content = "title,text,label,mood\nshort,a longer text,x,glad\nbrief,another text,y,sad\n"
    assert pairs(read(tmp_path, content, "a.csv", text="title", label="MOOD")) == [("short", "glad"), ("brief", "sad")]
    bare = "x,short,1\ny,brief,2\n"
    assert pairs(read(tmp_path, bare, "b.csv", text="2", label="1")) == [("short", "x"), ("brief", "y")]
    with pytest.raises(Usage, match=r"a.csv has no column 'verdict' for the label; its first line has 4: title, text"):
        read(tmp_path, content, "a.csv", label="verdict")
    assert pairs(read(tmp_path, '{"a": "yes", "b": 1}', "a.jsonl", text="a", label="b")) == [("yes", "1")]
    assert pairs(read(tmp_path, '{"text": "yes", "label": true}', "a.jsonl")) == [("yes", "true")]


def test_a_column_of_numbers_of_records_is_no_class(tmp_path: Path) -> None:
    assert pairs(read(tmp_path, "text,id\nhello,7\nworld,8\n", "a.csv")) == [("hello", None), ("world", None)]


def test_empty_texts_are_left_out_and_counted_and_empty_classes_are_none(tmp_path: Path) -> None:
    texts = read(tmp_path, "text,label\none,a\n ,b\ntwo, \n,a\n", "a.csv")
    assert pairs(texts) == [("one", "a"), ("two", None)]
    assert texts.notes == ("2 empty texts left out, the first a.csv, line 3",)


def test_control_characters_stay_in_texts_and_are_seen_in_classes(tmp_path: Path) -> None:
    texts = read(tmp_path, "a\x1b[2J\u0085b\tx\x07\nc\ty\n", "a.txt")
    assert pairs(texts) == [("a\x1b[2J\u0085b", "x␇"), ("c", "y")]
    assert "3 control characters, the first in line 1" in texts.notes[0]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", 'text,label\nok,a\n"never closed,b\nok,a\n', r"a.csv, line 3: a quote is opened .* never closed"),
        ("a.csv", 'text,label\n"ok" or not,a\n', r"a.csv, line 2: text follows a closing quote"),
        ("a.csv", 'text,label\n"' + "long " * 40_000 + "\n", r"a.csv, line 2: a quote is never closed, or a text has"),
        (
            "a.csv",
            "text,label\na,b\nc,d\ne\nf,g,h\n",
            r"line 4: has 1 column where most .* 2, and 1 more lines",
        ),
        ("a.txt", "a\tb\nc\td\ne\tf\tg\n", r"a.txt, line 3: has 3 columns where most lines have 2; mend"),
        ("a.jsonl", '{"text": "a"}\n{"text": \n', r"a.jsonl, line 2: is no JSON object"),
        ("a.jsonl", "[" * 20_000, r"a.jsonl, line 1: is no JSON object"),
        ("a.json", '["a", "b"]', r"a.json, line 1: is JSON but no object; give one object a line"),
        (
            "a.jsonl",
            '{"texte": "a"}',
            r"line 1: no key text with a text; it has texte: say which it is",
        ),
        ("a.jsonl", '{"text": 7}', r"line 1: the text is 7, not a string"),
        ("a.jsonl", '{"text": "a", "label": ["b"]}', r"line 1: the class is \['b'\]; give one class a text"),
        ("a.txt", "\n  \n", r"a.txt holds no text; give a file"),
        ("a.csv", "\n", r"a.csv holds no text"),
    ],
)
def test_what_is_damaged_is_refused_with_file_and_line(tmp_path: Path, name: str, content: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read(tmp_path, content, name)


def test_what_a_model_is_asked_about_may_hold_tabs_anywhere(tmp_path: Path) -> None:
    texts = read(tmp_path, "good\tvalue\nno tab\na\tb\tc\n", "stdin", strict=False)
    assert pairs(texts) == [("good\tvalue", None), ("no tab", None), ("a\tb\tc", None)]


@real
def test_the_uci_sentences_come_whole() -> None:
    for name in ("amazon_cells", "imdb", "yelp"):
        texts = read_labeled(SENTIMENT / "uci-sentiment-labelled-sentences" / f"{name}_labelled.txt", Columns())
        assert [texts.labels.count("0"), texts.labels.count("1")] == [500, 500]


@given(
    st.sampled_from(["a.csv", "a.tsv", "a.txt", "a.jsonl", "a.txt.gz"]),
    st.one_of(
        st.binary(max_size=60),
        st.text(st.sampled_from('ab",;\t|\n\r {}[]:01\\'), max_size=60).map(str.encode),
        st.text(max_size=40).map(lambda text: text.encode("utf-16")),
    ),
    st.booleans(),
)
@settings(deadline=None, max_examples=150)
def test_whatever_a_file_holds_it_is_read_or_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes, strict: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(content)
    try:
        texts = read_labeled(path, Columns(), strict=strict)
    except BadInput as refused:
        assert name in str(refused) and "\n" not in str(refused)
        return
    assert len(texts.texts) == len(texts.labels) == len(texts.names)
    assert all(text and text == text.strip() for text in texts.texts)


def test_a_file_of_predictions_is_not_taken_for_texts(tmp_path: Path) -> None:
    content = "record,label,probability,truth,p_neg,p_pos\none.txt,pos,0.9,neg,0.1,0.9\ntwo.txt,neg,0.8,neg,0.8,0.2\n"
    with pytest.raises(BadInput, match="holds predictions as seqtui writes them, and no texts"):
        read(tmp_path, content, "a.csv")
    assert read(tmp_path, content, "a.csv", text="record", label="truth").texts == ["one.txt", "two.txt"]

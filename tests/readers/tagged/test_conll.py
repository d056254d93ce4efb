"""Columns and CoNLL-U as people write them: variants are read, faults are named by file and line."""

from pathlib import Path

import pytest

from seqtui.errors import BadInput, Usage
from seqtui.readers.tagged.schemes import Span, spans_of
from seqtui.readers.tagged.tagged_files import TaggedFile, form_of, is_tag_column, read_tagged_file
from seqtui.readers.tagged.tagged_set import MOST_TOKENS

NER = Path(__file__).parents[4] / "shared" / "data" / "ner"


def read(folder: Path, text: str | bytes, name: str = "data.conll", **options: str) -> TaggedFile:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_tagged_file(path, **options)


def rows(file: TaggedFile) -> list[tuple[list[str], list[str] | None]]:
    return [(list(each.tokens), None if each.tags is None else list(each.tags)) for each in file.sentences]


SMALL = [(["Paris", "is", "big"], ["B-LOC", "O", "O"]), (["Ann", "."], ["B-PER", "O"])]


@pytest.mark.parametrize(
    "text",
    [
        "Paris\tB-LOC\nis\tO\nbig\tO\n\nAnn\tB-PER\n.\tO\n",
        "Paris B-LOC\nis O\nbig O\n\nAnn B-PER\n. O",
        "\n\nParis  B-LOC \nis\tO\nbig O\n \t \n\n\nAnn B-PER\n. O\n\n",
        "\ufeffParis\tB-LOC\r\nis\tO\r\nbig\tO\r\n\t\r\nAnn\tB-PER\r\n.\tO\r\n",
        "Paris\tB-LOC\ris\tO\rbig\tO\r\rAnn\tB-PER\r.\tO\r",
        "-DOCSTART- -X- O O\n\nParis NNP I-NP B-LOC\nis VBZ I-VP O\nbig JJ I-ADJP O\n\nAnn NNP I-NP B-PER\n. . O O\n",
        "# id = 1\nParis\tB-LOC\nis\tO\nbig\tO\n\n# a comment\nAnn\tB-PER\n.\tO\n",
    ],
    ids=[
        "tabs",
        "blanks, no last newline",
        "mixed, many blank lines",
        "Windows",
        "old Mac",
        "four columns",
        "comments",
    ],
)
def test_every_usual_form_of_columns_gives_the_same_sentences(tmp_path: Path, text: str) -> None:
    assert rows(read(tmp_path, text)) == SMALL


def test_a_token_that_is_a_number_sign_is_no_comment(tmp_path: Path) -> None:
    file = read(tmp_path, "#\tO\n#NFL\tB-group\n1\tO\n\n# O\nx O\n")
    assert rows(file) == [(["#", "#NFL", "1"], ["O", "B-group", "O"]), (["#", "x"], ["O", "O"])]


def test_documents_are_counted_and_sentences_know_their_lines(tmp_path: Path) -> None:
    file = read(tmp_path, "a O\n\nb O\n\n-DOCSTART- O\n\nc B-X\nd I-X\n")
    assert [each.document for each in file.sentences] == [0, 0, 1]
    assert [list(each.lines) for each in file.sentences] == [[1], [3], [7, 8]]
    assert file.sentences[2].name == "data.conll:7"


def test_the_tag_may_stand_in_any_column(tmp_path: Path) -> None:
    text = "Paris\tB-LOC\tNNP\nis\tO\tVBZ\n"
    assert rows(read(tmp_path, text, tag_column="2")) == [(["Paris", "is"], ["B-LOC", "O"])]
    with pytest.raises(Usage, match=r"line 1 has 3 columns, so there is no tag column 4"):
        read(tmp_path, text, tag_column="4")
    with pytest.raises(Usage, match="give the number of the column"):
        read(tmp_path, text, tag_column="misc:NE")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a\tO\nb\nc\tO\n", r"data\.conll, line 2: 1 column where line 1 has 2; a line holds a token and its tag"),
        ("a\tO\nNew York\nc\tO\n" + "d\tO\n" * 40, r"line 2: 1 column where line 1 has 2"),
        ("a\tO\nb\t\nc\tO\n", r"line 2: 1 column"),
        ("a\tX\tO\nb\tX\tY\tO\n", r"line 2: 4 columns where line 1 has 3"),
        ("a\tO\n\tO\n", r"line 2: the token is missing"),
        ("a\tB-X\nb\tLOC\n", r"line 2: the tag 'LOC' has none of B-, I-, E-, S- before its type, and the tag in"),
        ("a\tLOC\nb\tB-X\n", r"line 2: the tag 'B-X' has one"),
        ("a\tB-X\nb\tB-\n", r"line 2: the tag 'B-' has no type behind its prefix"),
    ],
)
def test_what_is_ragged_is_refused_with_file_and_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        read(tmp_path, text)


def test_an_underscore_in_the_place_of_a_tag_is_no_tag(tmp_path: Path) -> None:
    assert rows(read(tmp_path, "a\t_\nb\tB-X\n")) == [(["a", "b"], ["O", "B-X"])]


def test_a_column_of_other_things_than_tags_is_not_taken_for_tags(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is this the column of tags"):
        read(tmp_path, "".join(f"word\tthing{number}\n" for number in range(2000)))


def test_control_characters_in_a_tag_are_shown_and_never_kept(tmp_path: Path) -> None:
    file = read(tmp_path, "a\tB-\x1b[31m\nb\tO\n")
    assert rows(file) == [(["a", "b"], ["B-␛[31m", "O"])]


def test_breaks_of_the_scheme_are_told_with_their_lines(tmp_path: Path) -> None:
    text = "a B-X\nb I-X\n\nc O\nd I-X\ne I-X\nf B-X\n\ng B-Y\nh I-X\n"
    file = read(tmp_path, text)
    assert file.scheme == "bio"
    assert list(file.faults()) == [
        ("data.conll", 5, "I-X should be B-X, as the span begins there"),
        ("data.conll", 10, "I-X should be B-X, as the span begins there"),
    ]
    assert spans_of(file.sentences[1].tags or ()) == [Span(1, 3, "X"), Span(3, 4, "X")]


def test_a_sentence_of_a_whole_book_is_cut_between_spans_and_counted(tmp_path: Path) -> None:
    text = "".join(
        f"w{number} {'I-X' if MOST_TOKENS - 3 < number < MOST_TOKENS + 3 else 'O'}\n" for number in range(2500)
    )
    file = read(tmp_path, text)
    assert sum(len(each.tokens) for each in file.sentences) == 2500
    assert all(len(each.tokens) == len(each.lines) <= MOST_TOKENS for each in file.sentences)
    spans = [span for each in file.sentences for span in spans_of(each.tags or ())]
    assert [span.end - span.begin for span in spans] == [5]
    assert file.notes == (f"1 sentence of over {MOST_TOKENS:,} tokens was cut, the first at data.conll:1",)


CONLLU = """\
# newdoc id = one
# text = Vamos al Louvre.
1\tVamos\tir\tVERB\t_\t_\t0\troot\t_\t_
2-3\tal\t_\t_\t_\t_\t_\t_\t_\t_
2\ta\ta\tADP\t_\t_\t4\tcase\t_\t_
3\tel\tel\tDET\t_\t_\t4\tdet\t_\t_
3.1\tnada\t_\t_\t_\t_\t_\t_\t_\t_
4\tLouvre\tLouvre\tPROPN\t_\t_\t1\tobl\t_\tSpaceAfter=No|NE=B-LOC
5\t.\t.\tPUNCT\t_\t_\t1\tpunct\t_\t_

"""


def test_conllu_leaves_out_ranges_and_empty_nodes_and_takes_tags_from_misc(tmp_path: Path) -> None:
    file = read(tmp_path, CONLLU, "es.conllu")
    assert file.form == "CoNLL-U"
    assert rows(file) == [(["Vamos", "a", "el", "Louvre", "."], ["O", "O", "O", "B-LOC", "O"])]
    sentence = file.sentences[0]
    text, offsets = sentence.placed()
    assert [text[begin:end] for begin, end in offsets] == list(sentence.tokens)
    assert text.endswith("Louvre.")
    assert list(sentence.lines) == [3, 5, 6, 8, 9]


def test_conllu_tags_may_stand_elsewhere_or_be_missing(tmp_path: Path) -> None:
    other = CONLLU.replace("NE=", "Kind=")
    assert rows(read(tmp_path, other, "x.conllu"))[0][1] is None
    assert rows(read(tmp_path, other, "x.conllu", tag_column="misc:Kind"))[0][1] == ["O", "O", "O", "B-LOC", "O"]
    assert rows(read(tmp_path, other, "x.conllu", tag_column="upos"))[0][1] == ["VERB", "ADP", "DET", "PROPN", "PUNCT"]


def test_a_torn_line_of_conllu_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"es\.conllu, line 11: 2 columns, and CoNLL-U has 10"):
        read(tmp_path, CONLLU + "1\ttorn\n", "es.conllu")
    with pytest.raises(BadInput, match=r"es\.conllu, line 1: 2 columns, and CoNLL-U has 10"):
        read(tmp_path, "a\tO\n", "es.conllu")


def test_words_whose_numbers_begin_anew_are_another_sentence_of_conllu(tmp_path: Path) -> None:
    lines = [f"{number}\tword\t_\t_\t_\t_\t_\t_\t_\tNE=O\n" for number in (1, 2, 3, 1, 2, 1)]
    assert [len(each.tokens) for each in read(tmp_path, "".join(lines), "es.conllu").sentences] == [3, 2, 1]


def test_the_form_is_told_from_the_first_lines(tmp_path: Path) -> None:
    forms = {
        '{"text": "a"}\n': "JSON lines",
        "A line of text.\nAnd one more of it.\n": "text",
        "one two\nthree four\n": "text",
        "a B-X\nb O\n": "columns",
        "alone\nwords\n": "text",
    }
    for number, (text, form) in enumerate(forms.items()):
        (tmp_path / f"{number}.txt").write_text(text)
        assert form_of(tmp_path / f"{number}.txt") == form, text
    (tmp_path / "tokens.conll").write_text("alone\nwords\n")
    assert form_of(tmp_path / "tokens.conll") == "columns"


def test_tags_that_a_model_gave_beside_the_true_ones_are_not_taken_for_true(tmp_path: Path) -> None:
    text = "a\tB-X\tO\nb\tO\tB-X\n\nc\tB-X\tB-X\n"
    found = read(tmp_path, text)
    assert [each.tags for each in found.sentences] == [["B-X", "O"], ["B-X"]]
    assert "what a model said" in found.notes[0]
    given = read(tmp_path, text, tag_column="last")
    assert ([each.tags for each in given.sentences], given.notes) == ([["O", "B-X"], ["B-X"]], ())


@pytest.mark.parametrize("line", ["a\tB-NP\tB-PER\n", "a\tNN\tB-X\n", "a\tB-X\tO\tB-X\n"])
def test_other_columns_beside_the_tags_are_not_taken_for_true_ones(tmp_path: Path, line: str) -> None:
    found = read(tmp_path, line)
    assert found.sentences[0].tags == [line.split()[-1]] and found.notes == ()


@pytest.mark.parametrize("good", [None, "last", "3", "xpos", "upos", "misc:NE"])
def test_sound_choices_of_a_column(good: str | None) -> None:
    assert is_tag_column(good)


@pytest.mark.parametrize("bad", ["0", "-1", "misc:", "ner", "²", ""])
def test_choices_of_a_column_that_are_none(bad: str) -> None:
    assert not is_tag_column(bad)


@pytest.mark.skipif(not NER.exists(), reason="the shared data are not here")
@pytest.mark.parametrize(
    ("name", "sentences", "tokens", "entities", "documents"),
    [
        ("ncbi-disease/devel.tsv", 923, 23969, 787, 1),
        ("wnut17/wnut17train.conll", 3394, 62730, 1975, 1),
        ("wnut17/emerging.test.annotated", 1287, 23394, 1079, 1),
        ("wikigold/wikigold.conll.txt", 1696, 39007, 3558, 145),
    ],
)
def test_real_sets_have_the_sizes_that_their_authors_say(
    name: str, sentences: int, tokens: int, entities: int, documents: int
) -> None:
    file = read_tagged_file(NER / name)
    assert len(file.sentences) == sentences
    assert sum(len(each.tokens) for each in file.sentences) == tokens
    assert sum(len(spans_of(each.tags or ())) for each in file.sentences) == entities
    assert len({each.document for each in file.sentences}) == documents
    assert not list(file.faults())

"""Raw text and JSON lines: offsets are exact for any Unicode, spans come through, what cannot be is refused."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqtui.errors import BadInput
from seqtui.readers.tagged.schemes import spans_of
from seqtui.readers.tagged.tagged_files import TaggedFile, read_tagged_file
from seqtui.readers.tokens import Habit, habit_of, sentences, tokenize

HABITS: tuple[Habit, ...] = ("clitics", "whole", "punctuation")


@given(st.text(), st.sampled_from(HABITS))
def test_every_character_but_white_space_is_in_exactly_one_token(text: str, habit: Habit) -> None:
    offsets = tokenize(text, habit)
    covered = [at for begin, end in offsets for at in range(begin, end)]
    assert covered == [at for at, character in enumerate(text) if not character.isspace()]
    assert [each for part in sentences(text, offsets) for each in part] == offsets


def words(text: str, habit: Habit = "clitics") -> list[str]:
    return [text[begin:end] for begin, end in tokenize(text, habit)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Dr. J. Smith didn't sell U.S. bonds.", "Dr. J. Smith did n't sell U.S. bonds ."),
        ("It's Ann's well-known $3,000.50!", "It 's Ann 's well-known $ 3,000.50 !"),
        ("See http://x.org/a?b=1, or (a@b.co).", "See http://x.org/a?b=1 , or ( a@b.co ) ."),
        ("@bob loves #NFL... so?!", "@bob loves #NFL ... so ?!"),
        ("हिन्दी e\u0301te\u0301 don’t", "हिन्दी e\u0301te\u0301 do n’t"),
    ],
)
def test_tokens_are_those_of_the_penn_treebank(text: str, tokens: str) -> None:
    assert words(text) == tokens.split(" ")


def test_the_habits_differ_in_clitics_and_marks() -> None:
    text = "Crohn's don't ataxia-telangiectasia"
    assert words(text, "whole") == ["Crohn's", "don't", "ataxia-telangiectasia"]
    assert words(text, "punctuation") == ["Crohn", "'", "s", "don", "'", "t", "ataxia", "-", "telangiectasia"]


@pytest.mark.parametrize("habit", HABITS)
def test_the_habit_of_tokens_is_the_one_that_made_them(habit: Habit) -> None:
    text = "He didn't say it's a well-known part - of Ann's short-lived self-made plan 's ."
    assert habit_of(words(text, habit) * 5) == habit


def test_sentences_end_before_a_capital_and_never_inside_a_name() -> None:
    text = 'He met Dr. No. Then he left. (It was 3.5 p.m. yesterday.) "Why?" she asked.'
    parts = [text[part[0][0] : part[-1][1]] for part in sentences(text, tokenize(text))]
    assert parts == ["He met Dr. No.", "Then he left.", "(It was 3.5 p.m. yesterday.)", '"Why?" she asked.']
    name = (7, 18)
    assert len(sentences(text, tokenize(text), together=[name])) == len(parts) - 1


def read(folder: Path, *lines: Any, habit: Habit = "clitics") -> TaggedFile:
    path = folder / "data.jsonl"
    path.write_text("".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in lines))
    return read_tagged_file(path, habit=habit)


@pytest.mark.parametrize(
    "entities",
    [
        {"entities": [[10, 15, "PER"], [0, 5, "LOC"]]},
        {"spans": [{"start": 0, "end": 5, "label": "LOC"}, {"start": 10, "end": 15, "type": "PER"}]},
        {"label": [[0, 5, "LOC", "extra"], [10, 15, "PER"]]},
    ],
)
def test_spans_become_tags_of_tokens(tmp_path: Path, entities: dict[str, Any]) -> None:
    file = read(tmp_path, {"text": "Paris met Jenny.", **entities})
    assert file.form == "JSON lines"
    assert list(file.sentences[0].tags or ()) == ["B-LOC", "O", "B-PER", "O"]
    assert not file.notes


def test_offsets_count_characters_and_lead_back_to_the_text(tmp_path: Path) -> None:
    text = "🦊🦊 in São Paulo!  Ünal left Köln."
    file = read(tmp_path, {"text": text, "entities": [[6, 15, "LOC"], [28, 32, "LOC"]]})
    assert len(file.sentences) == 2
    found = []
    for sentence in file.sentences:
        assert [text[begin:end] for begin, end in sentence.offsets] == list(sentence.tokens)
        found += [tuple(sentence.tokens[span.begin : span.end]) for span in spans_of(sentence.tags or ())]
    assert found == [("São", "Paulo"), ("Köln",)]
    assert [sentence.name for sentence in file.sentences] == ["data.jsonl:1", "data.jsonl:1, sentence 2"]


def test_spans_off_the_tokens_are_widened_and_overlaps_left_out_with_counts(tmp_path: Path) -> None:
    text = "New York City is big"
    marked = [[0, 13, "LOC"], [4, 8, "LOC"], [17, 19, "X"], [3, 4, "Y"], [14, 17, "Z"]]
    file = read(tmp_path, {"text": text, "entities": marked})
    assert list(file.sentences[0].tags or ()) == ["B-LOC", "I-LOC", "I-LOC", "B-Z", "B-X"]
    assert file.notes == (
        "data.jsonl: 1 spans that begin or end inside a token were widened to the whole of it, the first in "
        "data.jsonl, line 1",
        "data.jsonl: 1 spans that overlap a longer one were left out",
        "data.jsonl: 1 spans that hold nothing but white space were left out",
    )


@pytest.mark.parametrize("piece", ["a+", "a.", "1.1", "www.,", "'", "a@a", "e\u0301", "It is. "])
@pytest.mark.parametrize("habit", HABITS)
def test_a_long_line_takes_time_in_proportion(piece: str, habit: Habit) -> None:
    text = piece * (100_000 // len(piece))
    began = time.process_time()
    parts = sentences(text, tokenize(text, habit))
    assert time.process_time() - began < 10, "what grows as the square takes hours"
    assert sum(map(len, parts)) == len(tokenize(text, habit))


def test_a_text_without_a_list_of_entities_has_no_tags(tmp_path: Path) -> None:
    file = read(tmp_path, {"text": "Hello there."}, {"text": "None here.", "entities": []})
    assert [each.tags and list(each.tags) for each in file.sentences] == [None, ["O", "O", "O"]]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{broken", r"data\.jsonl, line 2: this is no JSON"),
        ({"body": "x"}, r'line 2: there is no "text"'),
        ([1, 2], r'line 2: there is no "text"'),
        ({"text": "abc", "entities": {"a": 1}}, "must be a list"),
        ({"text": "abc", "entities": [[0, 9, "X"]]}, "the span 0 to 9 is not in the text, which has 3 characters"),
        ({"text": "abc", "entities": [[2, 1, "X"]]}, "the span 2 to 1 is not in the text"),
        ({"text": "abc", "entities": [[-2, 1, "X"]]}, "is not in the text"),
        ({"text": "abc", "entities": [[0, 1]]}, "is no span"),
        ({"text": "abc", "entities": [[True, 2, "X"]]}, "is no span"),
        ({"text": "abc", "entities": ["X"]}, "is no span"),
        ({"text": "abc", "entities": [[0, 1, " "]]}, "is no span"),
        ("[" * 100_000, "too deep"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path: Path, line: Any, complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        read(tmp_path, {"text": "fine", "entities": []}, line)


def test_raw_text_is_cut_into_sentences_that_know_their_line(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text("Anna left. She came back.\n\nThe end.\n")
    file = read_tagged_file(path)
    assert (file.form, file.scheme) == ("text", None)
    assert [each.name for each in file.sentences] == ["story.txt:1", "story.txt:1, sentence 2", "story.txt:3"]
    assert all(each.tags is None for each in file.sentences)
    text, offsets = file.sentences[1].placed()
    assert [text[begin:end] for begin, end in offsets] == ["She", "came", "back", "."]

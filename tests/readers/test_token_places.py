"""Tokens found again in the text they were cut from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqtui.readers.token_places import FARTHEST, token_places


@pytest.mark.parametrize(
    ("text", "tokens", "words"),
    [
        ('It\'s "GREAT", isn\'t it?', ["it", "'", "s", "great", ",", "isn", "'", "t", "it", "?"],
         ["It", "'", "s", "GREAT", ",", "isn", "'", "t", "it", "?"]),
        ("İstanbul ÄRGER straße", ["i̇stanbul", "ärger", "straße"], ["", "ÄRGER", "straße"]),
        ("a dull  film", ["▁a", "▁du", "ll", "▁film"], ["a", "du", "ll", "film"]),
        ("① and 1", ["1", "and", "1"], ["1", "", ""]),
        ("", ["<unk>"], [""]),
    ],
)  # fmt: skip
def test_tokens_stand_where_they_were_cut(text: str, tokens: list[str], words: list[str]) -> None:
    assert [text[begin:end] for begin, end in token_places(text, tokens).tolist()] == words


def test_what_was_rewritten_does_not_lead_far_away() -> None:
    text = f"x {'.' * 2 * FARTHEST} good"
    assert token_places(text, ["good", "x"]).tolist() == [[0, 0], [0, 1]]


@given(st.text(), st.lists(st.text(max_size=5), max_size=20))
def test_places_go_from_left_to_right_inside_the_text(text: str, tokens: list[str]) -> None:
    places = token_places(text, tokens)
    assert places.shape == (len(tokens), 2)
    edges = places.reshape(-1).tolist()
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)


@given(st.lists(st.text("abcäöüAB", min_size=1, max_size=6), max_size=30))
def test_words_between_spaces_are_all_found(words: list[str]) -> None:
    text = "  ".join(words)
    assert [text[begin:end] for begin, end in token_places(text, [word.lower() for word in words])] == words

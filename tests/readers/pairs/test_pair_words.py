"""Words that join to the very sentence they were cut from, and numbers that spell it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqtui.readers.pairs.pair_set import plain
from seqtui.readers.pairs.units import SPECIALS, UNKNOWN, PairUnit, encode_side, fit_side, side_from
from seqtui.readers.pairs.words import JOINED, cut_words, join_words
from seqtui.text_tools import WordVectors

TEXTS = [
    "Don't you think it's John's?",
    "L'homme qu'il a vu n'est pas là !",
    "Aujourd'hui, j'ai lu « l'œuf ».",
    "A-t-il dit ça ?",
]


class Counting:
    """As torchtext orders a vocabulary, without torch."""

    def vocabulary(self, counts, *, specials, most=None, least=1):  # type: ignore[no-untyped-def]
        found = sorted((token for token in counts if counts[token] >= least), key=lambda each: (-counts[each], each))
        return [*specials, *found[:most]]

    def tokenizer(self, name: str):  # type: ignore[no-untyped-def]
        raise NotImplementedError

    def train_subwords(self, texts, size: int) -> bytes:  # type: ignore[no-untyped-def]
        raise NotImplementedError

    def subwords(self, model: bytes):  # type: ignore[no-untyped-def]
        raise NotImplementedError

    def vectors(self, path: Path, words) -> WordVectors:  # type: ignore[no-untyped-def]
        raise NotImplementedError


def words(text: str) -> list[str]:
    return [word for word, _, _ in cut_words(text)]


def test_clitics_elisions_and_inversions_are_words_of_their_own() -> None:
    assert words(TEXTS[0]) == ["Do", "￭n't", "you", "think", "it", "￭'s", "John", "￭'s", "￭?"]
    assert words(TEXTS[1]) == ["L'", "homme", "qu'", "il", "a", "vu", "n'", "est", "pas", "là", "!"]
    assert words(TEXTS[2])[:5] == ["Aujourd'", "hui", "￭,", "j'", "ai"]
    assert words(TEXTS[3]) == ["A", "￭-t-il", "dit", "ça", "?"]
    assert words("well-known 3.14 $5") == ["well-known", "3.14", "$", "￭5"]


@given(st.text(st.sampled_from("aé'’-.,!? 1«l"), max_size=30) | st.text(max_size=20))
def test_any_text_of_single_spaces_comes_back(text: str) -> None:
    text = plain(text).replace(JOINED, "")
    text = plain(text)
    assert join_words(words(text)) == text
    for word, begin, end in cut_words(text):
        assert text[begin:end] == word.removeprefix(JOINED)


def test_a_mark_of_ours_in_a_text_is_no_mark() -> None:
    assert join_words(words(f"a {JOINED}b")) == "a ?b"


@pytest.mark.parametrize(
    ("unit", "first"),
    [
        ("word", ["Do", "￭n't"]),
        ("whitespace", ["Don't", "you"]),
        ("character", ["D", "o"]),
    ],
)
def test_numbers_spell_and_join_to_the_text(unit: PairUnit, first: list[str]) -> None:
    side = fit_side(unit, TEXTS, most=1000, least=1, tools=Counting())
    stored = side_from(side.as_json())
    assert stored == side and side.tokens[:3] == SPECIALS
    numbers = encode_side(TEXTS, stored, tools=Counting())
    for text, row, places in zip(TEXTS, numbers.rows, numbers.places, strict=True):
        spelled = side.spell(row.tolist())
        assert side.joined(spelled) == text
        assert [text[begin:end] for begin, end in places.tolist()] == [each.removeprefix(JOINED) for each in spelled]
    assert side.spell(numbers.rows[0].tolist())[:2] == first


def test_rare_words_and_strange_ones_are_unknown_but_no_characters() -> None:
    side = fit_side("word", ["a a b", "a c"], most=1000, least=2, tools=Counting())
    assert side.tokens == (*SPECIALS, "a")
    assert encode_side(["a b <start>", ""], side, tools=Counting()).rows[0].tolist()[:2] == [3, 0]
    characters = fit_side("character", ["aab"], most=1000, least=2, tools=Counting())
    assert characters.tokens == (*SPECIALS, "a", "b")
    assert len(fit_side("word", ["a b c d"], most=2, least=1, tools=Counting()).tokens) == 5


def test_a_text_without_a_token_is_one_unknown() -> None:
    side = fit_side("whitespace", ["a"], most=10, least=1, tools=Counting())
    numbers = encode_side(["", "a"], side, tools=Counting())
    assert [row.tolist() for row in numbers.rows] == [[0], [3]] and np.array_equal(numbers.lengths(), [1, 1])
    assert side.spell([0]) == [UNKNOWN]

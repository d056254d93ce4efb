"""What tasks take from torchtext, on real small files."""

from pathlib import Path

import numpy as np
import pytest

from seqtui.engine.torchtext_tools import TorchtextTools
from seqtui.errors import BadInput, NotFound
from seqtui.text_tools import TextTools

TOOLS: TextTools = TorchtextTools()
GLOVE = "the 1 0 0\ncat 0 1 0\nsat 0 0.5 -1e-1\n"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_tokenizer_is_torchtexts() -> None:
    assert TOOLS.tokenizer("basic_english")("It's GREAT!") == ["it", "'", "s", "great", "!"]


def test_a_vocabulary_has_its_specials_first_then_the_most_frequent() -> None:
    counts = {"b": 2, "a": 2, "rare": 1, "often": 9}
    assert TOOLS.vocabulary(counts, specials=("<unk>", "<pad>"), least=2) == ["<unk>", "<pad>", "often", "a", "b"]
    assert TOOLS.vocabulary(counts, specials=("<unk>",), most=2) == ["<unk>", "often", "a"]


def test_sub_words_put_a_text_together_again_and_are_the_same_twice() -> None:
    texts = [f"the {animal} walked and talked and walked" for animal in ("cat", "dog", "walker", "talker")] * 20
    model = TOOLS.train_subwords(texts, 25)
    pieces = TOOLS.subwords(model)("the walker talked")
    assert "".join(pieces).replace("▁", " ").strip() == "the walker talked"
    assert len(pieces) > 3
    assert TOOLS.train_subwords(texts, 25) == model


def test_too_few_texts_for_sub_words_are_said() -> None:
    with pytest.raises(BadInput, match="no sub-words could be learned"):
        TOOLS.train_subwords([], 100)


@pytest.mark.parametrize("head", ["", "3 3\n"], ids=["glove", "fasttext"])
def test_vectors_are_found_by_word_then_in_lower_case(tmp_path: Path, head: str) -> None:
    path = tmp_path / "vectors.txt"
    path.write_text(head + GLOVE)
    found = TOOLS.vectors(path, ["<unk>", "sat", "The", "dog"])
    assert found.known.tolist() == [False, True, True, False]
    np.testing.assert_allclose(found.matrix, [[0, 0, 0], [0, 0.5, -0.1], [1, 0, 0], [0, 0, 0]], rtol=1e-6)


def test_a_word_with_blanks_in_it_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "vectors.txt"
    path.write_text("the 1 0 0\n. . . 9 9 9\ncat 0 1 0\n. 0 0 1\n")  # as glove.840B.300d has them
    np.testing.assert_array_equal(TOOLS.vectors(path, ["the", ".", "cat"]).matrix, [[1, 0, 0], [0, 0, 1], [0, 1, 0]])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the 1 0 0\ncat 1 2\n", "line 2: 'cat' must be followed by 3 numbers"),
        ("the 1 0 0\ncat 1 x 2\n", "line 2: 'cat' must be followed by 3 numbers"),
        ("the 1 0 0\ncat 1 nan 2\n", "line 2"),
        (b"the 1 0\n\xff\xfe 1 0\n", "no UTF-8 text"),
    ],
)
def test_a_bad_line_of_vectors_is_named(tmp_path: Path, text: str | bytes, said: str) -> None:
    path = tmp_path / "vectors.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadInput, match=said):
        TOOLS.vectors(path, ["the", "cat"])


def test_vectors_that_know_none_of_the_words_and_files_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "vectors.txt"
    path.write_text(GLOVE)
    with pytest.raises(BadInput, match="has a vector for none of the words of the vocabulary"):
        TOOLS.vectors(path, ["x", "y"])
    with pytest.raises(NotFound, match="no file of word vectors"):
        TOOLS.vectors(tmp_path / "nowhere.txt", ["x"])

"""A language model of characters beside the sound: its say is that of the whole text, letter by letter."""

import pytest
import torch

from seqtui import catalog
from seqtui.config import RunConfig
from seqtui.engine.model import build_model
from seqtui.engine.model_file import Meaning
from seqtui.engine.open_model import OpenModel
from seqtui.engine.spelling_model import UNKNOWN_CHANCE, SpellingModel
from seqtui.errors import Usage
from seqtui.shapes import NextToken, Transcript, Vectors

LETTERS = ["<unk>", "\n", " ", "a", "b"]


def opened(unit: str = "character") -> OpenModel:
    config = RunConfig(app="language", backbone="lstm", hidden_size=7, embedding_size=5)
    meaning = Meaning(NextToken(len(LETTERS)), {"options": {"unit": unit}, "symbols": LETTERS}, "nats")
    return OpenModel("lm", catalog.load("language"), config, meaning, build_model(config, meaning.head).eval(), "")


def slow(text: str, model: OpenModel) -> float:
    """log p of a text after a line's end, by one pass over all of it."""
    numbers = [1, *(LETTERS.index(letter) for letter in text)]
    with torch.no_grad():
        logits = model.model(torch.tensor(numbers[:-1]).unsqueeze(1))[0][:, 0].double().log_softmax(1)
    return float(sum(logits[step, number] for step, number in enumerate(numbers[1:])))


def test_letters_are_expected_as_in_one_pass_over_the_text() -> None:
    model = opened()
    spelling = SpellingModel(model, Transcript(Vectors(3), ("a", "b", " ", "z")))
    for prefix, text in (((), ""), ((0,), "a"), ((0, 2, 1), "a b")):
        found = spelling.expects(prefix)
        for place, letter in enumerate("ab "):
            assert found[place] == pytest.approx(
                slow(text + letter, model) - (slow(text, model) if text else 0.0), abs=1e-5
            )
        assert found[3] == UNKNOWN_CHANCE
    spelling.forget()
    assert spelling.expects((0, 2, 1))[0] == pytest.approx(slow("a ba", model) - slow("a b", model), abs=1e-5)


def test_words_are_worth_all_their_letters_and_the_space_before_them() -> None:
    model = opened()
    spelling = SpellingModel(model, Transcript(Vectors(3), ("ab", "b"), spaced=True))
    first, later = spelling.expects(()), spelling.expects((1,))
    assert first[0] == pytest.approx(slow("ab", model), abs=1e-5)
    assert later[0] == pytest.approx(slow("b ab", model) - slow("b", model), abs=1e-5)


def test_a_model_that_is_none_of_characters_is_refused() -> None:
    with pytest.raises(Usage, match="no language model of characters"):
        SpellingModel(opened("word"), Transcript(Vectors(3), ("a",)))

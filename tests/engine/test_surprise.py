"""What a model of the next token did not expect, and samples that stop at a text or avoid to repeat themselves."""

from typing import Any

import numpy as np
import pytest
import torch

from seqtui import catalog
from seqtui.config import RunConfig
from seqtui.engine.generate import RECENT, discourage, generate
from seqtui.engine.model import build_model
from seqtui.engine.surprise import surprises
from seqtui.errors import Usage
from seqtui.runs.taste import Taste
from seqtui.shapes import NextToken

TOKENS = 7
ENCODING: dict[str, Any] = {"options": {"unit": "character"}, "symbols": ["<unk>", *"abc\n .x"], "openings": []}


def test_surprise_is_minus_the_logarithm_of_the_chance_of_what_comes() -> None:
    model = build_model(RunConfig(app="any", dropout=0.5), NextToken(TOKENS))
    values = torch.tensor([3, 1, 4, 1, 5, 6], dtype=torch.int16)
    found = surprises(model, values)
    assert model.training, "looking changes nothing"
    model.eval()
    for step in range(1, 6):
        logits, _ = model(values[:step].long().unsqueeze(1))
        chances = logits[-1, 0].detach().double().softmax(0)
        assert found.nats[step - 1] == pytest.approx(-float(chances[int(values[step])].log()), rel=1e-4)
        assert found.expected[step - 1, 0] == int(chances.argmax())
        assert found.chances[step - 1, 0] == pytest.approx(float(chances.max()), rel=1e-4)
        assert (np.diff(found.chances[step - 1]) <= 0).all()


def test_a_repetition_penalty_makes_recent_tokens_less_likely_whatever_their_sign() -> None:
    logits = np.array([2.0, -2.0, 1.0])
    assert discourage(logits, [0, 1, 1], 2.0).tolist() == [1.0, -4.0, 1.0]
    assert discourage(logits, [], 2.0).tolist() == discourage(logits, [0], 1.0).tolist() == logits.tolist()


def test_under_a_high_penalty_a_sample_runs_through_the_vocabulary() -> None:
    model = build_model(RunConfig(app="any", hidden_size=8), NextToken(TOKENS)).eval()
    with torch.no_grad():
        model.head.bias += torch.arange(TOKENS) * 3.0 + 5  # type: ignore[union-attr, operator]

    def made(penalty: float) -> list[int]:
        rng, prime, count = np.random.Generator(np.random.PCG64(0)), np.array([0]), iter(range(40))
        taste = Taste(0.0, repetition_penalty=penalty)
        stop = lambda _value: next(count) >= 12  # noqa: E731
        return [int(v) for v in generate(model, NextToken(TOKENS), prime, taste=taste, rng=rng, is_enough=stop)]

    assert set(made(1.0)) == {TOKENS - 1}
    assert len(set(made(50.0))) >= 4
    assert RECENT > 12


@pytest.mark.parametrize("taste", [Taste(0.0), Taste(5.0), Taste(1.0, top_k=1), Taste(1.0, repetition_penalty=9.0)])
def test_what_stands_for_all_unknown_symbols_is_never_written(taste: Taste) -> None:
    model = build_model(RunConfig(app="any", hidden_size=8), NextToken(TOKENS)).eval()
    unwritten = catalog.load("language").unwritten(ENCODING)
    with torch.no_grad():
        model.head.bias[0] += 20  # type: ignore[union-attr, index, operator]
    rng, count = np.random.Generator(np.random.PCG64(0)), iter(range(99))
    made = generate(
        model, NextToken(TOKENS), np.array([1]),
        taste=taste, rng=rng, is_enough=lambda _value: next(count) >= 50, unwritten=unwritten,
    )  # fmt: skip
    assert ENCODING["symbols"][unwritten[0]] == "<unk>"
    assert 0 not in [int(value) for value in made]


def test_a_sample_ends_where_a_text_was_written() -> None:
    task = catalog.load("language")
    has_ended = task.stop_at(r"b.\n", ENCODING)
    symbols = ENCODING["symbols"]
    said = [has_ended(np.asarray(symbols.index(letter))) for letter in "ab.x b.\n"]
    assert said == [False] * 7 + [True]


def test_a_word_model_stops_at_text_as_it_is_shown() -> None:
    encoding = {"options": {"unit": "word"}, "symbols": ["<unk>", "the", "end", "."], "openings": []}
    has_ended = catalog.load("language").stop_at("the end.", encoding)
    assert [has_ended(np.asarray(value)) for value in (1, 1, 2, 3)] == [False, False, False, True]


def test_what_has_no_text_stops_at_none() -> None:
    with pytest.raises(Usage, match="leave out --stop"):
        catalog.load("music").stop_at("C4", {})
    with pytest.raises(Usage, match="give --stop some text"):
        catalog.load("language").stop_at("", ENCODING)

"""How a model is sampled where nobody says otherwise: its own taste, what is wished instead, and how both are told."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from seqtui.errors import BadInput
from seqtui.runs.taste import PLAIN, Taste, options_of, own_taste, wished

PLACE = Path("model/config.json")


@pytest.mark.parametrize("taste", [PLAIN, Taste(0.5), Taste(0, 3, 0.9, 1.2)])
def test_a_taste_comes_back_as_it_was_stored(taste: Taste) -> None:
    assert own_taste({"taste": asdict(taste)}, PLACE) == taste


def test_a_model_that_carries_none_is_sampled_plainly() -> None:
    assert own_taste({"config": {}}, PLACE) == PLAIN


@pytest.mark.parametrize(
    "damaged",
    [
        {"temperature": -1}, {"temperature": "hot"}, {"temperature": None}, {"top_p": 0}, {"top_k": 2.5}, {"heat": 1},
        [], "x", None, 3,
    ],
)  # fmt: skip
def test_a_damaged_taste_is_told_by_its_file(damaged: Any) -> None:
    with pytest.raises(BadInput, match=r"model/config\.json is damaged"):
        own_taste({"taste": damaged}, PLACE)


def test_a_wish_wins_over_what_a_model_carries_and_nothing_else_changes() -> None:
    own = Taste(0.5, 0, 0.9)
    assert wished(own) == own
    assert wished(own, temperature=1.0) == Taste(1.0, 0, 0.9)
    assert wished(own, top_k=0, top_p=1.0, repetition_penalty=1.5) == Taste(0.5, 0, 1.0, 1.5)


def test_options_ask_for_what_is_not_usual() -> None:
    assert options_of(PLAIN) == []
    assert options_of(Taste(0.5, 3, 0.9, 1.2)) == [
        "--temperature", "0.5", "--top-k", "3", "--top-p", "0.9", "--repetition-penalty", "1.2",
    ]  # fmt: skip
    assert options_of(Taste(1.0), usual=Taste(0.5)) == ["--temperature", "1"]

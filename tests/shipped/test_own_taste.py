"""A model that ships is sampled with its own settings, on the command line and in the studio, and an option wins."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seqtui.runs.models import find_model, pretrained
from seqtui.runs.studio_model import facts_of
from seqtui.runs.taste import PLAIN, Taste, options_of

SHELF = {place.name: facts_of(place) for place in pretrained()}
OWN = [name for name, facts in SHELF.items() if facts.taste != PLAIN]
Call = Callable[..., Any]


def taste_of(call: Call, *words: object) -> Taste:
    done = call("sample", *words, "--length", 1, "--json")
    assert done.code == 0, done.err
    return Taste(**json.loads(done.out)["taste"])


@pytest.mark.parametrize("name", OWN)
def test_it_is_sampled_with_its_own_settings_but_for_what_is_asked(call: Call, name: str) -> None:
    own = SHELF[name].taste
    assert taste_of(call, name) == own
    assert taste_of(call, name, "--temperature", 1.5) == Taste(1.5, own.top_k, own.top_p, own.repetition_penalty)
    told = call("sample", name, "--length", 1)
    assert f"with its own {' '.join(options_of(own))}" in told.err
    assert "its own" not in call("sample", name, "--length", 1, "--temperature", 1.5, "--top-p", 1).err


@pytest.mark.parametrize("name", OWN)
def test_its_card_says_so(name: str) -> None:
    folder = find_model(name).path
    assert f"It is sampled with `{' '.join(options_of(SHELF[name].taste))}`" in (folder / "card.md").read_text()
    assert Taste(**json.loads((folder / "card.json").read_text())["taste"]) == SHELF[name].taste


def test_an_export_carries_them_on_and_can_set_others(call: Call, tmp_path: Path) -> None:
    for folder, words in (("same", ()), ("other", ("--temperature", 0.25, "--top-p", 0.75))):
        (tmp_path / folder).mkdir()
        done = call("export", "chorales", "--format", "safetensors", *words, "-o", f"{folder}/model.safetensors")
        assert done.code == 0, done.err
    assert taste_of(call, "./same") == SHELF["chorales"].taste != PLAIN
    assert taste_of(call, "./other") == Taste(0.25, 0, 0.75) == facts_of(find_model(str(tmp_path / "other"))).taste


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("chorales", "--format", "onnx", "-o", "m.onnx"), "onnx files do not say how to sample: leave out"),
        (
            ("promoters", "--format", "safetensors", "-o", "model.safetensors"),
            "ask it about an input: seqtui predict promoters",
        ),
    ],
)
def test_settings_that_cannot_be_are_refused(call: Call, words: tuple[str, ...], sentence: str) -> None:
    done = call("export", *words, "--temperature", 0.5)
    assert (done.code, done.out) == (2, "")
    assert sentence in done.err
    assert not list(Path().glob("*.*"))

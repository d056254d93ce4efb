"""What the studio and `seqtui explain` say of a text, word by word, of a model that labels texts."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from seqtui.commands.explain import command as explain_command
from seqtui.engine.attribution import log_odds, substitutes
from seqtui.engine.open_model import OpenModel, open_model
from seqtui.runs.models import ModelPlace
from seqtui.runs.studio_words import Answered, AskLabel, Listed, Refused, Salient, Substituted, Told
from seqtui.shapes import FEW_SYMBOLS, Mixtures, Tokens

OPINIONS: dict[str, Any] = {
    "app": "sentiment", "data": None, "max_steps": 40, "batch_size": 32, "epochs": 1, "embedding_size": 16,
    "hidden_size": 16, "bidirectional": True,
}  # fmt: skip
TEXT = "Although the Soup was FAR from fresh, we enjoyed the zzyzx."
WORDS = ["Although", "the", "Soup", "was", "FAR", "from", "fresh", ",", "we", "enjoyed", "the", "zzyzx", "."]
LAST = 1_000_000


@pytest.fixture(scope="module")
def opinions(lab: Any) -> Any:
    """A run that labels texts."""
    return lab.golden(**OPINIONS)


@pytest.fixture(scope="module")
def critic(opinions: Any) -> OpenModel:
    """Its model, in this process."""
    return open_model(ModelPlace("run", opinions.path, opinions.id), threads=1)


@pytest.fixture(scope="module")
def process(opinions: Any, talk_of: Any) -> Any:
    """Its model, open in the studio's process."""
    return talk_of(opinions)


@pytest.fixture
def texts(process: Any, for_one_test: Any) -> Iterator[Any]:
    """The same, with nothing asked so far."""
    yield from for_one_test(process, AskLabel(LAST, "The end."), Told)


def test_of_few_symbols_all_are_put_in_a_place_of_many_the_unknown_one() -> None:
    assert substitutes(Tokens(FEW_SYMBOLS, unknown=3)) == list(range(FEW_SYMBOLS))
    assert substitutes(Tokens(FEW_SYMBOLS + 1, unknown=3)) == [3]
    assert substitutes(Mixtures(((1.0, 0.0), (0.0, 1.0), (0.5, 0.5)))) == [0, 1]


def test_each_word_is_left_out_and_stands_as_it_was_typed(texts: Any, critic: OpenModel) -> None:
    texts.ask(AskLabel(1, TEXT), Told)
    (said,) = texts.of(Answered, 1)
    assert (said.symbols, said.letters, said.text, said.record) == (WORDS, ["left out"], TEXT, "line 1")
    known = {token: number for number, token in enumerate(critic.meaning.encoding["units"]["tokens"])}
    values = torch.tensor([known.get(word.lower(), 0) for word in WORDS])
    assert said.unknown == torch.where(values == 0)[0].tolist()
    assert 11 in said.unknown
    changes = [row[0] for part in texts.of(Substituted, 1) for row in part.changes]
    with torch.inference_mode():
        before = log_odds(critic.model(values.unsqueeze(1))[0], said.explained)
        for step in range(len(values)):
            without = values.clone()
            without[step] = 0
            after = log_odds(critic.model(without.unsqueeze(1))[0], said.explained)
            assert changes[step] == pytest.approx(float(after - before), abs=1e-5)
    (salient,) = texts.of(Salient, 1)
    assert len(salient.scores) == len(WORDS)
    assert [changes[step] for step in said.unknown] == [0] * len(said.unknown)


def test_several_lines_are_several_records(texts: Any) -> None:
    texts.ask(AskLabel(1, f"one\tof two\n\n  \n{TEXT}\n", record=1), Told)
    (said,) = texts.of(Answered, 1)
    assert (said.record, said.count, said.symbols) == ("line 4", 2, WORDS)
    (listed,) = texts.of(Listed, 1)
    assert listed.texts == ["one of two", TEXT]
    assert "no record 3" in texts.ask(AskLabel(2, "a\nb", record=2), Refused).reason


@pytest.mark.parametrize(
    "text", ["zzyzx qqq", "\x1b[31m \x9b", "漢字", "e\u0301\u0301\u0301", "a,b", '{"text": 1}', "  x"]
)
def test_odd_text_is_labeled_like_any(texts: Any, text: str) -> None:
    texts.ask(AskLabel(1, text), Told)
    (said,) = texts.of(Answered, 1)
    assert sum(said.chances) == pytest.approx(1)
    assert len(said.symbols) == said.steps > 0
    assert all(said.symbols)


@pytest.mark.parametrize("text", ["", " \n\t\n "])
def test_no_text_is_told_in_one_sentence(texts: Any, text: str) -> None:
    assert "nothing to ask about" in texts.ask(AskLabel(1, text), Refused).reason


def test_a_long_text_is_answered_and_what_was_cut_is_told(texts: Any) -> None:
    texts.ask(AskLabel(1, "the soup was fresh " * 1250), Told)
    (said,) = texts.of(Answered, 1)
    assert said.steps == 400
    assert "cut" in said.notes[0]
    assert sum(len(part.changes) for part in texts.of(Substituted, 1)) == 400


def explained(opinions: Any, path: Path, *options: str) -> str:
    done = CliRunner().invoke(explain_command, [str(opinions.path), str(path), *options])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_writes_words_with_signs_and_names_the_strongest(opinions: Any, tmp_path: Path) -> None:
    path = tmp_path / "texts.txt"
    path.write_text(f"{TEXT}\nThe staff were \x1b[31mrude.\n")
    for method in ("saliency", "mutagenesis"):
        out = explained(opinions, path, "--method", method)
        assert "+ behind what speaks for" in out
        assert "Although" in out
        assert "strongest: " in out
    assert "change by leaving a word out" in out
    assert "\x1b" not in explained(opinions, path, "--record", "2")


def test_the_command_gives_a_number_a_word(opinions: Any, tmp_path: Path) -> None:
    path = tmp_path / "texts.txt"
    path.write_text(f"{TEXT}\n")
    told = json.loads(explained(opinions, path, "--method", "mutagenesis", "--json", "-o", str(tmp_path / "out.csv")))
    assert [each["symbol"] for each in told["positions"]] == WORDS
    rows = list(csv.reader((tmp_path / "out.csv").read_text().splitlines()))
    assert rows[0] == ["position", "symbol", "left out"]
    mine = np.array([float(row[2]) for row in rows[1:]])
    assert mine == pytest.approx([each["changes"]["left out"] for each in told["positions"]], abs=1e-6)
    assert np.abs(mine).max() > 0

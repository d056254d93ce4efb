"""Writing together: what may come next, words and lines, surprise; and samples of text as the command makes them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from trained import train_all

from seqtui.commands.sample import command as sample_command
from seqtui.config import RunConfig
from seqtui.engine.generate import discourage, nucleus
from seqtui.engine.open_model import OpenModel, open_model
from seqtui.engine.surprise import surprises
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.models import ModelPlace
from seqtui.runs.studio_words import Made, MakeSample, Refused, Told, WriteSamples, Wrote
from seqtui.runs.taste import Taste
from seqtui.runs.writing_words import AskNext, AskSurprise, Continued, Followed, Surprised, WriteOn

LINES = "the cat sat on the mat\nthe dog sat on the log\na cat and a dog ran off\n"
TINY: dict[str, Any] = {
    "app": "language", "backbone": "gru", "hidden_size": 16, "embedding_size": 8, "max_steps": 30, "epochs": 4,
    "batch_size": 4, "bptt": 20, "threads": 1, "telemetry": "off",
}  # fmt: skip


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunFolder]:
    """Tiny models of characters and of words."""
    root = tmp_path_factory.mktemp("language")
    (root / "text.txt").write_text(LINES * 60)
    made = {
        unit: create(RunConfig(**TINY, data=str(root / "text.txt"), options={"unit": unit}), parent=root)
        for unit in ("character", "word")
    }
    train_all(made)
    return made


@pytest.fixture(scope="module")
def text(trained: dict[str, RunFolder], talk_of: Any) -> Any:
    """The model of characters, open."""
    return talk_of(trained["character"])


@pytest.fixture(scope="module")
def model(trained: dict[str, RunFolder]) -> OpenModel:
    """The same model, in this process."""
    folder = trained["character"]
    return open_model(ModelPlace("run", folder.path, folder.id), threads=1)


def tokens_of(model: OpenModel, text: str) -> list[int]:
    found: list[int] = model.task.tokens_of(text, model.meaning.encoding).tolist()
    return found


def logits_after(model: OpenModel, tokens: list[int]) -> Any:
    with torch.inference_mode():
        logits, _ = model.model(torch.tensor(tokens).unsqueeze(1))
    return logits[-1, 0].double().numpy()


def chances_after(model: OpenModel, tokens: list[int], taste: Taste) -> dict[int, float]:
    unwritten = model.task.unwritten(model.meaning.encoding)
    scores = discourage(logits_after(model, tokens), tokens[-64:], taste.repetition_penalty, unwritten)
    order, chances = nucleus(scores, taste)
    return dict(zip(order.tolist(), (chances / chances.sum()).tolist(), strict=True))


@pytest.mark.parametrize("taste", [Taste(), Taste(0.5, 7, 0.9, 1.3), Taste(0), Taste(2, top_k=3)], ids=str)
def test_what_may_come_next_is_what_the_model_would_sample_from(text: Any, model: OpenModel, taste: Taste) -> None:
    tokens = tokens_of(model, "the cat sat on the d")
    asked = AskNext(1, tokens, 5, taste.temperature, taste.top_k, taste.top_p, taste.repetition_penalty)
    said = text.ask(asked, Followed)
    wanted = chances_after(model, tokens, taste)
    assert said.tokens == list(wanted)[:5]
    assert said.chances == pytest.approx(list(wanted.values())[:5], abs=1e-5)
    shares = np.array(list(wanted.values()))
    assert not str(said.bits).startswith("-")
    assert said.bits == pytest.approx(-(shares * np.log2(np.maximum(shares, 1e-300))).sum(), abs=1e-6)


def test_states_that_are_kept_change_no_answer(text: Any, model: OpenModel) -> None:
    rng = np.random.default_rng(3)
    tokens = rng.integers(1, 15, 600).tolist()
    for cut in (600, 599, 300, 301, 302, 40, 600):
        changed = tokens[:cut] + [int(rng.integers(1, 15))] * int(rng.integers(0, 3))
        said = text.ask(AskNext(100 + cut, changed), Followed)
        assert said.tokens[0] == next(iter(chances_after(model, changed, Taste())))
        assert said.chances == pytest.approx(list(chances_after(model, changed, Taste()).values())[:10], abs=1e-4)
        text.heard.clear()


def test_a_word_ends_with_its_space_and_a_line_with_its_break(text: Any, model: OpenModel) -> None:
    tokens, names = tokens_of(model, "the"), model.task.token_names(model.meaning.encoding)
    word = text.ask(WriteOn(2, tokens, "word", seed=4, temperature=0.3), Continued).tokens
    said = "".join(names[token] for token in word)
    assert said[-1] in " ↵"
    assert said.strip(" ↵")
    assert not set(said.lstrip(" ↵")[:-1]) & set(" ↵"), "one word"
    line = text.ask(WriteOn(3, tokens, "line", seed=4, temperature=0.3), Continued).tokens
    assert [names[token] for token in line].index("↵") == len(line) - 1
    assert text.ask(WriteOn(4, tokens, "line", seed=4, temperature=0.3), Continued).tokens == line, "the same seed"


def test_words_are_written_one_at_a_time(trained: dict[str, RunFolder], talk_of: Any) -> None:
    words = talk_of(trained["word"])
    assert len(words.ask(WriteOn(1, [1, 2], "word"), Continued).tokens) == 1
    assert len(words.ask(AskNext(2, [1, 2]), Followed).tokens) == 10


def test_surprise_in_pieces_is_that_of_explain(text: Any, model: OpenModel) -> None:
    tokens = tokens_of(model, (LINES * 10)[:600])
    text.ask(AskSurprise(5, tokens), Told)
    pieces = text.of(Surprised, 5)
    assert [piece.first for piece in pieces] == [1, 257, 513]
    nats = [value for piece in pieces for value in piece.nats]
    wanted = surprises(model.model, torch.tensor(tokens))
    assert nats == pytest.approx(wanted.nats.tolist(), abs=1e-3)
    assert [row[0] for piece in pieces for row in piece.expected] == wanted.expected[:, 0].tolist()
    assert all(len(row) == 5 for piece in pieces for row in piece.chances)
    assert np.mean(nats) < np.log(len(model.task.token_names(model.meaning.encoding))), "it has learned something"


def test_a_text_sample_is_the_bytes_of_the_command(text: Any, tmp_path: Path) -> None:
    text.ask(
        MakeSample(6, 300, 0.8, 9, 0.95, 7, prime="the cat ", repetition_penalty=1.2, stop="o\\n"), Made
    )  # fmt: skip
    text.helper.keep("one", text.values(6))
    text.ask(WriteSamples(7, ["one.npy"], str(tmp_path / "a.txt")), Wrote)
    words = [
        "--length", "300", "--temperature", "0.8", "--top-k", "9", "--top-p", "0.95", "--seed", "7", "--prime",
        "the cat ", "--repetition-penalty", "1.2", "--stop", "o\\n", "-o", str(tmp_path / "b.txt"),
    ]  # fmt: skip
    done = CliRunner().invoke(sample_command, [text.model, *words])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "a.txt").read_bytes() == (tmp_path / "b.txt").read_bytes()
    assert (tmp_path / "a.txt").read_text().startswith("the cat ")


def test_a_stop_text_ends_a_sample(text: Any, model: OpenModel) -> None:
    text.ask(MakeSample(8, 2000, seed=1, prime="the", stop="t"), Made)
    names = model.task.token_names(model.meaning.encoding)
    made = "".join(names[token] for token in text.values(8)[3:])
    assert made.index("t") == len(made) - 1


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (AskNext(20, []), "0 symbols"),
        (AskNext(20, [1] * 20_001), "20,001 symbols"),
        (AskNext(20, [-1]), "token -1"),
        (AskNext(20, [99_999]), "no token 99999"),
        (AskNext(20, [1], 0), "list of 0"),
        (AskNext(20, [1], temperature=float("nan")), "temperature"),
        (AskNext(20, [1], top_p=0.0), "top-p"),
        (AskNext(20, [1], repetition_penalty=0.5), "penalty"),
        (WriteOn(20, [1], "book"), "no 'book'"),
        (WriteOn(20, [1], "word", seed=-1), "seed"),
        (AskSurprise(20, [1]), "1 symbols"),
        (MakeSample(20, 5, repetition_penalty=float("inf")), "penalty"),
        (MakeSample(20, 5, stop="x" * 1001), "stop at"),
        (MakeSample(20, 5, prime=""), "nothing to go on from"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_asked_is_told(text: Any, request_: Any, told: str) -> None:
    assert told in text.ask(request_, Refused).reason
    assert text.ask(AskNext(21, [1]), Followed).id == 21


def test_a_model_without_named_symbols_writes_nothing_together(music: Any) -> None:
    for number, request in enumerate((AskNext(200, [1]), WriteOn(201, [1], "word"), AskSurprise(202, [1, 2])), 200):
        assert "no symbols" in music.ask(request, Refused).reason, number
    assert "no tokens that could repeat" in music.ask(MakeSample(203, 1, repetition_penalty=2), Refused).reason
    assert "no text to stop at" in music.ask(MakeSample(204, 1, stop="x"), Refused).reason


def test_a_long_look_for_surprise_gives_way_to_a_choice(text: Any) -> None:
    text.helper.send(AskSurprise(30, [1, 2] * 10_000))
    text.until(Surprised, 30)
    text.ask(AskNext(31, [1]), Followed)
    assert len(text.of(Surprised, 30)) < 79

"""The studio's answers of a model that tags: tags as `seqtui predict` has them, scores, files, exports, odd text."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from seqtui.engine.asking import tag_all
from seqtui.engine.crf import Chain, best_paths, losses, path_score
from seqtui.engine.open_model import OpenModel, open_model
from seqtui.runs.models import ModelPlace
from seqtui.runs.studio_words import AskLabel, Refused, Told, WritePredictions, Wrote
from seqtui.runs.tagging_words import NEVER, AskTags, TagMoves, TagScores, TagsListed, TagsSaid

NAMES: dict[str, Any] = {
    "app": "ner", "data": None, "max_steps": 60, "batch_size": 32, "epochs": 1, "embedding_size": 24,
    "hidden_size": 24, "bidirectional": True, "lr": 0.01,
}  # fmt: skip
TEXT = "Jordan met a lawyer in Jordan .\n\nNobody came to Zzyzx ."
LAST = 1_000_000


@pytest.fixture(scope="module")
def names(lab: Any) -> Any:
    """A run that tags."""
    return lab.golden(**NAMES)


@pytest.fixture(scope="module")
def tagger(names: Any) -> OpenModel:
    """Its model, in this process."""
    return open_model(ModelPlace("run", names.path, names.id), threads=1)


@pytest.fixture(scope="module")
def process(names: Any, talk_of: Any) -> Any:
    """Its model, open in the studio's process."""
    return talk_of(names)


@pytest.fixture
def tags(process: Any, for_one_test: Any) -> Iterator[Any]:
    """The same, with nothing asked so far."""
    yield from for_one_test(process, AskTags(LAST, "The end."), Told)


def one(answers: Any, kind: type, number: int) -> Any:
    (found,) = answers.of(kind, number)
    return found


def test_a_text_is_tagged_as_the_command_tags_it_with_its_scores(tags: Any, tagger: OpenModel, tmp_path: Path) -> None:
    tags.ask(AskTags(1, TEXT), Told)
    said, moves = one(tags, TagsSaid, 1), one(tags, TagMoves, 1)
    path = tmp_path / "text.txt"
    path.write_text(TEXT)
    wanted = list(tag_all(tagger, str(path), progress=lambda _what, _done, _total: None)[0])
    assert said.tags == [tag for each in wanted for tag in each.tags]
    assert said.chances == pytest.approx([chance for each in wanted for chance in each.chances], abs=1e-5)
    assert said.words == TEXT.split()
    assert (said.starts, said.count, said.record, said.truth) == ([0, 7], 1, "typed", [])
    assert [said.words[step] for step in said.unknown if step == 10] == ["Zzyzx"]
    scores = tags.of(TagScores, 1)
    assert [part.first for part in scores] == [0, 7]
    for part, (begin, end) in zip(scores, [(0, 7), (7, 12)], strict=True):
        chosen = said.tags[begin:end]
        assert [row[tag] for row, tag in zip(part.losses, chosen, strict=True)] == [0.0] * len(chosen)
        assert [row[tag] for row, tag in zip(part.chances, chosen, strict=True)] == pytest.approx(
            said.chances[begin:end], abs=1e-4
        )
        assert np.array(part.chances).sum(1) == pytest.approx(np.ones(end - begin), abs=1e-2)
    assert moves.is_learned
    head = tagger.meaning.head
    assert all(moves.moves[before][after] <= NEVER for before, after in head.forbidden_moves)  # type: ignore[union-attr]
    assert all(moves.starts[tag] <= NEVER for tag in head.forbidden_starts)  # type: ignore[union-attr]


def test_losses_are_those_of_the_best_path_through_each_tag() -> None:
    torch.manual_seed(0)
    emissions = torch.randn(5, 1, 3)
    chain = Chain(torch.randn(3), torch.randn(3), torch.randn(3, 3))
    real = torch.ones(5, 1, dtype=torch.bool)
    best = path_score(emissions, chain, real, best_paths(emissions, chain, real)).item()
    paths = torch.cartesian_prod(*[torch.arange(3)] * 5)
    scores = path_score(emissions.expand(5, len(paths), 3), chain, real.expand(5, len(paths)), paths.T)
    found = losses(emissions[:, 0], chain)
    for step in range(5):
        for tag in range(3):
            through = scores[paths[:, step] == tag].max().item()
            assert found[step, tag].item() == pytest.approx(best - through, abs=1e-4)


def test_what_looks_like_columns_or_json_is_raw_text_where_it_was_typed(tags: Any) -> None:
    for number, text in enumerate(("Paris S-LOC\nis O\n", '{"text": "x"}', "a\tb\tc", "B-PER"), 1):
        tags.ask(AskTags(number, text), Told)
        said = one(tags, TagsSaid, number)
        assert "".join(said.words) == "".join(text.split())
        assert said.truth == []


@pytest.mark.parametrize("text", ["", " \n ", "\u3000"])
def test_a_text_without_words_is_told_in_one_sentence(tags: Any, text: str) -> None:
    reason = tags.ask(AskTags(1, text), Refused).reason
    assert "\n" not in reason
    assert "typed.jsonl" not in reason


@pytest.mark.parametrize(
    "text",
    ["\x1b]0;PWNED\x07 met \x9b2J", "漢字 は e\u0301\u0301\u0301\u0301 Ω", "\u202eabc \u200b\u200d x", "zzyzx " * 9],
)
def test_odd_text_is_tagged_like_any(tags: Any, text: str) -> None:
    tags.ask(AskTags(1, text), Told)
    said = one(tags, TagsSaid, 1)
    assert len(said.words) == len(said.tags) == len(said.chances) > 0
    assert all(0 <= chance <= 1.0001 for chance in said.chances)


def test_a_file_is_listed_shown_record_by_record_and_written(tags: Any, tmp_path: Path) -> None:
    path = tmp_path / "some.conll"
    path.write_text("".join(f"Jordan S-PER\nran O\nto O\nParis S-LOC\n. O\n\nPage O\n{n} O\n\n" for n in range(40)))
    tags.ask(AskTags(2, path=str(path), record=2), Told)
    said = one(tags, TagsSaid, 2)
    assert (said.words, said.index, said.count, said.starts) == (["Jordan", "ran", "to", "Paris", "."], 2, 80, [0])
    assert said.text.split() == said.words
    assert len(said.truth) == 5
    listed = tags.of(TagsListed, 2)
    assert sum(len(part.names) for part in listed) == 80
    assert "Jordan" in listed[0].lines[0]
    tags.ask(WritePredictions(3, str(tmp_path / "said.jsonl"), source=str(path)), Wrote)
    written = [json.loads(line) for line in (tmp_path / "said.jsonl").read_text().splitlines()]
    assert [len(each["entities"]) for each in written] == [count for part in listed for count in part.entities]
    assert "exists already" in tags.ask(WritePredictions(4, str(tmp_path / "said.jsonl"), TEXT), Refused).reason
    tags.ask(WritePredictions(5, str(tmp_path / "typed.conll"), TEXT), Wrote)
    assert len((tmp_path / "typed.conll").read_text().split("\n\n")) == 3
    assert "no record 99" in tags.ask(AskTags(6, path=str(path), record=98), Refused).reason


def test_a_model_is_asked_for_what_it_does_alone(tags: Any, labels: Any) -> None:
    assert "labels nothing" in tags.ask(AskLabel(1, TEXT), Refused).reason
    assert "does not tag" in labels.ask(AskTags(99, "ACGT"), Refused).reason


def test_a_long_text_is_cut_by_sentences(tags: Any) -> None:
    line = "Jordan met a lawyer in Jordan .\n"
    tags.ask(AskTags(1, line * 600), Told)
    said = one(tags, TagsSaid, 1)
    assert len(said.words) + said.cut == 7 * 600
    assert said.cut
    assert len(said.words) % 7 == 0


def test_a_sentence_of_thirty_words_is_answered_at_once(tags: Any, record_property: Any) -> None:
    words = ("Jordan met a lawyer of Acme Corp in Paris and read The Silent Garden to Mary Smith " * 2).split()[:29]
    seconds = []
    for number in range(1, 16):
        begun = time.monotonic()
        tags.ask(AskTags(number, " ".join([*words, "x" * number])), Told)
        seconds.append(time.monotonic() - begun)
    median = sorted(seconds)[7]
    record_property("median_ms", round(1000 * median))
    print(f"30 words to tags and scores: median {1000 * median:.0f} ms, worst {1000 * max(seconds):.0f} ms")  # noqa: T201
    # The aim is 150 ms; a machine that other people's trainings keep busy is given more.
    assert median < 0.6

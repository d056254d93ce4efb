"""The language application: what it loads, primes, measures, shows and writes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqtui import catalog
from seqtui.engine.torchtext_tools import TorchtextTools
from seqtui.errors import Usage
from seqtui.shapes import NextToken
from seqtui.task import Corpus, Task

TEXT = "".join(f"Line {n} says that {n % 5} cats sat on the mat, and so on.\n" for n in range(60))


@pytest.fixture
def task() -> Task:
    made = catalog.load("language")
    made.equip(TorchtextTools())
    return made


def load(task: Task, folder: Path, **options: Any) -> Corpus:
    path = folder / "text.txt"
    path.write_text(TEXT)
    return task.load(str(path), options, seed=0, progress=lambda *_: None)


@pytest.mark.parametrize("unit", ["character", "word"])
def test_text_comes_back_as_it_was(task: Task, tmp_path: Path, unit: str) -> None:
    corpus = load(task, tmp_path, unit=unit)
    assert isinstance(corpus.head, NextToken)
    assert corpus.loss_unit == f"nats/{unit}"
    written = task.export_samples([corpus.train.values], corpus.encoding, tmp_path / "out.txt")
    assert written == (tmp_path / "out.txt",)
    assert (tmp_path / "out.txt").read_text().startswith(TEXT[:1500])
    assert corpus.baselines["order 2 Markov"] < corpus.baselines["order 0 Markov"]


def test_more_samples_are_more_files(task: Task, tmp_path: Path) -> None:
    corpus = load(task, tmp_path)
    paths = task.export_samples([corpus.train.values[:9]] * 2, corpus.encoding, tmp_path / "out.txt")
    assert [path.name for path in paths] == ["out-1.txt", "out-2.txt"]


def test_a_sample_goes_on_from_text_from_a_file_or_from_the_beginning_of_a_line(task: Task, tmp_path: Path) -> None:
    corpus = load(task, tmp_path)
    rng = np.random.Generator(np.random.PCG64(0))

    def primed(source: str | None) -> str:
        return "".join(task.spell(task.prime(source, corpus.encoding, rng=rng), corpus.encoding))

    assert primed("the cats sat") == "the cats sat"
    (tmp_path / "prime.txt").write_text("on the\nmat")
    assert primed(str(tmp_path / "prime.txt")) == "on the\u21b5mat"
    assert {primed(None)[:5] for _ in range(5)} == {"Line "}
    with pytest.raises(Usage, match="nothing to go on from"):
        primed("")


def test_no_opening_has_a_word_that_is_not_known(task: Task, tmp_path: Path) -> None:
    corpus = load(task, tmp_path, unit="word", vocabulary_size=20)
    assert 0 < len(corpus.encoding["openings"]) < 60
    for opening in corpus.encoding["openings"]:
        assert 0 not in task.tokens_of(opening, corpus.encoding), opening


@pytest.mark.parametrize(("unit", "wanted"), [("character", 12), ("word", 3)])
def test_length_is_in_characters_whatever_is_written(task: Task, tmp_path: Path, unit: str, wanted: int) -> None:
    corpus = load(task, tmp_path, unit=unit)
    values = task.prime("cats sat on the mat", corpus.encoding, rng=np.random.Generator(np.random.PCG64(0)))
    is_enough = task.is_long_enough(12, corpus.encoding)
    assert [is_enough(value) for value in values].index(True) + 1 == wanted


def test_a_drawing_keeps_to_its_room_and_shows_no_control(task: Task, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("\x1b[31mred\x07 " * 40 + "plain words " * 40)
    corpus = task.load(str(tmp_path / "text.txt"), {}, seed=0, progress=lambda *_: None)
    drawn = task.show(corpus.train.values, corpus.encoding, width=30, height=5)
    assert "\x1b" not in drawn
    assert "\x07" not in drawn
    lines = drawn.split("\n")
    assert len(lines) == 5
    assert max(map(len, lines)) <= 30
    assert lines[-1].startswith("…")


def test_a_folder_without_a_test_part_is_scored_on_validation(task: Task, tmp_path: Path) -> None:
    corpus = load(task, tmp_path, test_share=0)
    assert len(corpus.test.values) == 0
    assert corpus.baselines["order 3 Markov"] > 0

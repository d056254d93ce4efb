"""The studio's answers of a model that translates: as `seqtui predict` has them, the search step by step, files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import seqtui.tasks

from seqtui.engine.asking import translate_data
from seqtui.engine.beam import Search
from seqtui.engine.open_model import OpenModel, open_model
from seqtui.engine.studio_translation import MOST_STEPS, Translator
from seqtui.engine.wording import Wording
from seqtui.errors import BadInput, NotFound, Usage
from seqtui.runs.models import ModelPlace
from seqtui.runs.studio_folder import StudioFolder
from seqtui.runs.studio_words import Told, WritePredictions, Wrote
from seqtui.runs.translation_words import (
    AskTranslation,
    BeamMoved,
    TranslationAsked,
    TranslationFound,
    TranslationsListed,
)

RUN: dict[str, Any] = {"app": "backward", "data": None, "batch_size": 8, "lr": 0.02}


@pytest.fixture(autouse=True, scope="module")
def application() -> Iterator[None]:
    """The application `backward`, installed for the tests of this file."""
    place = str(Path(__file__).parents[1] / "applications")
    seqtui.tasks.__path__.append(place)
    yield
    seqtui.tasks.__path__.remove(place)


@pytest.fixture(scope="module")
def model(lab: Any) -> OpenModel:
    """One that has been trained a little."""
    folder = lab.golden(**RUN)
    return open_model(ModelPlace("run", folder.path, folder.id), threads=1)


@pytest.fixture
def translator(model: OpenModel, tmp_path: Path) -> Translator:
    """With nothing asked so far."""
    return Translator(model, StudioFolder(tmp_path))


def of(answers: list[Any], kind: type) -> list[Any]:
    return [answer for answer in answers if isinstance(answer, kind)]


def silent(_what: str, _done: int, _total: int) -> None:
    pass


def test_a_text_becomes_what_the_command_makes_of_it(translator: Translator, model: OpenModel, tmp_path: Path) -> None:
    answers = list(translator.answer(AskTranslation(3, "abcx", beam=4, best=3, length_penalty=0.5)))
    (asked,), found = of(answers, TranslationAsked), of(answers, TranslationFound)
    assert (asked.source, asked.text, asked.unknown, asked.count, asked.cut) == (
        ["a", "b", "c", "x"],
        "abcx",
        [3],
        1,
        0,
    )
    assert asked.has_attention
    (tmp_path / "given.txt").write_text("abcx\n")
    (said,) = translate_data(model, str(tmp_path / "given.txt"), Search(4, 3, 0.5), progress=silent)[0]
    wording = Wording(model.task, model.meaning.encoding)
    assert [each.text for each in found] == [wording.text(each, asked.source) for each in said.hypotheses]
    assert [each.score for each in found] == [each.score for each in said.hypotheses]
    assert [each.rank for each in found] == [0, 1, 2]
    for each in found:
        assert len(each.attention) == len(each.chances) == len(each.tokens) + 1
        assert len(each.copied) == len(each.tokens)
    assert isinstance(answers[-1], Told)


def test_the_beam_can_be_followed_to_what_is_found(translator: Translator) -> None:
    answers = list(translator.answer(AskTranslation(1, "edcba", beam=3, best=3)))
    moves, found = of(answers, BeamMoved), of(answers, TranslationFound)
    assert [move.step for move in moves] == list(range(len(moves)))
    paths: list[tuple[str, ...]] = [()]
    ended = {}
    for move in moves:
        assert move.scores == sorted(move.scores, reverse=True)
        paths = [(*paths[parent], token) for parent, token in zip(move.parents, move.tokens, strict=True)]
        ended |= {path[:-1]: score for path, score, end in zip(paths, move.scores, move.ended, strict=True) if end}
    for each in found:
        letters = tuple("?" if at >= 0 else token for token, at in zip(each.tokens, each.copied, strict=True))
        assert ended[letters] == pytest.approx(each.log_probability, abs=1e-3)


def test_a_file_is_listed_with_what_is_right_in_it(translator: Translator, tmp_path: Path) -> None:
    path = tmp_path / "pairs.txt"
    lines = [("a", "a"), ("ab", ""), ("", ""), *[("abc", "cba")] * 70]
    path.write_text("".join(f"{source}\t{target}\n" if target else f"{source}\n" for source, target in lines))
    answers = list(translator.answer(AskTranslation(2, path=str(path), record=3)))
    (asked,), listed = of(answers, TranslationAsked), of(answers, TranslationsListed)
    assert (asked.count, asked.record, asked.index, asked.references) == (73, "line 4", 3, ["cba"])
    assert [part.first for part in listed] == [0, 32, 64]
    texts = [text for part in listed for text in part.texts]
    exact = [each for part in listed for each in part.exact]
    assert [source for part in listed for source in part.sources] == [source for source, _ in lines]
    assert exact == [-1 if not target else int(text == target) for text, (_, target) in zip(texts, lines, strict=True)]
    assert texts[3] == of(answers, TranslationFound)[0].text == texts[-1]
    (wrote,) = translator.write(WritePredictions(4, str(tmp_path / "out.tsv"), source=str(path)))
    assert isinstance(wrote, Wrote)
    assert len((tmp_path / "out.tsv").read_text().splitlines()) == 73


def test_a_long_text_is_read_as_far_as_can_be_shown(translator: Translator) -> None:
    (asked,) = of(list(translator.answer(AskTranslation(1, "ab" * MOST_STEPS, beam=1, best=1))), TranslationAsked)
    assert (len(asked.source), asked.cut) == (MOST_STEPS, MOST_STEPS)


def test_what_cannot_be_answered_has_its_sentence(translator: Translator, lab: Any, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing to ask about"):
        list(translator.answer(AskTranslation(1, "  ")))
    with pytest.raises(NotFound, match="there is no record 9"):
        list(translator.answer(AskTranslation(1, "ab", record=8)))
    (tmp_path / "lines.txt").write_text("\nab\n")
    with pytest.raises(BadInput, match="empty"):
        list(translator.answer(AskTranslation(1, path=str(tmp_path / "lines.txt"))))
    other = lab.golden(epochs=1)
    opened = open_model(ModelPlace("run", other.path, other.id), threads=1)
    with pytest.raises(Usage, match="does not translate"):
        list(Translator(opened, StudioFolder(tmp_path)).answer(AskTranslation(1, "ab")))

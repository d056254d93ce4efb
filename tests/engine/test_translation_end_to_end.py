"""Whole runs of an application that translates: scores, events, predictions, death and resumption, learning."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import seqtui.tasks
import torch

from seqtui.engine.asking import score_all, translate_data
from seqtui.engine.batches import FlatData, rows_of
from seqtui.engine.beam import GREEDY, Search
from seqtui.engine.export_model import export_model
from seqtui.engine.open_model import OpenModel, open_model
from seqtui.engine.session import Session
from seqtui.engine.translating import translate_all
from seqtui.engine.translation_head import TranslationHead
from seqtui.engine.wording import Wording
from seqtui.errors import BadInput, Usage
from seqtui.runs.events import (
    DataSummary,
    Evaluated,
    Event,
    Exported,
    Finished,
    Lags,
    NonFinite,
    Saved,
    Translated,
    Warned,
)
from seqtui.runs.folder import RunFolder
from seqtui.runs.models import find_model

BACKWARD: dict[str, Any] = {"app": "backward", "data": None, "batch_size": 8, "lr": 0.02, "dropout": 0.2}
CASES: dict[str, dict[str, Any]] = {
    "luong, fed, gru": {},
    "sampled by schedule, smoothed, lstm, stacked": {
        "backbone": "lstm", "layers": 2, "bidirectional": True, "kernel": "stock",
        "options": {"teacher_end": 0.2, "label_smoothing": 0.1},
    },
    "bahdanau, covered, sampled, locked": {
        "locked_dropout": True, "accumulate": 2,
        "options": {"attention": "bahdanau", "coverage": True, "teacher_end": 0.5},
    },
    "at once, all tied": {"options": {"input_feeding": False, "tied": "all"}, "best_by": "score"},
    "no attention, dense": {"backbone": "dense", "options": {"attention": "none"}},
}  # fmt: skip
WATCHED = {**BACKWARD, "telemetry": "full"}


@pytest.fixture(autouse=True, scope="module")
def application() -> Iterator[None]:
    """The application `backward`, installed for the tests of this file; forks inherit it."""
    place = str(Path(__file__).parent / "applications")
    seqtui.tasks.__path__.append(place)
    from seqtui.translation_metrics import translation_metrics

    translation_metrics(["a"], [["a"]])  # imports sacrebleu, so that no fork has to
    yield
    seqtui.tasks.__path__.remove(place)


def of_kind(events: list[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def silent(_what: str, _done: int, _total: int) -> None:
    pass


def opened(folder: RunFolder) -> OpenModel:
    return open_model(find_model(str(folder.path)), threads=1)


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_a_run_that_translates_tells_its_scores(lab: Any, changes: dict[str, Any]) -> None:
    events = lab.events(lab.golden(**BACKWARD, **changes))
    assert of_kind(events, Warned) == []
    assert of_kind(events, DataSummary)[0].head == "translation"
    evaluated = of_kind(events, Evaluated)
    assert [event.split for event in evaluated] == ["valid", "valid", "test"]
    for event in evaluated:
        assert set(event.metrics) == {"exact", "token_errors", "perplexity", "accuracy"}
        assert event.metrics["perplexity"] == pytest.approx(math.exp(event.loss))
        assert 0 <= event.metrics["exact"] <= 1
    assert isinstance(events[-1], Finished)


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_a_run_that_is_dropped_ends_as_the_one_that_never_was(lab: Any, changes: dict[str, Any]) -> None:
    golden = lab.golden(**BACKWARD, **changes)
    folder, snapshots = lab.folder(**BACKWARD, **changes), []

    def keep(event: Event) -> bool:
        if isinstance(event, Saved):
            snapshots.append(lab.copy(folder))
        return False

    lab.live(folder, until=keep)
    for snapshot in snapshots[1:-1:2]:
        assert lab.child(snapshot) == 0
        lab.assert_same_end(snapshot, golden)
        lab.assert_same_history(snapshot, golden)
    assert len(snapshots) >= 6


def test_the_teacher_leaves_step_by_step(lab: Any) -> None:
    seen = []

    def look(_event: Event) -> bool:
        if lives:
            head = lives[0].trainee.model.head
            assert isinstance(head, TranslationHead)
            seen.append(head.teacher_share)
        return False

    lives: list[Any] = []
    lab.live(lab.folder(**BACKWARD, options={"teacher_end": 0.0}, epochs=4), until=look, change=lives.append)
    assert sorted(set(seen), reverse=True) == pytest.approx([1 - step / 20 for step in range(20)])


def test_telemetry_changes_nothing_and_shows_a_few_pairs(lab: Any) -> None:
    plain, watched = lab.golden(**BACKWARD), lab.golden(**WATCHED)
    lab.assert_same_end(watched, plain)
    events = lab.events(watched)
    assert of_kind(events, Lags), "the encoder's lags are heard through the decoder"
    (shown, *later) = of_kind(events, Translated)
    assert [[pair.record for pair in event.pairs] for event in later] == [[pair.record for pair in shown.pairs]] * len(
        later
    )
    for pair in shown.pairs:
        assert pair.reference == pair.source[::-1]
        assert len(pair.attention) == len(pair.chances) == len(pair.output) + 1
        assert all(len(row) == len(pair.source) and sum(row) == pytest.approx(1, abs=1e-3) for row in pair.attention)
        assert len(pair.copied) == len(pair.output)


def test_a_decoder_of_numbers_that_are_none_is_named(lab: Any) -> None:
    def spoil(session: Session) -> None:
        head = session.trainee.model.head
        assert isinstance(head, TranslationHead)
        with torch.no_grad():
            head.decoder.readout.weight[0, 0] = torch.nan

    life = lab.live(lab.folder(**BACKWARD), until=lambda event: isinstance(event, NonFinite), change=spoil)
    found = life.events[-1]
    assert (found.where, found.layer) == ("loss", "head")


def test_a_reversal_is_learned(lab: Any) -> None:
    folder = lab.golden(
        **{**BACKWARD, "dropout": 0.0, "hidden_size": 24, "embedding_size": 12, "batch_size": 10, "epochs": 18},
        bidirectional=True, backbone="lstm", kernel="stock", options={"pairs": 400}, checkpoint_seconds=30,
    )  # fmt: skip
    events = of_kind(lab.events(folder), Evaluated)
    assert events[-1].split == "test"
    assert events[-1].metrics["accuracy"] > 0.9
    assert events[-1].metrics["exact"] > 0.6, "by chance, only strings of one letter come out right"


def test_what_is_said_of_records_does_not_depend_on_their_neighbors(lab: Any, tmp_path: Path) -> None:
    model = opened(lab.golden(**BACKWARD, **CASES["bahdanau, covered, sampled, locked"]))
    lines = ["abc", "", "edcba", "a", "ababab", "cc"] * 12
    (tmp_path / "all.txt").write_text("".join(f"{line}\n" for line in lines))
    made, _ = translate_data(model, str(tmp_path / "all.txt"), Search(beam=3, best=2), progress=silent)
    found = list(made)
    assert [each.name for each in found] == [f"line {number + 1}" for number in range(len(lines))]
    for line, said in list(zip(lines, found, strict=True))[:6]:
        (tmp_path / "one.txt").write_text(f"{line}\n{'a' if not line else ''}")
        made, _ = translate_data(model, str(tmp_path / "one.txt"), Search(beam=3, best=2), progress=silent)
        alone = next(made)
        assert [each.tokens for each in said.hypotheses] == [each.tokens for each in alone.hypotheses]
        assert said.hypotheses[0].score == pytest.approx(alone.hypotheses[0].score, rel=1e-4)
    assert found[1].hypotheses[0].tokens == ()


def test_unknown_letters_are_copied_from_the_text_as_it_was_typed(lab: Any, tmp_path: Path) -> None:
    model = opened(lab.golden(**BACKWARD))
    assert isinstance(model.model.head, TranslationHead)
    with torch.no_grad():
        assert model.model.head.decoder.output is not None
        model.model.head.decoder.output.bias[0] += 100
    (tmp_path / "in.txt").write_text("xyz\n")
    made, _ = translate_data(model, str(tmp_path / "in.txt"), replace(GREEDY, longest=3), progress=silent)
    (said,) = made
    wording = Wording(model.task, model.meaning.encoding)
    best = said.hypotheses[0]
    assert best.attention is not None
    looked = best.attention.argmax(1)[:3]
    assert wording.text(best, wording.read(said)) == "".join("xyz"[place] for place in looked)


def test_scores_are_those_of_what_is_written(lab: Any, tmp_path: Path) -> None:
    model = opened(lab.golden(**BACKWARD))
    lines = ["abc\tcba", "de\ted\tde", "a\ta", "bb"]
    (tmp_path / "known.txt").write_text("".join(f"{line}\n" for line in lines))
    score, records, _ = score_all(model, str(tmp_path / "known.txt"), progress=silent)
    made = list(translate_data(model, str(tmp_path / "known.txt"), Search(), progress=silent)[0])
    wording = Wording(model.task, model.meaning.encoding)
    texts = [wording.text(each.hypotheses[0], wording.read(each)) for each in made]
    right = [text in line.split("\t")[1:] for text, line in zip(texts, lines, strict=True)][:3]
    assert score.metrics["exact"] == pytest.approx(sum(right) / 3)
    assert score.steps == 3 + 2 + 1 + 3, "letters and ends of what is known"
    assert len(records) == 4
    (tmp_path / "only.txt").write_text("".join(f"{line}\n" for line in lines[:3]))
    assert score_all(model, str(tmp_path / "only.txt"), progress=silent)[0].loss == pytest.approx(score.loss, rel=1e-5)
    (tmp_path / "unknown.txt").write_text("abc\n")
    with pytest.raises(BadInput, match="seqtui predict"):
        score_all(model, str(tmp_path / "unknown.txt"), progress=silent)


def test_an_export_holds_a_line_a_record_of_the_test_split(lab: Any, tmp_path: Path) -> None:
    folder = lab.golden(**BACKWARD, export=str(tmp_path / "out.tsv"))
    assert of_kind(lab.events(folder), Exported)[0].paths == [str(tmp_path / "out.tsv")]
    assert len((tmp_path / "out.tsv").read_text().splitlines()) == 9


def test_onnx_is_refused_in_a_sentence_and_safetensors_are_not(lab: Any, tmp_path: Path) -> None:
    model = opened(lab.golden(**BACKWARD))
    with pytest.raises(Usage, match="safetensors"):
        export_model(model, "onnx", tmp_path / "model.onnx")
    paths = export_model(model, "safetensors", tmp_path / "model.safetensors")
    again = open_model(find_model(str(paths[0].parent)), threads=1)
    assert _said(model) == _said(again)


def _said(model: OpenModel) -> list[tuple[int, ...]]:
    records = model.task.load(None, model.config.options, seed=5, progress=silent).test
    data = FlatData(records, rows_of(records, batch_size=1, bptt=0, ahead=0, ends=1), torch.device("cpu"))
    return [each.hypotheses[0].tokens for each in translate_all(model, data, Search(beam=2))]

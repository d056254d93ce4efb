"""Whole runs of an application that labels: scores, confusion, attribution, predictions, death and resumption."""

import csv
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import seqtui.tasks
import torch

from seqtui import catalog
from seqtui.config_check import make_config
from seqtui.engine.asking import predict_all, score_all
from seqtui.engine.attribution import input_gradient
from seqtui.engine.evaluate import evaluate
from seqtui.engine.open_model import OpenModel, open_model
from seqtui.engine.prepare import load_corpus
from seqtui.errors import BadInput, Usage
from seqtui.metrics import label_metrics
from seqtui.runs.events import Attribution, Confusion, DataSummary, Evaluated, Event, Finished, Lags, Saved, Warned
from seqtui.runs.folder import RunFolder
from seqtui.runs.models import find_model

LABELS: dict[str, Any] = {"app": "majority", "data": None, "batch_size": 8, "lr": 0.02, "dropout": 0.1, "epochs": 2}
WATCHED = {**LABELS, "telemetry": "full"}
CASES: dict[str, dict[str, Any]] = {
    "mean, gru": LABELS,
    "attention, bidirectional lstm, mixtures": {
        **LABELS, "backbone": "lstm", "bidirectional": True, "layers": 2, "accumulate": 2,
        "options": {"pooling": "attention", "mixtures": True},
    },
    "max, masked vectors": {**LABELS, "options": {"pooling": "max", "vectors": True}},
    "last, windows, telemetry": {**WATCHED, "options": {"pooling": "last", "windows": True}},
}  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def application() -> Iterator[None]:
    """The application `majority`, installed for the tests of this file; forks inherit it."""
    place = str(Path(__file__).parent / "applications")
    seqtui.tasks.__path__.append(place)
    label_metrics(np.array([0, 1]), np.eye(2))  # imports scikit-learn, so that no fork has to
    yield
    seqtui.tasks.__path__.remove(place)


def of_kind(events: list[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def silent(_what: str, _done: int, _total: int) -> None:
    pass


def opened(folder: RunFolder) -> OpenModel:
    return open_model(find_model(str(folder.path)), threads=1)


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_a_run_that_labels_tells_its_scores_and_its_confusions(lab: Any, changes: dict[str, Any]) -> None:
    events = lab.events(lab.golden(**changes))
    summary, evaluated, confusions = (of_kind(events, kind) for kind in (DataSummary, Evaluated, Confusion))
    assert of_kind(events, Warned) == []
    assert (summary[0].head, summary[0].classes) == ("label", ["more a", "more b"])
    assert summary[0].baseline_metrics == {"guess": {"accuracy": 0.5}}
    assert [event.split for event in evaluated] == [event.split for event in confusions] == ["valid", "valid", "test"]
    for event, confusion in zip(evaluated, confusions, strict=True):
        counts = np.array(confusion.counts)
        assert event.step == confusion.step
        assert confusion.classes == ["more a", "more b"]
        assert counts.sum() == event.steps == (9 if event.split == "test" else 12)
        assert event.metrics["accuracy"] == pytest.approx(np.trace(counts) / counts.sum())
        assert set(event.metrics) == {"accuracy", "mcc", "macro_f1", "auroc", "auprc"}
        assert math.isfinite(event.loss)
    assert isinstance(events[-1], Finished)
    assert of_kind(events, Attribution) == [] or changes.get("telemetry") == "full"


def test_it_learns(lab: Any) -> None:
    changes = {**LABELS, "epochs": 12, "dropout": 0.0, "eval_every": 60}
    test = of_kind(lab.events(lab.golden(**changes)), Evaluated)[-1]
    assert test.split == "test"
    assert test.metrics["accuracy"] > 0.85
    assert test.loss < 0.4


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_a_run_that_labels_and_dies_at_any_step_ends_as_the_uninterrupted_one(
    lab: Any, changes: dict[str, Any]
) -> None:
    golden, folder = lab.golden(**changes), lab.folder(**changes)
    snapshots = [lab.copy(folder)]

    def keep(event: Event) -> bool:
        if isinstance(event, Saved):
            snapshots.append(lab.copy(folder))
        return False

    lab.live(folder, until=keep)
    wanted = [repr(event) for event in lab.events(golden) if isinstance(event, Confusion)]
    assert len(snapshots) > 6
    for snapshot in snapshots:
        assert lab.child(snapshot) == 0
        lab.assert_same_end(snapshot, golden)
        lab.assert_same_history(snapshot, golden)
        assert [repr(event) for event in lab.events(snapshot) if isinstance(event, Confusion)] == wanted


@pytest.mark.parametrize("level", ["light", "off"])
@pytest.mark.parametrize(
    "options",
    [{"mixtures": True, "pooling": "attention"}, {}, {"vectors": True}],
    ids=["mixtures", "tokens", "vectors"],
)
def test_looking_at_what_speaks_for_a_label_changes_nothing(lab: Any, level: str, options: dict[str, Any]) -> None:
    watched = lab.golden(**WATCHED, options=options)
    unwatched = lab.golden(**{**WATCHED, "telemetry": level}, options=options)
    assert len(of_kind(lab.events(watched), Attribution)) >= 1
    assert of_kind(lab.events(unwatched), Attribution) == []
    lab.assert_same_end(watched, unwatched)


@pytest.mark.parametrize("options", [{}, {"mixtures": True}, {"vectors": True}], ids=["tokens", "mixtures", "vectors"])
def test_the_attribution_is_that_of_one_sequence_of_the_rarest_class(lab: Any, options: dict[str, Any]) -> None:
    folder = lab.folder(**WATCHED, options=options)
    life = lab.live(folder, until=lambda event: isinstance(event, Attribution))
    event, session = life.events[-1], life.session
    assert isinstance(event, Attribution)
    valid = session.corpus.valid
    rarest = int(np.bincount(valid.labels).argmin())
    index = valid.labels.tolist().index(rarest)
    assert (event.step, event.record) == (session.state.step, f"valid {index}")
    assert event.truth == ("more a", "more b")[rarest]
    assert event.symbols == session.task.spell(valid.record(index), session.corpus.encoding)
    model = session.trainee.model.eval()
    values = torch.from_numpy(valid.record(index).astype(np.float32 if options.get("vectors") else np.int64))
    with torch.no_grad():
        chances = model(values.unsqueeze(1))[0][0].softmax(0)
    assert event.predicted == ("more a", "more b")[int(chances.argmax())]
    assert event.probability == pytest.approx(float(chances.max()))
    assert event.scores == input_gradient(model, values, int(chances.argmax())).tolist()
    assert [repr(each) for each in lab.events(folder)][-1] == repr(event), "it is read back as it was written"


def test_the_predictions_of_the_test_split_are_written_at_the_end(lab: Any, tmp_path: Path) -> None:
    target = tmp_path / "said.csv"
    folder = lab.golden(**LABELS, export=str(target), options={"windows": True})
    corpus = catalog.load("majority").load(None, {"windows": True}, seed=3, progress=silent)
    with target.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["record"] for row in rows] == list(corpus.test.names)
    assert [row["truth"] for row in rows] == [("more a", "more b")[each] for each in corpus.test.labels[::2]]
    right = sum(row["label"] == row["truth"] for row in rows)
    test = of_kind(lab.events(folder), Evaluated)[-1]
    assert right / len(rows) == pytest.approx(test.metrics["accuracy"])
    for row in rows:
        chances = [float(row["p_more a"]), float(row["p_more b"])]
        assert sum(chances) == pytest.approx(1)
        assert row["label"] == ("more a", "more b")[int(np.argmax(chances))]


def test_a_run_without_a_test_split_ends_well_and_writes_no_prediction(lab: Any, tmp_path: Path) -> None:
    folder = lab.folder(**{**LABELS, "epochs": 1}, export=str(tmp_path / "said.csv"), options={"tests": 0})
    assert lab.child(folder) == 0
    events = lab.events(folder)
    assert isinstance(events[-1], Finished)
    assert {event.split for event in of_kind(events, Evaluated)} == {"valid"}
    assert len((tmp_path / "said.csv").read_text().splitlines()) == 1, "the header alone"


def test_a_run_whose_validation_classes_are_unknown_ends_well_and_scores_nan(lab: Any) -> None:
    folder = lab.folder(**{**WATCHED, "epochs": 1}, options={"known": False})
    assert lab.child(folder) == 0
    events = lab.events(folder)
    assert isinstance(events[-1], Finished)
    for event in of_kind(events, Evaluated):
        assert math.isnan(event.loss)
        assert (event.steps, event.best) == (0, False)
    assert {event.truth for event in of_kind(events, Attribution)} == {""}
    assert all(norm == 0 for event in of_kind(events, Lags) for each in event.profiles for norm in each.norms)


def test_a_trained_model_labels_and_scores_lines_of_text(lab: Any, tmp_path: Path) -> None:
    model = opened(lab.golden(**{**LABELS, "epochs": 12, "dropout": 0.0, "eval_every": 60}))
    data = tmp_path / "lines.txt"
    data.write_text("aaaabaa a\nbbbbbbb b\na\nbbbab b\n")
    predictions, notes = predict_all(model, str(data), progress=silent)
    said = list(predictions)
    assert notes == ()
    assert [each.name for each in said] == ["line 1", "line 2", "line 3", "line 4"]
    assert [each.truth for each in said] == [0, 1, None, 1]
    assert [each.guess for each in said] == [0, 1, 0, 1]
    score, records, _ = score_all(model, str(data), progress=silent)
    assert (score.steps, len(records)) == (3, 4)
    assert score.confusion == [[1, 0], [0, 2]]
    surprises = [-weight * math.log(said[n].chances[k]) for n, k, weight in ((0, 0, 1.0), (1, 1, 1.5), (3, 1, 1.5))]
    assert score.loss == pytest.approx(sum(surprises) / 3)
    data.write_text("aab\nb\n")
    with pytest.raises(BadInput, match=r"lines\.txt has no labels that .* knows: ask for labels with seqtui predict"):
        score_all(model, str(data), progress=silent)


def test_the_best_weights_are_those_that_the_test_was_scored_with(lab: Any) -> None:
    folder = lab.golden(**CASES["attention, bidirectional lstm, mixtures"])
    life = lab.live(lab.copy(folder))
    test = of_kind(lab.events(folder), Evaluated)[-1]
    score = evaluate(opened(folder), life.session.test)
    assert score.loss == pytest.approx(test.loss, rel=1e-5)
    assert score.metrics == pytest.approx(test.metrics, nan_ok=True)


def test_both_directions_may_label_but_the_backward_pass_may_not_be_cut() -> None:
    task = catalog.load("majority")
    assert make_config(task, {"bidirectional": True, "pooling": "last"}).bidirectional
    with pytest.raises(Usage, match=r"bptt=9 is not allowed: majority predicts from whole sequences.*leave it out"):
        make_config(task, {"bptt": 9})
    assert make_config(task, {"bptt": 0, "mixtures": True}).options["mixtures"]


def test_a_head_that_is_not_what_was_said_is_caught() -> None:
    task = catalog.load("majority")
    honest = make_config(task, {})
    assert load_corpus(task, honest, lambda _phase: None).head.classes == ("more a", "more b")
    with pytest.raises(AssertionError, match="majority says that its head is label, and loads NextToken"):
        load_corpus(task, replace(honest, options={**honest.options, "lie": True}), lambda _phase: None)

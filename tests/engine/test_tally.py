"""Scores of labels against numpy: parts pooled, classes weighed, unknown ones left out, none at all told as nan."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from seqtui.config import RunConfig
from seqtui.engine.asking import predict_labels
from seqtui.engine.batches import FlatData, rows_of, units_in_order
from seqtui.engine.evaluate import evaluate
from seqtui.engine.heads import output_layer
from seqtui.engine.model import build_model
from seqtui.engine.step import Trainee, build_trainee
from seqtui.engine.tally import LabelTally, StepTally, start_tally
from seqtui.metrics import label_metrics
from seqtui.shapes import PADDING, Label, NextToken, Tokens
from seqtui.task import Records

CLASSES, WEIGHTS = ("a", "b", "c"), (1.0, 2.0, 0.5)
HEAD = Label(Tokens(5), CLASSES, WEIGHTS, "mean")
CPU = torch.device("cpu")


def data_of(labels: list[int] | None, *, lengths: list[int] | None = None) -> FlatData:
    rng = np.random.default_rng(3)
    sizes = lengths if lengths is not None else rng.integers(1, 9, len(labels or [])).tolist()
    values = rng.integers(0, 5, sum(sizes)).astype(np.uint8)
    known = None if labels is None else np.array(labels, np.int64)
    found = Records(values, np.array(sizes, np.int64), tuple(f"record {n}" for n in range(len(sizes))), known)
    return FlatData(found, rows_of(found, batch_size=4, bptt=0, ahead=0), CPU)


def windows_of(labels: list[int]) -> FlatData:
    """A sequence a label, of 30 values, read in 1, 2, 3 … overlapping windows."""
    rng, count = np.random.default_rng(3), len(labels)
    parents = np.repeat(np.arange(count), np.arange(count) + 1)
    lengths = rng.integers(3, 12, len(parents))
    starts = parents * 30 + rng.integers(0, 18, len(parents))
    shuffle = rng.permutation(len(parents))
    parents, lengths, starts = parents[shuffle], lengths[shuffle], starts[shuffle]
    wholes = np.stack([np.arange(count) * 30, np.arange(1, count + 1) * 30], 1)
    found = Records(
        rng.integers(0, 5, 30 * count).astype(np.uint8), lengths, tuple(f"record {n}" for n in range(count)),
        np.array(labels, np.int64)[parents], starts, parents, wholes,
    )  # fmt: skip
    return FlatData(found, rows_of(found, batch_size=4, bptt=0, ahead=0), CPU)


def trainee_of(head: Label = HEAD) -> Trainee:
    config = RunConfig(app="music", backbone="gru", hidden_size=9, embedding_size=6, init="gain=3")
    model = build_model(config, head)
    with torch.no_grad():
        model.head.classifier.weight.mul_(20)  # so that the chances differ
    return build_trainee(config, model.train(), "fp32")


def chances_by_hand(trainee: Trainee, data: FlatData) -> dict[int, np.ndarray]:
    """Each part by itself through the model, then the mean of each whole."""
    parts: dict[int, list[np.ndarray]] = {}
    trainee.model.eval()
    for index in range(len(data.records)):
        values = torch.from_numpy(data.records.record(index).astype(np.int64))
        if len(values):
            with torch.no_grad():
                logits = trainee.model(values.unsqueeze(1))[0][0].double().numpy()
            parent = index if data.records.parents is None else int(data.records.parents[index])
            parts.setdefault(parent, []).append(np.exp(logits) / np.exp(logits).sum())
    trainee.model.train()
    return {parent: np.mean(each, 0) for parent, each in sorted(parts.items())}


@pytest.mark.parametrize(
    ("data", "labels"),
    [
        (data_of([0, 1, 2, 2, 0, 1, 1]), [0, 1, 2, 2, 0, 1, 1]),
        (data_of([PADDING, 1, 2, PADDING, 0]), [PADDING, 1, 2, PADDING, 0]),
        (data_of([0, 1, 2, 1], lengths=[4, 0, 1, 7]), [0, 1, 2, 1]),
        (windows_of([2, 0, 1, 1, 2]), [2, 0, 1, 1, 2]),
        (windows_of([2, PADDING, 1, 0]), [2, PADDING, 1, 0]),
    ],
    ids=["records", "some unknown", "one empty", "windows", "windows, some unknown"],
)
def test_the_score_is_numpys_over_the_known_sequences(
    data: FlatData, labels: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seqtui.engine.evaluate.BATCH", 3)
    trainee = trainee_of()
    by_hand = chances_by_hand(trainee, data)
    known = [parent for parent in by_hand if labels[parent] >= 0]
    truth, chances = np.array(labels)[known], np.stack([by_hand[parent] for parent in known])
    score = evaluate(trainee, data)
    losses = [-WEIGHTS[label] * math.log(row[label]) for label, row in zip(truth.tolist(), chances, strict=True)]
    assert score.steps == len(known)
    assert score.loss == pytest.approx(sum(losses) / len(losses), rel=1e-5)
    assert score.metrics == pytest.approx(label_metrics(truth, chances), nan_ok=True)
    table = [[sum(truth[chances.argmax(1) == guess] == label) for guess in range(3)] for label in range(3)]
    assert score.confusion == table
    assert trainee.model.training


@pytest.mark.parametrize("make", [data_of, windows_of])
def test_predictions_tell_of_every_sequence_whole_and_in_order(make: Callable[[list[int]], FlatData]) -> None:
    data = make([2, PADDING, 1, 0])
    trainee = trainee_of()
    by_hand = chances_by_hand(trainee, data)
    predictions = list(predict_labels(trainee, data))
    assert [each.name for each in predictions] == list(data.records.names)
    assert [each.truth for each in predictions] == [2, None, 1, 0]
    for parent, each in enumerate(predictions):
        assert np.array_equal(each.values, data.records.whole(parent))
        assert each.chances == pytest.approx(by_hand[parent], rel=1e-5)
        assert each.guess == int(by_hand[parent].argmax())
        assert sum(each.chances) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    "data",
    [data_of([PADDING] * 4), data_of(None, lengths=[3, 2]), data_of([], lengths=[]), data_of([1], lengths=[0])],
    ids=["all unknown", "no labels", "no records", "nothing to read"],
)
def test_where_no_class_is_known_the_score_is_nan_and_empty(data: FlatData) -> None:
    score = evaluate(trainee_of(), data)
    assert math.isnan(score.loss)
    assert score.metrics
    assert all(math.isnan(value) for value in score.metrics.values())
    assert (score.steps, score.confusion) == (0, [[0, 0, 0]] * 3)
    predictions = list(predict_labels(trainee_of(), data))
    assert len(predictions) == len(data.rows)
    assert all(each.truth is None for each in predictions)


def test_a_class_that_was_given_no_chance_costs_infinitely_much_and_nan_stays_nan() -> None:
    data, head = data_of([0, 1]), output_layer(HEAD, 4, 1)
    units = units_in_order(data.rows, batch_size=1, window=0)
    for logits, wanted in (([[-1e5, 0.0, 0.0]], math.inf), ([[math.nan] * 3], math.nan)):
        tally = start_tally(head, data)
        for unit in units:
            tally.add(torch.tensor(logits), data.gather(unit), unit)
        assert tally.score().loss == pytest.approx(wanted, nan_ok=True)


def test_the_loss_that_is_reported_is_the_loss_that_is_trained() -> None:
    trainee, data = trainee_of(), data_of([0, 1, 2, 2, 0, 1, 1])
    (unit,) = units_in_order(data.rows, batch_size=99, window=0)
    window = data.gather(unit)
    logits, _ = trainee.model(window.inputs, lengths=window.lengths)
    trained = float(trainee.model.head.loss(logits, window.targets, window.mask).detach()) / unit.targets
    assert evaluate(trainee, data).loss == pytest.approx(trained, rel=1e-5)


def test_the_head_decides_what_is_tallied() -> None:
    assert isinstance(start_tally(output_layer(HEAD, 4, 1), data_of([0])), LabelTally)
    assert isinstance(start_tally(output_layer(NextToken(5), 4, 1), data_of([0])), StepTally)
    assert evaluate(trainee_of(Label(Tokens(5), ("only",))), data_of([0, 0])).confusion == [[2]]

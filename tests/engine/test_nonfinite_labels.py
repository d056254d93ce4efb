"""What is told of a step that is not finite where sequences are labeled: layer, and time step, of either direction."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from seqtui.config import RunConfig
from seqtui.engine.batches import FlatData, rows_of, units_in_order
from seqtui.engine.model import SequenceModel, build_model
from seqtui.engine.nonfinite import find_culprit
from seqtui.engine.step import Knobs, build_trainee, train_step
from seqtui.runs.events import NonFinite
from seqtui.shapes import Label, Tokens
from seqtui.task import Records

LENGTHS = (22, 20, 3)  # of which the middle one is read; the others stand beside it


def culprit(change: Callable[[SequenceModel], Any], **settings: Any) -> NonFinite:
    """The event of one step of a model whose weights were changed; symbol 1 stands in the sequence of 20 alone."""
    config = RunConfig(app="music", embedding_size=1, hidden_size=2, bidirectional=True, **settings)
    model = build_model(config, Label(Tokens(2), ("a", "b"), positions=2)).train()
    model.backbone.use_kernel("own")
    with torch.no_grad():
        change(model)
    values = np.concatenate([np.full(length, int(length == 20)) for length in LENGTHS])
    names = tuple(f"of {length}" for length in LENGTHS)
    found = Records(values, np.array(LENGTHS), names, np.array([0, 0, 0]))
    data = FlatData(found, rows_of(found, batch_size=3, bptt=0, ahead=0), torch.device("cpu"))
    units, trainee = units_in_order(data.rows, batch_size=3, window=0), build_trainee(config, model, "fp32")
    rng = torch.get_rng_state()
    outcome = train_step(trainee, data, units, None, knobs=Knobs(0.01, 1.0, 0.0))
    assert not outcome.finite
    return find_culprit(trainee, data, units, None, rng=rng, outcome=outcome, step=1, in_a_row=1, last_norms=[])


@pytest.mark.parametrize(
    ("place", "layer", "time"),
    [
        (lambda model: model.embed.inner.weight[1], "embed", 0),
        (lambda model: model.embed.where.weight[2], "embed", 2),
        (lambda model: model.backbone.layers[0].bias_ih, "backbone.layers.0", 0),
        (lambda model: model.head.classifier.bias, "head", None),
    ],
    ids=["symbol", "position", "backbone", "classifier"],
)
def test_a_poisoned_weight_is_named(place: Callable[[SequenceModel], Any], layer: str, time: int | None) -> None:
    event = culprit(lambda model: place(model).fill_(math.nan))
    assert (event.where, event.layer, event.time_step) == ("loss", layer, time)
    assert event.records == ["of 22", "of 20", "of 3"]


def growing(direction: str, *, read: float) -> Callable[[SequenceModel], None]:
    """Weights under which one unit of one direction grows a thousandfold a step from `read`, in the sequence of 20."""

    def change(model: SequenceModel) -> None:
        for parameter in model.parameters():
            parameter.zero_()
        model.embed.inner.weight[1] = 1.0
        layer = model.backbone.layers[0]
        layer.get_parameter("weight_ih" + direction)[0] = read
        layer.get_parameter("weight_hh" + direction)[0, 0] = 1e3
        model.head.classifier.weight[1] = 1.0
        model.head.classifier.weight[0] = -1.0  # twice as much gradient, of which three sequences take a third

    return change


RELU = {"backbone": "rnn", "nonlinearity": "relu"}


@pytest.mark.parametrize(("direction", "time"), [("", 13), ("_reverse", 19 - 13)])
def test_the_step_is_that_at_which_the_direction_overflowed_first(direction: str, time: int) -> None:
    event = culprit(growing(direction, read=1.0), **RELU)
    assert (event.where, event.layer, event.time_step) == ("loss", "backbone.layers.0", time)


@pytest.mark.parametrize(("direction", "time"), [("", 19 - 13), ("_reverse", 13)])
def test_the_step_is_that_at_which_the_gradient_overflowed_first(direction: str, time: int) -> None:
    event = culprit(growing(direction, read=1e-30), **RELU)
    assert (event.where, event.layer, event.time_step) == ("gradient", "backbone.layers.0", time)
    assert event.tensor == "embed.inner.weight"

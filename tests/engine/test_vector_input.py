"""Vectors of real numbers: normalised, masked in training alone, never mixed with padding, stored with the model."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from seqtui.config import RunConfig
from seqtui.engine.attribution import input_gradient, log_odds, substitutes
from seqtui.engine.batches import FlatData, epoch_units, rows_of
from seqtui.engine.model import build_model
from seqtui.engine.model_file import Meaning, meaning_as_json, meaning_from
from seqtui.engine.vector_input import VectorInput, masked
from seqtui.errors import BadInput, Usage
from seqtui.records import Records
from seqtui.shapes import Label, Masks, Pooling, Vectors

WIDTH, LENGTHS = 3, (7, 3, 1)
MEAN, DEVIATION = (0.5, -2.0, 10.0), (2.0, 0.5, 4.0)


def records(*, seed: int = 0) -> Records:
    values = np.random.default_rng(seed).normal(size=(sum(LENGTHS), WIDTH)).astype(np.float32)
    return Records(values, np.array(LENGTHS), tuple("abc"), np.array([0, 1, 0]))


def gathered(given: Records) -> tuple[Tensor, Tensor]:
    data = FlatData(given, rows_of(given, batch_size=3, bptt=0, ahead=0), torch.device("cpu"))
    (unit,) = epoch_units(data.rows, batch_size=3, bptt=0, seed=1, epoch=0)
    window = data.gather(unit)
    assert window.lengths is not None
    order = window.lengths.argsort(descending=True)
    return window.inputs[:, order], window.lengths[order]


def config(backbone: str = "gru", *, bidirectional: bool = False) -> RunConfig:
    return RunConfig(
        app="any", backbone=backbone, bidirectional=bidirectional, hidden_size=6, embedding_size=4  # type: ignore[arg-type]
    )  # fmt: skip


def test_batches_hold_the_numbers_as_they_are() -> None:
    given = records()
    inputs, lengths = gathered(given)
    assert inputs.dtype == torch.float32
    assert lengths.tolist() == list(LENGTHS)
    for row, length in enumerate(LENGTHS):
        assert torch.equal(inputs[:length, row], torch.from_numpy(given.record(row)))


def test_each_number_is_normalised_before_it_is_projected() -> None:
    values = torch.from_numpy(records().values)
    straight = VectorInput(Vectors(WIDTH, MEAN, DEVIATION, projected=False), 4)
    wanted = (values - torch.tensor(MEAN)) / torch.tensor(DEVIATION)
    torch.testing.assert_close(straight(values), wanted)
    layer = VectorInput(Vectors(WIDTH, MEAN, DEVIATION), 4)
    assert layer.projection is not None
    torch.testing.assert_close(layer(values), layer.projection(wanted))
    assert torch.equal(VectorInput(Vectors(WIDTH, projected=False), 4)(values), values)


@pytest.mark.parametrize("pooling", ["last", "mean", "max", "attention"])
@pytest.mark.parametrize("backbone", ["gru", "lstm", "dense"])
@pytest.mark.parametrize("projected", [True, False])
def test_padding_never_leaks_into_a_label(pooling: Pooling, backbone: str, projected: bool) -> None:
    head = Label(Vectors(WIDTH, MEAN, DEVIATION, projected), ("a", "b"), pooling=pooling)
    model = build_model(config(backbone, bidirectional=backbone != "dense"), head).eval()
    inputs, lengths = gathered(records())
    together, _ = model(inputs, lengths=lengths)
    padded = torch.arange(len(inputs)).unsqueeze(1) >= lengths
    worse, _ = model(inputs.masked_fill(padded.unsqueeze(2), 1e6), lengths=lengths)
    assert torch.equal(together, worse)
    for row, length in enumerate(LENGTHS):
        alone, _ = model(inputs[:length, row : row + 1])
        torch.testing.assert_close(together[row], alone[0])


def test_padded_steps_have_no_gradient() -> None:
    model = build_model(config(), Label(Vectors(WIDTH), ("a", "b"), pooling="mean"))
    inputs, lengths = gathered(records())
    inputs = inputs.requires_grad_()
    model(inputs, lengths=lengths)[0].sum().backward()
    padded = torch.arange(len(inputs)).unsqueeze(1) >= lengths
    assert inputs.grad is not None
    assert (inputs.grad[padded] == 0).all()
    assert (inputs.grad[~padded].abs().sum(1) > 0).all()


def test_a_step_speaks_by_its_gradient_times_its_distance_from_the_mean() -> None:
    head = Label(Vectors(WIDTH, MEAN, DEVIATION), ("a", "b"), pooling="mean")
    model = build_model(config("dense"), head).eval()
    values = torch.from_numpy(records().values[:5])
    scores = input_gradient(model, values, 1)
    source = values.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(log_odds(model(source.unsqueeze(1))[0], 1).sum(), source)
    torch.testing.assert_close(scores, (gradient * (values - torch.tensor(MEAN))).sum(1))
    with pytest.raises(Usage, match="--method saliency"):
        substitutes(head.inputs)


BIG = Masks(stretches=2, longest=9, strips=1, widest=3, share=0.3, repeats=2)


def test_masks_hide_whole_steps_and_whole_bands_within_their_bounds() -> None:
    torch.manual_seed(3)
    lengths = torch.tensor([60, 20, 4] * 40)
    x = masked(torch.ones(60, 120, 16), BIG, lengths)
    steps, bands = (x == 0).all(2), (x == 0).all(0)  # (time, batch), (batch, width)
    assert torch.equal(x == 0, steps.unsqueeze(2) | bands), "only whole steps and whole bands are hidden"
    assert torch.equal(bands[:, :8], bands[:, 8:]), "a band is struck in all its repeats"
    assert not steps[torch.arange(60).unsqueeze(1) >= lengths].any(), "no mask is lost on the padding"
    for length in (60, 20, 4):
        hidden = steps[:, lengths == length].sum(0)
        assert hidden.max() <= 2 * min(int(0.3 * length), 9)
        assert length == 4 or hidden.min() < hidden.max()
    assert 2 <= bands[:, :8].sum(1).max() <= 3


def test_masks_are_of_training_alone_and_follow_the_generator() -> None:
    layer = VectorInput(Vectors(16, projected=False, masks=BIG), 4)
    x = torch.ones(30, 5, 16)
    assert torch.equal(layer.eval()(x), x)
    layer.train()
    torch.manual_seed(7)
    state, first = torch.get_rng_state(), layer(x)
    second = layer(x)
    torch.set_rng_state(state)
    assert torch.equal(layer(x), first)
    assert torch.equal(layer(x), second)
    assert not torch.equal(first, second)
    assert (first == 0).any()


def test_what_vectors_are_is_stored_with_the_model_and_checked() -> None:
    head = Label(Vectors(WIDTH, MEAN, DEVIATION, masks=BIG), ("a", "b"))
    stored = meaning_as_json(Meaning(head, {}, "nats/sequence"))
    assert meaning_from(stored, Path("model.json")).head == head
    for change in ({"mean": MEAN[:2]}, {"deviation": (1.0, 0.0, 1.0)}, {"mean": (0.0, float("inf"), 0.0)}):
        broken = {**stored, "head": {**stored["head"], "inputs": {**stored["head"]["inputs"], **change}}}
        with pytest.raises(BadInput, match="damaged"):
            meaning_from(broken, Path("model.json"))

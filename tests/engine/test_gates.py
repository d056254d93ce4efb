"""Gate maps against the cells' equations, run by hand in both directions through two layers."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from seqtui.config import RunConfig
from seqtui.engine.gates import STEPS, UNITS, gate_maps
from seqtui.engine.model import SequenceModel, build_model
from seqtui.shapes import NextToken

GATES = {
    "gru": {"update", "reset", "candidate"},
    "lstm": {"forget", "input", "output", "candidate"},
    "rnn": {"activation"},
}
CELLS = ["rnn", "gru", "lstm"]


def model_of(backbone: str, **changes: Any) -> SequenceModel:
    config = RunConfig(app="music", **{"backbone": backbone, "hidden_size": 9, "embedding_size": 6, **changes})
    return build_model(config, NextToken(11))


def sequence(steps: int) -> Tensor:
    return torch.randint(0, 11, (steps, 1), generator=torch.Generator().manual_seed(4))


def by_hand(cell: str, parts: dict[str, Tensor], x: Tensor) -> tuple[dict[str, Tensor], Tensor]:
    """x (time, inputs) -> every gate, (time, units), and h, (time, units); as the papers write them."""
    sigmoid, h, c = torch.sigmoid, torch.zeros(9), torch.zeros(9)
    rows: dict[str, list[Tensor]] = {}
    states = []
    for step in x:
        a = (parts["weight_ih"] @ step + parts["bias_ih"]).split(9)
        b = (parts["weight_hh"] @ h + parts["bias_hh"]).split(9)
        if cell == "rnn":
            h = torch.tanh(a[0] + b[0])
            gates = {"activation": h}
        elif cell == "gru":
            r, z = sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1])
            gates = {"reset": r, "update": 1 - z, "candidate": torch.tanh(a[2] + r * b[2])}
            h = gates["update"] * gates["candidate"] + z * h
        else:
            i, f, g, o = sigmoid(a[0] + b[0]), sigmoid(a[1] + b[1]), torch.tanh(a[2] + b[2]), sigmoid(a[3] + b[3])
            c = f * c + i * g
            h, gates = o * torch.tanh(c), {"input": i, "forget": f, "candidate": g, "output": o}
        for name, values in gates.items():
            rows.setdefault(name, []).append(values)
        states.append(h)
    return {name: torch.stack(values) for name, values in rows.items()}, torch.stack(states)


@pytest.mark.parametrize("cell", CELLS)
def test_maps_of_both_directions_and_two_layers_equal_the_equations_in_the_order_of_time(cell: str) -> None:
    model = model_of(cell, layers=2, bidirectional=True)
    inputs = sequence(7)
    found = {(each.layer, each.direction, each.gate): each for each in gate_maps(model, inputs)}
    assert set(found) == {
        (layer, way, gate) for layer in (0, 1) for way in ("forward", "backward") for gate in GATES[cell]
    }
    with torch.no_grad():
        x = model.embed(inputs)[:, 0]
        for number, layer in enumerate(model.backbone.recurrent_layers):
            outputs = []
            for direction, suffix in (("forward", ""), ("backward", "_reverse")):
                wanted = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
                parts = {name: layer.get_parameter(name + suffix) for name in wanted}
                gates, h = by_hand(cell, parts, x if direction == "forward" else x.flip(0))
                outputs.append(h if direction == "forward" else h.flip(0))
                for name, values in gates.items():
                    in_time = values if direction == "forward" else values.flip(0)
                    assert_shows(found[number, direction, name], in_time)
            x = torch.cat(outputs, 1)


def assert_shows(shown: Any, values: Tensor) -> None:
    """values (time, units)."""
    signed = shown.gate in ("candidate", "activation")
    levels = ((values + 1) / 2 if signed else values).t() * 255
    assert np.abs(np.array(shown.values) - levels.numpy()).max() <= 0.51
    size = values.abs() if signed else values
    assert shown.low == pytest.approx(float((size < 0.1).double().mean()), abs=0.02)
    assert shown.high == pytest.approx(float((size > 0.9).double().mean()), abs=0.02)


@pytest.mark.parametrize("cell", CELLS)
def test_a_map_is_at_most_32_units_by_96_steps_of_whole_numbers_to_255(cell: str) -> None:
    maps = gate_maps(model_of(cell, hidden_size=40, init="gain=9"), sequence(120))
    assert {each.gate for each in maps} == GATES[cell]
    for each in maps:
        values = np.array(each.values)
        assert values.shape == (UNITS, STEPS) == (32, 96)
        assert values.dtype == np.int64
        assert 0 <= values.min() < values.max() <= 255


def test_a_small_model_and_a_short_sequence_give_a_small_map() -> None:
    assert {np.array(each.values).shape for each in gate_maps(model_of("lstm"), sequence(3))} == {(9, 3)}


def test_shares_of_saturation_count_gates_that_are_shut_and_open() -> None:
    opened = {each.gate: each for each in gate_maps(model_of("lstm", forget_bias=30.0), sequence(20))}
    assert (opened["forget"].low, opened["forget"].high) == (0.0, 1.0)
    shut = {each.gate: each for each in gate_maps(model_of("lstm", forget_bias=-30.0), sequence(20))}
    assert (shut["forget"].low, shut["forget"].high) == (1.0, 0.0)
    assert opened["output"].high < 0.5


def test_a_rectifier_that_leaves_the_range_and_weights_that_are_nan_are_still_drawn() -> None:
    grown = model_of("rnn", nonlinearity="relu", init="gain=50")
    with torch.no_grad():
        grown.backbone.recurrent_layers[0].bias_ih += 3
        (activation,) = gate_maps(grown, sequence(20))
        assert np.array(activation.values).max() == 255
        assert activation.high > 0.5
        grown.backbone.recurrent_layers[0].bias_ih.fill_(float("nan"))
    (broken,) = gate_maps(grown, sequence(20))
    assert (broken.low, broken.high) == (0.0, 0.0)


def test_a_backbone_without_memory_has_no_gates() -> None:
    assert gate_maps(model_of("dense"), sequence(5)) == []

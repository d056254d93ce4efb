"""The gates of every layer on a probe sequence, as small maps of units by time that a screen can draw."""

from typing import Final

import torch
from torch import Tensor

from seqtui.engine.model import SequenceModel
from seqtui.engine.recurrent.conv_lstm import ConvLSTMLayer
from seqtui.engine.recurrent.layer import SUFFIXES, RecurrentLayer
from seqtui.runs.events import GateMap

UNITS: Final = 32
STEPS: Final = 96
SIGNED: Final = ("candidate", "activation")  # these range over −1 … 1, gates over 0 … 1


def gate_maps(model: SequenceModel, inputs: Tensor) -> list[GateMap]:
    """inputs (time, 1[, features]), one sequence: UNITS units by STEPS steps, at most, of every gate of every layer."""
    was_training = model.training
    model.eval()
    maps: list[GateMap] = []
    with torch.no_grad():
        x = model.embed(inputs[:STEPS])
        for number, layer in enumerate(model.backbone.layers):
            if isinstance(layer, RecurrentLayer | ConvLSTMLayer):
                for direction in range(layer.directions):
                    maps += _maps_of(layer, number, direction, x)
                states = [layer.zero_state(1, x) for _ in range(layer.directions)]
                x, _ = layer(x, states)
            else:
                x = layer(x)
    model.train(was_training)
    return maps


def _maps_of(layer: RecurrentLayer | ConvLSTMLayer, number: int, direction: int, x: Tensor) -> list[GateMap]:
    state = layer.zero_state(1, x)
    rows: dict[str, list[Tensor]] = {}
    for step in reversed(x.unbind(0)) if direction else x.unbind(0):
        gates, state = layer.gates(step, state, SUFFIXES[direction])
        for name, values in gates.items():
            rows.setdefault(name, []).append(values[0])
    heard = "backward" if direction else "forward"
    # The backward direction reads from the end; its map runs left to right like every other.
    in_time = {name: values[::-1] if direction else values for name, values in rows.items()}
    return [_map(number, heard, name, torch.stack(values, 1)) for name, values in in_time.items()]


def _map(layer: int, direction: str, gate: str, values: Tensor) -> GateMap:
    """values (units, time)."""
    size = values.abs() if gate in SIGNED else values
    scaled = (values.clamp(-1, 1) + 1) / 2 if gate in SIGNED else values
    levels = (scaled[:UNITS].nan_to_num(0.0) * 255).round().to(torch.int64).tolist()
    low, high = float((size < 0.1).double().mean()), float((size > 0.9).double().mean())
    return GateMap(layer, direction, gate, levels, low, high)

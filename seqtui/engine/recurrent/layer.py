"""One recurrent layer over a padded batch, in one or both directions, on the kernel that was chosen.

Padding never leaks: the backward direction reads each sequence reversed within its own length, so no packed
sequences are needed and the fused kernels stay in use.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

import torch
from torch import Tensor, nn

from seqtui.engine.recurrent.cells import State, Weights, gru_gates, gru_step, lstm_gates, lstm_step, rnn_step
from seqtui.engine.recurrent.gru import GRUFunction
from seqtui.engine.recurrent.initialisation import initialise_recurrent, set_gate_bias
from seqtui.engine.recurrent.lstm import LSTMFunction
from seqtui.engine.recurrent.rnn import RNNFunction
from seqtui.engine.recurrent.tape import GradientTape

Cell = Literal["rnn", "gru", "lstm"]
Kernel = Literal["own", "stock"]

GATES: Final[dict[Cell, int]] = {"rnn": 1, "gru": 3, "lstm": 4}
MEMORY_GATE: Final = 1  # place of the LSTM's forget gate and of the GRU's z: the gate that keeps the state
SUFFIXES: Final = ("", "_reverse")


class RecurrentLayer(nn.Module):
    """weight_ih, weight_hh, bias_ih, bias_hh, and the same with _reverse; shapes and gate order as in torch.nn."""

    def __init__(
        self,
        cell: Cell,
        inputs: int,
        hidden: int,
        *,
        bidirectional: bool = False,
        relu: bool = False,
        init: str = "default",
        forget_bias: float | None = None,
    ) -> None:
        super().__init__()
        self.cell: Cell = cell
        self.hidden, self.relu = hidden, relu
        self.weight_drop = 0.0  # DropConnect on weight_hh while training (Wan et al. 2013, Merity et al. 2018)
        self.kernel: Kernel = "stock" if cell == "lstm" else "own"
        self.directions = 2 if bidirectional else 1
        bound = hidden**-0.5
        for suffix in SUFFIXES[: self.directions]:
            shapes = {"weight_ih": (inputs,), "weight_hh": (hidden,), "bias_ih": (), "bias_hh": ()}
            for name, shape in shapes.items():
                values = torch.empty(GATES[cell] * hidden, *shape).uniform_(-bound, bound)
                self.register_parameter(name + suffix, nn.Parameter(values))
            self._initialise(suffix, init=init, forget_bias=forget_bias)

    def _initialise(self, suffix: str, *, init: str, forget_bias: float | None) -> None:
        weights = self.weights(suffix)
        if init != "default":
            initialise_recurrent(weights.w_hh, init=init)
        if init == "identity":
            nn.init.zeros_(weights.b_ih)
            nn.init.zeros_(weights.b_hh)
        if forget_bias is not None and self.cell != "rnn":
            set_gate_bias(weights.b_ih, weights.b_hh, gate=MEMORY_GATE, hidden=self.hidden, value=forget_bias)

    def weights(self, suffix: str = "") -> Weights:
        """The parameters of the forward ('') or backward ('_reverse') direction."""
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        return Weights(*(self.get_parameter(name + suffix) for name in names))

    def zero_state(self, batch: int, like: Tensor) -> State:
        """The state before the first step, on the device and in the type of `like`."""
        zeros = like.new_zeros(batch, self.hidden)
        return (zeros, zeros) if self.cell == "lstm" else (zeros,)

    def forward(
        self,
        x: Tensor,
        states: Sequence[State],
        *,
        reversal: Tensor | None = None,
        tapes: Sequence[GradientTape] = (),
    ) -> tuple[Tensor, list[State]]:
        """x (time, batch, inputs) -> h (time, batch, directions × hidden), and the last state of each direction.

        reversal: from reversal_index, for the backward direction. The state after a sequence's own end is meaningless
        where the batch is padded. tapes: one a direction, filled by the backward pass; own kernel only.
        """
        outputs, lasts = [], []
        for direction in range(self.directions):
            tape = tapes[direction] if tapes else None
            source = x if direction == 0 else reverse_within(x, reversal)
            y, last = self._run(source, states[direction], self.weights(SUFFIXES[direction]), tape)
            outputs.append(y if direction == 0 else reverse_within(y, reversal))
            lasts.append(last)
        return outputs[0] if self.directions == 1 else torch.cat(outputs, 2), lasts

    def _run(self, x: Tensor, state: State, weights: Weights, tape: GradientTape | None) -> tuple[Tensor, State]:
        if self.training and self.weight_drop:
            weights = replace(weights, w_hh=nn.functional.dropout(weights.w_hh, self.weight_drop))
        if self.kernel == "stock" and tape is None:
            return self._run_stock(x, state, [weights.w_ih, weights.w_hh, weights.b_ih, weights.b_hh])
        with torch.autocast(x.device.type, enabled=False):  # our kernels work in place, in one type
            return self._run_own(x.float(), tuple(entry.float() for entry in state), weights, tape)

    def _run_own(self, x: Tensor, state: State, weights: Weights, tape: GradientTape | None) -> tuple[Tensor, State]:
        w = (weights.w_ih, weights.w_hh, weights.b_ih, weights.b_hh)
        match self.cell:
            case "rnn":
                y = RNNFunction.apply(x, state[0], *w, self.relu, tape)  # type: ignore[no-untyped-call]
            case "gru":
                y = GRUFunction.apply(x, state[0], *w, tape)  # type: ignore[no-untyped-call]
            case "lstm":
                y, c = LSTMFunction.apply(x, state[0], state[1], *w, tape)  # type: ignore[no-untyped-call]
                return y, (y[-1], c)
        return y, (y[-1],)

    def _run_stock(self, x: Tensor, state: State, weights: list[Tensor]) -> tuple[Tensor, State]:
        # Arguments after the weights: has_biases, num_layers, dropout, train, bidirectional, batch_first.
        h = state[0].unsqueeze(0)
        rest = (True, 1, 0.0, self.training, False, False)
        match self.cell:
            case "rnn":
                stock = torch.rnn_relu if self.relu else torch.rnn_tanh
                y, last = stock(x, h, weights, *rest)
            case "gru":
                y, last = torch.gru(x, h, weights, *rest)
            case "lstm":
                y, last, c = torch.lstm(x, (h, state[1].unsqueeze(0)), weights, *rest)
                return y, (last[0], c[0])
        return y, (last[0],)

    def step(self, x: Tensor, state: State, suffix: str = "") -> State:
        """One time step of one direction: x (batch, inputs) -> the next state."""
        match self.cell:
            case "rnn":
                return rnn_step(x, state, self.weights(suffix), relu=self.relu)
            case "gru":
                return gru_step(x, state, self.weights(suffix))
            case "lstm":
                return lstm_step(x, state, self.weights(suffix))

    def gates(self, x: Tensor, state: State, suffix: str = "") -> tuple[dict[str, Tensor], State]:
        """One time step with the gates it used, each (batch, hidden); an rnn has none and shows its activation."""
        match self.cell:
            case "rnn":
                after = rnn_step(x, state, self.weights(suffix), relu=self.relu)
                return {"activation": after[0]}, after
            case "gru":
                return gru_gates(x, state, self.weights(suffix))
            case "lstm":
                return lstm_gates(x, state, self.weights(suffix))


def reversal_index(lengths: Tensor, time: int) -> Tensor:
    """Index (time, batch) that reverses each sequence within its own length and leaves the padding where it is."""
    steps = torch.arange(time, device=lengths.device).unsqueeze(1)  # (time, 1)
    return torch.where(steps < lengths, lengths - 1 - steps, steps)


def reverse_within(x: Tensor, index: Tensor | None) -> Tensor:
    """x (time, batch, features) with each sequence reversed by a reversal_index; without one, over the whole time."""
    return x.flip(0) if index is None else x.gather(0, index.unsqueeze(2).expand_as(x))

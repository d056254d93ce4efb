"""A convolutional LSTM (Shi et al. 2015): the state is a map, and every place of it looks at its neighbors.

i, f, g, o = split(W_x * x_t + W_h * h_{t−1} + b);  c_t = σ(f) ∘ c_{t−1} + σ(i) ∘ tanh(g);  h_t = σ(o) ∘ tanh(c_t),
where * is a convolution. Shi's peepholes, W_c ∘ c, are left out. Maps are kept flat, (…, channels × height × width),
so that the layer stands where any recurrent layer does.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqtui.engine.recurrent.cells import State
from seqtui.engine.recurrent.tape import GradientTape
from seqtui.picture_sizes import KERNEL

GATES: Final = 4


class ConvLSTMLayer(nn.Module):
    """One layer, read forwards; gates in the order of torch.nn.LSTM: input, forget, candidate, output."""

    directions: Final = 1

    def __init__(self, inputs: int, hidden: int, map_size: tuple[int, int], *, forget_bias: float | None) -> None:
        super().__init__()
        self.inputs, self.hidden, self.map_size = inputs, hidden, map_size
        self.kernel = "own"  # there is no other
        self.weight_drop = 0.0  # DropConnect on weight_hh while training, as in RecurrentLayer
        bound = (hidden * KERNEL**2) ** -0.5
        shape = (GATES * hidden, KERNEL, KERNEL)
        self.weight_ih = nn.Parameter(torch.empty(shape[0], inputs, *shape[1:]).uniform_(-bound, bound))
        self.weight_hh = nn.Parameter(torch.empty(shape[0], hidden, *shape[1:]).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(GATES * hidden).uniform_(-bound, bound))
        if forget_bias is not None:
            nn.init.constant_(self.bias[hidden : 2 * hidden], forget_bias)

    def zero_state(self, batch: int, like: Tensor) -> State:
        """(h, c) before the first step, each (batch, hidden × height × width)."""
        zeros = like.new_zeros(batch, self.hidden * self.map_size[0] * self.map_size[1])
        return zeros, zeros

    def forward(
        self,
        x: Tensor,
        states: Sequence[State],
        *,
        reversal: Tensor | None = None,
        tapes: Sequence[GradientTape] = (),
    ) -> tuple[Tensor, list[State]]:
        """x (time, batch, inputs × map) -> h (time, batch, hidden × map) and the last state, in a list of one."""
        assert reversal is None, "a ConvLSTM reads forwards"
        weights = self._weights()
        time, batch = x.shape[:2]
        from_x = self._from_input(x.flatten(0, 1))
        h, c = (self._as_map(entry) for entry in states[0])
        outputs = []
        for step in range(time):
            given = from_x[step * batch : (step + 1) * batch]
            h, c, _ = _cell(given + functional.conv2d(h, weights, padding=KERNEL // 2), c)
            outputs.append(h)
            if tapes:
                _record(tapes[0], step, time, h, c)
        return torch.stack(outputs).flatten(2), [(h.flatten(1), c.flatten(1))]

    def step(self, x: Tensor, state: State) -> State:
        """One time step: x (batch, inputs × map) -> the next state."""
        return self._stepped(x, state)[1]

    def gates(self, x: Tensor, state: State, suffix: str = "") -> tuple[dict[str, Tensor], State]:  # noqa: ARG002
        """One time step with the gates it used, each (batch, hidden): the mean over the map."""
        gates, after = self._stepped(x, state)
        return {name: values.mean((2, 3)) for name, values in gates.items()}, after

    def _stepped(self, x: Tensor, state: State) -> tuple[dict[str, Tensor], State]:
        h, c = (self._as_map(entry) for entry in state)
        pre = self._from_input(x) + functional.conv2d(h, self.weight_hh, padding=KERNEL // 2)
        h, c, gates = _cell(pre, c)
        return gates, (h.flatten(1), c.flatten(1))

    def _from_input(self, x: Tensor) -> Tensor:
        return functional.conv2d(self._as_map(x), self.weight_ih, self.bias, padding=KERNEL // 2)

    def _as_map(self, x: Tensor) -> Tensor:
        """(batch, channels × map) -> (batch, channels, height, width), the channels of a place side by side in memory:
        a step forward and back takes 0.6 times as long on a CPU.
        """
        return x.view(len(x), -1, *self.map_size).contiguous(memory_format=torch.channels_last)

    def _weights(self) -> Tensor:
        dropped = self.training and self.weight_drop
        return functional.dropout(self.weight_hh, self.weight_drop) if dropped else self.weight_hh


def _cell(pre: Tensor, c: Tensor) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
    """pre (batch, 4 × hidden, height, width) -> h, c, and the gates."""
    i_pre, f_pre, g_pre, o_pre = pre.chunk(GATES, 1)
    i, f, g, o = torch.sigmoid(i_pre), torch.sigmoid(f_pre), torch.tanh(g_pre), torch.sigmoid(o_pre)
    c = f * c + i * g
    return o * torch.tanh(c), c, {"forget": f, "input": i, "output": o, "candidate": g}


def _record(tape: GradientTape, step: int, time: int, h: Tensor, c: Tensor) -> None:
    """Let the backward pass leave the gradient of this step's state on the tape."""
    if not h.requires_grad:
        return
    flat = h.detach().flatten(1)
    if tape.dh is None or tape.dc is None:
        tape.dh, tape.dc = (flat.new_zeros(time, *flat.shape) for _ in range(2))
    h.register_hook(partial(_write, tape.dh[step]))  # type: ignore[no-untyped-call]
    c.register_hook(partial(_write, tape.dc[step]))  # type: ignore[no-untyped-call]


def _write(place: Tensor, gradient: Tensor) -> None:
    place.copy_(gradient.flatten(1))

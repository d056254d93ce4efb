"""One time step of each cell, written as its equations: for stepping while sampling and for showing the gates.

w_ih (gates × hidden, inputs), w_hh (gates × hidden, hidden), as in torch.nn; x (batch, inputs), h (batch, hidden).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

State = tuple[Tensor, ...]  # (h,) or, for an LSTM, (h, c); each (batch, hidden)


@dataclass(frozen=True, slots=True)
class Weights:
    """The parameters of one layer in one direction, in torch.nn's order of gates."""

    w_ih: Tensor
    w_hh: Tensor
    b_ih: Tensor
    b_hh: Tensor


def rnn_step(x: Tensor, state: State, weights: Weights, *, relu: bool) -> State:
    """h' = φ(W_ih x + b_ih + W_hh h + b_hh), φ being tanh or the rectifier."""
    step = torch.rnn_relu_cell if relu else torch.rnn_tanh_cell
    return (step(x, state[0], weights.w_ih, weights.w_hh, weights.b_ih, weights.b_hh),)


def gru_step(x: Tensor, state: State, weights: Weights) -> State:
    """h' = (1 − z) ∘ n + z ∘ h; see seqtui.engine.recurrent.gru."""
    return (torch.gru_cell(x, state[0], weights.w_ih, weights.w_hh, weights.b_ih, weights.b_hh),)


def lstm_step(x: Tensor, state: State, weights: Weights) -> State:
    """c' = f ∘ c + i ∘ g, h' = o ∘ tanh(c'); see seqtui.engine.recurrent.lstm."""
    return torch.lstm_cell(x, state, weights.w_ih, weights.w_hh, weights.b_ih, weights.b_hh)


def gru_gates(x: Tensor, state: State, weights: Weights) -> tuple[dict[str, Tensor], State]:
    """Update gate Γu = 1 − z, reset gate Γr, candidate; and the next state."""
    (h,) = state
    from_x, from_h = x @ weights.w_ih.t() + weights.b_ih, h @ weights.w_hh.t() + weights.b_hh
    (r_x, z_x, n_x), (r_h, z_h, n_h) = from_x.chunk(3, 1), from_h.chunk(3, 1)
    r, z = torch.sigmoid(r_x + r_h), torch.sigmoid(z_x + z_h)
    n = torch.tanh(n_x + r * n_h)
    return {"update": 1 - z, "reset": r, "candidate": n}, ((1 - z) * n + z * h,)


def lstm_gates(x: Tensor, state: State, weights: Weights) -> tuple[dict[str, Tensor], State]:
    """Forget gate Γf, input (update) gate Γu, output gate Γo, candidate; and the next state."""
    h, c = state
    pre = x @ weights.w_ih.t() + weights.b_ih + h @ weights.w_hh.t() + weights.b_hh
    i_pre, f_pre, g_pre, o_pre = pre.chunk(4, 1)
    i, f, g, o = torch.sigmoid(i_pre), torch.sigmoid(f_pre), torch.tanh(g_pre), torch.sigmoid(o_pre)
    c = f * c + i * g
    return {"forget": f, "input": i, "output": o, "candidate": g}, (o * torch.tanh(c), c)

"""Initial values of recurrent weights: torch's default, orthogonal, identity (IRNN), or Gaussian with a gain."""

import math

import torch
from torch import Tensor, nn


def initialise_recurrent(w_hh: Tensor, *, init: str) -> None:
    """Set W_hh, (gates × hidden, hidden), in place, gate by gate.

    orthogonal: Saxe et al. 2013; identity: Le et al. 2015 (zero biases, rectified rnn); gain=G: N(0, G²/hidden).
    """
    hidden = w_hh.shape[1]
    for gate in torch.split(w_hh.detach(), hidden):
        if init == "orthogonal":
            nn.init.orthogonal_(gate)
        elif init == "identity":
            nn.init.eye_(gate)
        elif init.startswith("gain="):
            nn.init.normal_(gate, std=float(init.removeprefix("gain=")) / math.sqrt(hidden))
        else:
            nn.init.uniform_(gate, -1 / math.sqrt(hidden), 1 / math.sqrt(hidden))


def set_gate_bias(b_ih: Tensor, b_hh: Tensor, *, gate: int, hidden: int, value: float) -> None:
    """Make the two biases of one gate (by its place among the gates) sum to `value`.

    For an LSTM's forget gate (place 1) this is the forget bias of Jozefowicz et al. 2015; a GRU keeps its state when
    the gate at place 1 is open, so the same value opens it.
    """
    with torch.no_grad():
        b_ih[gate * hidden : (gate + 1) * hidden] = value
        b_hh[gate * hidden : (gate + 1) * hidden] = 0

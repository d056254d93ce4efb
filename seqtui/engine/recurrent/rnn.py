"""The Elman network, h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh), with a backward pass of our own.

One matrix product projects every input before the time loop and one accumulates each weight's gradient after it, so
the loop holds a single product a step (Appleyard et al. 2016, arXiv:1604.01946). Equal to torch.nn.RNN (tested).
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from seqtui.engine.recurrent.tape import GradientTape


def project_inputs(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """(time, batch, inputs) -> (time, batch, gates × hidden), in one product."""
    time, batch, inputs = x.shape
    return torch.addmm(bias, x.reshape(time * batch, inputs), weight.t()).view(time, batch, -1)


def previous_states(h: Tensor, h0: Tensor) -> Tensor:
    """h_{t-1} for every t: (time, batch, hidden)."""
    return torch.cat([h0.unsqueeze(0), h[:-1]])


class RNNFunction(torch.autograd.Function):
    """One layer in one direction. apply(x, h0, w_ih, w_hh, b_ih, b_hh, relu, tape) -> h, (time, batch, hidden)."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        h0: Tensor,
        w_ih: Tensor,
        w_hh: Tensor,
        b_ih: Tensor,
        b_hh: Tensor,
        relu: bool,
        tape: GradientTape | None,
    ) -> Tensor:
        states = project_inputs(x, w_ih, b_ih + b_hh)
        recurrent, h = w_hh.t(), h0
        for row in states.unbind(0):
            row.addmm_(h, recurrent)
            h = row.relu_() if relu else row.tanh_()
        ctx.save_for_backward(x, h0, w_ih, w_hh, states)
        ctx.relu, ctx.tape = relu, tape
        return states

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        x, h0, w_ih, w_hh, states = ctx.saved_tensors
        total = grads[0].clone(memory_format=torch.contiguous_format)  # becomes dL/dh_t, t by t
        local = (states > 0).to(states.dtype) if ctx.relu else 1 - states * states  # becomes dL/d(pre-activation)
        dh = torch.zeros_like(h0)
        for d, k in zip(reversed(total.unbind(0)), reversed(local.unbind(0)), strict=True):
            d.add_(dh)
            k.mul_(d)
            dh = k @ w_hh
        if ctx.tape is not None:
            ctx.tape.dh = total
        time, batch, inputs = x.shape
        flat = local.view(time * batch, -1)
        dx = (flat @ w_ih).view(time, batch, inputs) if ctx.needs_input_grad[0] else None
        dw_hh = flat.t() @ previous_states(states, h0).view(time * batch, -1)
        db = flat.sum(0)
        return dx, dh, flat.t() @ x.reshape(time * batch, inputs), dw_hh, db, db, None, None

"""The gated recurrent unit (Cho et al. 2014), in the form of torch.nn.GRU, with a backward pass of our own.

    r = σ(W_ir x + b_ir + W_hr h + b_hr)            reset gate Γr
    z = σ(W_iz x + b_iz + W_hz h + b_hz)            update gate, 1 − Γu
    n = tanh(W_in x + b_in + r ∘ (W_hn h + b_hn))   candidate
    h' = (1 − z) ∘ n + z ∘ h

Products are arranged as in seqtui.engine.recurrent.rnn. Equal to torch.nn.GRU (tested).
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from seqtui.engine.recurrent.rnn import previous_states, project_inputs
from seqtui.engine.recurrent.tape import GradientTape


class GRUFunction(torch.autograd.Function):
    """One layer in one direction. apply(x, h0, w_ih, w_hh, b_ih, b_hh, tape) -> h, (time, batch, hidden)."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        h0: Tensor,
        w_ih: Tensor,
        w_hh: Tensor,
        b_ih: Tensor,
        b_hh: Tensor,
        tape: GradientTape | None,
    ) -> Tensor:
        hidden = h0.shape[1]
        bias = b_ih.clone()
        bias[: 2 * hidden] += b_hh[: 2 * hidden]
        gates = project_inputs(x, w_ih, bias)  # becomes (r, z, n), t by t
        recurrent = x.new_empty(*gates.shape[:2], hidden)  # W_hn h + b_hn, kept for the backward pass
        states = torch.empty_like(recurrent)
        w_rz, w_n, b_n = w_hh[: 2 * hidden].t(), w_hh[2 * hidden :].t(), b_hh[2 * hidden :]
        h = h0
        rows = zip(gates.unbind(0), gates.tensor_split([2 * hidden], dim=2)[0].unbind(0), strict=True)
        for (gate, rz), u, out in zip(rows, recurrent.unbind(0), states.unbind(0), strict=True):
            rz.addmm_(h, w_rz).sigmoid_()
            torch.addmm(b_n, h, w_n, out=u)
            n = gate[:, 2 * hidden :]
            n.addcmul_(gate[:, :hidden], u).tanh_()
            h = torch.lerp(n, h, gate[:, hidden : 2 * hidden], out=out)
        ctx.save_for_backward(x, h0, w_ih, w_hh, gates, recurrent, states)
        ctx.tape = tape
        return states

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        x, h0, w_ih, w_hh, gates, recurrent, states = ctx.saved_tensors
        time, batch, hidden = states.shape
        before = previous_states(states, h0)
        r, z, n = gates.split(hidden, 2)
        candidate = (1 - z) * (1 - n * n)  # dh'/d(pre-activation of n)
        # Factors of d = dL/dh_t, for (r, z, W_hn h + b_hn): all time steps at once, so that the loop is short.
        local = torch.empty_like(gates).view(time, batch, 3, hidden)
        torch.mul(candidate * recurrent, r * (1 - r), out=local[:, :, 0])
        torch.mul(before - n, z * (1 - z), out=local[:, :, 1])
        torch.mul(candidate, r, out=local[:, :, 2])
        total = grads[0].clone(memory_format=torch.contiguous_format)  # becomes dL/dh_t
        dh = torch.zeros_like(h0)
        steps = zip(*(reversed(each.unbind(0)) for each in (total, local, z)), strict=True)
        for d, k, keep in steps:
            d.add_(dh)
            k.mul_(d.unsqueeze(1))
            dh = torch.addmm(d * keep, k.view(batch, 3 * hidden), w_hh)
        if ctx.tape is not None:
            ctx.tape.dh = total
        flat = local.view(time * batch, 3 * hidden)
        dw_hh, db_hh = flat.t() @ before.view(time * batch, hidden), flat.sum(0)
        torch.mul(candidate, total, out=local[:, :, 2])  # from d(W_hn h + b_hn) to d(pre-activation of n)
        db_ih = torch.cat([db_hh[: 2 * hidden], local[:, :, 2].sum((0, 1))])
        dx = (flat @ w_ih).view_as(x) if ctx.needs_input_grad[0] else None
        return dx, dh, flat.t() @ x.reshape(time * batch, -1), dw_hh, db_ih, db_hh, None

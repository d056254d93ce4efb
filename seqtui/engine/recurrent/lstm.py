"""Long short-term memory (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000), as in torch.nn.LSTM.

    i = σ(W_ii x + b_ii + W_hi h + b_hi)      input (update) gate Γu      c' = f ∘ c + i ∘ g
    f = σ(W_if x + b_if + W_hf h + b_hf)      forget gate Γf              h' = o ∘ tanh(c')
    g = tanh(W_ig x + b_ig + W_hg h + b_hg)   candidate c̃
    o = σ(W_io x + b_io + W_ho h + b_ho)      output gate Γo

The library's fused kernel is faster for training; this one also yields the gradient of every state, for telemetry.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from seqtui.engine.recurrent.rnn import previous_states, project_inputs
from seqtui.engine.recurrent.tape import GradientTape


class LSTMFunction(torch.autograd.Function):
    """One layer in one direction. apply(x, h0, c0, w_ih, w_hh, b_ih, b_hh, tape) -> h, c_T: (time, batch, hidden), …"""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        h0: Tensor,
        c0: Tensor,
        w_ih: Tensor,
        w_hh: Tensor,
        b_ih: Tensor,
        b_hh: Tensor,
        tape: GradientTape | None,
    ) -> tuple[Tensor, Tensor]:
        hidden = h0.shape[1]
        gates = project_inputs(x, w_ih, b_ih + b_hh)  # becomes (i, f, g, o), t by t
        states = x.new_empty(*gates.shape[:2], hidden)
        cells, squashed = torch.empty_like(states), torch.empty_like(states)
        recurrent, h, c = w_hh.t(), h0, c0
        rows = (each.unbind(0) for each in (gates, cells, squashed, states))
        for gate, cell, tanh_c, out in zip(*rows, strict=True):
            gate.addmm_(h, recurrent)
            i, f, g, o = gate.split(hidden, 1)
            gate[:, : 2 * hidden].sigmoid_()
            g.tanh_()
            o.sigmoid_()
            c = torch.mul(f, c, out=cell).addcmul_(i, g)
            h = torch.mul(o, torch.tanh(c, out=tanh_c), out=out)
        ctx.save_for_backward(x, h0, c0, w_ih, w_hh, gates, cells, squashed, states)
        ctx.tape = tape
        return states, c.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        x, h0, c0, w_ih, w_hh, gates, cells, squashed, states = ctx.saved_tensors
        time, batch, hidden = states.shape
        i, f, g, o = gates.split(hidden, 2)
        # Factors of dc (for i, f, g) and of dh (for o), all time steps at once; then a short loop.
        local = torch.empty_like(gates).view(time, batch, 4, hidden)
        torch.mul(g, i * (1 - i), out=local[:, :, 0])
        torch.mul(previous_states(cells, c0), f * (1 - f), out=local[:, :, 1])
        torch.mul(i, 1 - g * g, out=local[:, :, 2])
        torch.mul(squashed, o * (1 - o), out=local[:, :, 3])
        through_output = o * (1 - squashed * squashed)
        total = grads[0].clone(memory_format=torch.contiguous_format)  # becomes dL/dh_t
        total_c = torch.empty_like(total) if ctx.tape is not None else None
        dh, dc = torch.zeros_like(h0), grads[1].clone()
        steps = [each.unbind(0) for each in (total, local, through_output, f)]
        for t in range(time - 1, -1, -1):
            d, k, a, keep = (each[t] for each in steps)
            d.add_(dh)
            if total_c is not None:
                total_c[t] = dc
            dc.addcmul_(d, a)
            k[:, :3].mul_(dc.unsqueeze(1))
            k[:, 3].mul_(d)
            dc.mul_(keep)
            dh = k.view(batch, 4 * hidden) @ w_hh
        if ctx.tape is not None:
            ctx.tape.dh, ctx.tape.dc = total, total_c
        flat = local.view(time * batch, 4 * hidden)
        dx = (flat @ w_ih).view_as(x) if ctx.needs_input_grad[0] else None
        dw_hh = flat.t() @ previous_states(states, h0).view(time * batch, hidden)
        db = flat.sum(0)
        return dx, dh, dc, flat.t() @ x.reshape(time * batch, -1), dw_hh, db, db, None

"""A stack of recurrent layers (or, for `dense`, of layers without memory) between the input and the head."""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqtui.engine.recurrent.cells import State
from seqtui.engine.recurrent.conv_lstm import ConvLSTMLayer
from seqtui.engine.recurrent.layer import Kernel, RecurrentLayer, reversal_index
from seqtui.engine.recurrent.tape import GradientTape


class DenseLayer(nn.Module):
    """tanh(W x + b) at each position by itself: the baseline that shows what memory is worth."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, hidden)

    def forward(self, x: Tensor) -> Tensor:
        """(…, inputs) -> (…, hidden)."""
        return torch.tanh(self.linear(x))


def drop(x: Tensor, share: float, *, training: bool, locked: bool) -> Tensor:
    """Dropout on (time, batch, features); locked: one mask for all time steps (Gal & Ghahramani 2016)."""
    if not (locked and training and share):
        return functional.dropout(x, share, training)
    return x * functional.dropout(x.new_ones(1, *x.shape[1:]), share)


class Backbone(nn.Module):
    """`layers` layers of one cell, with dropout between them; the state is a list, one entry a layer and direction.

    map_size: where it is given the layers are convolutional LSTMs over a map of that height and width; inputs and
    hidden are its channels, and features are maps laid flat.
    """

    def __init__(
        self,
        cell: Literal["rnn", "gru", "lstm", "dense"],
        inputs: int,
        hidden: int,
        *,
        layers: int = 1,
        bidirectional: bool = False,
        dropout: float = 0.0,
        locked_dropout: bool = False,
        relu: bool = False,
        init: str = "default",
        forget_bias: float | None = None,
        map_size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__()
        self.dropout, self.locked_dropout = dropout, locked_dropout
        self.directions = 2 if bidirectional else 1
        self.outputs = hidden * self.directions
        sizes = [inputs] + [self.outputs] * (layers - 1)
        if map_size is not None:
            assert not bidirectional, "checked with the config"
            self.outputs = hidden * map_size[0] * map_size[1]
        self.layers: Sequence[RecurrentLayer | ConvLSTMLayer | DenseLayer] = nn.ModuleList(  # type: ignore[assignment]
            ConvLSTMLayer(size, hidden, map_size, forget_bias=forget_bias)
            if map_size is not None
            else DenseLayer(size, hidden)
            if cell == "dense"
            else RecurrentLayer(
                cell, size, hidden, bidirectional=bidirectional, relu=relu, init=init, forget_bias=forget_bias
            )
            for size in sizes
        )

    @property
    def recurrent_layers(self) -> list[RecurrentLayer | ConvLSTMLayer]:
        """The layers that have a state; none for dense."""
        return [layer for layer in self.layers if not isinstance(layer, DenseLayer)]

    def drop_weights(self, share: float) -> None:
        """Choose the share of recurrent weights that are dropped while training."""
        for layer in self.recurrent_layers:
            layer.weight_drop = share

    def use_kernel(self, kernel: Kernel) -> None:
        """Choose the recurrent kernel of every layer."""
        for layer in self.recurrent_layers:
            layer.kernel = kernel

    def zero_state(self, batch: int, like: Tensor) -> list[State]:
        """The state before the first step."""
        return [layer.zero_state(batch, like) for layer in self.recurrent_layers for _ in range(self.directions)]

    def forward(
        self,
        x: Tensor,
        state: Sequence[State] | None = None,
        *,
        lengths: Tensor | None = None,
        tapes: Sequence[GradientTape] = (),
    ) -> tuple[Tensor, list[State]]:
        """x (time, batch, inputs) -> h (time, batch, directions × hidden) of the last layer, and the new state.

        lengths (batch,): real steps of each sequence where the batch is padded; needed when bidirectional only.
        tapes: one a layer and direction, in the state's order.
        """
        state = self.zero_state(x.shape[1], x) if state is None else state
        padded = lengths is not None and self.directions == 2
        reversal = reversal_index(lengths, x.shape[0]) if padded and lengths is not None else None
        after: list[State] = []
        for number, layer in enumerate(self.layers):
            if number > 0:
                x = drop(x, self.dropout, training=self.training, locked=self.locked_dropout)
            if not isinstance(layer, DenseLayer):
                own = slice(number * self.directions, (number + 1) * self.directions)
                x, lasts = layer(x, state[own], reversal=reversal, tapes=tapes[own])
                after += lasts
            else:
                x = layer(x)
        return x, after

    def step(self, x: Tensor, state: Sequence[State], between: Sequence[Tensor] = ()) -> tuple[Tensor, list[State]]:
        """One time step of a one-directional backbone: x (batch, inputs) -> h (batch, hidden).

        between: masks of the dropout between layers, (batch, hidden) each; without them there is none.
        """
        after: list[State] = []
        for number, layer in enumerate(self.layers):
            if number > 0 and between:
                x = x * between[number - 1]
            if not isinstance(layer, DenseLayer):
                after.append(layer.step(x, state[len(after)]))
                x = after[-1][0]
            else:
                x = layer(x)
        return x, after

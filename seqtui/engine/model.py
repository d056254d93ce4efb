"""The model of a run: input layer, backbone, head; built from the config and the task's head alone."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from seqtui.config import RunConfig
from seqtui.engine.heads import HeadLayer, TiedHead, output_layer
from seqtui.engine.inputs import InputLayer, input_layer
from seqtui.engine.recurrent.backbone import Backbone, drop
from seqtui.engine.recurrent.cells import State
from seqtui.engine.recurrent.layer import Kernel
from seqtui.engine.recurrent.tape import GradientTape
from seqtui.engine.token_input import TokenInput
from seqtui.engine.translation_head import TranslationHead
from seqtui.picture_sizes import map_size
from seqtui.shapes import Head, NextPicture, Translation
from seqtui.sizes import input_width


class SequenceModel(nn.Module):
    """Values of a task in, logits of its head out: at each time step, or one for the whole sequence."""

    def __init__(self, config: RunConfig, head: Head) -> None:
        super().__init__()
        self.dropout, self.locked = config.dropout, config.locked_dropout
        self.embed: InputLayer = input_layer(head, config.embedding_size)
        self.backbone = Backbone(
            config.backbone,
            input_width(head, config.embedding_size),
            config.hidden_size,
            layers=config.layers,
            bidirectional=config.bidirectional,
            dropout=config.dropout,
            locked_dropout=config.locked_dropout,
            relu=config.nonlinearity == "relu",
            init=config.init,
            forget_bias=config.forget_bias,
            map_size=map_size(head.inputs) if isinstance(head, NextPicture) and head.predictor == "convlstm" else None,
        )
        self.backbone.drop_weights(config.weight_drop)
        if config.tie_weights:
            assert isinstance(self.embed, TokenInput), "checked with the config"
            self.head: HeadLayer = TiedHead(self.embed, self.backbone.outputs)
        elif isinstance(head, Translation):
            assert isinstance(self.embed, TokenInput), "a translation reads symbols"
            self.head = TranslationHead(config, head, self.embed, outputs=self.backbone.outputs)
        else:
            self.head = output_layer(head, self.backbone.outputs, self.backbone.directions)

    def forward(
        self,
        inputs: Tensor,
        state: Sequence[State] | None = None,
        *,
        lengths: Tensor | None = None,
        tapes: Sequence[GradientTape] = (),
    ) -> tuple[Tensor, list[State]]:
        """inputs (time, batch[, features]) -> logits ([time,] batch, outputs), and the state after the last step.

        lengths (batch,): real steps of each sequence; None where no step is padded.
        """
        return self.read(self.embed(inputs, lengths), state, lengths=lengths, tapes=tapes)

    def read(
        self,
        x: Tensor,
        state: Sequence[State] | None = None,
        *,
        lengths: Tensor | None = None,
        tapes: Sequence[GradientTape] = (),
    ) -> tuple[Tensor, list[State]]:
        """As forward, from the input layer's output x (time, batch, embedding)."""
        x = self._drop(x)
        h, after = self.backbone(x, state, lengths=lengths, tapes=tapes)
        return self.head(self._drop(h), lengths), after

    def use_kernel(self, kernel: Kernel) -> None:
        """Choose the recurrent kernel of every layer."""
        self.backbone.use_kernel(kernel)
        if isinstance(self.head, TranslationHead):
            self.head.decoder.backbone.use_kernel(kernel)

    def _drop(self, x: Tensor) -> Tensor:
        return drop(x, self.dropout, training=self.training, locked=self.locked)

    def step(self, inputs: Tensor, state: Sequence[State]) -> tuple[Tensor, list[State]]:
        """One time step without dropout: inputs (batch[, features]) -> logits (batch, outputs), and the new state."""
        h, after = self.backbone.step(self.embed(inputs), state)
        return self.head(h), after


def build_model(config: RunConfig, head: Head) -> SequenceModel:
    """A fresh model whose weights depend on the config's seed alone; leaves torch's generator seeded for training."""
    torch.manual_seed(config.seed)
    return SequenceModel(config, head)


def parameter_count(model: nn.Module) -> int:
    """Trainable numbers in the model."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)

"""What turns a batch of a task's values into vectors for the backbone: (time, batch[, features]) -> (…, embedding).

Every layer here takes the sequences' lengths, for one that looks beside a step must not see the padding.
"""

import torch
from torch import Tensor, nn

from seqtui.engine.picture_input import PatchInput, PictureInput
from seqtui.engine.token_input import TokenInput, usual_spread
from seqtui.engine.vector_input import VectorInput
from seqtui.engine.word_input import WordInput
from seqtui.shapes import (
    Head,
    Label,
    Mixtures,
    NextFrame,
    NextPicture,
    NextToken,
    Pictures,
    Tags,
    Tokens,
    Transcript,
    Translation,
    Vectors,
    Words,
)
from seqtui.sizes import input_width


class FrameInput(nn.Linear):
    """Linear projection of a binary frame: (…, keys) -> (…, embedding)."""

    def forward(self, input: Tensor, lengths: Tensor | None = None) -> Tensor:  # noqa: ARG002
        """(…, keys) -> (…, embedding)."""
        return super().forward(input.float())


class MixtureInput(nn.Module):
    """Mixtures of pure symbols, `context` steps at a time, projected: a convolution over the sequence.

    With pairs the vector of each symbol and of each pair begins as in torch.nn.Embedding: a step has one of either, and
    a sum over so few with the usual weights of a linear layer would hardly be heard beside the biases.
    """

    table: Tensor

    def __init__(self, inputs: Mixtures, embedding: int) -> None:
        super().__init__()
        if inputs.context % 2 == 0:
            raise ValueError(f"context must be odd, not {inputs.context}")
        self.register_buffer("table", torch.tensor(inputs.table), persistent=False)
        self.reach = inputs.context // 2
        self.pairs = inputs.pairs
        self.projection = nn.Linear(inputs.width * inputs.context, embedding)
        if inputs.pairs:
            nn.init.normal_(self.projection.weight)

    def forward(self, tokens: Tensor, lengths: Tensor | None = None) -> Tensor:
        """(time, batch) -> (time, batch, embedding)."""
        return self.project(self.mixtures(tokens, lengths))

    def mixtures(self, tokens: Tensor, lengths: Tensor | None = None) -> Tensor:
        """(time, batch) -> (time, batch, parts); zeros at padded steps."""
        mixed = self.table[tokens]
        if lengths is None:
            return mixed
        steps = torch.arange(len(tokens), device=tokens.device).unsqueeze(1)
        return mixed * (steps < lengths).unsqueeze(2)

    def project(self, mixed: Tensor) -> Tensor:
        """(time, batch, parts) -> (time, batch, embedding); before the first and after the last step stand zeros."""
        if self.pairs:
            mixed = torch.cat([mixed, pairs(mixed)], 2)
        if self.reach:
            time = mixed.shape[0]
            padded = nn.functional.pad(mixed, (0, 0, 0, 0, self.reach, self.reach))
            mixed = torch.cat([padded[shift : shift + time] for shift in range(2 * self.reach + 1)], 2)
        return torch.as_tensor(self.projection(mixed))


def pairs(mixed: Tensor) -> Tensor:
    """(time, batch, parts) -> (time, batch, parts²): how much of each pair a step makes with the next one."""
    following = nn.functional.pad(mixed[1:], (0, 0, 0, 0, 0, 1))
    return (mixed.unsqueeze(3) * following.unsqueeze(2)).flatten(2)


class PositionedInput(nn.Module):
    """An input layer whose first steps also carry a learned vector for where they stand; later steps share one."""

    def __init__(
        self, inner: TokenInput | MixtureInput | VectorInput | PictureInput, positions: int, embedding: int
    ) -> None:
        super().__init__()
        self.inner = inner
        self.where = nn.Embedding(positions + 1, embedding)
        nn.init.normal_(self.where.weight, std=0.1)

    def forward(self, values: Tensor, lengths: Tensor | None = None) -> Tensor:
        """(time, batch[, width]) -> (time, batch, embedding)."""
        return self.place(self.inner(values, lengths))

    def place(self, x: Tensor) -> Tensor:
        """Add the positions to (time, batch, embedding)."""
        steps = torch.arange(x.shape[0], device=x.device).clamp(max=self.where.num_embeddings - 1)
        return torch.as_tensor(x + self.where(steps).unsqueeze(1))


InputLayer = (
    FrameInput | PictureInput | PatchInput | TokenInput | MixtureInput | PositionedInput | WordInput | VectorInput
)


def input_layer(head: Head, embedding: int) -> InputLayer:
    """The input layer of a model with this head; its width is seqtui.sizes.input_width."""
    match head:
        case NextFrame(keys):
            return FrameInput(keys, embedding)
        case NextPicture(inputs, classes, "latent"):
            return PictureInput(inputs, embedding, classes=len(classes))
        case NextPicture():
            return PatchInput(head, embedding)
        case NextToken(size):
            return TokenInput(Tokens(size), embedding)
        case Translation(inputs):
            return TokenInput(inputs, embedding)
        case Transcript(inputs):
            return VectorInput(inputs, embedding)
        case Tags(inputs):
            return WordInput(inputs, embedding) if isinstance(inputs, Words) else _symbols(inputs, embedding)
        case Label(inputs, positions=positions):
            inner = _labeled(inputs, embedding)
            return PositionedInput(inner, positions, input_width(head, embedding)) if positions else inner


def _labeled(
    inputs: Tokens | Mixtures | Vectors | Pictures, embedding: int
) -> TokenInput | MixtureInput | VectorInput | PictureInput:
    match inputs:
        case Tokens():
            return _symbols(inputs, embedding)
        case Mixtures():
            return MixtureInput(inputs, embedding)
        case Vectors():
            return VectorInput(inputs, embedding)
        case Pictures():
            return PictureInput(inputs, embedding)


def _symbols(inputs: Tokens, embedding: int) -> TokenInput:
    return TokenInput(inputs, embedding, spread=usual_spread(embedding))


def start_from(layer: InputLayer, vectors: Tensor) -> None:
    """Let the embedding of an input layer begin at given vectors: see TokenInput.start_from."""
    match layer:
        case PositionedInput(inner=TokenInput() as inner) | WordInput(words=inner) | (TokenInput() as inner):
            inner.start_from(vectors)
        case _:
            raise TypeError("these inputs have no embedding that vectors could stand in")

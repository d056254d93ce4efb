"""Symbols as vectors: an embedding that may begin at given vectors, may be frozen, and may forget symbols."""

import torch
from torch import Tensor, nn

from seqtui.shapes import Tokens, Words


class TokenInput(nn.Module):
    """A learned vector a symbol; in training, some symbols are made unknown (word dropout), if wished the rare ones.

    spread: vectors begin uniform within ± spread; None: normal, as in torch.nn.Embedding.
    """

    weight: Tensor
    forgetting: Tensor | None

    def __init__(self, inputs: Tokens | Words, embedding: int, *, spread: float | None = None) -> None:
        super().__init__()
        self.unknown, self.word_dropout, self.frozen = inputs.unknown, inputs.word_dropout, inputs.frozen
        self.scale = 1.0
        table = torch.empty(inputs.size, embedding)
        table = table.normal_() if spread is None else table.uniform_(-spread, spread)
        if inputs.frozen:
            self.register_buffer("weight", table)
        else:
            self.weight = nn.Parameter(table)
        self.register_buffer("forgetting", None, persistent=False)

    def forward(self, input: Tensor, lengths: Tensor | None = None) -> Tensor:  # noqa: ARG002
        """(…) -> (…, embedding)."""
        if self.training and self.word_dropout:
            input = input.masked_fill(torch.rand(input.shape, device=input.device) < self.word_dropout, self.unknown)
        if self.training and self.forgetting is not None:
            forgotten = torch.rand(input.shape, device=input.device) < self.forgetting[input]
            input = input.masked_fill(forgotten, self.unknown)
        return self.look_up(input)

    def look_up(self, input: Tensor) -> Tensor:
        """(…) -> (…, embedding), nothing forgotten."""
        found = nn.functional.embedding(input, self.weight)
        return found if self.scale == 1 else found * self.scale

    def serve_outputs(self) -> None:
        """Begin anew so that the weights can be an output layer's as well: small, and read times √embedding (Vaswani et
        al. 2017, section 3.4).
        """
        self.scale = self.weight.shape[1] ** 0.5
        nn.init.normal_(self.weight, std=1 / self.scale)

    def forget(self, chances: Tensor) -> None:
        """In training, make each symbol unknown with a chance of its own: chances (tokens,)."""
        self.forgetting = chances.to(self.weight)

    def start_from(self, vectors: Tensor) -> None:
        """Begin at given vectors (tokens, embedding); a row of zeros is none: its symbol keeps its random numbers."""
        known = vectors.any(1)
        with torch.no_grad():
            self.weight[known] = vectors[known].to(self.weight)


def usual_spread(embedding: int) -> float:
    """Of word embeddings where words are read to be labeled: √(3 / size) (He et al. 2015, Ma & Hovy 2016)."""
    return float((3 / embedding) ** 0.5)

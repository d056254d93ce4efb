"""Vectors of real numbers: normalised as the training split was, in training masked here and there, projected."""

import torch
from torch import Tensor, nn

from seqtui.shapes import Masks, Vectors


class VectorInput(nn.Module):
    """(vector − mean) / deviation, and a linear layer where the inputs are projected."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, inputs: Vectors, embedding: int) -> None:
        super().__init__()
        width = inputs.width
        self.register_buffer("mean", torch.tensor(inputs.mean or (0.0,) * width), persistent=False)
        self.register_buffer("deviation", torch.tensor(inputs.deviation or (1.0,) * width), persistent=False)
        self.masks = inputs.masks
        self.projection = nn.Linear(width, embedding) if inputs.projected else None

    def forward(self, values: Tensor, lengths: Tensor | None = None) -> Tensor:
        """(…, width) -> (…, embedding), or (…, width) where nothing is projected."""
        x = self.normalised(values)
        if self.training and self.masks is not None:
            x = masked(x, self.masks, lengths)
        return self.project(x)

    def normalised(self, values: Tensor) -> Tensor:
        """(…, width), each number with mean 0 and deviation 1 over the training split."""
        return (values - self.mean) / self.deviation

    def project(self, x: Tensor) -> Tensor:
        """(…, width) -> (…, embedding)."""
        return x if self.projection is None else torch.as_tensor(self.projection(x))


def masked(x: Tensor, masks: Masks, lengths: Tensor | None) -> Tensor:
    """SpecAugment of normalised vectors (time, batch, width): stretches of steps and strips of bands become 0.

    Drawn from torch's generator, whose state a checkpoint keeps: the same seed masks the same, also when resumed.
    """
    time, batch, width = x.shape
    steps = torch.full((batch,), time, device=x.device) if lengths is None else lengths
    hidden = torch.zeros(time, batch, 1, dtype=torch.bool, device=x.device)
    for _ in range(masks.stretches):
        longest = (steps * masks.share).floor().clamp(max=masks.longest)
        hidden |= _stretch(time, steps, longest).unsqueeze(2)
    bands = width // masks.repeats
    struck = torch.zeros(bands, batch, dtype=torch.bool, device=x.device)
    for _ in range(masks.strips):
        struck |= _stretch(bands, torch.full_like(steps, bands), torch.full_like(steps, masks.widest).float())
    return x.masked_fill(hidden | struck.t().repeat(1, masks.repeats), 0.0)


def _stretch(places: int, counts: Tensor, longest: Tensor) -> Tensor:
    """(places, batch), true on one stretch a column: of 0 … longest places, anywhere within the first `counts`."""
    size = (torch.rand(longest.shape, device=longest.device) * (longest + 1)).floor().clamp(max=counts)
    begin = (torch.rand(longest.shape, device=longest.device) * (counts - size + 1)).floor()
    each = torch.arange(places, device=longest.device).unsqueeze(1)
    return (each >= begin) & (each < begin + size)

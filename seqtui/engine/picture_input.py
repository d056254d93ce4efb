"""Pictures as vectors: a small convolutional encoder reads each frame by itself, as in LRCN (Donahue et al. 2015).

Frames come as bytes and become numbers here, some at a time, so that a long clip takes no more memory than a short one:
of many frames only the vectors are kept, and the rest is worked out again for the gradient.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from seqtui.picture_sizes import KERNEL, patch_side, picture_stages
from seqtui.shapes import NextPicture, Pictures

AT_ONCE: Final = 1 << 20  # pixels and channels that are encoded or decoded together


class PictureInput(nn.Module):
    """Convolutions of stride 2 down to 4 × 4, then a linear layer; and what the class of a clip adds, where told."""

    def __init__(self, inputs: Pictures, embedding: int, *, classes: int = 0) -> None:
        super().__init__()
        self.shape = inputs
        stages = picture_stages(inputs)
        self.convolutions: list[nn.Conv2d] = nn.ModuleList(  # type: ignore[assignment]
            nn.Conv2d(before[0], after[0], KERNEL, stride=2, padding=KERNEL // 2) for before, after in pairwise(stages)
        )
        channels, height, width = stages[-1]
        self.projection = nn.Linear(channels * height * width, embedding)
        begin_large(self.modules())
        self.class_vectors = class_vectors(classes, embedding)

    def forward(self, values: Tensor, lengths: Tensor | None = None) -> Tensor:  # noqa: ARG002
        """(…, pixels[ + class]) bytes or numbers of 0 … 255 -> (…, embedding)."""
        count = self.shape.pixels
        encoded = in_stretches(lambda some: self.encode(self.pixels(some)), values[..., :count], count)
        if self.class_vectors is None:
            return encoded
        return torch.as_tensor(encoded + self.class_vectors(values[..., count].long()))

    def pixels(self, values: Tensor) -> Tensor:
        """(…, pixels) of 0 … 255 -> the same of 0 … 1."""
        return values.float() / 255

    def encode(self, pixels: Tensor) -> Tensor:
        """(frames, pixels) of 0 … 1 -> (frames, embedding)."""
        x = normalised_planes(pixels, self.shape)
        for convolution in self.convolutions:
            x = functional.relu(convolution(x))
        return torch.as_tensor(self.projection(x.flatten(1)))


class PatchInput(nn.Module):
    """One convolution that makes a coarse map of a frame, for a ConvLSTM: (…, pixels[ + class]) -> (…, channels ×
    height × width) of the map, flat.
    """

    def __init__(self, head: NextPicture, channels: int) -> None:
        super().__init__()
        self.shape, self.channels = head.inputs, channels
        side = patch_side(head.inputs)
        self.convolution = nn.Conv2d(head.inputs.channels, channels, side + 2, stride=side, padding=1)
        begin_large(self.modules())
        self.class_vectors = class_vectors(len(head.classes), channels)

    def forward(self, values: Tensor, lengths: Tensor | None = None) -> Tensor:  # noqa: ARG002
        """Bytes or numbers of 0 … 255 in."""
        count = self.shape.pixels
        x = in_stretches(self._mapped, values[..., :count], count)
        if self.class_vectors is None:
            return x
        told = self.class_vectors(values[..., count].long())  # (…, channels)
        return torch.as_tensor((x.view(*told.shape, -1) + told.unsqueeze(-1)).flatten(-2))

    def _mapped(self, values: Tensor) -> Tensor:
        side = self.convolution.stride[0]
        x = normalised_planes(values.float() / 255, self.shape)
        x = functional.pad(x, (0, -self.shape.width % side, 0, -self.shape.height % side))
        return functional.relu(self.convolution(x)).flatten(1)


def class_vectors(classes: int, width: int) -> nn.Embedding | None:
    """What each class adds; class 0 is one that is not told. Small at first, so that pictures are heard."""
    if not classes:
        return None
    found = nn.Embedding(classes + 1, width)
    nn.init.normal_(found.weight, std=0.3)
    return found


def normalised_planes(pixels: Tensor, shape: Pictures) -> Tensor:
    """(frames, height × width × channels) of 0 … 1 -> (frames, channels, height, width), of mean 0 and deviation 1."""
    planes = pixels.view(-1, shape.height, shape.width, shape.channels).permute(0, 3, 1, 2)
    return (planes - shape.mean) / shape.deviation


def begin_large(layers: Iterable[nn.Module]) -> None:
    """Weights by which a rectified signal keeps its size (He et al. 2015): torch's own shrink it by layer, and what
    reaches the backbone would hardly be heard beside its biases.
    """
    for layer in layers:
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            assert layer.bias is not None, "each has one"
            nn.init.zeros_(layer.bias)


def in_stretches(turn: Callable[[Tensor], Tensor], values: Tensor, width: int) -> Tensor:
    """`turn` of (frames, features), applied to (…, features) some frames at a time, with bounded memory for the
    gradient. width: numbers that a frame takes while it is worked on.
    """
    flat = values.flatten(0, -2)
    most = max(AT_ONCE // width, 1)
    if len(flat) <= most or torch.onnx.is_in_onnx_export():
        whole = turn(flat)
    else:
        parts = torch.split(flat, most)
        again = torch.is_grad_enabled()
        whole = torch.cat([checkpoint(turn, part, use_reentrant=False) if again else turn(part) for part in parts])
    return whole.view(*values.shape[:-1], whole.shape[1])

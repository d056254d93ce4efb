"""The next picture: from the backbone's state to pixels, each a Bernoulli whose chance is its brightness of 0 … 1.

The loss is the cross-entropy a pixel. Of a grey picture it is never 0: its least is the entropy of the true pixels.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqtui.engine.picture_input import in_stretches
from seqtui.picture_sizes import KERNEL, patch_side, picture_stages
from seqtui.shapes import NextPicture, Pictures


class LatentDecoder(nn.Module):
    """The encoder's stages backwards: a linear layer, then transposed convolutions of stride 2."""

    def __init__(self, shape: Pictures, outputs: int) -> None:
        super().__init__()
        self.shape = shape
        self.stages = picture_stages(shape)[::-1]
        channels, height, width = self.stages[0]
        self.widening = nn.Linear(outputs, channels * height * width)
        self.deconvolutions: list[nn.ConvTranspose2d] = nn.ModuleList(  # type: ignore[assignment]
            nn.ConvTranspose2d(before[0], after[0], KERNEL, stride=2, padding=KERNEL // 2)
            for before, after in pairwise(self.stages)
        )

    def forward(self, state: Tensor) -> Tensor:
        """(frames, outputs) -> logits (frames, pixels)."""
        x = self.widening(state).view(-1, *self.stages[0])
        for deconvolution, (_, height, width) in zip(self.deconvolutions, self.stages[1:], strict=True):
            x = deconvolution(functional.relu(x), output_size=(height, width))
        return _flat(x, self.shape)


class MapDecoder(nn.Module):
    """One transposed convolution, from the map of a ConvLSTM to the picture."""

    def __init__(self, shape: Pictures, outputs: int) -> None:
        super().__init__()
        self.shape = shape
        side = patch_side(shape)
        self.map = (-(-shape.height // side), -(-shape.width // side))
        channels = outputs // (self.map[0] * self.map[1])
        self.deconvolution = nn.ConvTranspose2d(channels, shape.channels, side + 2, stride=side, padding=1)

    def forward(self, state: Tensor) -> Tensor:
        """(frames, channels × height × width of the map) -> logits (frames, pixels)."""
        x = self.deconvolution(state.view(len(state), -1, *self.map))
        return _flat(x[:, :, : self.shape.height, : self.shape.width], self.shape)


class PictureHead(nn.Module):
    """Logits of every pixel of the next frame; metrics are its squared error and the noise that this amounts to."""

    def __init__(self, head: NextPicture, outputs: int) -> None:
        super().__init__()
        self.pixels, self.given = head.inputs.pixels, head.given
        decoder = LatentDecoder if head.predictor == "latent" else MapDecoder
        self.decoder: LatentDecoder | MapDecoder = decoder(head.inputs, outputs)

    def forward(self, input: Tensor, lengths: Tensor | None = None) -> Tensor:  # noqa: ARG002
        """(…, outputs) -> logits (…, pixels)."""
        return in_stretches(self.decoder, input, self.pixels)

    def loss(self, logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
        """Sum over real steps of the mean over pixels: logits (time, batch, pixels), targets (…, pixels[ + class])
        of 0 … 255, mask (time, batch) of 0 and 1.
        """
        weight = (mask / self.pixels).unsqueeze(2)
        return functional.binary_cross_entropy_with_logits(
            logits, self._brightness(targets), weight=weight, reduction="sum"
        )

    def loss_at(self, state: Tensor, targets: Tensor, step: Tensor) -> Tensor:
        """The loss of one step of each sequence: state (batch, outputs), targets (time, batch, …), step (batch,)."""
        batch = torch.arange(len(step), device=step.device)
        ones = state.new_ones(1, len(step))
        return self.loss(self(state).unsqueeze(0), targets[step, batch].unsqueeze(0), ones)

    def hits(self, logits: Tensor, targets: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Squared errors, a mean over the pixels of each frame, and real steps."""
        errors = self.errors(torch.sigmoid(logits), targets)
        return {"squared": (errors * mask).sum(), "steps": mask.sum()}

    def errors(self, pixels: Tensor, targets: Tensor) -> Tensor:
        """Mean square over the pixels (…, pixels) of 0 … 1 of each frame: targets as in the loss."""
        return (pixels - self._brightness(targets)).square().mean(-1)

    def scores(self, counts: dict[str, float], loss: float) -> dict[str, float]:  # noqa: ARG002
        """mse: of pixels of 0 … 1, a mean over pixels and frames; psnr: −10 log10 of it, in decibels."""
        mse = counts["squared"] / max(counts["steps"], 1)
        psnr = float(-10 * torch.tensor(mse, dtype=torch.float64).log10())
        return {"mse": mse, "psnr": psnr}

    def _brightness(self, targets: Tensor) -> Tensor:
        return targets[..., : self.pixels].float() / 255


def _flat(planes: Tensor, shape: Pictures) -> Tensor:
    """(frames, channels, height, width) -> (frames, pixels)."""
    return planes.permute(0, 2, 3, 1).reshape(-1, shape.pixels)

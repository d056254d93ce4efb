"""The convolutions of models of pictures: what they make of a picture's size, and how many numbers they learn."""

from itertools import pairwise
from typing import Final

from seqtui.config import RunConfig
from seqtui.shapes import NextPicture, Pictures

KERNEL: Final = 3  # pixels of a side that a convolution sees at once; of a ConvLSTM, places of its map
CHANNELS: Final = (16, 32)  # of the first convolution over a picture, and of all others
SMALLEST: Final = 4  # pixels of a side down to which a picture is convolved
_GATES: Final = 4


def picture_stages(inputs: Pictures) -> list[tuple[int, int, int]]:
    """Channels, height and width of a picture, and of what each convolution of stride 2 makes of it: one at least, as
    many as it takes to come down to SMALLEST pixels of a side.
    """
    stages: list[tuple[int, int, int]] = [(inputs.channels, inputs.height, inputs.width)]
    while max(stages[-1][1:]) > SMALLEST or len(stages) == 1:
        _, height, width = stages[-1]
        stages.append((CHANNELS[min(len(stages) - 1, 1)], -(-height // 2), -(-width // 2)))
    return stages


def patch_side(inputs: Pictures) -> int:
    """Pixels of a side that become one place of a ConvLSTM's map."""
    side = max(inputs.height, inputs.width)
    return 1 if side <= 10 else 2 if side <= 24 else 4 if side <= 96 else 8


def map_size(inputs: Pictures) -> tuple[int, int]:
    """Height and width of a ConvLSTM's map."""
    side = patch_side(inputs)
    return -(-inputs.height // side), -(-inputs.width // side)


def encoder_size(inputs: Pictures, embedding: int) -> int:
    """Of the convolutions, and the linear layer after them."""
    channels, height, width = picture_stages(inputs)[-1]
    return _convolutions(inputs) + (channels * height * width + 1) * embedding


def reader_size(head: NextPicture, embedding: int) -> int:
    """Of what reads a frame before the next one is predicted; embedding: channels, for a ConvLSTM."""
    told = (len(head.classes) + 1) * embedding if head.classes else 0
    if head.predictor == "latent":
        return encoder_size(head.inputs, embedding) + told
    return ((patch_side(head.inputs) + 2) ** 2 * head.inputs.channels + 1) * embedding + told


def decoder_size(head: NextPicture, hidden: int) -> int:
    """Of what draws the next frame from `hidden` numbers, or channels of a map."""
    if head.predictor == "latent":
        channels, height, width = picture_stages(head.inputs)[-1]
        return (hidden + 1) * channels * height * width + _convolutions(head.inputs, backwards=True)
    return ((patch_side(head.inputs) + 2) ** 2 * hidden + 1) * head.inputs.channels


def conv_lstm_size(config: RunConfig) -> int:
    """Of all layers; hidden_size and embedding_size are channels."""
    hidden = config.hidden_size
    inputs = [config.embedding_size] + [hidden] * (config.layers - 1)
    return sum(_GATES * hidden * ((each + hidden) * KERNEL**2 + 1) for each in inputs)


def _convolutions(inputs: Pictures, *, backwards: bool = False) -> int:
    """Weights, and the biases of what is put out."""
    channels = [each[0] for each in picture_stages(inputs)]
    weights = sum(KERNEL**2 * one * other for one, other in pairwise(channels))
    return weights + sum(channels[:-1] if backwards else channels[1:])

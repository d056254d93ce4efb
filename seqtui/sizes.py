"""How many numbers a model has to learn, from its config and head alone: what the engine will count, without torch.

For biases as in torch.nn: each recurrent gate has two. Tested against the engine for every backbone and head.
"""

from dataclasses import dataclass, replace
from typing import Final

from seqtui.config import RunConfig
from seqtui.picture_sizes import conv_lstm_size, decoder_size, encoder_size, reader_size
from seqtui.shapes import (
    Head,
    Label,
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

GATES: Final = {"rnn": 1, "gru": 3, "lstm": 4}
CASING_SIZE: Final = 8  # numbers that stand for a word's casing,
PIECE_SIZE: Final = 16  # and for each of its pieces
CHARACTER_EMBEDDING: Final = 30  # numbers that stand for a character (Ma & Hovy 2016)
KERNEL: Final = 3  # characters that a convolution sees at once


@dataclass(frozen=True, slots=True)
class Sizes:
    """Trainable numbers by part."""

    input: int
    backbone: int
    head: int

    @property
    def total(self) -> int:
        """Of the whole model: Started.parameters."""
        return self.input + self.backbone + self.head


def sizes(config: RunConfig, head: Head) -> Sizes:
    """The parts of a model that may be built: a bidirectional dense one is refused by the checks of the config."""
    width = input_width(head, config.embedding_size)
    outputs, embedding = _outputs(config), config.embedding_size
    if config.tie_weights and isinstance(head, NextToken):
        last = _tied_head(head.size, outputs, embedding)
    elif isinstance(head, Translation):
        last = _decoder(config, head, outputs)
    else:
        last = _head(head, outputs)
    is_map = isinstance(head, NextPicture) and head.predictor == "convlstm"
    middle = conv_lstm_size(config) if is_map else backbone_size(config, width)
    return Sizes(_input(head, embedding), middle, last)


def input_width(head: Head, embedding: int) -> int:
    """Numbers a step that the backbone reads."""
    if isinstance(head, Label | Transcript) and isinstance(head.inputs, Vectors) and not head.inputs.projected:
        return head.inputs.width
    if not isinstance(head, Tags) or not isinstance(head.inputs, Words):
        return embedding
    inputs = head.inputs
    casing = CASING_SIZE if inputs.casings else 0
    characters = character_width(inputs) if takes_characters(inputs) else 0
    return embedding + casing + characters + len(inputs.pieces) * PIECE_SIZE


def character_width(inputs: Words) -> int:
    """Numbers a word that its characters give: two directions of an lstm have half of them each."""
    return inputs.character_size if inputs.character_model == "cnn" else 2 * (inputs.character_size // 2)


def takes_characters(inputs: Words) -> bool:
    """Whether the characters of words are looked at."""
    return inputs.character_model != "none" and inputs.characters > 0 and inputs.letters > 0


def backbone_size(config: RunConfig, width: int | None = None) -> int:
    """gates × units × (inputs + units + 2) for each layer and direction; dense: units × (inputs + 1) for each layer.

    width: numbers a step that the first layer reads; the embedding's size where it is not given.
    """
    hidden, directions = config.hidden_size, 2 if config.bidirectional else 1
    inputs = [width or config.embedding_size] + [_outputs(config)] * (config.layers - 1)
    if config.backbone == "dense":
        return sum(hidden * (each + 1) for each in inputs)
    return sum(directions * GATES[config.backbone] * hidden * (each + hidden + 2) for each in inputs)


def readout_width(config: RunConfig, head: Translation) -> int:
    """Numbers that a decoder reads out at each step, and scores against the symbols."""
    return config.hidden_size if head.tied == "none" else config.embedding_size


def _decoder(config: RunConfig, head: Translation, outputs: int) -> int:
    hidden, embedding, width = config.hidden_size, config.embedding_size, readout_width(config, head)
    cells = replace(config, bidirectional=False)
    states = 0 if config.backbone == "dense" else config.layers * (2 if config.backbone == "lstm" else 1)
    bridge = (outputs + 1) * hidden * states
    looking = 0
    if head.attention != "none":
        additive = head.attention == "bahdanau"
        looking = outputs * hidden + (hidden + 2) * hidden * additive
        looking += (hidden if additive else 1) * head.coverage
    own = head.size * embedding if head.tied != "all" else 0
    output = (width + 1) * head.size if head.tied == "none" else head.size
    reading = backbone_size(cells, embedding + width * head.input_feeding)
    return own + reading + bridge + looking + (hidden + outputs + 1) * width + output


def _outputs(config: RunConfig) -> int:
    return config.hidden_size * (2 if config.bidirectional else 1)


def _input(head: Head, embedding: int) -> int:
    match head:
        case NextFrame(keys):
            return (keys + 1) * embedding
        case NextPicture():
            return reader_size(head, embedding)
        case NextToken(size):
            return size * embedding
        case Translation(inputs):
            return _tokens(inputs, embedding)
        case Transcript(inputs):
            return _vectors(inputs, embedding)
        case Tags(inputs):
            return _tokens(inputs, embedding) + (_word_parts(inputs) if isinstance(inputs, Words) else 0)
        case Label(inputs, positions=positions):
            places = (positions + 1) * input_width(head, embedding) if positions else 0
            if isinstance(inputs, Tokens):
                return _tokens(inputs, embedding) + places
            if isinstance(inputs, Vectors):
                return _vectors(inputs, embedding) + places
            if isinstance(inputs, Pictures):
                return encoder_size(inputs, embedding) + places
            return (inputs.width * inputs.context + 1) * embedding + places


def _vectors(inputs: Vectors, embedding: int) -> int:
    return (inputs.width + 1) * embedding if inputs.projected else 0


def _tokens(inputs: Tokens | Words, embedding: int) -> int:
    return 0 if inputs.frozen else inputs.size * embedding


def _word_parts(inputs: Words) -> int:
    others = inputs.casings * CASING_SIZE + sum(inputs.pieces) * PIECE_SIZE
    if not takes_characters(inputs):
        return others
    size, embedding = inputs.character_size, CHARACTER_EMBEDDING
    if inputs.character_model == "cnn":
        model = (embedding * KERNEL + 1) * size
    else:
        model = 2 * GATES["lstm"] * (size // 2) * (embedding + size // 2 + 2)
    return others + inputs.characters * embedding + model


def _tied_head(size: int, outputs: int, embedding: int) -> int:
    """A bias, and what stands between where the widths differ; the weights are counted at the input."""
    return size + ((outputs + 1) * embedding if outputs != embedding else 0)


def _head(head: NextFrame | NextPicture | NextToken | Label | Tags | Transcript, outputs: int) -> int:
    match head:
        case NextFrame(keys):
            return (outputs + 1) * keys
        case NextPicture():
            return decoder_size(head, outputs)
        case NextToken(size):
            return (outputs + 1) * size
        case Transcript(symbols=symbols):
            return (outputs + 1) * (len(symbols) + 1)
        case Tags(tags=tags, decoder=decoder):
            moves = len(tags) * (len(tags) + 2) if decoder == "crf" else 0
            return (outputs + 1) * len(tags) + moves
        case Label(classes=classes, pooling=pooling, positions=positions):
            attention = (outputs + 1) * outputs + outputs if pooling == "attention" else 0
            places = positions + 1 if pooling == "sites" else 1
            return (places * outputs + 1) * len(classes) + attention

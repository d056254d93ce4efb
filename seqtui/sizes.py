"""How many numbers a model has to learn, from its config and head alone: what the engine will count, without torch.

For biases as in torch.nn: each recurrent gate has two. Tested against the engine for every backbone and head.
"""

from dataclasses import dataclass
from typing import Final

from seqtui.config import RunConfig
from seqtui.shapes import Head, Label, NextFrame, NextToken, Tokens

GATES: Final = {"rnn": 1, "gru": 3, "lstm": 4}


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
    return Sizes(_input(head, config.embedding_size), backbone_size(config), _head(head, _outputs(config)))


def backbone_size(config: RunConfig) -> int:
    """gates × units × (inputs + units + 2) for each layer and direction; dense: units × (inputs + 1) for each layer."""
    hidden, directions = config.hidden_size, 2 if config.bidirectional else 1
    inputs = [config.embedding_size] + [_outputs(config)] * (config.layers - 1)
    if config.backbone == "dense":
        return sum(hidden * (each + 1) for each in inputs)
    return sum(directions * GATES[config.backbone] * hidden * (each + hidden + 2) for each in inputs)


def _outputs(config: RunConfig) -> int:
    return config.hidden_size * (2 if config.bidirectional else 1)


def _input(head: Head, embedding: int) -> int:
    match head:
        case NextFrame(keys):
            return (keys + 1) * embedding
        case NextToken(size):
            return size * embedding
        case Label(inputs, positions=positions):
            places = (positions + 1) * embedding if positions else 0
            if isinstance(inputs, Tokens):
                return inputs.size * embedding + places
            return (len(inputs.table[0]) * inputs.context + 1) * embedding + places


def _head(head: Head, outputs: int) -> int:
    match head:
        case NextFrame(keys):
            return (outputs + 1) * keys
        case NextToken(size):
            return (outputs + 1) * size
        case Label(classes=classes, pooling=pooling):
            attention = (outputs + 1) * outputs + outputs if pooling == "attention" else 0
            return (outputs + 1) * len(classes) + attention

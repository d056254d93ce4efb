"""The half of an encoder–decoder that writes: symbols it has written in, scores of the next symbol out.

One step: the cells read the last symbol (with input feeding, what the step before read out as well), attention looks
back from their state s, and the readout tanh(W [s; context]) is scored against every symbol (Luong et al. 2015,
equations 5 and 6). Without attention the context is the end of what was read, at every step (Cho et al. 2014).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqtui.config import RunConfig
from seqtui.engine.attention import Attention, Memory
from seqtui.engine.recurrent.backbone import Backbone, drop
from seqtui.engine.recurrent.cells import State
from seqtui.engine.token_input import TokenInput
from seqtui.shapes import Tokens, Translation
from seqtui.sizes import readout_width


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a decoder stands: the state of its cells, what it read out last (rows, width), and the sum of its attention
    so far (rows, time), where these count.

    Rows are hypotheses: one or more for each sequence of the memory, side by side.
    """

    cells: Sequence[State]
    read: Tensor | None
    covered: Tensor | None

    def chosen(self, rows: Tensor) -> "Standing":
        """Some of the rows, in a new order."""
        cells = [tuple(entry[rows] for entry in state) for state in self.cells]
        return Standing(cells, _rows(self.read, rows), _rows(self.covered, rows))


@dataclass(frozen=True, slots=True)
class Masks:
    """Dropout of one pass, drawn before it: of what is embedded, between layers, of what is read out; each
    (steps or 1, batch, width).
    """

    embedded: Tensor
    between: Sequence[Tensor]
    read: Tensor

    def at(self, step: int) -> "Masks":
        """Of one step."""
        embedded, read, *between = (each[step % len(each)] for each in (self.embedded, self.read, *self.between))
        return Masks(embedded, between, read)


class Decoder(nn.Module):
    """source: the embedding of what was read, whose weights serve here too where all are tied."""

    def __init__(self, config: RunConfig, head: Translation, source: TokenInput, *, size: int) -> None:
        super().__init__()
        width, embedding = readout_width(config, head), config.embedding_size
        self.dropout, self.locked = config.dropout, config.locked_dropout
        self.feeds, self.covers = head.input_feeding, head.coverage and head.attention != "none"
        if head.tied == "all":
            assert head.inputs.size == head.size and not head.inputs.frozen, "checked with the options"
            self._embed = (source,)  # in a tuple, so that its weights are stored once, as the input's
        else:
            self.embedding = TokenInput(Tokens(head.size), embedding)
            self._embed = (self.embedding,)
        self.backbone = Backbone(
            config.backbone,
            embedding + (width if self.feeds else 0),
            config.hidden_size,
            layers=config.layers,
            dropout=config.dropout,
            locked_dropout=config.locked_dropout,
            relu=config.nonlinearity == "relu",
            init=config.init,
            forget_bias=config.forget_bias,
        )
        self.attention: Attention | None = None
        if head.attention != "none":
            self.attention = Attention(head.attention, config.hidden_size, size, coverage=head.coverage)
        self.readout = nn.Linear(config.hidden_size + size, width)
        if head.tied == "none":
            self.output: nn.Linear | None = nn.Linear(width, head.size)
        else:
            self.output = None
            self._embed[0].serve_outputs()
            self.bias = nn.Parameter(torch.zeros(head.size))
        self.states = sum(len(state) for state in self.backbone.zero_state(1, torch.zeros(1)))
        self.bridge = nn.Linear(size, config.hidden_size * self.states) if self.states else None
        self._initialise()

    def _initialise(self) -> None:
        """All that is linear as in Glorot & Bengio (2010): attention learns where to look hundreds of steps earlier."""
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)

    def begin(self, memory: Memory) -> Standing:
        """Before the first step, a row a sequence: each state is tanh(W end) (Bahdanau et al. 2015, appendix A.2.2)."""
        batch, time = memory.padded.shape
        cells: list[State] = []
        if self.bridge is not None:
            states = torch.tanh(self.bridge(memory.end)).chunk(self.states, 1)
            each = self.states // len(self.backbone.layers)
            cells = [tuple(states[first : first + each]) for first in range(0, len(states), each)]
        read = memory.end.new_zeros(batch, self.readout.out_features) if self.feeds else None
        return Standing(cells, read, memory.end.new_zeros(batch, time) if self.covers else None)

    def step(
        self, symbols: Tensor, standing: Standing, memory: Memory, masks: Masks | None = None
    ) -> tuple[Tensor, Standing, Tensor | None]:
        """symbols (rows,) -> what is read out (rows, width), where it stands then, and the attention (rows, time)."""
        x = self._embedded(symbols) if masks is None else self._embedded(symbols) * masks.embedded
        if standing.read is not None:
            x = torch.cat([x, standing.read], 1)
        s, cells = self.backbone.step(x, standing.cells, () if masks is None else masks.between)
        s = s.view(len(memory.end), -1, s.shape[1])  # (batch, rows a sequence, units)
        covered = None if standing.covered is None else standing.covered.view(*s.shape[:2], -1)
        read, weights = self._look(s, memory, covered)
        read = read.flatten(0, 1)
        if masks is not None:
            read = read * masks.read
        looked = None if weights is None else weights.flatten(0, 1)
        if standing.covered is not None and looked is not None:
            return read, Standing(cells, read if self.feeds else None, standing.covered + looked), looked
        return read, Standing(cells, read if self.feeds else None, None), looked

    def scores(self, read: Tensor) -> Tensor:
        """(…, width) -> the score of each symbol (…, size)."""
        if self.output is not None:
            return torch.as_tensor(self.output(read))
        return functional.linear(read, self._embed[0].weight, self.bias)

    def write(self, given: Tensor, memory: Memory, *, share: float = 1.0) -> Tensor:
        """Scores (steps, batch, size) of the symbols after each of the given ones (steps, batch); see read_out."""
        return self.scores(self.read_out(given, memory, share=share))

    def read_out(self, given: Tensor, memory: Memory, *, share: float = 1.0) -> Tensor:
        """What is read out (steps, batch, width) after each of the given symbols (steps, batch).

        share: of the symbols that are read as they are given; in place of others the likeliest by the step before.
        """
        if share >= 1 and not self.feeds and not self.covers:
            return self._read_at_once(given, memory)
        masks = self._masks(*given.shape) if self.training and self.dropout else None
        kept = torch.rand(given.shape, device=given.device) < share if share < 1 else None
        standing, symbols = self.begin(memory), given[0]
        reads: list[Tensor] = []
        for step in range(len(given)):
            if step and kept is not None:
                own = self.scores(reads[-1].detach()).argmax(1)
                symbols = torch.where(kept[step], given[step], own)
            else:
                symbols = given[step]
            read, standing, _ = self.step(symbols, standing, memory, None if masks is None else masks.at(step))
            reads.append(read)
        return torch.stack(reads)

    def _read_at_once(self, given: Tensor, memory: Memory) -> Tensor:
        x = drop(self._embedded(given), self.dropout, training=self.training, locked=self.locked)
        s, _ = self.backbone(x, self.begin(memory).cells)
        read, _ = self._look(s.transpose(0, 1), memory, None)
        return drop(read.transpose(0, 1), self.dropout, training=self.training, locked=self.locked)

    def _look(self, s: Tensor, memory: Memory, covered: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """From states s (batch, steps, units): what is read out (batch, steps, width), and attention."""
        if self.attention is None:
            weights, context = None, memory.end.unsqueeze(1).expand(-1, s.shape[1], -1)
        else:
            weights = self.attention.weights(s, memory, covered)
            context = weights @ memory.states
        return torch.tanh(self.readout(torch.cat([s, context], 2))), weights

    def _embedded(self, symbols: Tensor) -> Tensor:
        return self._embed[0].look_up(symbols)

    def _masks(self, steps: int, batch: int) -> Masks:
        length, hidden = 1 if self.locked else steps, self.backbone.outputs
        widths = [self._embed[0].weight.shape[1], self.readout.out_features]
        widths += [hidden] * (len(self.backbone.layers) - 1)
        ones = self.readout.weight.new_ones
        embedded, read, *between = (functional.dropout(ones(length, batch, width), self.dropout) for width in widths)
        return Masks(embedded, between, read)


def _rows(values: Tensor | None, rows: Tensor) -> Tensor | None:
    return None if values is None else values[rows]

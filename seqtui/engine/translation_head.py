"""A sequence turned into another: a decoder writes it, symbol by symbol, looking back at what the backbone read."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from seqtui.config import RunConfig
from seqtui.engine.attention import Memory, remember
from seqtui.engine.beam import Search, Vocabulary
from seqtui.engine.decoder import Decoder
from seqtui.engine.token_input import TokenInput
from seqtui.shapes import PADDING, Translation


@dataclass(frozen=True, slots=True)
class Lesson:
    """Targets as they are taught, each (steps + 1, batch): given, the start before them, and wanted, the end after
    them and PADDING after that.
    """

    given: Tensor
    wanted: Tensor


class TranslationHead(nn.Module):
    """The loss is the negative log-likelihood of the target, its end counted; what is scored are all true symbols.

    teacher_share: of the true symbols that the decoder reads while training; the loop sets it before each step.
    """

    def __init__(self, config: RunConfig, head: Translation, embed: TokenInput, *, outputs: int) -> None:
        super().__init__()
        self.says = head
        self.directions = 2 if config.bidirectional else 1
        self.teacher_share = head.teacher_start
        self.decoder = Decoder(config, head, embed, size=outputs)

    @property
    def vocabulary(self) -> Vocabulary:
        """The symbols with a meaning of their own."""
        return Vocabulary(self.says.start, self.says.end, self.says.unknown)

    def stand_at(self, share: float) -> None:
        """Let the teacher do as much as is due after this share of the run."""
        says = self.says
        self.teacher_share = says.teacher_start + (says.teacher_end - says.teacher_start) * min(share, 1.0)

    def full(self, asked: Search) -> Search:
        """A search with this head's bound where it has none."""
        return asked if asked.longest else replace(asked, longest=self.says.longest)

    def forward(self, hidden: Tensor, lengths: Tensor | None = None) -> Tensor:
        """The states that were read, (time, batch, outputs), as they are: it takes a target to say more of them."""
        if lengths is None:
            return hidden
        steps = torch.arange(hidden.shape[0], device=hidden.device).unsqueeze(1)
        return hidden.masked_fill((steps >= lengths).unsqueeze(2), 0)

    def remember(self, states: Tensor, mask: Tensor) -> Memory:
        """What the decoder looks back at: states (time, batch, outputs), mask (time, batch) of 0 and 1."""
        return remember(states, mask == 0, self.decoder.attention, self.directions)

    def lesson(self, targets: Tensor) -> Lesson:
        """targets (steps, batch), PADDING after the end of each."""
        batch = targets.shape[1]
        counts = (targets != PADDING).sum(0)
        start = targets.new_full((1, batch), self.says.start)
        wanted = torch.cat([targets, targets.new_full((1, batch), PADDING)])
        wanted[counts, torch.arange(batch, device=targets.device)] = self.says.end
        return Lesson(torch.cat([start, targets.masked_fill(targets == PADDING, self.says.end)]), wanted)

    def loss(self, logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
        """Sum of the NLL over targets (steps, batch) and their ends; logits are the states, (time, batch, outputs)."""
        training = self.training
        scores, wanted = self._taught(logits, targets, mask, share=self.teacher_share if training else 1.0)
        return _nll(scores, wanted, self.says.label_smoothing if training else 0.0)

    def judge(self, logits: Tensor, targets: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The loss, and how many of the symbols are the likeliest, each after true ones."""
        scores, wanted = self._taught(logits, targets, mask, share=1.0)
        return _nll(scores, wanted, 0.0), (scores.argmax(1) == wanted).sum()

    def _taught(self, states: Tensor, targets: Tensor, mask: Tensor, *, share: float) -> tuple[Tensor, Tensor]:
        """Scores (symbols, size) of all symbols that are wanted, (symbols,); padding has none."""
        lesson = self.lesson(targets)
        read = self.decoder.read_out(lesson.given, self.remember(states, mask), share=share)
        real = lesson.wanted != PADDING
        return self.decoder.scores(read[real]).float(), lesson.wanted[real]

    def loss_at(self, state: Tensor, targets: Tensor, step: Tensor) -> Tensor:  # noqa: ARG002
        """The loss as if the one state (batch, outputs) were all that was read: targets (steps, batch)."""
        return self.loss(state.unsqueeze(0), targets, state.new_ones(1, len(state)))


def _nll(scores: Tensor, wanted: Tensor, smoothing: float) -> Tensor:
    """scores (symbols, size), wanted (symbols,)."""
    return functional.cross_entropy(scores, wanted, reduction="sum", label_smoothing=smoothing)

"""Adding up a pass over sequences whose text is told: the CTC loss, and the errors of what is heard greedily."""

from torch import Tensor

from seqtui.engine.batches import Unit, Window
from seqtui.engine.score import Score
from seqtui.engine.transcript_head import TranscriptHead
from seqtui.metrics import error_rates
from seqtui.shapes import PADDING


class TranscriptTally:
    """Loss a symbol over the texts that a path can read, error rates over all; how many cannot is a metric."""

    def __init__(self, head: TranscriptHead) -> None:
        self.head = head
        self.loss, self.symbols, self.impossible = 0.0, 0, 0
        self._truths: list[str] = []
        self._heard: list[str] = []

    def add(self, logits: Tensor, window: Window, unit: Unit) -> None:  # noqa: ARG002
        """logits (time, batch, symbols + 1)."""
        losses, possible = self.head.losses(logits, window.targets, window.mask)
        self.loss += float(losses.sum())
        self.symbols += int(((window.targets != PADDING) & possible).sum())
        self.impossible += int((~possible).sum())
        says = self.head.says
        self._truths += [says.text([each for each in column if each >= 0]) for column in window.targets.t().tolist()]
        self._heard += [says.text([symbol for symbol, _ in path]) for path in self.head.greedy(logits, window.mask)]

    def score(self) -> Score:
        """Mean NLL a symbol; word and character error rates, and the share of texts without an error."""
        mean = self.loss / self.symbols if self.symbols else float("nan")
        found = error_rates(self._truths, self._heard)
        if self.impossible:
            found["impossible"] = float(self.impossible)
        return Score(mean, found, self.symbols)

"""Adding up a pass over sequences whose text is told: the CTC loss, and the errors of what is heard."""

from collections.abc import Iterator, Sequence

from torch import Tensor

from seqtui.engine.batches import Unit, Window
from seqtui.engine.prefix_beam import GREEDY, Listening, prefix_beam
from seqtui.engine.score import Score
from seqtui.engine.transcript_head import TranscriptHead
from seqtui.metrics import error_rates
from seqtui.shapes import PADDING


class TranscriptTally:
    """Loss a symbol over the texts that a path can read, error rates over all; how many cannot is a metric.

    asked: how texts are found.
    """

    def __init__(self, head: TranscriptHead, asked: Listening = GREEDY) -> None:
        self.head, self.asked = head, asked
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
        self._heard += [says.text(symbols) for symbols in self._read(logits, window.mask)]

    def _read(self, logits: Tensor, mask: Tensor) -> Iterator[Sequence[int]]:
        """The symbols of each text; mask (time, batch)."""
        if not self.asked.beam:
            yield from ([symbol for symbol, _ in path] for path in self.head.greedy(logits, mask))
            return
        log_chances = logits.log_softmax(2).double().cpu().numpy()
        for column, steps in enumerate(mask.sum(0).long().tolist()):
            yield prefix_beam(log_chances[:steps, column], beam=self.asked.beam, guide=self.asked.guide)[0].symbols

    def score(self) -> Score:
        """Mean NLL a symbol; word and character error rates, and the share of texts without an error."""
        mean = self.loss / self.symbols if self.symbols else float("nan")
        found = error_rates(self._truths, self._heard)
        if self.impossible:
            found["impossible"] = float(self.impossible)
        return Score(mean, found, self.symbols)

"""Adding up a pass over sequences that are turned into others: the loss under the teacher, and what is really written.

Writing takes longer than scoring; while a model trains, a fixed part of a split is written, greedily.
"""

import numpy as np
import torch
from torch import Tensor

from seqtui.engine.batches import FlatData, Unit, Window
from seqtui.engine.beam import GREEDY, Search, search
from seqtui.engine.score import Score
from seqtui.engine.translation_head import TranslationHead
from seqtui.translation_metrics import translation_metrics

METRICS = {"text": ("bleu", "chrf", "exact"), "exact": ("exact", "token_errors")}


class TranslationTally:
    """asked: how each record is written; None: greedily, and the head's number of them alone, evenly over the split."""

    def __init__(self, head: TranslationHead, data: FlatData, asked: Search | None) -> None:
        self.head, self.data = head, data
        self.asked = head.full(asked or GREEDY)
        rows = len(data.rows)
        count = rows if asked else min(rows, head.says.scored)
        self.chosen = np.unique(np.linspace(0, max(rows - 1, 0), count).round().astype(np.int64))
        self.loss, self.right, self.targets = 0.0, 0.0, 0
        self._outputs: dict[int, str] = {}

    def add(self, logits: Tensor, window: Window, unit: Unit) -> None:
        """logits: the states that were read, (time, batch, outputs)."""
        loss, right = self.head.judge(logits, window.targets, window.mask)
        self.loss += float(loss)
        self.right += float(right)
        self.targets += unit.targets
        places = np.flatnonzero(np.isin(unit.rows, self.chosen))
        if not len(places) or self.data.wording is None:
            return
        columns = torch.from_numpy(places).to(logits.device)
        memory = self.head.remember(logits[:, columns], window.mask[:, columns])
        for record, (best, *_) in zip(
            self.data.rows.records[unit.rows[places]].tolist(),
            search(self.head.decoder, memory, self.asked, self.head.vocabulary),
            strict=True,
        ):
            wording = self.data.wording
            self._outputs[record] = wording.text(best, wording.source(self.data.records, record))

    def score(self) -> Score:
        """Mean NLL a symbol, its perplexity, the share of symbols that are right, and metrics of what was written."""
        mean = self.loss / self.targets if self.targets else float("nan")
        accuracy = self.right / self.targets if self.targets else float("nan")
        metrics = self._written() | {"perplexity": float(np.exp(np.float64(mean))), "accuracy": accuracy}
        return Score(mean, metrics, self.targets)

    def _written(self) -> dict[str, float]:
        references = self.data.records.references
        if self.data.wording is None or references is None:
            return {}
        records = sorted(self._outputs)
        found = translation_metrics([self._outputs[each] for each in records], [references[each] for each in records])
        return {name: found[name] for name in METRICS[self.head.says.scored_by]}

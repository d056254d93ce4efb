"""Adding up a pass over sequences that are turned into others: the loss under the teacher, and what is really written.

Writing takes longer than scoring; while a model trains, a fixed part of a split is written, greedily.
"""

import numpy as np
import torch
from torch import Tensor

from seqtui.engine.batches import FlatData, Integers, Unit, Window
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
        """logits: the states that were read, (time, batch, outputs). What should become of a record must be known."""
        records, references = self.data.rows.records[unit.rows], self.data.records.references
        known = np.arange(len(records))
        if references is not None:
            known = np.array([place for place in known if references[records[place]]], np.int64)
        if not len(known):
            return
        columns = torch.from_numpy(known).to(logits.device)
        states, targets, mask = logits[:, columns], window.targets[:, columns], window.mask[:, columns]
        loss, right = self.head.judge(states, targets, mask)
        self.loss += float(loss)
        self.right += float(right)
        self.targets += int((targets >= 0).sum()) + len(known)
        wanted = np.isin(unit.rows[known], self.chosen)
        if self.data.wording is not None and wanted.any():
            here = torch.from_numpy(wanted).to(logits.device)
            self._write(states[:, here], mask[:, here], records[known[wanted]])

    def _write(self, states: Tensor, mask: Tensor, records: Integers) -> None:
        found = search(self.head.decoder, self.head.remember(states, mask), self.asked, self.head.vocabulary)
        wording = self.data.wording
        assert wording is not None
        for record, (best, *_) in zip(records.tolist(), found, strict=True):
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

"""Adding up a pass over a split: the loss and the field's metrics, whatever the head predicts."""

from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqtui.engine.batches import FlatData, Unit, Window
from seqtui.engine.beam import Search
from seqtui.engine.heads import FrameHead, HeadLayer, TokenScores
from seqtui.engine.label_head import LabelHead
from seqtui.engine.picture_head import PictureHead
from seqtui.engine.prefix_beam import GREEDY, Listening
from seqtui.engine.score import Score as Score
from seqtui.engine.tag_head import TagHead
from seqtui.engine.transcript_head import TranscriptHead
from seqtui.engine.transcript_tally import TranscriptTally
from seqtui.engine.translation_head import TranslationHead
from seqtui.engine.translation_tally import TranslationTally
from seqtui.metrics import confusion_counts, label_metrics
from seqtui.shapes import PADDING

Asked = Search | Listening


class Tally(Protocol):
    """Takes batches, gives a score."""

    def add(self, logits: Tensor, window: Window, unit: Unit) -> None:
        """Count one batch in."""

    def score(self) -> Score:
        """The score of all that was added."""


def start_tally(head: HeadLayer, data: FlatData, asked: Asked | None = None) -> Tally:
    """An empty tally for a pass over `data`. asked: how sequences are written, all of them; see TranslationTally."""
    searched = asked if isinstance(asked, Search) else None
    listening = asked if isinstance(asked, Listening) else GREEDY
    match head:
        case LabelHead():
            return LabelTally(head, data)
        case TagHead():
            return TagTally(head)
        case TranslationHead():
            return TranslationTally(head, data, searched)
        case TranscriptHead():
            return TranscriptTally(head, listening)
    return StepTally(head)


class StepTally:
    """For heads that predict at every time step: the mean is over steps, not over sequences."""

    def __init__(self, head: FrameHead | PictureHead | TokenScores) -> None:
        self.head = head
        self.loss, self.steps = 0.0, 0
        self.counts: dict[str, float] = {}

    def add(self, logits: Tensor, window: Window, unit: Unit) -> None:
        """logits (time, batch, outputs)."""
        self.loss += float(self.head.loss(logits, window.targets, window.mask))
        for name, count in self.head.hits(logits, window.targets, window.mask).items():
            self.counts[name] = self.counts.get(name, 0.0) + float(count)
        self.steps += unit.real_steps

    def score(self) -> Score:
        """Mean loss and metrics."""
        mean = self.loss / max(self.steps, 1)
        return Score(mean, self.head.scores(self.counts, mean), self.steps)


class LabelTally:
    """For heads that label sequences: the parts of one sequence are pooled by the mean of their chances."""

    def __init__(self, head: LabelHead, data: FlatData) -> None:
        self.data = data
        self.weights: NDArray[np.float64] = head.weights.double().cpu().numpy()
        self._parents: list[NDArray[np.int64]] = []
        self._chances: list[NDArray[np.float64]] = []

    def add(self, logits: Tensor, window: Window, unit: Unit) -> None:  # noqa: ARG002
        """logits (batch, classes)."""
        self._parents.append(self.data.parents(unit))
        self._chances.append(torch.softmax(logits.double(), 1).cpu().numpy())

    def chances(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Which sequences were seen, in order (sequences,), and the chance of each class (sequences, classes)."""
        if not self._parents:
            return np.zeros(0, np.int64), np.zeros((0, len(self.weights)))
        seen, place = np.unique(np.concatenate(self._parents), return_inverse=True)
        rows = np.concatenate(self._chances)
        sums = np.zeros((len(seen), rows.shape[1]))
        np.add.at(sums, place, rows)
        return seen, sums / np.bincount(place)[:, None]

    def score(self) -> Score:
        """Weighted mean NLL of the pooled chances, label metrics, confusion, over the sequences whose class is known;
        where none is, the loss and the metrics are nan.
        """
        seen, chances = self.chances()
        labels = self.data.parent_labels()[seen]
        known = labels >= 0
        labels, chances = labels[known], chances[known]
        with np.errstate(divide="ignore"):
            nll = -np.log(chances[np.arange(len(labels)), labels])
        loss = float((self.weights[labels] * nll).mean()) if len(nll) else float("nan")
        confusion = confusion_counts(labels, chances.argmax(1), chances.shape[1])
        return Score(loss, label_metrics(labels, chances), len(labels), confusion)


class TagTally:
    """For heads that tag steps: the loss is a mean over steps, the score that of the spans which the tags make up."""

    def __init__(self, head: TagHead) -> None:
        self.head = head
        self.loss, self.steps = 0.0, 0
        self._truths: list[NDArray[np.int64]] = []
        self._guesses: list[NDArray[np.int64]] = []

    def add(self, logits: Tensor, window: Window, unit: Unit) -> None:  # noqa: ARG002
        """logits (time, batch, tags). Sequences with a tag that is not known are not scored."""
        real = window.mask.bool()
        known = ((window.targets != PADDING) | ~real).all(0)  # (batch,)
        if not bool(known.any()):
            return
        logits, targets, mask = logits[:, known], window.targets[:, known], window.mask[:, known]
        self.loss += float(self.head.loss(logits, targets, mask))
        steps = mask.sum(0).long().tolist()
        self.steps += sum(steps)
        for found, columns in ((self._truths, targets), (self._guesses, self.head.decode(logits, mask))):
            found += [column[:count] for column, count in zip(columns.t().cpu().numpy(), steps, strict=True)]

    def score(self) -> Score:
        """Mean NLL a step, precision, recall and F1 of the spans, accuracy of the tags, and their confusion."""
        if not self.steps:
            nothing = dict.fromkeys(("f1", "precision", "recall", "accuracy"), float("nan"))
            return Score(float("nan"), nothing, 0, None)
        from seqtui.readers.tagged.spans import span_scores

        scores = span_scores(self.head.tags, self._truths, self._guesses)
        truths, guesses = np.concatenate(self._truths), np.concatenate(self._guesses)
        confusion = confusion_counts(truths, guesses, len(self.head.tags))
        return Score(self.loss / self.steps, scores, self.steps, confusion)

"""What numbers are in the words of an application: a source, and what a model makes of it with the words it copies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seqtui.task import Hypothesis, Records, Task, TranslationPrediction


@dataclass(frozen=True, slots=True)
class Wording:
    """Of one task, with the encoding of one model."""

    task: Task
    encoding: Mapping[str, Any]

    def source(self, records: Records, record: int) -> list[str]:
        """One short text a step: as it was read where that is known, else as the model knows it."""
        read = records.text_of(record)
        return self.task.spell(records.record(record), self.encoding) if read is None else read.words()

    def read(self, prediction: TranslationPrediction) -> list[str]:
        """The same, of a prediction."""
        read = prediction.read_from
        return self.task.spell(prediction.values, self.encoding) if read is None else read.words()

    def tokens(self, hypothesis: Hypothesis, source: Sequence[str]) -> list[str]:
        """One short text a token; for an unknown one, the source's."""
        spelled = self.spell(hypothesis.tokens)
        copied = hypothesis.copied or (-1,) * len(spelled)
        return [source[step] if step >= 0 else own for own, step in zip(spelled, copied, strict=True)]

    def text(self, hypothesis: Hypothesis, source: Sequence[str]) -> str:
        """A hypothesis as one would write it."""
        return self.task.target_text(self.tokens(hypothesis, source), self.encoding)

    def spell(self, tokens: Sequence[int]) -> list[str]:
        """Tokens of a target, one short text each."""
        return self.task.spell_target(np.array(tokens, np.int64), self.encoding)

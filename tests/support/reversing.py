"""Sequences to be written backward: a translation whose every answer is known."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from seqtui.config import RunConfig
from seqtui.engine.batches import FlatData, Unit, rows_of
from seqtui.engine.model import SequenceModel, build_model
from seqtui.shapes import Tokens, Translation
from seqtui.task import Records

SYMBOLS = 6  # and, in the target, a start and an end
START, END = SYMBOLS, SYMBOLS + 1


def reversal(count: int, *, longest: int = 5, seed: int = 0) -> Records:
    """Strings of 1 … longest symbols, their reversals, and both as texts."""
    rng = np.random.default_rng(seed)
    sources = [rng.integers(0, SYMBOLS, rng.integers(1, longest + 1)) for _ in range(count)]
    return records_of(sources, [source[::-1] for source in sources])


def records_of(sources: Sequence[Any], targets: Sequence[Any]) -> Records:
    """Records of any sources and targets; references are the targets' numbers with spaces."""
    return Records(
        np.concatenate([np.asarray(each, np.int64) for each in sources]),
        np.array([len(each) for each in sources], np.int64),
        tuple(f"string {number}" for number in range(len(sources))),
        targets=np.concatenate([np.asarray(each, np.int64) for each in targets]),
        target_lengths=np.array([len(each) for each in targets], np.int64),
        references=[(" ".join(map(str, each)),) for each in targets],
    )


def reversing_head(**changes: Any) -> Translation:
    """Of these strings."""
    return Translation(Tokens(SYMBOLS + 2), SYMBOLS + 2, START, END, **{"longest": 12, **changes})


def small_model(head: Translation, backbone: str = "gru", **changes: Any) -> SequenceModel:
    """Seven units, an embedding of five."""
    values: dict[str, Any] = {"hidden_size": 7, "embedding_size": 5, **changes}
    config = RunConfig(app="translation", backbone=backbone, **values)  # type: ignore[arg-type]
    return build_model(config, head)


def flat(found: Records) -> FlatData:
    """On the CPU."""
    return FlatData(found, rows_of(found, batch_size=4, bptt=0, ahead=0, ends=1), torch.device("cpu"))


def unit_of(data: FlatData, rows: Sequence[int]) -> Unit:
    """Some rows as one batch."""
    chosen = np.array(rows)
    steps, targets = data.rows.steps[chosen], data.rows.target_steps
    assert targets is not None
    return Unit(chosen, 0, int(steps.max()), int(steps.sum()), int(targets[chosen].sum()) + len(chosen))

"""A run's scores as rows of a table: now, best, trivial baseline, ceiling. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from seqtui.runs.label_tables import TITLES, is_ceiling
from seqtui.runs.state import RunState

OF_LOSSES: Final = ("nll", "perplexity", "wer", "cer", "loss")
"""Metrics that are better when lower."""


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A score and what it stands beside; NaN where there is nothing."""

    name: str
    now: float
    best: float = math.nan
    base: float = math.nan
    ceiling: float = math.nan


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """base and ceiling: names of the predictors, or ''; split: whose scores are 'now'."""

    rows: tuple[ScoreRow, ...] = ()
    base: str = ""
    ceiling: str = ""
    best_step: int | None = None


def score_table(state: RunState) -> ScoreTable:
    """The newest scores: losses first, then the metrics of the newest validation."""
    data = state.data
    known = data.baselines if data else {}
    trivial = {name: loss for name, loss in known.items() if not is_ceiling(name)}
    base = min(trivial, key=lambda name: trivial[name], default="")
    ceiling = next((name for name in known if is_ceiling(name)), "")
    beside = data.baseline_metrics if data else {}
    rival = _rival(beside)
    rows = [ScoreRow("train", state.step.loss.mean)] if state.step else []
    valid, test = state.last_evaluation("valid"), state.last_evaluation("test")
    best = state.best
    ends = (known.get(base, math.nan), known.get(ceiling, math.nan))
    if valid:
        rows.append(ScoreRow("valid", valid.loss, best.loss if best else math.nan, *ends))
    if test:
        rows.append(ScoreRow("test", test.loss, math.nan, *ends))
    shown = valid or test
    for name, value in (shown.metrics if shown else {}).items():
        if name in OF_LOSSES and shown and value == shown.loss:
            continue
        at_best = best.metrics.get(name, math.nan) if best else math.nan
        names = (base if base in beside else rival, ceiling or next(filter(is_ceiling, beside), ""))
        others = (beside.get(one, {}).get(name, math.nan) for one in names)
        rows.append(ScoreRow(TITLES.get(name, name.replace("_", " ")), value, at_best, *others))
    told = ", ".join(each for each in (base, rival if base not in beside else "") if each)
    return ScoreTable(tuple(rows), told, ceiling, best.step if best else None)


def _rival(beside: Mapping[str, Mapping[str, float]]) -> str:
    """The best trivial predictor by the first metric of all; '' where there is none."""
    trivial = {name: next(iter(scores.items())) for name, scores in beside.items() if scores and not is_ceiling(name)}
    return max(trivial, key=lambda name: trivial[name][1] * (-1 if trivial[name][0] in OF_LOSSES else 1), default="")

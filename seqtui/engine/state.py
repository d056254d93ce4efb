"""Where a run stands: all that decides its future beside tensors, as plain numbers that go into a checkpoint."""

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from seqtui.config import RunConfig
from seqtui.engine.step import Knobs


@dataclass(slots=True)
class TrainingState:
    """step: optimizer steps tried, and so the number of the last one; epoch and unit: the position that comes next.

    best_loss: of the evaluation that was the best; best_value: what it was the best of, smaller being better;
    stale: evaluations since the best; plateau_*: of schedule=plateau; bad_in_a_row: non-finite steps just now;
    seconds: training time so far, over all sessions; control_offset: bytes of control.jsonl that were obeyed.
    """

    knobs: Knobs
    step: int = 0
    epoch: int = 0
    unit: int = 0
    best_loss: float = math.inf
    best_value: float = math.inf
    best_step: int = 0
    evaluated_step: int = -1
    stale: int = 0
    plateau_scale: float = 1.0
    plateau_stale: int = 0
    bad_in_a_row: int = 0
    seconds: float = 0.0
    control_offset: int = 0
    last_norms: list[float] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """As JSON; infinities travel as strings."""
        values = asdict(self)
        best = {"best_loss": repr(self.best_loss), "best_value": repr(self.best_value)}
        return values | best | {"last_norms": [repr(norm) for norm in self.last_norms]}

    def remember_norm(self, norm: float) -> None:
        """Keep the last 50 gradient norms, for the report of a non-finite step."""
        self.last_norms = [*self.last_norms[-49:], norm]

    def judge(self, loss: float, score: float, config: RunConfig) -> bool:
        """Take note of an evaluation; whether it is the best so far. score: the head's, larger being better.

        Of equal scores, as of a model that finds no name yet, the one with the lower loss is the best.
        """
        self.evaluated_step = self.step
        value = loss if config.best_by == "loss" else -score
        best = (value, loss) < (self.best_value, self.best_loss)
        if best:
            self.best_loss, self.best_value, self.best_step = loss, value, self.step
        self.stale = 0 if best else self.stale + 1
        self.plateau_stale = 0 if best else self.plateau_stale + 1
        if config.schedule == "plateau" and self.plateau_stale > config.plateau_patience:
            self.plateau_scale *= config.plateau_factor
            self.plateau_stale = 0
        return best


def fresh_state(config: RunConfig) -> TrainingState:
    """Before the first step."""
    return TrainingState(Knobs(config.lr, config.max_grad_norm, config.clip_value))


def state_from_facts(facts: dict[str, Any]) -> TrainingState:
    """From a checkpoint's facts."""
    values = dict(facts)
    values["knobs"] = Knobs(**values["knobs"])
    values["best_loss"] = float(values["best_loss"])
    values["best_value"] = float(values.get("best_value", values["best_loss"]))
    values["last_norms"] = [float(norm) for norm in values["last_norms"]]
    return TrainingState(**values)

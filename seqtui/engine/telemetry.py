"""Which telemetry is due at a step, and what it costs. It never touches weights, gradients or random numbers."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal

import torch

from seqtui.engine.batches import FlatData, Unit, Window
from seqtui.engine.gates import STEPS, gate_maps
from seqtui.engine.lag_probe import model_lag_profiles
from seqtui.engine.model import SequenceModel
from seqtui.engine.step import Outcome
from seqtui.runs.events import Gates, Gradients, Lags

# Shares of the training time that each kind may take, so that none starves another: 1.8 % in all, which leaves room
# under 2 % for a costly first time. And seconds that it waits at least.
SHARES: Final = {"gradients": 0.004, "lags": 0.006, "gates": 0.005, "saliency": 0.003}
SECONDS_BETWEEN: Final = {"gradients": 0.25, "lags": 2.0, "gates": 0.0, "saliency": 0.0}
PROBE_SEQUENCES: Final = 8
PROBE_STEPS: Final = 200


@dataclass(slots=True)
class Price:
    """What telemetry has cost and may cost: a kind is due when enough time has passed and its last price is earned."""

    elapsed: float = 0.0
    spent_on: dict[str, float] = field(default_factory=dict)
    last_price: dict[str, float] = field(default_factory=dict)
    last_time: dict[str, float] = field(default_factory=dict)

    @property
    def spent(self) -> float:
        """Seconds in all."""
        return sum(self.spent_on.values())

    def is_due(self, kind: str) -> bool:
        """Whether another measurement of `kind` stays within its share; the first one always is due."""
        waited = self.elapsed - self.last_time.get(kind, -1e9)
        price = self.spent_on.get(kind, 0.0) + self.last_price.get(kind, 0.0)
        affordable = price <= SHARES[kind] * self.elapsed
        return waited >= SECONDS_BETWEEN[kind] and (affordable or kind not in self.last_price)

    @contextmanager
    def charged(self, kind: str) -> Iterator[None]:
        """Charge the time of the block; the blocks of one step make up one price."""
        start = time.perf_counter()
        yield
        price = time.perf_counter() - start
        self.spent_on[kind] = self.spent_on.get(kind, 0.0) + price
        same_step = self.last_time.get(kind) == self.elapsed
        self.last_price[kind] = price + (self.last_price[kind] if same_step else 0.0)
        self.last_time[kind] = self.elapsed


class Telemetry:
    """The instruments of one run. level: 'full', 'light' (norms of gradients only) or 'off'."""

    def __init__(self, level: Literal["full", "light", "off"], probe: FlatData) -> None:
        self.level = level
        self.price = Price()
        self.probe_name = ""
        self._window: Window | None = None
        self._before: dict[str, torch.Tensor] = {}
        if level == "full" and len(probe.rows):
            self._window, self.probe_name = _probe_window(probe)

    def wants_gradients(self) -> bool:
        """Whether the next step should be measured tensor by tensor; ask before it, then call before_step."""
        return self.level != "off" and self.price.is_due("gradients")

    def before_step(self, model: SequenceModel) -> None:
        """Remember the weights, to know how far the step will move them."""
        with self.price.charged("gradients"):
            self._before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}

    def gradients(self, model: SequenceModel, outcome: Outcome, *, step: int, threshold: float) -> Gradients:
        """Norms before clipping, and update-to-weight ratios, of the step that was just applied."""
        with self.price.charged("gradients"):
            named = [(name, p) for name, p in model.named_parameters() if p.grad is not None]
            moved = torch._foreach_norm([p.detach() - self._before[name] for name, p in named])
            sizes = torch._foreach_norm([self._before[name] for name, _ in named])
            rows = torch.stack([outcome.norms, torch.stack(moved), torch.stack(sizes)]).t().tolist()
            self._before = {}
        by_name = {name: row for (name, _), row in zip(named, rows, strict=True)}
        norms = {name: row[0] for name, row in by_name.items()}
        ratios = {name: _ratio(change, size) for name, (_, change, size) in by_name.items()}
        return Gradients(step, norms, ratios, outcome.grad_norm, threshold)

    def lags(self, model: SequenceModel, *, step: int) -> Lags | None:
        """Gradient against time lag on the probe sequences, when due."""
        if self._window is None or not model.backbone.recurrent_layers or not self.price.is_due("lags"):
            return None
        with self.price.charged("lags"):
            return Lags(step, model_lag_profiles(model, self._window, longest=PROBE_STEPS))

    def gates(self, model: SequenceModel, *, step: int) -> Gates | None:
        """Gates of the first probe sequence, at an evaluation; left out where evaluations come too often to pay."""
        if self._window is None or not model.backbone.recurrent_layers or not self.price.is_due("gates"):
            return None
        with self.price.charged("gates"):
            steps = STEPS if self._window.lengths is None else min(STEPS, int(self._window.lengths[0]))
            return Gates(step, self.probe_name, gate_maps(model, self._window.inputs[:steps, :1]))


def _probe_window(probe: FlatData) -> tuple[Window, str]:
    """The longest sequences of the probe split, cut to PROBE_STEPS."""
    order = (-probe.rows.steps).argsort(kind="stable")[:PROBE_SEQUENCES]
    steps = probe.rows.steps[order].clip(max=PROBE_STEPS)
    end = int(steps.max())
    unit = Unit(order, 0, end, int(steps.sum()), int(steps.sum()) if probe.rows.ahead else len(order))
    return probe.gather(unit), probe.record_names(unit)[0]


def _ratio(change: float, size: float) -> float:
    return change / size if size else float("inf") if change else 0.0

"""The norms of a run's gradients as a table, and which tensor is worst."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seqtui.runs.events import Gradients
from seqtui.tui.drawing.axes import Floats


@dataclass(frozen=True, slots=True, eq=False)
class GradientTable:
    """norms: (tensors, times), NaN where not told; steps: (times,); ratios: the newest, None if not told."""

    names: tuple[str, ...]
    steps: Floats
    norms: Floats
    ratios: tuple[float | None, ...]

    @property
    def newest(self) -> Floats:
        """(tensors,)."""
        return np.asarray(self.norms[:, -1])


def table_of(history: Sequence[Gradients]) -> GradientTable:
    """The tensors of the newest event, in the model's order, through the whole history."""
    names = tuple(history[-1].norms) if history else ()
    columns = [[event.norms.get(name, math.nan) for name in names] for event in history]
    norms = np.array(columns, np.float64).reshape(len(history), len(names)).T
    ratios = tuple(history[-1].update_ratio.get(name) for name in names) if history else ()
    return GradientTable(names, np.array([event.step for event in history], np.float64), norms, ratios)


def worst_first(norms: Floats) -> list[int]:
    """Places of the norms (tensors,): not finite, then exact zeros, then farthest from the median by factor."""
    known = norms[np.isfinite(norms) & (norms > 0)]
    middle = math.log10(float(np.median(known))) if len(known) else 0.0

    def badness(place: int) -> tuple[int, float]:
        norm = float(norms[place])
        if not math.isfinite(norm):
            return 0, 0.0
        return (1, 0.0) if norm <= 0 else (2, -abs(math.log10(norm) - middle))

    return sorted(range(len(norms)), key=badness)


def short_name(tensor: str) -> str:
    """A tensor's name as a panel has room for: backbone.layers.0.weight_hh_reverse is l0.weight_hh ←."""
    name = tensor.replace("backbone.layers.", "l", 1).replace("projection.", "", 1)
    return f"{name.removesuffix('_reverse')} ←" if name.endswith("_reverse") else name

"""The part of a curve that is looked at, and how: log or linear, all or recent, zoomed, smoothed, with a cursor."""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from seqtui.tui.drawing.axes import Axis, Floats, settle

SMOOTHINGS: Final = (0.0, 0.6, 0.9, 0.98)
RECENT_SHARE: Final = 0.2
RECENT_LEAST: Final = 100.0
_NARROWEST: Final = 4.0  # steps
_CHUNK: Final = 256


@dataclass(frozen=True, slots=True)
class View:
    """zoom: first and last step shown, None for all or recent; smoothing: weight of the past; cursor: a step."""

    log: bool = False
    recent: bool = False
    zoom: tuple[float, float] | None = None
    smoothing: float = 0.0
    cursor: float | None = None

    @property
    def text(self) -> str:
        """In words, for the border."""
        parts = [
            "log" if self.log else "linear",
            "zoomed" if self.zoom else "recent" if self.recent else "all",
            f"smooth {self.smoothing:g}" if self.smoothing else "",
        ]
        return " · ".join(part for part in parts if part)


def x_axis_of(view: View, first: float, last: float, shown: Axis | None) -> Axis:
    """The steps to show. Grows in round steps ahead of the data; recent steps move along with them."""
    if view.zoom is not None:
        return Axis(*view.zoom)
    if view.recent:
        first = max(first, last - max(RECENT_SHARE * (last - first), RECENT_LEAST))
    return settle(shown, first, max(last, first + 1.0))


def zoomed(view: View, axis: Axis, factor: float, around: float | None = None) -> View:
    """Nearer for a factor under 1. around: the step that stays in its place; the middle if not given."""
    middle = (axis.low + axis.high) / 2 if around is None else min(max(around, axis.low), axis.high)
    low, high = middle - (middle - axis.low) * factor, middle + (axis.high - middle) * factor
    if high - low < _NARROWEST or not math.isfinite(high - low):
        return view
    return replace(view, zoom=(low, high))


def panned(view: View, axis: Axis, share: float) -> View:
    """Moved by a share of what is shown, to later steps if it is over 0."""
    distance = share * (axis.high - axis.low)
    return replace(view, zoom=(axis.low + distance, axis.high + distance))


def next_smoothing(view: View) -> View:
    """The next weight of SMOOTHINGS, round and round."""
    place = SMOOTHINGS.index(view.smoothing) + 1
    return replace(view, smoothing=SMOOTHINGS[place % len(SMOOTHINGS)])


def smooth(y: Floats, weight: float) -> Floats:
    """Exponential moving average without the bias of its start; what is not finite stays so and is stepped over.

    s_t = w·s_{t-1} + (1 - w)·y_t, over 1 - w^t.
    """
    if weight == 0 or not len(y):
        return y
    known = np.isfinite(y)
    values = y[known]
    powers = weight ** np.arange(1, _CHUNK + 1)
    sums = np.empty_like(values)
    carried = 0.0
    for begin in range(0, len(values), _CHUNK):
        part = values[begin : begin + _CHUNK]
        scale = powers[: len(part)]
        # Within a chunk the recursion is a sum: s_t = w^t·(s_0 + Σ (1 - w)·y_i / w^i). w^256 ≥ 1e-57: no overflow.
        with np.errstate(all="ignore"):
            sums[begin : begin + _CHUNK] = scale * (carried + np.cumsum((1 - weight) * part / scale))
        carried = float(sums[begin + len(part) - 1])
    out = y.copy()
    out[known] = sums / (1 - weight ** np.arange(1, len(values) + 1, dtype=np.float64))
    return out

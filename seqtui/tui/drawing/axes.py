"""Axes: round ticks (1-2-5), linear or log, and bounds that change in steps so that nothing jumps."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.tui.drawing.numbers import count, number

Floats = NDArray[np.float64]

_HUGE: Final = 1e300
_TINY: Final = 1e-300
_WIDE: Final = 5.0  # a log axis that spans less than this factor has linear ticks
_KEEP: Final = 0.5  # an axis narrows when the data fill less than this of it


@dataclass(frozen=True, slots=True)
class Axis:
    """low < high, finite; both over 0 if log."""

    low: float
    high: float
    log: bool = False

    def fraction(self, values: Floats) -> Floats:
        """0 at low, 1 at high; NaN where there is no place on the axis."""
        if not self.log:
            return np.asarray((values - self.low) / (self.high - self.low), dtype=np.float64)
        low, high = math.log10(self.low), math.log10(self.high)
        known = np.where(values > 0, values, np.nan)
        return np.asarray((np.log10(known) - low) / (high - low), dtype=np.float64)

    def value(self, fraction: float) -> float:
        """What stands at a fraction of the axis."""
        if not self.log:
            return self.low + fraction * (self.high - self.low)
        low, high = math.log10(self.low), math.log10(self.high)
        return float(10 ** (low + fraction * (high - low)))

    def ticks(self, most: int) -> list[float]:
        """Round values on the axis, at most `most` of them (but two at least, if there are two)."""
        return log_ticks(self.low, self.high, most) if self.log else linear_ticks(self.low, self.high, most)

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def round_up(value: float) -> float:
    """The smallest 1, 2 or 5 times a power of ten that is not under `value` > 0."""
    power = 10.0 ** math.floor(math.log10(value))
    return next((factor * power for factor in (1, 2, 5) if factor * power >= value * (1 - 1e-9)), 10 * power)


def round_down(value: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is not over `value` > 0."""
    power = 10.0 ** math.floor(math.log10(value))
    return next((factor * power for factor in (5, 2) if factor * power <= value * (1 + 1e-9)), power)


def linear_ticks(low: float, high: float, most: int) -> list[float]:
    """Multiples of a round step in low … high."""
    step = round_up(max((high - low) / max(most, 1), _TINY))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [place * step for place in range(first, min(last, first + max(most, 1)) + 1)]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Powers of ten in low … high, thinned if they are many; between them 2 and 5 if they are few."""
    if high / low < _WIDE:
        return linear_ticks(low, high, most)
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last - first + 1 >= 3 or last - first + 1 >= most:
        every = max(math.ceil((last - first + 1) / max(most, 1)), 1)
        return [10.0**power for power in range(first, last + 1) if power % every == 0]
    fine = [factor * 10.0**power for power in range(first - 1, last + 1) for factor in (1, 2, 5)]
    inside = [tick for tick in fine if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9)]
    if len(inside) < 2:
        return linear_ticks(low, high, most)
    if len(inside) <= most:
        return inside
    whole = [10.0**power for power in range(first, last + 1)]
    return whole if len(whole) >= 2 else inside[:: math.ceil(len(inside) / most)]


def tick_texts(ticks: list[float], width: int, *, log: bool = False) -> list[str]:
    """Every tick with the same number of decimals (each with its own on a log axis), right-aligned in `width` cells."""
    if len(ticks) < 2 or (log and ticks[-1] / ticks[0] >= _WIDE):
        texts = [_log_text(tick) for tick in ticks]
        return [
            text.rjust(width) if len(text) <= width else number(tick, width)
            for text, tick in zip(texts, ticks, strict=True)
        ]
    step = min(abs(right - left) for left, right in pairwise(ticks))
    even = all(math.isclose(right - left, step, rel_tol=1e-6) for left, right in pairwise(ticks))
    decimals = max(-math.floor(math.log10(max(step, _TINY)) + 1e-9), 0)
    texts = [f"{tick + 0.0:.{decimals}f}" for tick in ticks] if even and decimals < width else []
    if texts and max(map(len, texts)) <= width:
        return [text.rjust(width) for text in texts]
    return [number(tick, width) for tick in ticks]


def step_texts(ticks: list[float]) -> list[str]:
    """Ticks of an axis of steps: 0, 500, 1k."""
    return [count(tick) for tick in ticks]


def settle(shown: Axis | None, low: float, high: float, *, log: bool = False) -> Axis:
    """The axis for data in low … high: the one shown if it still fits and is well filled, else round bounds outward.

    Takes any floats; for a log axis what is not over 0 counts as the smallest that is.
    """
    low, high = _sound(low, high, log=log)
    if shown is not None and shown.log == log and low in shown and high in shown:
        filled = _span(low, high, log=log) / _span(shown.low, shown.high, log=log)
        if filled >= _KEEP:
            return shown
    if log and high / low >= _WIDE:
        return Axis(max(round_down(low), _TINY), min(round_up(high), 10 * _HUGE), log=True)
    step = round_up((high - low) / 5)
    begin, end = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return Axis(begin if begin > 0 or not log else low, end, log)


def _sound(low: float, high: float, *, log: bool) -> tuple[float, float]:
    low, high = (value if math.isfinite(value) else 0.0 for value in (low, high))
    low, high = sorted(min(max(value, -_HUGE), _HUGE) for value in (low, high))
    if log:
        high = max(high, 10 * _TINY)
        low = max(low if low > 0 else high / 10, _TINY)
        return (low / 1.5, high * 1.5) if high / low < 1.2 else (low, high)
    least = max(1e-6 * max(abs(low), abs(high)), 1e-250)
    if high - low < least:
        pad = max(0.1 * max(abs(low), abs(high)), 1e-240)
        return low - pad, high + pad
    return low, high


def _span(low: float, high: float, *, log: bool) -> float:
    return math.log10(high) - math.log10(low) if log else high - low


def _log_text(tick: float) -> str:
    if 1e-3 <= abs(tick) < 1e4 or tick == 0:
        return f"{tick:g}"
    mantissa, _, power = f"{tick:.0e}".partition("e")
    return f"{mantissa}e{int(power)}"

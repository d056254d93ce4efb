"""A line of any length as one entry per pixel column: lowest, mean and highest value, and what was not finite.

Linear in the points and cheap: two searches and a few reductions, so a million points cost milliseconds.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.tui.drawing.axes import Floats

Flags = NDArray[np.uint8]

NAN: Final = 1
PLUS_INF: Final = 2
MINUS_INF: Final = 4
ZERO: Final = 8  # not over 0, on a log axis


@dataclass(frozen=True, slots=True)
class Columns:
    """Each (columns,). low, mean, high: NaN where nothing is drawn; flags: what a column holds beside finite values."""

    low: Floats
    mean: Floats
    high: Floats
    flags: Flags

    def bounds(self) -> tuple[float, float]:
        """Lowest and highest finite value, NaN if there is none."""
        known = np.isfinite(self.low)
        if not known.any():
            return float("nan"), float("nan")
        return float(self.low[known].min()), float(self.high[known].max())


def flags_of(y: Floats) -> Flags:
    """The flag of every value: NAN, PLUS_INF or MINUS_INF, 0 for a finite one."""
    flags = np.zeros(len(y), np.uint8)
    odd = np.flatnonzero(~np.isfinite(y))
    values = y[odd]
    flags[odd] = np.where(np.isnan(values), NAN, np.where(values > 0, PLUS_INF, MINUS_INF))
    return flags


def columns_of(
    x: Floats,
    y: Floats,
    *,
    start: float,
    stop: float,
    count: int,
    log: bool = False,
    low: Floats | None = None,
    high: Floats | None = None,
    flags: Flags | None = None,
) -> Columns:
    """The line through (x, y), x rising, between start and stop, in `count` columns.

    low and high: bounds of what each point stands for. flags: what is news at a point; if not given, every non-finite
    y is. A NaN without a flag is a missing value: a gap. Columns between two points are interpolated, gaps are not.
    """
    edges = np.linspace(start, stop, count + 1)
    edges[-1] = np.nextafter(stop, np.inf)
    places = np.searchsorted(x, edges)
    begins, ends = places[:-1], places[1:]
    held = ends > begins
    blank = np.full(count, np.nan)
    found = Columns(blank, blank.copy(), blank.copy(), np.zeros(count, np.uint8))
    first, last = int(places[0]), int(places[-1])
    if last > first:
        inside = slice(first, last)
        bounds = [None if bound is None else bound[inside] for bound in (low, high)]
        news = None if flags is None else flags[inside]
        _reduce(found, held, begins[held] - first, y[inside], bounds[0], bounds[1], news, log=log)
    at = np.flatnonzero(np.isfinite(found.mean))
    outside = [
        (column, place)
        for place in (first - 1, last)
        if (column := _column_outside(x, y, place, start, stop, count)) is not None
    ]
    for part, bound in ((found.low, low), (found.high, high), (found.mean, None)):
        beside = [(column, float((y if bound is None else bound)[place])) for column, place in outside]
        _join(part, held, at, beside, log=log)
    return found


def _reduce(
    found: Columns,
    held: NDArray[np.bool_],
    at: NDArray[np.intp],
    y: Floats,
    low: Floats | None,
    high: Floats | None,
    flags: Flags | None,
    *,
    log: bool,
) -> None:
    finite = np.isfinite(y)
    if log:
        finite &= y > 0
    whole = bool(finite.all())
    if not whole or flags is not None:
        odd = flags_of(y) if flags is None else flags
        zeros = np.where(np.isfinite(y) & (y <= 0), ZERO, 0).astype(np.uint8) if log else np.uint8(0)
        found.flags[held] = np.bitwise_or.reduceat(odd | zeros, at)
    counts = np.diff(at, append=len(y)) if whole else np.add.reduceat(finite, at, dtype=np.int64)
    with np.errstate(all="ignore"):
        known = y if whole else np.where(finite, y, np.nan)
        lows = np.fmin.reduceat(known if low is None else np.where(finite, _inside(low, y, log=log), np.nan), at)
        highs = np.fmax.reduceat(known if high is None else np.where(finite, _inside(high, y, log=log), np.nan), at)
        sums = np.add.reduceat(y if whole else np.where(finite, y, 0.0), at)
        means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    found.low[held], found.high[held] = lows, highs
    found.mean[held] = np.clip(np.where(np.isinf(means), lows, means), lows, highs)


def _inside(bound: Floats, y: Floats, *, log: bool) -> Floats:
    """A bound that cannot be drawn gives way to the value itself."""
    return np.where(np.isfinite(bound) & ((bound > 0) | (not log)), bound, y)


def _column_outside(x: Floats, y: Floats, place: int, start: float, stop: float, count: int) -> float | None:
    """The column of a point just outside the window, if there is such a point."""
    if not 0 <= place < len(x) or stop <= start or not np.isfinite(y[place]):
        return None
    return float((x[place] - start) / (stop - start) * count - 0.5)


def _join(
    part: Floats, held: NDArray[np.bool_], known: NDArray[np.intp], beside: list[tuple[float, float]], *, log: bool
) -> None:  # fmt: skip
    """Fills columns between two known ones with what lies between, and none across a gap. beside: points outside."""
    points = sorted([*zip(known.tolist(), part[known].tolist(), strict=True), *beside])
    at, heights = [column for column, _ in points], np.array([height for _, height in points])
    if len(at) < 2 or not np.isfinite(heights).all() or (log and (heights <= 0).any()):
        return
    if log:
        heights = np.log10(heights)
    empty = np.flatnonzero(~held)
    with np.errstate(all="ignore"):
        between = np.interp(empty, at, heights, left=np.nan, right=np.nan)
    holes = np.setdiff1d(np.flatnonzero(held), known)
    if len(holes):
        # A stretch between two points is the same on both sides unless a hole lies between them.
        broken = np.isin(np.searchsorted(at, empty), np.searchsorted(at, holes))
        between[broken] = np.nan
    with np.errstate(over="ignore"):  # the largest floats, whose logarithm is rounded up
        part[empty] = np.minimum(10**between, np.finfo(float).max) if log else between

"""A curve of any length in bounded memory: neighbors merge into minimum, mean and maximum when room runs out.

A non-finite value must never vanish: it is counted in the bucket it falls into.
"""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

CAPACITY: Final = 2048


class Bucket(NamedTuple):
    """The steps first … last. low, mean and high are of the finite values (NaN if there are none).

    A tuple: four are made for every report, and a frozen dataclass takes four times as long to make.
    """

    first: int
    last: int
    low: float
    mean: float
    high: float
    steps: int
    nonfinite: int = 0


class Curve:
    """Buckets in order of steps, at most CAPACITY of them."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._buckets: list[Bucket] = []
        self._width = 1
        self._filling = 0

    @property
    def buckets(self) -> Sequence[Bucket]:
        """The curve; do not change it."""
        return self._buckets

    def add(self, bucket: Bucket) -> None:
        """Append a stretch that lies after all others. Amortised constant time."""
        if self._buckets and 0 < self._filling < self._width:
            self._buckets[-1] = merge(self._buckets[-1], bucket)
        else:
            if len(self._buckets) == self._capacity:
                pairs = zip(self._buckets[::2], self._buckets[1::2], strict=True)
                self._buckets = [merge(one, two) for one, two in pairs]
                self._width *= 2
            self._buckets.append(bucket)
            self._filling = 0
        self._filling += 1

    def cut_after(self, step: int) -> None:
        """Forget what lies after `step`: a resumed run makes it anew."""
        while self._buckets and self._buckets[-1].first > step:
            self._buckets.pop()
        self._filling = self._width


def bucket(first: int, last: int, *, low: float, mean: float, high: float) -> Bucket:
    """The bucket of one report; non-finite parts are counted and kept out of the rest."""
    steps = last - first + 1
    if math.isfinite(low) and math.isfinite(mean) and math.isfinite(high):  # most are, and there may be a million
        return Bucket(first, last, min(low, mean, high), mean, max(low, mean, high), steps)
    finite = [value for value in (low, mean, high) if math.isfinite(value)]
    if not finite:
        return Bucket(first, last, math.nan, math.nan, math.nan, steps, steps)
    middle = mean if math.isfinite(mean) else finite[0]
    return Bucket(first, last, min(finite), middle, max(finite), steps, int(len(finite) < 3))


def merge(one: Bucket, two: Bucket) -> Bucket:
    """Two neighbors as one."""
    nonfinite = one.nonfinite + two.nonfinite
    steps = one.steps + two.steps
    if math.isnan(one.mean) or math.isnan(two.mean):
        known = one if math.isnan(two.mean) else two
        return Bucket(one.first, two.last, known.low, known.mean, known.high, steps, nonfinite)
    mean = (one.mean * one.steps + two.mean * two.steps) / steps
    low = one.low if one.low < two.low else two.low
    high = one.high if one.high > two.high else two.high
    return Bucket(one.first, two.last, low, mean, high, steps, nonfinite)

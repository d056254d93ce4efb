"""From a split's flat values to padded batches: gathered by length bucket, masked, never packed.

The order of an epoch depends on the seed and the epoch's number alone, so a resumed run needs only its position.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqtui.engine.heads import PADDING
from seqtui.task import Records

POOL_BATCHES: Final = 100  # batches whose records are sorted by length together; see docs/decisions
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """What batches are made of: stretches of the flat values, each read from left to right.

    starts, steps, records: (rows,). A row of n steps covers n + 1 values: each value but the last predicts the next.
    """

    starts: Integers
    steps: Integers
    records: Integers

    def __len__(self) -> int:
        return len(self.steps)


@dataclass(frozen=True, slots=True)
class Unit:
    """A window of a batch: time steps begin … end of some rows, one forward and backward pass."""

    rows: Integers
    begin: int
    end: int
    real_steps: int


@dataclass(frozen=True, slots=True)
class Window:
    """A unit as tensors. inputs, targets (time, batch[, features]); mask (time, batch) is 1 at real steps.

    lengths (batch,): real steps of each row in this window; None where no row is padded.
    """

    inputs: Tensor
    targets: Tensor
    mask: Tensor
    lengths: Tensor | None


def rows_of(records: Records, *, batch_size: int, bptt: int) -> Rows:
    """One row a record; with truncated BPTT and too few records to fill a batch, long records are cut into streams.

    Records of a single value predict nothing and are left out.
    """
    lengths = records.lengths
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    steps = lengths - 1
    keep = np.flatnonzero(steps > 0)
    rows = Rows(starts[keep], steps[keep], keep)
    if bptt == 0 or not 0 < len(rows) < batch_size:
        return rows
    return _cut_into_streams(rows, batch_size)


def _cut_into_streams(rows: Rows, batch_size: int) -> Rows:
    longest = max(1, -(-int(rows.steps.sum()) // batch_size))
    starts, steps, records = [], [], []
    for start, count, record in zip(rows.starts, rows.steps, rows.records, strict=True):
        pieces = -(-int(count) // longest)
        edges = np.linspace(0, count, pieces + 1).astype(np.int64)
        starts += [start + edges[:-1]]
        steps += [np.diff(edges)]
        records += [np.full(pieces, record)]
    return Rows(np.concatenate(starts), np.concatenate(steps), np.concatenate(records))


def epoch_units(rows: Rows, *, batch_size: int, bptt: int, seed: int, epoch: int) -> list[Unit]:
    """The units of one epoch, in order: shuffled, in buckets of like length, windows of a batch one after another."""
    order = np.random.Generator(np.random.PCG64([seed, epoch])).permutation(len(rows))
    batches: list[Integers] = []
    pool = batch_size * POOL_BATCHES
    for start in range(0, len(order), pool):
        chosen = order[start : start + pool]
        chosen = chosen[np.argsort(rows.steps[chosen], kind="stable")]
        batches += [chosen[first : first + batch_size] for first in range(0, len(chosen), batch_size)]
    shuffled = np.random.Generator(np.random.PCG64([seed, epoch, 1])).permutation(len(batches))
    return [unit for batch in shuffled for unit in _windows(rows, batches[batch], bptt)]


def units_in_order(rows: Rows, *, batch_size: int, window: int) -> list[Unit]:
    """All rows once, longest first, for a pass without training; long rows in windows, to bound the memory."""
    order = np.argsort(-rows.steps, kind="stable")
    batches = [order[first : first + batch_size] for first in range(0, len(order), batch_size)]
    return [unit for batch in batches for unit in _windows(rows, batch, window)]


def _windows(rows: Rows, batch: Integers, bptt: int) -> Iterator[Unit]:
    steps = rows.steps[batch]
    longest = int(steps.max())
    size = bptt or longest
    for begin in range(0, longest, size):
        end = min(begin + size, longest)
        yield Unit(batch, begin, end, int(np.clip(steps - begin, 0, end - begin).sum()))


class FlatData:
    """One split on the training device; gathers units."""

    def __init__(self, records: Records, rows: Rows, device: torch.device) -> None:
        self.rows = rows
        self.names = records.names
        self.frames = records.values.ndim == 2
        values: NDArray[Any] = records.values if self.frames else records.values.astype(np.int64)
        self.values = torch.from_numpy(np.ascontiguousarray(values)).to(device)

    def gather(self, unit: Unit) -> Window:
        """The unit's rows side by side, padded at the end."""
        device, time = self.values.device, unit.end - unit.begin
        starts = torch.from_numpy(self.rows.starts[unit.rows]).to(device)
        row_steps = torch.from_numpy(self.rows.steps[unit.rows]).to(device)
        offsets = torch.arange(time + 1, device=device).unsqueeze(1)  # (time + 1, 1)
        # Padding repeats a row's last value, so that no index leaves the row.
        values = self.values[starts + torch.minimum(offsets + unit.begin, row_steps)]  # (time + 1, batch[, features])
        steps = row_steps - unit.begin
        padded = unit.real_steps < time * len(unit.rows)
        real = offsets[:-1] < steps  # (time, batch)
        if self.frames:
            values = values.float()
            inputs, targets = values[:-1], values[1:]
        else:
            inputs, targets = values[:-1], values[1:]
            targets = torch.where(real, targets, PADDING) if padded else targets
        return Window(inputs, targets, real.float(), steps.clamp(0, time) if padded else None)

    def record_names(self, unit: Unit) -> list[str]:
        """Where the rows of a unit come from."""
        return [self.names[self.rows.records[row]] for row in unit.rows]

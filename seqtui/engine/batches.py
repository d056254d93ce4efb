"""From a split's flat values to padded batches: gathered by length bucket, masked, never packed.

The order of an epoch depends on the seed and the epoch's number alone, so a resumed run needs only its position.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqtui.engine.wording import Wording
from seqtui.shapes import PADDING
from seqtui.task import Records

POOL_BATCHES: Final = 100  # batches whose records are sorted by length together; see docs/decisions
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """What batches are made of: stretches of the flat values, each read from left to right.

    starts, steps, records: (rows,). A row of n steps covers n + ahead values: where ahead is 1, each value but the last
    predicts the next; where it is 0, all values together have one target or, if the rows are tagged, one each.
    target_starts, target_steps: (rows,) stretches of the flat targets, where a row is turned into a sequence; `ends`
    more are predicted: the end of the sequence.
    """

    starts: Integers
    steps: Integers
    records: Integers
    ahead: int = 1
    tagged: bool = False
    target_starts: Integers | None = None
    target_steps: Integers | None = None
    ends: int = 0

    def __len__(self) -> int:
        return len(self.steps)


@dataclass(frozen=True, slots=True)
class Unit:
    """A window of a batch: time steps begin … end of some rows, one forward and backward pass.

    real_steps: unpadded time steps; targets: predictions that have a loss: the steps, the rows, or what the rows are
    turned into with its ends.
    """

    rows: Integers
    begin: int
    end: int
    real_steps: int
    targets: int


@dataclass(frozen=True, slots=True)
class Window:
    """A unit as tensors. inputs, targets (time, batch[, features]); mask (time, batch) is 1 at real steps.

    Where whole sequences are labeled, targets is (batch,): the class, or PADDING where it is not known. Where steps are
    tagged it is (time, batch): the tag, or PADDING where it is not known or there is no step. Where rows are turned
    into sequences it is (longest target, batch): the target without its end, PADDING after it.
    lengths (batch,): real steps of each row in this window; None where no row is padded.
    """

    inputs: Tensor
    targets: Tensor
    mask: Tensor
    lengths: Tensor | None


def rows_of(records: Records, *, batch_size: int, bptt: int, ahead: int = 1, ends: int = 0) -> Rows:
    """One row a record; with truncated BPTT and too few records to fill a batch, long records are cut into streams.

    ahead: how many steps ahead a value is predicted: 1, or 0 where sequences are labeled, tagged or turned into others.
    ends: 1 where the end of a record's targets is predicted as well. Records with nothing to predict from (a single
    value, or none) are left out.
    """
    steps = records.lengths - ahead
    keep = np.flatnonzero(steps > 0)
    rows = Rows(records.begins()[keep], steps[keep], keep, ahead, records.tags is not None)
    if records.target_lengths is not None:
        counts = records.target_lengths
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        return replace(rows, target_starts=starts[keep], target_steps=counts[keep], ends=ends)
    if bptt == 0 or not ahead or not 0 < len(rows) < batch_size:
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
        chosen = chosen[_by_length(rows, chosen)]
        batches += [chosen[first : first + batch_size] for first in range(0, len(chosen), batch_size)]
    shuffled = np.random.Generator(np.random.PCG64([seed, epoch, 1])).permutation(len(batches))
    return [unit for batch in shuffled for unit in _windows(rows, batches[batch], bptt)]


def _by_length(rows: Rows, chosen: Integers) -> Integers:
    if rows.target_steps is None:
        return np.argsort(rows.steps[chosen], kind="stable")
    return np.lexsort((rows.target_steps[chosen], rows.steps[chosen]))


def units_in_order(rows: Rows, *, batch_size: int, window: int) -> list[Unit]:
    """All rows once, longest first, for a pass without training; long rows in windows, to bound the memory."""
    order = np.argsort(-rows.steps, kind="stable")
    batches = [order[first : first + batch_size] for first in range(0, len(order), batch_size)]
    return [unit for batch in batches for unit in _windows(rows, batch, window)]


def _windows(rows: Rows, batch: Integers, bptt: int) -> Iterator[Unit]:
    steps = rows.steps[batch]
    longest = int(steps.max())
    if not rows.ahead:
        real = int(steps.sum())
        yield Unit(batch, 0, longest, real, _targets_of(rows, batch, real))
        return
    # Of equal lengths: a step's gradient is the mean over its targets, so those of a short window would count more.
    count = -(-longest // (bptt or longest))
    for begin, end in pairwise(longest * place // count for place in range(count + 1)):
        real = int(np.clip(steps - begin, 0, end - begin).sum())
        yield Unit(batch, begin, end, real, real)


def _targets_of(rows: Rows, batch: Integers, real_steps: int) -> int:
    if rows.target_steps is not None:
        return int(rows.target_steps[batch].sum()) + rows.ends * len(batch)
    return real_steps if rows.tagged else len(batch)


class FlatData:
    """One split on the training device; gathers units. Values that are mapped from a file stay there.

    wording: the application's words, where what a model writes is to be scored as text.
    """

    def __init__(self, records: Records, rows: Rows, device: torch.device, wording: Wording | None = None) -> None:
        self.records = records
        self.wording = wording
        self.rows = rows
        self.frames = records.values.ndim == 2 and records.values.dtype == np.uint8
        self.values = _as_tensor(records.values).to(device)
        self.labels: Tensor | None = None
        self.tags = None if records.tags is None else _as_tensor(records.tags).to(device)
        self.targets = None if rows.target_steps is None else _as_tensor(_known(records.targets)).to(device)
        if not rows.ahead and self.tags is None and self.targets is None:
            unknown = np.full(len(records), PADDING, np.int64)
            self.labels = _as_tensor(unknown if records.labels is None else records.labels).to(device)

    def gather(self, unit: Unit) -> Window:
        """The unit's rows side by side, padded at the end."""
        device, time, ahead = self.values.device, unit.end - unit.begin, self.rows.ahead
        starts = torch.from_numpy(self.rows.starts[unit.rows]).to(device)
        row_steps = torch.from_numpy(self.rows.steps[unit.rows]).to(device)
        offsets = torch.arange(time + ahead, device=device).unsqueeze(1)  # (time + ahead, 1)
        # Padding repeats a row's last value, so that no index leaves the row.
        places = starts + torch.minimum(offsets + unit.begin, row_steps - 1 + ahead)
        values = self.values[places]
        if not self.frames:  # their bytes become numbers where they are read, which takes less memory
            values = values.float() if values.is_floating_point() else values.long()
        steps = row_steps - unit.begin
        padded = unit.real_steps < time * len(unit.rows)
        real = offsets[:time] < steps  # (time, batch)
        if self.targets is not None:
            targets = self._written(unit, self.targets)
        elif self.labels is not None:
            targets = self.labels[torch.from_numpy(self._records(unit)).to(device)]
        else:
            targets = values[1:] if self.tags is None else self.tags[places]
            if padded and not self.frames:
                targets = torch.where(real, targets, PADDING)
        return Window(values[:time], targets, real.float(), steps.clamp(0, time) if padded else None)

    def _written(self, unit: Unit, targets: Tensor) -> Tensor:
        """(longest target, batch) what the unit's rows are to be turned into, PADDING after it."""
        rows = self.rows
        assert rows.target_starts is not None and rows.target_steps is not None
        starts, counts = rows.target_starts[unit.rows], rows.target_steps[unit.rows]
        offsets = np.arange(counts.max(initial=0))[:, None]
        there = offsets < counts  # (longest target, batch)
        places = torch.from_numpy(np.where(there, starts + offsets, 0)).to(targets.device)
        found = targets[places] if len(targets) else torch.zeros_like(places)
        return found.masked_fill(~torch.from_numpy(there).to(targets.device), PADDING)

    def record_names(self, unit: Unit) -> list[str]:
        """Where the rows of a unit come from."""
        return [self.records.name(int(record)) for record in self._records(unit)]

    def parents(self, unit: Unit) -> Integers:
        """(batch,) the sequences that the rows of a unit are, or are parts of."""
        return self._parents_of(self._records(unit))

    def parents_of_rows(self) -> Integers:
        """(rows,) the sequences that the rows are, or are parts of."""
        return self._parents_of(self.rows.records)

    def parent_labels(self) -> Integers:
        """(sequences,) the class of each sequence, PADDING where it has none or is left out."""
        parents = self.records.parents
        labels = np.full(len(self.records) if parents is None else int(parents.max(initial=-1)) + 1, PADDING, np.int64)
        if self.records.labels is not None:
            labels[np.arange(len(labels)) if parents is None else parents] = self.records.labels
        return labels

    def _parents_of(self, records: Integers) -> Integers:
        return records if self.records.parents is None else self.records.parents[records]

    def _records(self, unit: Unit) -> Integers:
        return self.rows.records[unit.rows]


def _known(targets: Integers | None) -> Integers:
    assert targets is not None, "records with target_lengths have targets"
    return targets


def _as_tensor(values: NDArray[Any]) -> Tensor:
    """Without a copy, also where the array may not be written to, such as a file mapped for reading: nobody writes."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The given NumPy array is not writable", UserWarning)
        return torch.from_numpy(np.ascontiguousarray(values))

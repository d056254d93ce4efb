"""Stretches of a record where nothing of interest lies, as long as those where something does: what to compare with."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

SHORTEST_RUN_OF_N: Final = 10


def free_stretches(letters: bytes, occupied: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """(stretches, 2) begin and end of what no interval of `occupied` covers; runs of 10 N and more are covered."""
    taken = np.zeros(len(letters) + 2, bool)
    taken[[0, -1]] = True
    for begin, end in [*occupied, *_runs_of_n(letters)]:
        taken[begin + 1 : end + 1] = True
    edges = np.flatnonzero(taken[1:] != taken[:-1])
    return edges.reshape(-1, 2).astype(np.int64)


def place_stretches(
    free: NDArray[np.int64], lengths: Sequence[int], generator: np.random.Generator
) -> list[tuple[int, int]]:
    """(index in lengths, begin) of each that fits: at random, none over another, the longest first."""
    begins, ends = np.zeros((2, len(free) + len(lengths)), np.int64)
    begins[: len(free)], ends[: len(free)] = free[:, 0], free[:, 1]
    count = len(free)
    placed: list[tuple[int, int]] = []
    for index in sorted(range(len(lengths)), key=lambda each: -lengths[each]):
        length = lengths[index]
        ways = np.cumsum(np.maximum(ends[:count] - begins[:count] - length + 1, 0))
        if not length or not count or not ways[-1]:
            continue
        way = int(generator.integers(ways[-1]))
        chosen = int(np.searchsorted(ways, way, side="right"))
        begin = int(begins[chosen]) + way - (int(ways[chosen - 1]) if chosen else 0)
        placed.append((index, begin))
        begins[count], ends[count] = begin + length, ends[chosen]
        ends[chosen] = begin
        count += 1
    return placed


def _runs_of_n(letters: bytes) -> list[tuple[int, int]]:
    is_n = np.isin(np.frombuffer(letters, np.uint8), np.frombuffer(b"Nn", np.uint8))
    edges = np.flatnonzero(np.diff(is_n, prepend=False, append=False)).reshape(-1, 2)
    long = edges[edges[:, 1] - edges[:, 0] >= SHORTEST_RUN_OF_N]
    return [(begin, end) for begin, end in long.tolist()]

"""Which of very many names are repeated: hashes are dealt to files by value, so that equal ones meet in memory."""

import io
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.room_on_disk import room_on_disk

AT_A_TIME: Final = 2**20
_MOST_GROUPS: Final = 128
_WHAT: Final = "what repeated names are found by"

Numbers = NDArray[np.int64]


def copy_numbers(hashes: Iterable[Numbers], records: int) -> Iterator[NDArray[np.int32]]:
    """Of every record, part by part in their order: 1, or 2 and more where earlier ones have its hash.

    Nothing at all where no hash is repeated. hashes: in parts, (records,) in all. What is read and written grows as the
    records do; of up to 128 million, about a million are in memory at a time.
    """
    groups = min(1 << (max(records - 1, 0) // AT_A_TIME).bit_length(), _MOST_GROUPS)
    of_a_group = -(-records // groups)
    with _Dealt(groups) as by_hash, _Dealt(groups) as by_record:
        start = 0
        for part in hashes:
            by_hash.deal(part & (groups - 1), np.arange(start, start + len(part)), part)
            start += len(part)
        repeated = 0
        for group in range(groups):
            met = _Met()
            for indices, found in by_hash.parts(group):
                if len(found) == by_hash.sizes[group] and _are_different(found):
                    continue
                index, copy = met.copies(found, indices)
                by_record.deal(index // of_a_group, index, copy)
                repeated += len(index)
        for group, begin in enumerate(range(0, records, of_a_group) if repeated else ()):
            copies = np.ones(min(of_a_group, records - begin), np.int32)
            for index, copy in by_record.parts(group):
                copies[index - begin] = copy
            yield copies


class _Dealt:
    """Pairs of numbers in groups, each in a file of its own that ends with this context; a lone group in memory."""

    def __init__(self, groups: int) -> None:
        self.sizes = np.zeros(groups, np.int64)
        self._files: list[IO[bytes]] = [io.BytesIO()] if groups == 1 else [*_files(groups)]

    def __enter__(self) -> "_Dealt":
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            file.close()

    def deal(self, groups: Numbers, first: Numbers, second: Numbers) -> None:
        """Each pair (first, second) to its group, in the order given."""
        small = groups.astype(np.uint8)
        order = np.argsort(small, kind="stable")
        pairs = np.stack([first, second], axis=1)[order]
        sizes = np.bincount(small, minlength=len(self._files))
        self.sizes += sizes
        with room_on_disk(_WHAT):
            for file, part in zip(self._files, np.split(pairs, np.cumsum(sizes)[:-1]), strict=True):
                file.write(part.tobytes())

    def parts(self, group: int) -> Iterator[tuple[Numbers, Numbers]]:
        """The pairs of a group as two rows, so many at a time."""
        file = self._files[group]
        file.seek(0)
        while data := file.read(16 * AT_A_TIME):
            pairs = np.frombuffer(data, np.int64).reshape(-1, 2)
            yield pairs[:, 0], pairs[:, 1]


def _files(groups: int) -> Iterator[IO[bytes]]:
    with room_on_disk(_WHAT) as folder:
        for _ in range(groups):
            yield tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed with its context


def _are_different(hashes: Numbers) -> bool:
    """A plain sort is many times as fast as one that says what went where."""
    ordered = np.sort(hashes)
    return not (ordered[1:] == ordered[:-1]).any()


class _Met:
    """The hashes of a group, and how often each was met; a name that all records have takes the room of one."""

    def __init__(self) -> None:
        self._hashes = np.zeros(0, np.int64)
        self._counts = np.zeros(0, np.int64)

    def copies(self, hashes: Numbers, indices: Numbers) -> tuple[Numbers, Numbers]:
        """Of these, the indices of those that were met before, and how often with this time."""
        order = np.argsort(hashes, kind="stable")
        ordered = hashes[order]
        begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(ordered) else order
        sizes = np.diff(np.append(begins, len(ordered)))
        different = ordered[begins]
        copy = np.arange(len(ordered)) - np.repeat(begins - self._before(different), sizes) + 1
        self._hashes, places = np.unique(np.concatenate([self._hashes, different]), return_inverse=True)
        self._counts = np.bincount(places, np.concatenate([self._counts, sizes])).astype(np.int64)
        return indices[order[copy > 1]], copy[copy > 1]

    def _before(self, hashes: Numbers) -> Numbers:
        if not len(self._hashes):
            return np.zeros(len(hashes), np.int64)
        at = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        return np.where(self._hashes[at] == hashes, self._counts[at], 0)

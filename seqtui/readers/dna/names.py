"""Names and titles of very many records, made when asked for; and which names are repeated."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from seqtui.text_safety import clean

LONGEST_NAME: Final = 200
AT_A_TIME: Final = 2**20
_PLAIN: Final = re.compile(rb"[!-~]*")


class LazyText(Sequence[str]):
    """Texts that are made one by one, each time they are asked for."""

    def __init__(self, length: int, make: Callable[[int], str]) -> None:
        """make: the text of an index from 0 to length - 1."""
        self._length, self._make = length, make

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self._make(each) for each in range(self._length)[index]]
        return self._make(range(self._length)[index])


def shown_name(title: bytes, number: int) -> str:
    """The first word of a title, safe to show and without blanks; 'record 7' where the title is empty."""
    words = title.split(None, 1)
    name = clean(words[0], limit=LONGEST_NAME).replace(" ", "_") if words else ""
    return name or f"record {number}"


def name_hashes(titles: Sequence[bytes], first_number: int) -> NDArray[np.int64]:
    """(titles,) a 64-bit hash of the shown name of each; of this process only."""
    words = [title.partition(b" ")[0] for title in titles]
    # Nearly all names are shown as they are; those take a fifth of the time.
    if not (all(words) and max(map(len, words)) <= LONGEST_NAME and _PLAIN.fullmatch(b"".join(words))):
        words = [shown_name(title, first_number + index).encode() for index, title in enumerate(titles)]
    return np.fromiter(map(hash, words), np.int64, len(words))


def copy_numbers(
    hashes: Callable[[], Iterable[NDArray[np.int64]]], records: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """(index, copy) of every record whose hash an earlier one has; copy is 2 for the second, and so on.

    hashes: begins to read them in parts; read as many times as there are millions of records, so that a share of them,
    as the last bits of the hash deal them out, is in memory at a time.
    """
    groups = max(1, (1 << max(records - 1, 0).bit_length()) // AT_A_TIME)
    for group in range(groups):
        met = _Met()
        found: list[NDArray[np.int64]] = []
        indices: list[NDArray[np.int64]] = []
        start = waiting = 0
        for part in hashes():
            chosen = np.flatnonzero(part & (groups - 1) == group)
            found.append(part[chosen])
            indices.append(chosen + start)
            start, waiting = start + len(part), waiting + len(chosen)
            if waiting >= AT_A_TIME or start == records:
                yield met.copies(np.concatenate(found), np.concatenate(indices))
                found, indices, waiting = [], [], 0


class _Met:
    """The hashes of a group, and how often each was met; a name that all records have takes the room of one."""

    def __init__(self) -> None:
        self._hashes = np.zeros(0, np.int64)
        self._counts = np.zeros(0, np.int64)

    def copies(
        self, hashes: NDArray[np.int64], indices: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.argsort(hashes, kind="stable")
        ordered = hashes[order]
        begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(ordered) else order
        sizes = np.diff(np.append(begins, len(ordered)))
        different = ordered[begins]
        copy = np.arange(len(ordered)) - np.repeat(begins - self._before(different), sizes) + 1
        self._hashes, places = np.unique(np.concatenate([self._hashes, different]), return_inverse=True)
        self._counts = np.bincount(places, np.concatenate([self._counts, sizes])).astype(np.int64)
        return indices[order[copy > 1]], copy[copy > 1]

    def _before(self, hashes: NDArray[np.int64]) -> NDArray[np.int64]:
        if not len(self._hashes):
            return np.zeros(len(hashes), np.int64)
        at = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        return np.where(self._hashes[at] == hashes, self._counts[at], 0)

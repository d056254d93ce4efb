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

    hashes: begins to read them in parts; read as many times as there are millions of records, so that memory holds.
    """
    groups = max(1, (1 << max(records - 1, 0).bit_length()) // AT_A_TIME)
    for group in range(groups):
        found, indices, start = [], [], 0
        for part in hashes():
            chosen = np.flatnonzero(part & (groups - 1) == group)
            found.append(part[chosen])
            indices.append(chosen + start)
            start += len(part)
        if not found:
            return
        of_group, index = np.concatenate(found), np.concatenate(indices)
        order = np.argsort(of_group, kind="stable")
        ordered = of_group[order]
        begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        copy = np.arange(len(ordered)) - np.repeat(begins, np.diff(np.append(begins, len(ordered)))) + 1
        yield index[order[copy > 1]], copy[copy > 1]

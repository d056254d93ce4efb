"""Names and titles of very many records, made when asked for."""

from collections.abc import Callable, Sequence
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from seqtui.text_safety import clean

LONGEST_NAME: Final = 200


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


def as_text(data: bytes) -> str:
    r"""UTF-8; a byte that is none as \xe9, so that two names or classes in an old encoding never become one."""
    return data.decode(errors="backslashreplace")


def chosen_texts(texts: Sequence[str], chosen: NDArray[np.int64]) -> LazyText:
    """texts[chosen], as they are asked for."""
    return LazyText(len(chosen), lambda index: texts[int(chosen[index])])


def shown_name(title: bytes, number: int) -> str:
    """The first word of a title, safe to show and without blanks; 'record 7' where the title is empty."""
    words = title.split(None, 1)
    name = clean(as_text(words[0]), limit=LONGEST_NAME).replace(" ", "_") if words else ""
    return name or f"record {number}"

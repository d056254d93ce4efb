"""Room on the disk for what is too large for memory: numbers that are appended, and then mapped."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import SeqtuiError
from seqtui.paths import data_folder

IN_MEMORY: Final = 64 * 2**20  # bytes of numbers, from which on they are kept on the disk
_BLOCK: Final = 2**20  # numbers that are copied at once

Numbers = NDArray[Any]


def no_room(what: str, error: OSError) -> SeqtuiError:
    """What to say where the disk refuses."""
    return SeqtuiError(
        f"{what} cannot be kept in the cache folder {data_folder()}: {error.strerror or error}; "
        "make room there, or set SEQTUI_HOME to a folder on another disk"
    )


@contextmanager
def room_on_disk(what: str) -> Iterator[Path]:
    """The folder to write to, made where it is not there; SeqtuiError where that fails, now or while it is written.

    what: is kept there, for the sentence.
    """
    folder = data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    except OSError as error:
        raise no_room(what, error) from error


class NumberRow:
    """Numbers of one type that are appended, in memory at first and then in a file that ends with the process."""

    def __init__(self, kind: type[np.generic], what: str) -> None:
        """what: they are, in a few words, for the sentence where the disk is full."""
        self._kind, self._what = np.dtype(kind), what
        self._held = bytearray()
        self._file: IO[bytes] | None = None
        self.count = 0

    def append(self, numbers: Numbers) -> None:
        """Numbers that fit the type."""
        self.count += len(numbers)
        for begin in range(0, len(numbers), _BLOCK):
            self._held += np.ascontiguousarray(numbers[begin : begin + _BLOCK], self._kind).data
            if len(self._held) > (IN_MEMORY if self._file is None else _BLOCK):
                self._write()

    def array(self) -> Numbers:
        """All of them, read-only."""
        if self._file is None:
            found = np.frombuffer(self._held, self._kind)
            found.flags.writeable = False
            return found
        self._write()
        with self._file:
            return np.memmap(self._file, self._kind, "r")

    def _write(self) -> None:
        with room_on_disk(self._what) as folder:
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - it lives as long as its array
            self._file.write(self._held)
            self._file.flush()
        self._held = bytearray()

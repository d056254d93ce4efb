"""Rows of numbers that grow: in memory, and from 256 MiB on in a file without a name, mapped, gone with the process."""

import tempfile
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import SeqtuiError

IN_MEMORY: Final = 256 * 2**20
Rows = NDArray[np.float32]


class FeatureSpool:
    """Takes (rows, width) float32 pieces and gives them back as one array, which may be written to."""

    def __init__(self, width: int, *, in_memory: int = IN_MEMORY) -> None:
        self.width = width
        self.rows = 0
        self._in_memory = in_memory
        self._pieces: list[Rows] = []
        self._file: IO[bytes] | None = None

    def add(self, piece: Rows) -> None:
        """One more. SeqtuiError where the disk has no room for it."""
        self.rows += len(piece)
        self._pieces.append(piece)
        if self._file is not None or self.rows * self.width * 4 > self._in_memory:
            self._write_out()

    def whole(self) -> Rows:
        """(rows, width)."""
        if self._file is None:
            return np.concatenate([np.zeros((0, self.width), np.float32), *self._pieces])
        self._file.flush()
        return np.memmap(self._file, np.float32, "r+", shape=(self.rows, self.width))

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()  # what was mapped stays so

    def _write_out(self) -> None:
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="seqtui-features-")  # noqa: SIM115
            for piece in self._pieces:
                self._file.write(np.ascontiguousarray(piece, np.float32).data)
        except OSError as error:
            raise SeqtuiError(
                f"the features cannot be kept in {tempfile.gettempdir()}: {error.strerror or error}; make room there, "
                "or set TMPDIR to a folder on another disk"
            ) from error
        self._pieces.clear()

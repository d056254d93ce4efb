"""MATLAB 5 files, as far as cells of numeric arrays go: every length is checked before it is believed.

Ours because scipy.io.loadmat crashes the whole process (a segmentation fault, scipy 1.17) on a damaged file.
"""

import math
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput

MAX_UNPACKED: Final = 2**30
_HEADER: Final = 128
_MATRIX, _COMPRESSED = 14, 15
_CELL: Final = 1
_NUMERIC_CLASSES: Final = range(6, 16)
_TYPES: Final = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Element:
    kind: int
    data: memoryview
    at: int


class _Reader:
    """The bytes of one file and its byte order; `where` opens every sentence."""

    def __init__(self, data: bytes, name: str) -> None:
        self.order = "<" if data[126:128] == b"IM" else ">"
        self.name = name
        self.left = MAX_UNPACKED

    def damaged(self, at: int, what: str) -> BadInput:
        return BadInput(f"{self.name} is damaged at byte {at}: {what}")

    def elements(self, data: memoryview, at: int) -> Iterator[_Element]:
        """The elements laid end to end in `data`, which begins at byte `at` of the file."""
        position = 0
        while position + 8 <= len(data):
            kind, length = (int(word) for word in np.frombuffer(data[position : position + 8], self.order + "u4"))
            start, end = position + 8, position + 8 + length
            if kind >> 16:  # up to four bytes are packed into the tag itself
                kind, length, start = kind & 0xFFFF, kind >> 16, position + 4
                end = start + length
                if length > 4:
                    raise self.damaged(at + position, f"a packed element claims {length} bytes, and holds at most 4")
            if end > len(data):
                raise self.damaged(at + position, f"an element claims {length:,} bytes, more than there are")
            yield _Element(kind, data[start:end], at + start)
            position = end if kind == _COMPRESSED else end + -end % 8

    def unpacked(self, element: _Element) -> memoryview:
        stream = zlib.decompressobj()
        try:
            data = stream.decompress(element.data, self.left + 1)
        except zlib.error as error:
            raise self.damaged(element.at, f"a compressed element does not unpack ({error})") from error
        self.left -= len(data)
        if self.left < 0:
            raise BadInput(f"{self.name} unpacks to more than {MAX_UNPACKED:,} bytes (byte {element.at})")
        if not stream.eof:
            raise self.damaged(element.at, "a compressed element is cut off")
        return memoryview(data)

    def numbers(self, element: _Element) -> Array:
        kind = _TYPES.get(element.kind)
        if kind is None or len(element.data) % np.dtype(kind).itemsize:
            raise self.damaged(
                element.at, f"an element of type {element.kind} and {len(element.data)} bytes is no array"
            )
        return np.frombuffer(element.data, self.order + kind)

    def matrix(self, element: _Element, wanted: Collection[str] | None) -> tuple[str, list[Array]]:
        """The name and contents of a matrix: of a cell its arrays, of an array itself. No contents where unwanted."""
        if len(element.data) == 0:
            return "", [np.zeros((0, 0))]
        parts = self.elements(element.data, element.at)
        flags, dims, name = (self._next(parts, element.at) for _ in range(3))
        class_ = int(self.numbers(flags)[:1].sum()) & 0xFF
        title = bytes(name.data).decode("latin-1")
        if wanted is not None and title not in wanted:
            return title, []
        shape = tuple(int(size) for size in self.numbers(dims).ravel())
        if class_ == _CELL and wanted is not None:
            return title, [self.matrix(part, None)[1][0] for part in parts if part.kind == _MATRIX]
        if class_ not in _NUMERIC_CLASSES:
            return title, [np.zeros((0, 0))]
        values = self.numbers(self._next(parts, element.at))
        # An empty array may have a side, but none that no array has; and numpy multiplies the sides that are not 0.
        sizes_fit = (
            all(0 <= size <= MAX_UNPACKED for size in shape) and math.prod(max(size, 1) for size in shape) < 2**40
        )
        if not sizes_fit or math.prod(shape) != len(values):
            raise self.damaged(element.at, f"an array of shape {shape} holds {len(values):,} numbers")
        return title, [values.reshape(shape, order="F")]

    def _next(self, parts: Iterator[_Element], at: int) -> _Element:
        found = next(parts, None)
        if found is None:
            raise self.damaged(at, "an array is cut off")
        return found


def read_mat(data: bytes, name: str, *, wanted: Collection[str]) -> dict[str, list[Array]]:
    """The arrays of each wanted variable: those of a cell in order, or the one array. Others are stepped over."""
    if not data.startswith(b"MATLAB 5.0") or data[126:128] not in (b"IM", b"MI"):
        raise BadInput(f"{name} is not a MATLAB 5 file: it must open with MATLAB 5.0 (save it with -v7 or older)")
    reader = _Reader(data, name)
    found: dict[str, list[Array]] = {}
    for element in reader.elements(memoryview(data)[_HEADER:], _HEADER):
        inner = [element]
        if element.kind == _COMPRESSED:
            inner = list(reader.elements(reader.unpacked(element), element.at))
        for matrix in inner:
            if matrix.kind == _MATRIX:
                title, arrays = reader.matrix(matrix, wanted)
                if title in wanted:
                    found[title] = arrays
    return found

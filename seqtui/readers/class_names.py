"""Names of classes: in what order they stand, and which number each record's is."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)


def in_order(labels: Iterable[str | None]) -> tuple[str, ...]:
    """All classes: numbers by size, else by name. Among labels such as nan there is no order of size."""
    found = sorted({label for label in labels if label is not None})
    return tuple(sorted(found, key=float) if all(map(_NUMBER.fullmatch, found)) else found)


def class_numbers(labels: Sequence[str | None], classes: Sequence[str]) -> NDArray[np.int64]:
    """(records,) each label's place among the classes, -1 where it is not among them."""
    number = {name: at for at, name in enumerate(classes)}
    return np.array([-1 if label is None else number.get(label, -1) for label in labels], np.int64)

"""Sequence logos as plain text: letters stacked by what they weigh, what every mutation changes, and bits of a motif.

No color and no control codes: whoever shows the text colors the letters. Every letter must be one cell wide.
"""

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.dna.alphabet import BASES

FALLS: Final = ".:-=+*#%@"
RISES: Final = "123456789"
MAX_BITS: Final = 2.0
_UNKNOWN: Final = "?"
_INFINITE: Final = "!"
_TENS: Final = 10

Floats = NDArray[np.float64]
Grid = NDArray[np.str_]


def draw_saliency(letters: str, scores: NDArray[Any], *, width: int, rows: int = 5) -> str:
    """The sequence in lower case, over each letter a stack of it as high as its score, below it where that is negative.

    scores: (length,); the largest of them fills `rows` rows (1 or more). What is not a number is a ?, what is infinite
    a full stack that ends in !. Lines of at most `width` cells, wrapped at tens, with the numbers of the positions
    below; the last says what one row is worth, where there is room.
    """
    values = _shaped(scores, (len(letters),))
    finite = np.isfinite(values)
    most = float(np.abs(values[finite]).max(initial=0))
    heights = np.rint(_parts_of(values, most) * rows).astype(np.int64)
    up, down = (_stacks(letters, sign * heights, rows) for sign in (1, -1))  # (rows, length), the axis first
    up[0][np.isnan(values)] = _UNKNOWN
    up[-1][values == np.inf] = _INFINITE
    down[-1][values == -np.inf] = _INFINITE
    axis = _cells(letters.lower())

    def block(begin: int, end: int) -> list[str]:
        over, under = _lines(up[::-1, begin:end]), _lines(down[:, begin:end])
        return [*filter(None, over), "".join(axis[begin:end]), *filter(None, under), _ruler(begin, end)]

    return _wrapped(len(letters), width, 0, block, f"one row is {most / rows:.3g}" if most else "")


def draw_mutagenesis(letters: str, changes: NDArray[Any], *, width: int) -> str:
    """The sequence, and in rows A, C, G and T what each base in its place changes.

    changes: (length, 4), of the log-odds; the largest of the bases that are not there is the darkest mark of FALLS or
    the digit 9 of RISES; changes under an eighteenth of it are blank. The base that is there stands as its letter, all
    bases that an ambiguity code means as a dot in the middle. What is not a number is a ?, what is infinite a !.
    """
    values = _shaped(changes, (len(letters), 4)).T  # (4, length)
    there = np.array([[base in BASES.get(letter.upper(), "") for letter in letters] for base in "ACGT"], np.bool_)
    there = there.reshape(values.shape)
    most = float(np.abs(values[np.isfinite(values) & ~there]).max(initial=0))
    levels = np.rint(_parts_of(values, most) * len(FALLS)).astype(np.int64)
    marks = np.array(list(f" {RISES}{FALLS[::-1]}"))[np.clip(levels, -len(FALLS), len(RISES))]  # from behind: falls
    marks[np.isnan(values)] = _UNKNOWN
    marks[np.isinf(values)] = _INFINITE
    own = np.where(there.sum(axis=0) == 1, _cells("ACGT")[:, None], "·")
    marks = np.where(there, own, marks)
    gutter = 2 if width > 2 else 0

    def block(begin: int, end: int) -> list[str]:
        rows = [f"{base} "[:gutter] + line for base, line in zip("ACGT", _lines(marks[:, begin:end]), strict=True)]
        return [" " * gutter + letters[begin:end], *rows, " " * gutter + _ruler(begin, end)]

    legend = f"falls {FALLS}  rises {RISES}  (9 and @: {most:.3g})" if most else ""
    return _wrapped(len(letters), width, gutter, block, legend)


def information_logo(counts: NDArray[Any], *, width: int, rows: int = 8) -> str:
    """The sequence logo of Schneider and Stephens (Nucleic Acids Research 18, 1990): bits at each place of a motif.

    counts: (length, 4), how often A, C, G and T stand at each place. A stack of 2 bits fills `rows` rows, the letters
    share it by their frequency, the most frequent on top. A place whose counts are not finite is a ?.
    """
    counted = _shaped(counts, (len(counts), 4))
    bits = information_content(counted)
    frequencies = _frequencies(counted)
    order = np.argsort(frequencies, axis=1, kind="stable")  # the rarest first, which stands lowest
    tops = np.cumsum(np.take_along_axis(frequencies, order, axis=1), axis=1) * (bits / MAX_BITS * rows)[:, None]
    tops = np.floor(np.nan_to_num(tops) + 0.5)  # (length, 4) the row under which each letter ends
    grid = np.full((rows, len(counted)), " ")
    for rank in range(3, -1, -1):
        filled = np.arange(rows)[:, None] < tops[:, rank]
        grid = np.where(filled, _cells("ACGT")[order[:, rank]], grid)
    grid[0][np.isnan(bits)] = _UNKNOWN
    gutter = 3 if width > 3 else 0
    marks = {rows - 1: "2 │", rows // 2 - 1: "1 │"} if rows % 2 == 0 else {rows - 1: "2 │"}

    def block(begin: int, end: int) -> list[str]:
        drawn = _lines(grid[:, begin:end])
        stacks = [marks.get(row, "  │")[:gutter] + drawn[row] for row in range(rows - 1, -1, -1)]
        return [*stacks, "0 └"[:gutter] + "─" * (end - begin), " " * gutter + _ruler(begin, end)]

    return _wrapped(len(counted), width, gutter, block, "")


def information_content(counts: NDArray[Any]) -> Floats:
    """(length, 4) counts -> (length,) bits, 2 - (H + e) with e = 3 / (2 ln 2 · n) for small samples; 0 at the least.

    0 where nothing was counted, NaN where a count is not finite; negative counts are none.
    """
    counted = _shaped(counts, (len(counts), 4))
    frequencies = _frequencies(counted)
    logs = np.log2(frequencies, out=np.zeros_like(frequencies), where=frequencies > 0)
    entropy = -(frequencies * logs).sum(axis=1)
    with np.errstate(over="ignore"):
        total = np.maximum(counted, 0).sum(axis=1)
    correction = np.divide(3 / (2 * math.log(2)), total, out=np.full(len(total), np.inf), where=total > 1e-300)
    bits: Floats = np.maximum(MAX_BITS - entropy - correction, 0)
    return bits


def _frequencies(counted: Floats) -> Floats:
    """(length, 4) shares of 1; NaN where a count is not finite, 0 where nothing was counted."""
    positive = np.where(np.isfinite(counted).all(axis=1, keepdims=True), np.maximum(counted, 0), np.nan)
    # By the largest first, so that no sum is infinite.
    largest = positive.max(axis=1, keepdims=True, initial=0)
    shares: Floats = np.divide(positive, largest, out=positive.copy(), where=largest > 0)
    total = shares.sum(axis=1, keepdims=True)
    np.divide(shares, total, out=shares, where=total > 0)
    return shares


def _shaped(numbers: NDArray[Any], shape: tuple[int, ...]) -> Floats:
    given = np.asarray(numbers, np.float64)
    if given.shape != shape and (given.size or math.prod(shape)):
        raise ValueError(f"numbers of shape {given.shape} where {shape} belong")
    return given.reshape(shape)


def _parts_of(values: Floats, most: float) -> Floats:
    """Shares of `most`, from -1 to 1: infinite is 1, not a number 0."""
    if most == 0:
        return np.where(np.isinf(values), np.sign(values), 0.0)
    return np.nan_to_num(np.clip(values, -most, most) / most)


def _stacks(letters: str, heights: NDArray[np.int64], rows: int) -> Grid:
    return np.where(np.arange(rows)[:, None] < heights, _cells(letters), " ")


def _cells(text: str) -> Grid:
    return np.array(list(text), "U1")


def _lines(grid: Grid) -> list[str]:
    return ["".join(row).rstrip() for row in grid.tolist()]


def _ruler(begin: int, end: int) -> str:
    """Numbers of positions from 1, each with its last digit under its position: the first of all, and every tenth."""
    numbers = "1" if begin == 0 else ""
    for position in range(begin - begin % _TENS + _TENS, end + 1, _TENS):
        number = str(position)
        room = position - begin - len(number) - len(numbers)
        if room >= bool(numbers):
            numbers += " " * room + number
    return numbers


def _wrapped(length: int, width: int, gutter: int, block: Callable[[int, int], list[str]], legend: str) -> str:
    """Blocks of lines for stretches as long as `width` allows, a blank line between; the legend where it has room."""
    room = max(width - gutter, 1)
    room -= room % _TENS if room > _TENS else 0
    blocks = [block(begin, min(begin + room, length)) for begin in range(0, length, room)]
    drawn = ["\n".join(line.rstrip() for line in lines) for lines in blocks]
    if drawn and legend and len(legend) <= width:
        drawn.append(legend)
    return "\n\n".join(drawn)

"""Numbers as text that keeps its width, so that nothing on a screen jumps."""

import math


def number(value: float, width: int = 6) -> str:
    """`value` right-aligned in exactly `width` cells, about four digits; '#' fills a room that is too small."""
    text = _text(value)
    if len(text) > width:
        text = _scientific(value, 1)
    if len(text) > width:
        text = _scientific(value, 0)
    return text.rjust(width) if len(text) <= width else "#" * width


def percent(share: float) -> str:
    """A share 0 … 1 as a whole percentage in five cells; never 0 % or 100 % unless it is. Other values are '  ? %'."""
    if not 0 <= share <= 1:
        return "  ? %"
    rounded = round(100 * share)
    if 0 < share < 1:
        return " <1 %" if rounded == 0 else ">99 %" if rounded >= 100 else f"{rounded:>3} %"
    return f"{rounded:>3} %"


def count(value: float) -> str:
    """A number of steps, short: 950, 1.5k, 20k, 3M. Exact where it is short; three digits otherwise."""
    if not math.isfinite(value):
        return str(value)
    size = abs(value)
    if 0 < size < 1e-3:
        return _scientific(value, 1)
    for unit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if size >= unit:
            return f"{value / unit:.3g}{letter}" if size < 1000 * unit else _scientific(value, 1)
    return f"{value:.3g}"


def _text(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    size = abs(value)
    if value == 0:
        return "0"
    if not 1e-3 <= size < 1e5:
        return _scientific(value, 1)
    return f"{value:.{min(max(3 - math.floor(math.log10(size)), 0), 4)}f}"


def _scientific(value: float, digits: int) -> str:
    if not math.isfinite(value):
        return str(value)
    mantissa, _, power = f"{value:.{digits}e}".partition("e")
    return f"{mantissa}e{int(power)}"

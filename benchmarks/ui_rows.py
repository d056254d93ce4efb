"""The rows of the table of `benchmarks/ui.py`, and how their figures are written."""

import statistics
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. met: None for a figure that nothing was promised about."""

    what: str
    measured: str
    promised: str = ""
    met: bool | None = None


def p99(times: list[float]) -> float:
    """The hundredth of them that is slowest begins here."""
    return sorted(times)[min(len(times) - 1, int(0.99 * len(times)))]


def milliseconds(times: list[float]) -> str:
    """Their median."""
    return f"{1000 * statistics.median(times):.0f} ms"


def median_ratio(ratios: list[float]) -> str:
    """The median, and all of them."""
    return f"{statistics.median(ratios):.3f} (of {', '.join(f'{ratio:.2f}' for ratio in ratios)})"


def spread(times: list[float]) -> str:
    """Median, p99 and worst, in milliseconds."""
    return f"p50 {1000 * statistics.median(times):.0f}, p99 {1000 * p99(times):.0f}, worst {1000 * max(times):.0f} ms"

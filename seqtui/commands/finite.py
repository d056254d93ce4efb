"""Numbers as JSON can hold them."""

import math


def plain(value: float) -> float | str:
    """The number; one that is not finite as a string."""
    return value if math.isfinite(value) else str(value)

"""Numbers as JSON can hold them, and as options take them."""

import math
from typing import Any, final

import click


def plain(value: float) -> float | str:
    """The number; one that is not finite as a string."""
    return value if math.isfinite(value) else str(value)


@final
class FiniteRange(click.FloatRange):
    """click's range of real numbers, which lets nan pass: it is not under the least, nor over the most."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number; a usage error for one that is none."""
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"nan is not in the range {self._describe_range()}", param, ctx)
        return found

"""Options that are real numbers take numbers."""

import click
import pytest

from seqtui.commands.finite import FiniteRange


def test_what_is_in_the_range_is_taken() -> None:
    assert FiniteRange(0, 100).convert("0.5", None, None) == 0.5


@pytest.mark.parametrize("given", ["nan", "-nan", "inf", "-1", "101", "x"])
def test_what_is_not_a_number_of_the_range_is_refused(given: str) -> None:
    with pytest.raises(click.BadParameter):
        FiniteRange(0, 100).convert(given, None, None)

"""What holds for all tests: the arithmetic of a fresh interpreter, whatever ran before in this process."""

import sys

import pytest


@pytest.fixture(autouse=True, scope="module")
def arithmetic_of_a_fresh_interpreter() -> None:
    """Opening a model flushes subnormal numbers for good, and Hypothesis draws no floats then; see tests/engine."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_flush_denormal(False)

"""What holds for all tests: the arithmetic of a fresh interpreter, whatever ran before; the longest files first."""

import sys
from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest

SECONDS: Final = {
    "window": 40, "terminal": 3, "driver": 3, "perform": 1, "seqtui": 1, "classifier": 10, "writer": 10, "lab": 1,
    "home": 0.5, "call": 2, "ask": 1,
}  # fmt: skip
"""Fixtures that start processes, draw screens or train, and about what a test of theirs takes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first: with --no-loadscope-reorder no worker of xdist is left with the longest one at the end."""
    seconds: defaultdict[Path, float] = defaultdict(float)
    for item in items:
        if item.get_closest_marker("slow"):
            continue
        seconds[item.path] += sum(SECONDS.get(name, 0) for name in getattr(item, "fixturenames", ()))
    items.sort(key=lambda item: -seconds[item.path])


@pytest.fixture(autouse=True, scope="module")
def arithmetic_of_a_fresh_interpreter() -> None:
    """Opening a model flushes subnormal numbers for good, and Hypothesis draws no floats then; see tests/engine."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_flush_denormal(False)

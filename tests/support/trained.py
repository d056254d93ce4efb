"""Runs that tests look at, trained at the same time by warm processes."""

import subprocess
from collections.abc import Mapping
from typing import Any

import pytest
from warm import WarmPopen

from seqtui.runs.folder import RunFolder
from seqtui.runs.launch import start

PATIENCE = 300


def train_all(made: Mapping[Any, RunFolder]) -> None:
    """Every run to its end; fails with what its process said."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(subprocess, "Popen", WarmPopen)
        children = [start(folder) for folder in made.values()]
    for child, folder in zip(children, made.values(), strict=True):
        assert child.wait(timeout=PATIENCE) == 0, folder.stderr_file.read_text()

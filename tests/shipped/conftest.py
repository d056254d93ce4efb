"""The command line in this process, so that torch is imported once for all models."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import patient_torch  # noqa: F401  before torch is imported
import pytest
import torch

from seqtui import cli


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left."""

    code: int
    out: str
    err: str


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Done]]:
    """Calls a command of seqtui in an empty folder with a home of its own; gives the number of threads back."""
    threads = torch.get_num_threads()
    monkeypatch.setenv("SEQTUI_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def command(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["seqtui", *map(str, words)])
        code = cli._call()
        captured = capfd.readouterr()
        return Done(int(code), captured.out, captured.err)

    yield command
    torch.set_num_threads(threads)

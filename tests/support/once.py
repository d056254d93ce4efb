"""What every worker of xdist would make is made by the first that needs it; the others wait for it and share it."""

import fcntl
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest


def made_once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Mapping[str, Path]]
) -> dict[str, Path]:
    """The paths that `make` gives for a new folder, by their names; for reading only."""
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    note = shared / f"{name}.json"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            made = make(Path(tempfile.mkdtemp(prefix=f"{name}-", dir=shared)))
            note.write_text(json.dumps({each: str(path) for each, path in made.items()}))
    return {each: Path(path) for each, path in json.loads(note.read_text()).items()}

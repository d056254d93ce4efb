"""The run folder: the only interface between a run and whoever watches it. Made here, opened here.

Must stay cheap: no pydantic, no torch; a thousand of these are read to list the runs.
"""

import contextlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from seqtui import __version__
from seqtui.config import RunConfig
from seqtui.errors import BadInput, NotFound, RunFailed
from seqtui.runs.durable import read_json, write_json
from seqtui.runs.provenance import made_by

FORMAT: Final = 1
ROOM: Final = 4 * 1024 * 1024
"""Bytes that must be free for a run to begin: found out now, not at the first checkpoint."""

_UNSAFE: Final = re.compile(r"[^a-zA-Z0-9._]+")
_FIELDS: Final = frozenset(declared.name for declared in fields(RunConfig))


@dataclass(frozen=True, slots=True)
class Header:
    """What config.json holds beside the config: when and by which seqtui the run was made."""

    config: RunConfig
    created: float
    made_by: str


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run on the disk. The names of its files are a contract between processes."""

    path: Path

    @property
    def id(self) -> str:
        """The run's name for commands: the folder's name."""
        return self.path.name

    @property
    def config_file(self) -> Path:
        """The configuration, written once when the run is made."""
        return self.path / "config.json"

    @property
    def events_file(self) -> Path:
        """What happened, one JSON line an event; written by the child alone."""
        return self.path / "events.jsonl"

    @property
    def control_file(self) -> Path:
        """Commands to the child, one JSON line each; anybody appends."""
        return self.path / "control.jsonl"

    @property
    def stderr_file(self) -> Path:
        """All that the child and its libraries printed, tracebacks too."""
        return self.path / "stderr.log"

    @property
    def lock_file(self) -> Path:
        """Held by flock while the child lives."""
        return self.path / "lock"

    @property
    def model_file(self) -> Path:
        """Head and encoding, written by the engine; with a checkpoint it makes a model."""
        return self.path / "model.json"

    @property
    def checkpoints(self) -> Path:
        """Folder of checkpoints."""
        return self.path / "checkpoints"

    @property
    def samples(self) -> Path:
        """Folder of samples made while training."""
        return self.path / "samples"

    def read_header(self) -> Header:
        """The config and when it was made; BadInput where a newer seqtui or damage forbids reading it."""
        found = read_json(self.config_file)
        form = found.get("format")
        if isinstance(form, int) and form > FORMAT:
            maker = str(found.get("made_by", "?"))
            raise BadInput(f"run {self.id} was made by a newer seqtui ({maker}; this is {__version__}), please upgrade")
        values = found.get("config")
        if form != FORMAT or not isinstance(values, dict) or not isinstance(values.get("app"), str):
            raise BadInput(f"{self.config_file} is damaged: it is not the configuration of a run")
        unknown = values.keys() - _FIELDS
        if unknown:
            raise BadInput(f"{self.config_file} is damaged: it sets {', '.join(sorted(unknown))}, which do not exist")
        return Header(RunConfig(**values), _number(found.get("created")), str(found.get("made_by", "")))

    def read_config(self) -> RunConfig:
        """The run's configuration."""
        return self.read_header().config


def create(
    config: RunConfig, *, parent: Path, finish: Callable[[RunConfig, str], RunConfig] | None = None
) -> RunFolder:
    """A new folder under `parent` with the config in it. RunFailed, with the reason, where it cannot be made.

    finish: has the last word on the config once the run's id is known (a file to export named after it, say).
    """
    try:
        parent.mkdir(parents=True, exist_ok=True)
        path = _new_folder(parent.resolve(), f"{config.app}-{config.backbone}")
    except OSError as error:
        raise RunFailed(_cannot(parent, error)) from error
    folder = RunFolder(path)
    try:
        _probe(path)
        folder.checkpoints.mkdir()
        folder.samples.mkdir()
        folder.control_file.touch()
        stored = finish(config, folder.id) if finish else config
        header = {"format": FORMAT, "made_by": made_by(), "created": time.time(), "config": asdict(stored)}
        write_json(folder.config_file, header)
    except OSError as error:
        with contextlib.suppress(OSError):
            shutil.rmtree(path)
        raise RunFailed(_cannot(parent, error)) from error
    return folder


def open_folder(path: Path) -> RunFolder:
    """The run in a folder that exists; NotFound where the folder is none, or holds no run."""
    if not path.is_dir():
        raise NotFound(f"there is no run folder {path}")
    if not (path / "config.json").is_file():
        raise NotFound(f"{path} is not a run folder: it holds no config.json")
    return RunFolder(path.resolve())


def _new_folder(parent: Path, stem: str) -> Path:
    # Never from the clock: runs begun in the same second by eight processes must not share a folder.
    safe = _UNSAFE.sub("-", stem)
    while True:
        path = parent / f"{safe}-{secrets.token_hex(3)}"
        with contextlib.suppress(FileExistsError):
            path.mkdir()
            return path


def _probe(path: Path) -> None:
    probe = path / "probe"
    descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, ROOM)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
        probe.unlink()


def _cannot(parent: Path, error: OSError) -> str:
    return f"cannot make a run folder in {parent}: {error.strerror}; choose another place with --run-dir DIR"


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0

"""The checkpoints of a run on the disk: latest, best, the one before; found again after any accident.

A checkpoint is written whole before anything points to it, and nothing is removed before that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seqtui.engine.checkpoint import Checkpoint, read_checkpoint
from seqtui.errors import BadInput, CheckpointDamaged, NotFound
from seqtui.runs.durable import REAL_DISK, Disk, crash_point, read_json, write_json, write_whole
from seqtui.runs.kept import checkpoint_files

LATEST: Final = "LATEST.json"
BEST: Final = "BEST.json"


@dataclass(frozen=True, slots=True)
class Found:
    """A checkpoint that verified. note: why it is not the one that was wanted, or ''."""

    path: Path
    checkpoint: Checkpoint
    note: str


class Shelf:
    """The folder checkpoints/ of one run."""

    def __init__(self, folder: Path, *, disk: Disk = REAL_DISK) -> None:
        self.folder, self.disk = folder, disk
        self._sound: list[Path] = []  # those that verified, newest first

    def put(self, data: bytes, *, step: int, best: bool) -> Path:
        """Write a checkpoint, point to it, then clear away what nobody needs. OSError leaves the old ones standing."""
        path = self.folder / f"step-{step:09d}.safetensors"
        before = self._sound or [known for known in [self._pointed(LATEST)] if known]
        write_whole(path, data, disk=self.disk)
        self._sound = [path, *(known for known in before if known != path)][:2]
        crash_point("before-latest")
        self.point(LATEST, path, step=step)
        crash_point("before-best")
        if best:
            self.point(BEST, path, step=step)
        crash_point("before-prune")
        keep = {*self._sound, self._pointed(BEST)}
        for old in self.files():
            if old not in keep:
                self.disk.unlink(old)
                crash_point("mid-prune")
        return path

    def point(self, pointer: str, path: Path, *, step: int) -> None:
        """Make LATEST or BEST name a checkpoint."""
        write_json(self.folder / pointer, {"name": path.name, "step": step}, disk=self.disk)

    def files(self) -> list[Path]:
        """All checkpoint files, newest step first."""
        return checkpoint_files(self.folder)

    def latest(self) -> Found | None:
        """The newest checkpoint that verifies; None where there is none yet. CheckpointDamaged if all are bad."""
        found = self._first_good(LATEST)
        self._sound = [found.path] if found else []
        return found

    def best(self) -> Found | None:
        """The best checkpoint, or the latest where there is no (sound) best."""
        return self._first_good(BEST)

    def _first_good(self, pointer: str) -> Found | None:
        wanted = self._pointed(pointer)
        trouble = ""
        for path in self._candidates(wanted):
            try:
                checkpoint = read_checkpoint(path)
            except CheckpointDamaged as error:
                trouble = trouble or str(error)
                continue
            note = f"{trouble}; using {path.name} instead" if trouble else ""
            return Found(path, checkpoint, note)
        if trouble:
            raise CheckpointDamaged(f"{trouble}, and no other checkpoint in {self.folder} verifies; start a new run")
        return None

    def _candidates(self, wanted: Path | None) -> Iterator[Path]:
        if wanted is not None:
            yield wanted
        yield from (path for path in self.files() if path != wanted)

    def _pointed(self, pointer: str) -> Path | None:
        try:
            name = read_json(self.folder / pointer).get("name")
        except (NotFound, BadInput):
            return None  # a damaged pointer is as good as none: the files verify by themselves
        path = self.folder / Path(str(name)).name
        return path if path.suffix == ".safetensors" else None

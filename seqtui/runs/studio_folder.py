"""The folder between a studio's screen and the process that keeps its model open. Temporary; nobody else's business.

Two journals, each with one writer and one reader; whole lines only. Nobody waits for anybody.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from seqtui.errors import BadInput
from seqtui.runs.durable import read_json
from seqtui.runs.models import ModelPlace

SLICE: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StudioFolder:
    """Names of its files."""

    path: Path

    @property
    def place_file(self) -> Path:
        """Which model, and for whom: written by the screen before the process starts."""
        return self.path / "place.json"

    @property
    def requests(self) -> Path:
        """Journal of requests."""
        return self.path / "requests.jsonl"

    @property
    def answers(self) -> Path:
        """Journal of answers."""
        return self.path / "answers.jsonl"

    @property
    def log(self) -> Path:
        """All that the process and its libraries printed."""
        return self.path / "helper.log"

    def write_place(self, place: ModelPlace) -> None:
        """Say which model is meant. The process ends when this one, its parent, has."""
        note = {"kind": place.kind, "path": str(place.path.absolute()), "name": place.name, "parent": os.getpid()}
        self.place_file.write_text(json.dumps(note))

    def read_place(self) -> tuple[ModelPlace, int]:
        """The model and the number of the parent; BadInput where the note is damaged."""
        found = read_json(self.place_file)
        kind, path, name, parent = (found.get(key) for key in ("kind", "path", "name", "parent"))
        if kind not in ("run", "pretrained") or not isinstance(parent, int):
            raise BadInput(f"{self.place_file} is damaged: it does not say which model is meant")
        return ModelPlace(kind, Path(str(path)), str(name)), parent


def append(path: Path, line: bytes) -> None:
    """Append a line in one write."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while line:
            line = line[os.write(descriptor, line) :]
    finally:
        os.close(descriptor)


@final
class LineReader:
    """Reads the whole lines that came since the last look. A look that finds nothing costs one stat."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def poll(self) -> Iterator[bytes]:
        """The new lines; one that is torn is left for later."""
        try:
            if self._path.stat().st_size <= self._offset:
                return
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read(SLICE)
                if b"\n" not in data:
                    data += file.readline()
        except FileNotFoundError:
            return
        for line in data[: data.rfind(b"\n") + 1].splitlines(keepends=True):
            self._offset += len(line)
            if line.strip():
                yield line

"""Run folders made from recordings of real runs; no torch is needed to look at them.

A recording: a line with the run's id, its config and, where its samples are drawn from files, these and what the model
means (base64 and JSON), then its events.
"""

import base64
import gzip
import json
import os
from pathlib import Path

from seqtui.runs.folder import RunFolder

RECORDINGS = Path(__file__).parents[1] / "tui" / "live" / "recordings"
_SAVED = b'{"event":"Saved"'
_ENDS = (b'{"event":"Finished"', b'{"event":"Failed"', b'{"event":"Exported"')


class Recording:
    """A run folder made from a recording. Its log may be cut, and played on."""

    def __init__(self, name: str, home: Path) -> None:
        lines = gzip.decompress((RECORDINGS / f"{name}.jsonl.gz").read_bytes()).splitlines(keepends=True)
        head = json.loads(lines[0])
        self.lines = lines[1:]
        self.folder = RunFolder(home / "runs" / head["run"])
        for part in (self.folder.checkpoints, self.folder.samples):
            part.mkdir(parents=True)
        self.folder.config_file.write_text(json.dumps(head["header"]))
        for file, data in head.get("files", {}).items():
            (self.folder.samples / file).write_bytes(base64.b64decode(data))
        if "model" in head:
            self.folder.model_file.write_text(json.dumps(head["model"]))
        self.folder.control_file.touch()
        self.folder.stderr_file.touch()
        self.write(len(self.lines))

    def write(self, count: int) -> None:
        """Only so many events have happened; the newest checkpoint that they tell of lies there."""
        lines = self.lines[:count]
        self.folder.events_file.write_bytes(b"".join(lines))
        for old in self.folder.checkpoints.iterdir():
            old.unlink()
        if saved := [json.loads(line) for line in lines if line.startswith(_SAVED)]:
            path = self.folder.path / saved[-1]["path"]
            path.touch()
            os.truncate(path, saved[-1]["bytes"])  # the size that is told; a hole takes no room

    def cut_before_end(self) -> None:
        """The run has not ended."""
        kept = [line for line in self.lines if not line.startswith(_ENDS)]
        self.folder.events_file.write_bytes(b"".join(kept))

    @property
    def commands(self) -> list[dict[str, object]]:
        """What was sent to the run."""
        return [json.loads(line) for line in self.folder.control_file.read_text().splitlines()]

"""A studio's process without torch: it answers every request as a real one once did.

As a program, `studio_replay.py RECORDING FOLDER` stands in for `python -m seqtui.engine.studio FOLDER`: same folder,
same journals. A recording holds a model's config and meaning, the answers to one request of each kind, and the files
they name, {id} in a file's name being that of the request.
"""

import base64
import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seqtui.runs.folder import RunFolder
from seqtui.runs.studio_folder import LineReader, StudioFolder, append

RECORDINGS = Path(__file__).parents[1] / "tui" / "studio" / "recordings"
_ENDS = {"Made", "Told", "Followed", "Continued", "TagsSaid", "TagScores", "TagMoves"}
"""The kinds of an answer after which no other comes, or one is whole."""


def recorded_model(name: str, home: Path) -> RunFolder:
    """The run whose studio was recorded: enough of it to be opened, and to be found among others."""
    found = read(name)
    folder = RunFolder(home / "runs" / found["run"])
    folder.checkpoints.mkdir(parents=True)
    (folder.checkpoints / "step-000000010.safetensors").touch()
    folder.config_file.write_text(json.dumps(found["config"]))
    folder.model_file.write_text(json.dumps(found["model"]))
    return folder


def start_replay(name: str, folder: StudioFolder) -> subprocess.Popen[bytes]:
    """The process, on a studio's folder."""
    return subprocess.Popen([sys.executable, "-P", __file__, name, str(folder.path)])


def record(name: str, folder: StudioFolder, run: RunFolder, kept: Path) -> None:
    """Make a recording of a real studio: of its answers, those to the last request of each kind that it has answered.

    kept: holds links to the files that it named, which the screen has removed by then.
    """
    requests = [json.loads(line) for line in folder.requests.read_text().splitlines()]
    answers = [json.loads(line) for line in folder.answers.read_text().splitlines()]
    told = {each["id"] for each in answers if each["kind"] in _ENDS}
    last = {each["kind"]: each["id"] for each in requests if each.get("id") in told}
    # How long it took differs each time; how long a sound lasts does not.
    given = {
        kind: [
            {**each, "seconds": 0.1} if "seconds" in each and "picture" not in each else each
            for each in answers
            if each.get("id") == id
        ]
        for kind, id in last.items()
    }
    files = {each["file"] for found in given.values() for each in found if "file" in each}
    opened = {**next(answer for answer in answers if answer["kind"] == "Opened"), "seconds": 0.5}
    found = {
        "run": run.id,
        "config": json.loads(run.config_file.read_text()),
        "model": json.loads(run.model_file.read_text()),
        "opened": opened,
        "answers": given,
        "files": {file: base64.b64encode((kept / file).read_bytes()).decode() for file in sorted(files)},
    }
    write(RECORDINGS / f"{name}.json.gz", found)


def write(path: Path, found: Mapping[str, Any]) -> None:
    """A recording as its file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(json.dumps(found).encode(), mtime=0))


def read(name: str) -> dict[str, Any]:
    """A recording by its name, or by its path without .json.gz."""
    found: dict[str, Any] = json.loads(gzip.decompress((RECORDINGS / f"{name}.json.gz").read_bytes()))
    return found


def _serve(name: str, folder: StudioFolder) -> None:
    found, parent = read(name), os.getppid()
    append(folder.answers, json.dumps(found["opened"]).encode() + b"\n")
    reader = LineReader(folder.requests)
    while os.getppid() == parent:
        for line in reader.poll():
            request = json.loads(line)
            if request["kind"] == "Quit":
                return
            for file, data in found["files"].items():
                (folder.path / file.replace("{id}", str(request["id"]))).write_bytes(base64.b64decode(data))
            for answer in found["answers"].get(request["kind"], ()):
                append(folder.answers, json.dumps({**answer, "id": request["id"]}).encode() + b"\n")
        time.sleep(0.01)


if __name__ == "__main__":
    _serve(sys.argv[1], StudioFolder(Path(sys.argv[2])))

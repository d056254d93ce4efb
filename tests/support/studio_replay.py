"""A studio's process without torch: it answers every request as a real one once did.

As a program, `studio_replay.py RECORDING FOLDER` stands in for `python -m seqtui.engine.studio FOLDER`: same folder,
same journals. A recording holds a model's config and meaning, the answers to one request, and the files they name.
"""

import base64
import gzip
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from seqtui.runs.folder import RunFolder
from seqtui.runs.studio_folder import LineReader, StudioFolder, append

RECORDINGS = Path(__file__).parents[1] / "tui" / "studio" / "recordings"


def recorded_model(name: str, home: Path) -> RunFolder:
    """The run whose studio was recorded: enough of it to be opened."""
    found = _read(name)
    folder = RunFolder(home / "runs" / found["run"])
    folder.checkpoints.mkdir(parents=True)
    folder.config_file.write_text(json.dumps(found["config"]))
    folder.model_file.write_text(json.dumps(found["model"]))
    return folder


def start_replay(name: str, folder: StudioFolder) -> subprocess.Popen[bytes]:
    """The process, on a studio's folder."""
    return subprocess.Popen([sys.executable, "-P", __file__, name, str(folder.path)])


def record(name: str, folder: StudioFolder, run: RunFolder, kept: Path) -> None:
    """Make a recording of a real studio that has answered its last request.

    kept: holds links to the files that it named, which the screen has removed by then.
    """
    requests = [json.loads(line) for line in folder.requests.read_text().splitlines()]
    answers = [json.loads(line) for line in folder.answers.read_text().splitlines()]
    last = [answer for answer in answers if answer.get("id") == requests[-1]["id"]]
    files = {answer["file"]: (kept / answer["file"]).read_bytes() for answer in last if "file" in answer}
    opened = {**next(answer for answer in answers if answer["kind"] == "Opened"), "seconds": 0.5}
    found = {
        "run": run.id,
        "config": json.loads(run.config_file.read_text()),
        "model": json.loads(run.model_file.read_text()),
        "opened": opened,
        "answers": [{**answer, **({"seconds": 0.1} if "seconds" in answer else {})} for answer in last],
        "files": {file: base64.b64encode(data).decode() for file, data in files.items()},
    }
    RECORDINGS.mkdir(exist_ok=True)
    (RECORDINGS / f"{name}.json.gz").write_bytes(gzip.compress(json.dumps(found).encode(), mtime=0))


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress((RECORDINGS / f"{name}.json.gz").read_bytes()))
    return found


def _serve(name: str, folder: StudioFolder) -> None:
    found, parent = _read(name), os.getppid()
    for file, data in found["files"].items():
        (folder.path / file).write_bytes(base64.b64decode(data))
    append(folder.answers, json.dumps(found["opened"]).encode() + b"\n")
    reader = LineReader(folder.requests)
    while os.getppid() == parent:
        for line in reader.poll():
            request = json.loads(line)
            if request["kind"] == "Quit":
                return
            for answer in found["answers"] if "id" in request else ():
                append(folder.answers, json.dumps({**answer, "id": request["id"]}).encode() + b"\n")
        time.sleep(0.01)


if __name__ == "__main__":
    _serve(sys.argv[1], StudioFolder(Path(sys.argv[2])))

"""The runs that the pictures show: trained through our own command line, once, in a home of their own."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from seqtui.runs.folder import RunFolder
from seqtui.runs.summary import summarize

SEQTUI: Final = [sys.executable, "-P", "-m", "seqtui"]
RUNS: Final = {
    "chorales": ["music", "--seed", "1"],
    "promoters": ["dna", "--seed", "1"],
    "chorales, gru": ["music", "--seed", "1", "--backbone", "gru", "--max-steps", "900"],
    "gain 2": ["music", "--seed", "1", "--backbone", "rnn", "--init", "gain=2", "--max-steps", "5"],
    "opinions": ["sentiment", "--seed", "3", "--hidden-size", "16", "--lr", "0.01", "--max-steps", "500"],
    "names": ["ner", "--seed", "3", "--hidden-size", "24", "--lr", "0.01", "--max-steps", "500"],
    "letters": ["language", "--seed", "3", "--hidden-size", "96", "--lr", "0.005", "--max-steps", "1000"],
    "sentences": ["translation", "--seed", "3", "--max-steps", "800", "--threads", "1"],
    "spoken": ["speech", "--seed", "3", "--goal", "transcript", "--join", "3", "--threads", "1"],
    "moving": ["video", "--seed", "3", "--max-steps", "900", "--threads", "1"],
    "default": ["music", "--seed", "1", "--backbone", "rnn", "--max-steps", "5"],
}
EDITS: Final = {"chorales": (400, "lr=0.003")}
"""After this step of that run a knob is turned, as a person would."""


def train_all(home: Path, wanted: Collection[str], recipes: Mapping[str, list[str]] = RUNS) -> dict[str, RunFolder]:
    """The wanted runs by their names, each made by its recipe. One that is there already is not trained again."""
    found = named(home)
    for name, words in recipes.items():
        if name in wanted and name not in found:
            sys.stderr.write(f"training {name}: seqtui run {' '.join(words)}\n")
            _train(home, name, words)
    return named(home)


def named(home: Path) -> dict[str, RunFolder]:
    """The runs of a home by the names they were given."""
    folders = [RunFolder(path) for path in sorted((home / "runs").glob("*")) if (path / "config.json").is_file()]
    return {folder.read_config().name or folder.id: folder for folder in folders}


def as_it_stood(folder: RunFolder, step: int, home: Path) -> RunFolder:
    """A copy in another home whose log ends where the run had come to that step: what a screen showed then."""
    then = RunFolder(home / "runs" / folder.id)
    shutil.rmtree(then.path, ignore_errors=True)
    shutil.copytree(folder.path, then.path)
    lines = folder.events_file.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if (json.loads(line).get("step") or 0) <= step]
    then.events_file.write_bytes(b"".join(kept))
    return then


def _train(home: Path, name: str, words: list[str]) -> None:
    environment = {**os.environ, "SEQTUI_HOME": str(home)}
    command = [*SEQTUI, "run", *words, "--name", name, "--no-export", "--quiet"]
    child = subprocess.Popen(command, env=environment)
    if name in EDITS:
        step, knob = EDITS[name]
        while child.poll() is None and not (name in named(home) and summarize(named(home)[name]).step >= step):
            time.sleep(0.2)
        subprocess.run([*SEQTUI, "set", named(home)[name].id, knob], env=environment, check=True)
    if child.wait():
        raise SystemExit(f"{name} did not train: exit code {child.returncode}")

"""The single looks of `seqtui doctor`: each gives lines of (state, text), and raises nothing for what is broken."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from seqtui.commands import console
from seqtui.commands.lines import measures
from seqtui.errors import SeqtuiError
from seqtui.paths import data_folder, runs_folder, settings_folder
from seqtui.runs.events import Finished
from seqtui.runs.folder import create
from seqtui.runs.journal import read_events
from seqtui.runs.launch import start
from seqtui.runs.state import fold
from seqtui.text_safety import clean

Lines = list[tuple[str, str]]

ENGINE_SECONDS: Final = 120
TRAINING_SECONDS: Final = 180
LITTLE_ROOM: Final = 500 * 1024 * 1024
EXTRAS: Final = {
    "corpora": (("music21",), "Bach chorales by music21's corpus, with --data bach"),
    "export": (("onnx", "onnxscript", "onnxruntime"), "models for other programs: seqtui export --format onnx"),
}


def engine() -> Lines:
    """torch, devices and threads, as the engine's own process finds them."""
    command = [sys.executable, "-P", "-m", "seqtui.engine", "--facts"]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=ENGINE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return [("broken", f"gave no answer in {ENGINE_SECONDS} s: {' '.join(command)}")]
    try:
        facts: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["nothing"]
        return [("broken", f"does not start: {clean(said[-1])}")]
    return [("ok", "; ".join(f"{name} {_shown(value)}" for name, value in facts.items()))]


def terminal() -> Lines:
    """What the terminal can show."""
    size = shutil.get_terminal_size((80, 24))
    term = os.environ.get("TERM", "") or "not set"
    colors = {"truecolor": "16 million colors", "24bit": "16 million colors"}.get(os.environ.get("COLORTERM", ""))
    facts = [
        f"TERM {clean(term)}",
        f"{size.columns} × {size.lines} cells",
        colors or ("256 colors" if "256" in term else "16 colors or fewer"),
        f"encoding {getattr(sys.stdout, 'encoding', None) or 'none'}",
    ]
    facts += ["NO_COLOR is set"] if os.environ.get("NO_COLOR") else []
    if not console.is_terminal(sys.stdout):
        return [("note", f"stdout is not a terminal: plain lines ({'; '.join(facts)})")]
    small = size.columns < 80 or size.lines < 24
    return [("note" if small else "ok", "; ".join(facts) + ("; 80 × 24 or more is better" if small else ""))]


def extras() -> Lines:
    """Optional packages, present or missing, and what each adds."""
    lines: Lines = []
    for name, (packages, gives) in EXTRAS.items():
        missing = [package for package in packages if find_spec(package) is None]
        if missing:
            lines.append(("note", f"{name} is not installed ({gives}): pip install 'seqtui[{name}]'"))
        else:
            lines.append(("ok", f"{name}: {', '.join(f'{package} {_version(package)}' for package in packages)}"))
    return lines


def folders() -> Lines:
    """Whether the program's folders can be written to, and how much room there is."""
    lines: Lines = []
    for what, path in (("runs", runs_folder()), ("data", data_folder()), ("settings", settings_folder())):
        there = next(parent for parent in (path, *path.parents) if parent.exists())
        if not os.access(there, os.W_OK | os.X_OK):
            lines.append(("broken", f"{what} {path}: {there} cannot be written to; set SEQTUI_HOME to another folder"))
            continue
        free = shutil.disk_usage(there).free
        room = f"{what} {path}: {free / 1024**3:.1f} GiB free"
        lines.append(("note", f"{room}, which is little") if free < LITTLE_ROOM else ("ok", room))
    return lines


def training() -> Lines:
    """A few steps of an application, by the same path as `seqtui run`."""
    with tempfile.TemporaryDirectory(prefix="seqtui-doctor-") as place:
        try:
            return [_train_in(Path(place))]
        except SeqtuiError as error:
            return [("broken", str(error))]


def _train_in(place: Path) -> tuple[str, str]:
    # Here, for pydantic costs a tenth of a second that `seqtui doctor --help` should not wait for.
    from seqtui.catalog import load
    from seqtui.config_check import make_config

    small = {"max_steps": 5, "hidden_size": 16, "embedding_size": 16, "telemetry": "off", "threads": 1}
    config = make_config(load("music"), small)
    folder = create(config, parent=place)
    child = start(folder)
    try:
        code = child.wait(timeout=TRAINING_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
        return "broken", f"five steps of music took over {TRAINING_SECONDS} s"
    state = fold(read_events(folder.events_file).records, config=config)
    if code == 0 and isinstance(state.ended, Finished) and state.saved:
        return (
            "ok",
            f"{state.ended.step} steps of music, a checkpoint and {len(state.samples)} samples; {measures(state)}",
        )
    sentence = getattr(state.ended, "sentence", "") or folder.stderr_file.read_text(errors="replace").strip()[-300:]
    return "broken", f"music ended with code {code}: {clean(sentence)}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(clean(str(item)) for item in value) or "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else clean(str(value))

"""A tiny training of every application, from end to end by the same processes as a person's: train, save, sample or
predict into a file, export the model. As many at once as there are cores.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Final, final

from seqtui.errors import ExitCode, RunFailed, SeqtuiError
from seqtui.runs.events import Finished
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.journal import read_events
from seqtui.runs.launch import start
from seqtui.runs.state import fold
from seqtui.shapes import is_causal
from seqtui.text_safety import clean

SMALL: Final = {"max_steps": 5, "hidden_size": 16, "embedding_size": 16, "threads": 1}
PATIENCE_SECONDS: Final = 900  # of one process; a machine under load is slow, not broken
MOST_AT_ONCE: Final = 4


def trainings(apps: Sequence[str], *, patience: float = PATIENCE_SECONDS) -> Generator[tuple[str, str], None, None]:
    """A line for each application, as it is done. Closed early, it leaves no process and no file behind."""
    with tempfile.TemporaryDirectory(prefix="seqtui-doctor-") as place:
        children = Children(patience)
        with ThreadPoolExecutor(min(_cores(), MOST_AT_ONCE)) as pool:
            trials = [pool.submit(_try, app, Path(place) / app, children) for app in apps]
            try:
                for trial in as_completed(trials):
                    yield trial.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
                children.end()


@final
class Children:
    """The processes at work, so that all of them can be ended."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._living: set[subprocess.Popen[bytes]] = set()
        self._lock = Lock()
        self._is_over = False

    def wait(self, child: subprocess.Popen[bytes], what: str) -> int:
        """Its exit code. RunFailed if it takes too long."""
        with self._lock:
            self._living.add(child)
            if self._is_over:
                child.kill()
        try:
            return child.wait(self._patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            raise RunFailed(f"{what} took over {self._patience:g} s: end other work on this machine") from None
        finally:
            with self._lock:
                self._living.discard(child)

    def end(self) -> None:
        """End those that live, and those that are yet to come."""
        with self._lock:
            self._is_over = True
            for child in self._living:
                child.kill()


def _try(app: str, place: Path, children: Children) -> tuple[str, str]:
    began = time.monotonic()
    try:
        place.mkdir()
        folder, made = _train(app, place, children)
        form = _export(folder, place, children)
    except SeqtuiError as error:
        return "broken", f"{app}: {error}"
    except OSError as error:
        return "broken", f"{app}: {error.filename}: {error.strerror}; set TMPDIR to a folder with room"
    steps = f"{SMALL['max_steps']} steps, a checkpoint"
    return "ok", f"{app}: {steps}, {made}, {form}; {time.monotonic() - began:.0f} s"


def _train(app: str, place: Path, children: Children) -> tuple[RunFolder, str]:
    """The finished run, and what file it left, in a few words."""
    # Here, for pydantic costs a tenth of a second that `seqtui doctor --help` should not wait for.
    from seqtui.catalog import load
    from seqtui.config_check import make_config

    task = load(app)
    suffix = task.suffixes_for({})[0]
    config = make_config(task, {**SMALL, "export": str(place / f"made{suffix}")})
    folder = create(config, parent=place)
    code = children.wait(start(folder), f"{SMALL['max_steps']} steps")
    state = fold(read_events(folder.events_file).records, config=config)
    if code or not isinstance(state.ended, Finished):
        said = getattr(state.ended, "sentence", "") or _last_line(folder.stderr_file)
        raise RunFailed(f"training ended with code {code}: {said}; see it whole: seqtui run {app} --max-steps 5")
    if not state.saved or not state.exports:
        said = (state.not_saved.reason if state.not_saved else "") or " ".join(state.warnings)
        raise RunFailed(f"left no {'file' if state.saved else 'checkpoint'}: {clean(said)}; is there room in {place}?")
    return folder, f"{'a sample' if is_causal(task.head_kind_for({})) else 'predictions'} as {suffix}"


def _export(folder: RunFolder, place: Path, children: Children) -> str:
    """As ONNX where that can be, else as safetensors; what was written, in a few words."""
    for form in ("onnx", "safetensors") if find_spec("onnx") and find_spec("onnxruntime") else ("safetensors",):
        (place / form).mkdir()
        log = place / f"{form}.log"
        with log.open("wb") as said:
            words = ["export", str(folder.path), "--format", form, "-o", str(place / form / f"model.{form}")]
            child = subprocess.Popen(
                [sys.executable, "-P", "-m", "seqtui", *words],
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip
        code = children.wait(child, f"the export as {form}")
        if not code:
            return "ONNX as onnxruntime computes it" if form == "onnx" else "safetensors with a card"
        if form == "safetensors" or code != ExitCode.USAGE:  # of ONNX: this model cannot be a graph
            raise RunFailed(f"the export as {form} ended with code {code}: {_last_line(log)}")
    raise AssertionError("safetensors is the last form")


def _last_line(path: Path) -> str:
    lines = path.read_text(errors="replace").strip().splitlines() if path.exists() else []
    return clean(lines[-1]).removeprefix("seqtui: error: ") if lines else "it said nothing"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

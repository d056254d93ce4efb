"""The single looks of `seqtui doctor`: each gives lines of (state, text), and raises nothing for what is broken."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from ctypes.util import find_library
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, Final

from seqtui.paths import data_folder, runs_folder, settings_folder
from seqtui.text_safety import clean

Lines = Iterator[tuple[str, str]]

ENGINE_SECONDS: Final = 120
LITTLE_ROOM: Final = 500 * 1024 * 1024
EXTRAS: Final = {
    "audio": (("soundfile", "sounddevice"), "FLAC, hearing what is made, the microphone"),
    "video": (("av", "PIL"), "films and pictures in, GIF and MP4 out"),
    "export": (("onnx", "onnxscript", "onnxruntime"), "models for other programs: seqtui export --format onnx"),
    "corpora": (("music21", "captcha"), "Bach chorales with --data bach, spoken digits with --data captcha"),
}
DISTRIBUTIONS: Final = {"PIL": "pillow"}


def engine() -> Lines:
    """torch, devices and threads, as the engine's own process finds them."""
    command = [sys.executable, "-P", "-m", "seqtui.engine", "--facts"]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=ENGINE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        yield "broken", f"gave no answer in {ENGINE_SECONDS} s: {' '.join(command)}"
        return
    try:
        facts: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["nothing"]
        yield "broken", f"does not start: {clean(said[-1])}; install torch again, with -c constraints.txt"
        return
    yield "ok", "; ".join(f"{name} {_shown(value)}" for name, value in facts.items())


def extras() -> Lines:
    """Optional packages, present or missing, and what each adds."""
    for name, (packages, gives) in EXTRAS.items():
        if any(find_spec(package) is None for package in packages):
            yield "note", f"{name} is not installed ({gives}): pip install 'seqtui[{name}]'"
        else:
            told = ", ".join(f"{DISTRIBUTIONS.get(package, package)} {_version(package)}" for package in packages)
            yield "ok", f"{name}: {told}"
    if find_spec("sounddevice") is not None and sys.platform == "linux" and find_library("portaudio") is None:
        yield "note", "no PortAudio (what sounddevice hears and plays with): apt-get install libportaudio2"


def folders() -> Lines:
    """Whether the program's folders can be written to, and how much room there is."""
    for what, path in (("runs", runs_folder()), ("data", data_folder()), ("settings", settings_folder())):
        there = next(parent for parent in (path, *path.parents) if parent.exists())
        try:
            # Tried, for to root all permissions look given, on a disk that takes no file too.
            with tempfile.TemporaryDirectory(prefix="seqtui-", dir=there):
                pass
        except OSError as error:
            variable = "XDG_CONFIG_HOME" if what == "settings" else "SEQTUI_HOME"
            yield "broken", f"{what} {path}: {there}: {error.strerror}; set {variable} to another folder"
            continue
        free = shutil.disk_usage(there).free
        room = f"{what} {path}: {free / 1024**3:.1f} GiB free"
        yield ("note", f"{room}, which is little") if free < LITTLE_ROOM else ("ok", room)


def _version(package: str) -> str:
    try:
        return version(DISTRIBUTIONS.get(package, package))
    except PackageNotFoundError:
        return "?"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(clean(str(item)) for item in value) or "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else clean(str(value))

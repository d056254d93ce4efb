"""Films decoded in a process of its own, with limits: one that kills the decoder, or never ends, costs itself alone."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput, MissingExtra, SeqtuiError
from seqtui.readers.clips.files import EXTRA, check_regular
from seqtui.shapes import Pictures
from seqtui.text_safety import clean

SECONDS: Final = 60  # that one film may take
_POLL: Final = 0.02

Progress = Callable[[str, int, int], None]
Films = Sequence[tuple[str, Path]]


@dataclass(frozen=True, slots=True)
class Film:
    """A decoded film: frames (frames, pixels); rate: frames a second, 0 where it is not known."""

    frames: NDArray[np.uint8]
    rate: float


def decode_films(
    films: Films, target: Pictures, *, max_frames: int, frame_rate: float | None,
    progress: Progress, seconds: int = SECONDS,
) -> tuple[list[Film | None], list[str]]:  # fmt: skip
    """films: names and paths. A film each, None where it cannot be read, and a sentence for each of those.

    MissingExtra without PyAV, BadInput where the process cannot start.
    """
    if not importlib.util.find_spec("av"):
        raise MissingExtra(f"films {EXTRA}")
    found: dict[int, Film] = {}
    problems: dict[int, str] = {}
    for number, (name, path) in enumerate(films):
        try:
            check_regular(path)
        except SeqtuiError as error:
            problems[number] = str(error).replace(str(path), name)
    with tempfile.TemporaryDirectory(prefix="seqtui-films-") as scratch:
        folder = Path(scratch)
        settings = {
            "height": target.height, "width": target.width, "channels": target.channels, "max_frames": max_frames,
            "frame_rate": frame_rate, "seconds": seconds, "output": str(folder), "parent": os.getpid(),
        }  # fmt: skip
        while left := [number for number in range(len(films)) if number not in found and number not in problems]:
            job = folder / "job.json"
            named = [(number, str(films[number][1].resolve())) for number in left]
            job.write_text(json.dumps(settings | {"films": named}))
            ending = _run(job, folder, lambda done: progress("decoding films", done, len(films)), seconds)
            _collect(folder, left, films, found, problems)
            _blame(folder, left, films, found, problems, ending)
    said = [problems[number] for number in sorted(problems)]
    return [found.get(number) for number in range(len(films))], said


def _run(job: Path, folder: Path, tell: Callable[[int], None], seconds: int) -> str:
    """Until it ends, or is at one film for too long: how it ended, '' for well."""
    with (folder / "stderr").open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "seqtui.readers.clips.worker", str(job)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr, close_fds=True,
        )  # fmt: skip
        seen, since = -1, time.monotonic()
        try:
            while process.poll() is None:
                done = sum(1 for each in os.scandir(folder) if each.name.endswith(".json")) - 1
                if done != seen:
                    seen, since = done, time.monotonic()
                tell(done)
                if time.monotonic() - since > seconds:
                    return f"it took longer than {seconds} seconds"
                time.sleep(_POLL)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
    if process.returncode < 0:
        return f"the decoder died of it ({signal.Signals(-process.returncode).name})"
    return "" if process.returncode == 0 else f"the decoder ended with {process.returncode}"


def _collect(folder: Path, left: Sequence[int], films: Films, found: dict[int, Film], problems: dict[int, str]) -> None:
    for number in left:
        facts = folder / f"{number}.json"
        if not facts.exists():
            continue
        told = json.loads(facts.read_text())
        if "problem" in told:
            problems[number] = f"{films[number][0]} cannot be decoded: {clean(told['problem'], limit=120)}"
        else:
            array = folder / f"{number}.npy"
            frames = np.load(array, allow_pickle=False)
            found[number] = Film(frames.reshape(len(frames), -1), float(told["rate"]))
            array.unlink()


def _blame(
    folder: Path, left: Sequence[int], films: Films, found: dict[int, Film], problems: dict[int, str], ending: str
) -> None:
    """What a process that did not end well was at costs that film; BadInput where it was at none."""
    if not ending:
        return
    at = folder / "at"
    number = int(at.read_text()) if at.exists() else -1
    if number not in left or number in found or number in problems:
        last = (folder / "stderr").read_text(errors="replace").strip().splitlines()[-1:]
        raise BadInput(f"films cannot be decoded here: {ending}; {clean(''.join(last), limit=200)}")
    problems[number] = f"{films[number][0]} was left out: {ending}"

"""A process that decodes films: `python -P -m seqtui.readers.clips.worker JOB.json`. If it dies, it costs one film.

A film is handed to FFmpeg (through PyAV) as an open file, never as a path, with its container named and nothing else
allowed: no address, playlist or device can be followed from inside it.
"""

import json
import os
import resource
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final

import numpy as np

_DEMUXERS: Final = {
    ".mp4": "mov", ".m4v": "mov", ".mov": "mov", ".avi": "avi", ".gif": "gif", ".mkv": "matroska", ".webm": "matroska",
}  # fmt: skip
_MEMORY: Final = 4 << 30  # bytes of address space
_FILE: Final = 1 << 30  # bytes that may be written to one file
_WATCH_SECONDS: Final = 0.5  # between two looks whether anybody waits for the films
_MOST_PIXELS: Final = 64_000_000  # of one frame


def work(job: Path) -> None:
    """Decode what the job names, one film after another, each into a file of its own."""
    given = json.loads(job.read_text("utf-8"))
    import av

    threading.Thread(target=_leave_with, args=(int(given["parent"]),), daemon=True).start()
    _limit(int(given["seconds"]) * len(given["films"]) + 30)
    av.logging.set_level(None)
    folder = Path(given["output"])
    for number, path in given["films"]:
        (folder / "at").write_text(str(number))
        try:
            frames, rate = _decode(av, Path(path), given)
            facts: dict[str, Any] = {"rate": rate}
            np.save(folder / f"{number}.npy", frames, allow_pickle=False)
        except (av.FFmpegError, ValueError, OSError, MemoryError, TypeError) as error:
            facts = {"problem": getattr(error, "strerror", None) or str(error) or type(error).__name__}
        aside = folder / f"{number}.aside"
        aside.write_text(json.dumps(facts))
        aside.rename(folder / f"{number}.json")


def _leave_with(parent: int) -> None:
    """When the process that asked has died: also out of a film that never ends."""
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os._exit(1)


def _limit(seconds: int) -> None:
    """What this process may use; what a decoder gone wild wants beyond it fails here."""
    limits = (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, _FILE),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    )
    for what, most in limits:
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _decode(av: Any, path: Path, given: dict[str, Any]) -> tuple[Any, float]:
    """(frames, height, width, channels) uint8, and frames a second, 0 where the film does not say."""
    demuxer = _DEMUXERS[path.suffix.lower()]
    form = "rgb24" if given["channels"] == 3 else "gray"
    frames: list[Any] = []
    with path.open("rb") as file, av.open(
        file, "r", format=demuxer, options={"protocol_whitelist": "", "format_whitelist": demuxer}
    ) as container:  # fmt: skip
        if not container.streams.video:
            raise ValueError("it holds no pictures")
        stream = container.streams.video[0]
        stream.thread_count = 1
        rate = float(stream.average_rate or 0)
        wanted, due = given["frame_rate"], 0
        for frame in container.decode(stream):
            if frame.width * frame.height > _MOST_PIXELS:
                raise ValueError(f"its frames have {frame.width} × {frame.height} pixels")
            if wanted is not None and frame.time is not None:
                if frame.time * wanted + 1e-6 < due:
                    continue
                due = int(frame.time * wanted + 1e-6) + 1
            small = frame.reformat(given["width"], given["height"], form, interpolation="AREA")
            frames.append(small.to_ndarray().reshape(given["height"], given["width"], -1))
            if len(frames) >= given["max_frames"]:
                break
    if not frames:
        raise ValueError("no frame of it can be decoded")
    return np.stack(frames), min(rate, wanted) if wanted is not None and rate else wanted or rate


if __name__ == "__main__":
    work(Path(sys.argv[1]))

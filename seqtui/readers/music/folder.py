"""A folder of MIDI files as encoded pieces: read in parallel, cached by content, one bad file reported and skipped."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from hashlib import blake2b
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput, NotFound, RunFailed
from seqtui.paths import data_folder
from seqtui.readers.music.midi import MIDI_SUFFIXES, Score, read_midi
from seqtui.readers.music.midi_walk import MAX_BYTES
from seqtui.readers.music.pieces import Piece, Representation, encode_files, suggest_grid
from seqtui.readers.music.store import read_pieces, write_pieces
from seqtui.readers.regular_file import read_regular

Progress = Callable[[str, int, int], None]

IN_PROCESS: Final = 64
_BATCH: Final = 400
_SAMPLE: Final = 48
# Raise when the same file would be encoded otherwise.
_VERSION: Final = 2


def midi_files(folder: Path) -> list[tuple[str, Path]]:
    """Every MIDI file under a folder, by its path within it, in order; hidden ones left out."""
    found = [path for path in folder.rglob("*") if path.suffix.lower() in MIDI_SUFFIXES]
    named = [(path.relative_to(folder).as_posix(), path) for path in found]
    visible = [(name, path) for name, path in named if not any(part.startswith(".") for part in name.split("/"))]
    return sorted(visible)


def sampled_grid(files: Sequence[tuple[str, Path]]) -> int:
    """The grid that some files, evenly chosen, suggest."""
    scores: list[Score] = []
    for _, path in files[:: -(-len(files) // _SAMPLE)]:
        try:
            scores.append(read_midi(path))
        except (BadInput, NotFound):
            continue  # told when the whole folder is read
    return suggest_grid(scores)


def encode_folder(
    files: Sequence[tuple[str, Path]], representation: Representation, steps_per_beat: int, *, progress: Progress
) -> tuple[list[Piece], list[str]]:
    """Pieces of all files in their order, and a sentence for each file that gave none."""
    cached = data_folder() / "cache" / f"music-{_key(files, representation, steps_per_beat, progress)}.npz"
    known = read_pieces(cached)
    if known is not None:
        return known
    if len(files) < IN_PROCESS:
        pieces, problems = encode_files(files, representation, steps_per_beat)
    else:
        pieces, problems = _in_parallel(files, representation, steps_per_beat, progress)
    try:
        write_pieces(cached, pieces, problems)
    except OSError:
        # A full or read-only disk costs the next run some seconds, nothing else.
        return pieces, problems
    return pieces, problems


def _key(
    files: Sequence[tuple[str, Path]], representation: Representation, steps_per_beat: int, progress: Progress
) -> str:
    digest = blake2b(f"{_VERSION} {representation} {steps_per_beat}".encode(), digest_size=16)
    for done, (name, path) in enumerate(files):
        try:
            content = read_regular(path, at_most=MAX_BYTES)
        except (BadInput, NotFound) as error:
            content = str(error).encode("utf-8", "surrogateescape")
        digest.update(blake2b(name.encode("utf-8", "surrogateescape")).digest() + blake2b(content).digest())
        if done % 1000 == 0:
            progress("looking for changes", done, len(files))
    return digest.hexdigest()


def _in_parallel(
    files: Sequence[tuple[str, Path]], representation: Representation, steps_per_beat: int, progress: Progress
) -> tuple[list[Piece], list[str]]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    batch = max(1, min(_BATCH, -(-len(files) // cores)))
    parts = [files[start : start + batch] for start in range(0, len(files), batch)]
    done = 0
    with tempfile.TemporaryDirectory(prefix="seqtui-music-") as folder, ThreadPoolExecutor(cores) as threads:
        started: dict[Future[None], int] = {}
        for index, part in enumerate(parts):
            job = Path(folder) / f"{index}.json"
            output = str(job.with_suffix(".npz"))
            names = [(name, str(path.absolute())) for name, path in part]
            job.write_text(
                json.dumps(
                    {
                        "files": names,
                        "representation": representation,
                        "steps_per_beat": steps_per_beat,
                        "output": output,
                    }
                )
            )
            started[threads.submit(_run_worker, job, f"{part[0][0]} to {part[-1][0]}")] = len(part)
        for finished in as_completed(started):
            finished.result()
            done += started[finished]
            progress("reading MIDI files", done, len(files))
        results = [read_pieces(Path(folder) / f"{index}.npz") for index in range(len(parts))]
    whole = [result for result in results if result is not None]
    assert len(whole) == len(parts), "a worker that ended well has written its part"
    return [piece for pieces, _ in whole for piece in pieces], [text for _, problems in whole for text in problems]


def _run_worker(job: Path, which: str) -> None:
    command = [sys.executable, "-P", "-m", "seqtui.readers.music.worker", str(job)]
    errors = job.with_suffix(".stderr")
    with errors.open("wb") as stderr:
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr, check=False)
    if ended.returncode != 0:
        said = errors.read_text("utf-8", "replace").strip().splitlines()
        raise RunFailed(
            f"the process that reads {which} ended with {ended.returncode}" + (f": {said[-1]}" if said else "")
        )

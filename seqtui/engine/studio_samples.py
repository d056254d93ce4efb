"""Samples for the studio: step by step, so that they can be seen as they grow and ended at any step.

Same settings and seed give the bytes of `seqtui sample`; but tempo and meter are the model's, where there those
of a primer hold.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from seqtui.engine.asking import either
from seqtui.engine.generate import generate
from seqtui.engine.open_model import OpenModel
from seqtui.errors import BadInput, NotFound, Usage
from seqtui.runs.studio_folder import StudioFolder
from seqtui.runs.studio_words import Answer, Began, Grew, Made, MakeSample, WriteSamples, Wrote
from seqtui.runs.taste import taste_of
from seqtui.shapes import NextFrame, NextPicture, NextToken, head_name, is_causal
from seqtui.task import Values

FIRST_SECONDS: Final = 0.01
PIECE_SECONDS: Final = 0.1


def make_sample(opened: OpenModel, folder: StudioFolder, request: MakeSample) -> Iterator[Answer | None]:
    """Began, Grew …, Made; None after each step. Usage where the model labels, BadInput for a bad primer."""
    head, task, encoding = opened.meaning.head, opened.task, opened.meaning.encoding
    if not is_causal(head_name(head)):
        raise Usage(f"{opened.name} labels sequences and makes none")
    if request.repetition_penalty != 1 and not isinstance(head, NextToken):
        raise Usage(f"{opened.name} writes no tokens that could repeat: leave out the repetition penalty")
    started = time.monotonic()
    rng = np.random.Generator(np.random.PCG64([request.seed, 0]))
    if request.opening:
        opening = _kept(opened, folder.path / request.opening)
    else:
        opening = task.prime(request.prime, encoding, rng=rng)
    is_enough = task.is_long_enough(request.length, encoding)
    if request.stop:
        is_enough = either(is_enough, task.stop_at(request.stop, encoding))
    name = f"sample-{request.id}.raw"
    with (folder.path / name).open("wb") as file:
        file.write(np.ascontiguousarray(opening).tobytes())
        file.flush()
        yield Began(request.id, name, opening.dtype.str, list(opening.shape[1:]), len(opening))
        steps, due = len(opening), started + FIRST_SECONDS
        taste, unwritten = taste_of(request), task.unwritten(encoding)
        made = generate(opened.model, head, opening, taste=taste, rng=rng, is_enough=is_enough, unwritten=unwritten)
        for value in made:
            file.write(value.astype(opening.dtype).tobytes())
            steps += 1
            if time.monotonic() < due:
                yield None
                continue
            file.flush()
            yield Grew(request.id, steps)
            due = time.monotonic() + PIECE_SECONDS
    yield Made(request.id, steps, steps - len(opening), time.monotonic() - started)


def write_samples(opened: OpenModel, folder: StudioFolder, request: WriteSamples) -> Iterator[Answer]:
    """Wrote. Nothing is overwritten."""
    path = Path(request.path)
    check_target(path, opened.task.sample_suffixes)
    samples = [_kept(opened, folder.path / name) for name in request.names]
    written = opened.task.export_samples(samples, opened.meaning.encoding, path)
    yield Wrote(request.id, [str(each) for each in written])


def check_target(path: Path, suffixes: tuple[str, ...]) -> None:
    """Usage or NotFound, in one sentence, for a file that is not to be written."""
    if not path.name.lower().endswith(suffixes):
        raise Usage(f"cannot write {path}: give a file that ends in {' or '.join(suffixes)}")
    if path.is_symlink() or path.exists():
        raise Usage(f"{path} exists already: give another name, as nothing is overwritten")
    if not path.parent.is_dir():
        raise NotFound(f"there is no folder {path.parent} to write {path.name} into")


def _kept(opened: OpenModel, path: Path) -> Values:
    """Values that the screen laid into the folder, where the model can go on from them."""
    head = opened.meaning.head
    try:
        values = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise BadInput(f"{path.name} holds no values to go on from") from error
    shape: tuple[int, ...]
    match head:
        case NextFrame(keys):
            shape, most = (keys,), 1
        case NextPicture():
            shape, most = (head.width,), 255
        case _:
            shape, most = (), getattr(head, "size", 1) - 1
    fits = values.ndim == 1 + len(shape) and values.shape[1:] == shape and len(values)
    if not (fits and values.dtype.kind in "ui" and int(values.min()) >= 0 and int(values.max()) <= most):
        raise BadInput(f"{path.name} holds no values to go on from")
    loaded: Values = values
    return loaded

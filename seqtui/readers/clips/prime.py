"""What a roll-out begins with: first frames of a clip in a file, or of one that the model keeps, and a class."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput, NotFound, Usage
from seqtui.readers.clips.files import plain_path
from seqtui.readers.clips.openings import stored_openings
from seqtui.readers.clips.sources import Reading, read_clips
from seqtui.shapes import Pictures

Frames = NDArray[np.uint8]


def opening_of(
    source: str | None, encoding: Mapping[str, Any], shape: Pictures, reading: Reading, *, given: int,
    conditioned: bool, rng: np.random.Generator,
) -> Frames:  # fmt: skip
    """(given, pixels[ + class]). source: a file or folder with a clip; of a conditioned model also the name of a class,
    or CLASS:FILE; None: frames that the model keeps, and any class.
    """
    classes = encoding["classes"]
    told, path = _parted(source, classes) if conditioned else ("", source or "")
    if path:
        frames = _read(path, shape, reading)[:given]
        if not len(frames):
            raise BadInput(f"{path} holds no frame to go on from")
    else:
        kept = stored_openings(encoding["openings"])
        if not len(kept):
            raise Usage("the model keeps no opening to go on from: give a clip with --prime FILE")
        frames = kept[int(rng.integers(len(kept)))].copy()
    if not conditioned:
        return frames
    number = classes.index(told) if told else int(rng.integers(len(classes)))
    return np.concatenate([frames, np.full((len(frames), 1), number + 1, np.uint8)], 1)


def _parted(source: str | None, classes: list[str]) -> tuple[str, str]:
    """The class and the file that a source names; '' for either that it does not."""
    if not source:
        return "", ""
    if source in classes:
        return source, ""
    told, colon, path = source.partition(":")
    if colon and told in classes:
        return told, path
    if Path(source).exists():
        return "", source
    raise NotFound(
        f"{source} is no file and no class; the model knows {', '.join(classes)}: give CLASS, FILE or CLASS:FILE"
    )


def _read(path: str, shape: Pictures, reading: Reading) -> Frames:
    clips = read_clips(plain_path(path), replace(reading, target=shape), progress=lambda _what, _done, _total: None)
    if clips.shape is None:
        raise BadInput(f"{path} holds vectors, and the model goes on with pictures")
    return clips.clip(0)

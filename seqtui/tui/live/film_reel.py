"""Clips of a run as films, from the run folder, which may be a stranger's: nothing outside of its samples is read."""

from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import PurePath
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from seqtui.runs.events import Sampled, Watched
from seqtui.runs.folder import RunFolder
from seqtui.tui.drawing.film import Film

LARGEST: Final = 64 << 20  # bytes of a film
MOST_SIDE: Final = 4096
FASTEST: Final = 1000.0


@final
class FilmReel:
    """Keeps the films that were shown last."""

    def __init__(self, folder: RunFolder) -> None:
        self._frames = lru_cache(maxsize=16)(partial(_frames, folder))

    def of_sample(self, sampled: Sampled, encoding: Mapping[str, Any]) -> Film | None:
        """A roll-out; None where the run makes no pictures, or its file is not what it should be."""
        shape, options = encoding.get("shape"), encoding.get("options")
        if not isinstance(shape, dict) or not isinstance(options, dict) or options.get("goal") != "next":
            return None
        rate, given = encoding.get("rate"), options.get("given")
        frames = self._found(sampled.path, shape.get("height"), shape.get("width"), shape.get("channels"))
        if frames is None:
            return None
        speed = float(rate) if isinstance(rate, int | float) and 0 < rate <= FASTEST else 12.0
        return Film(frames, speed, min(given, len(frames)) if isinstance(given, int) and given > 0 else 0)

    def of_watched(self, watched: Watched) -> Film | None:
        """A validation clip with what each of its frames said."""
        frames = self._found(watched.path, watched.height, watched.width, watched.channels)
        return None if frames is None else Film(frames, scores=tuple(watched.scores[: len(frames)]))

    def _found(self, path: str, *shape: object) -> NDArray[np.uint8] | None:
        height, width, channels = (side if isinstance(side, int) and 0 < side <= MOST_SIDE else 0 for side in shape)
        return self._frames(PurePath(path).name, height, width, channels) if channels in (1, 3) else None


def _frames(folder: RunFolder, name: str, height: int, width: int, channels: int) -> NDArray[np.uint8] | None:
    """(time, height, width, channels), where the file holds bytes of pictures of that size."""
    file, pixels = folder.samples / name, height * width * channels
    try:
        if not file.is_file() or file.stat().st_size > LARGEST:
            return None
        # Mapped, so that a header that lies about its size is refused before anything is allocated.
        values = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if values.ndim != 2 or values.dtype != np.uint8 or not 0 < pixels <= values.shape[1] or not len(values):
        return None
    return np.array(values[:, :pixels]).reshape(-1, height, width, channels)

"""Samples drawn by their application in the size at hand, from the values in the run folder; no torch.

The folder may be a stranger's: nothing outside its samples is read, and what cannot be drawn gives ''.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np
from numpy.typing import NDArray

from seqtui.catalog import load
from seqtui.errors import SeqtuiError
from seqtui.runs.durable import read_json
from seqtui.runs.events import Sampled, Watched
from seqtui.runs.folder import RunFolder
from seqtui.tui.drawing.film import Film
from seqtui.tui.live.film_reel import FilmReel
from seqtui.tui.live.roll_picture import MARGIN, read_roll

if TYPE_CHECKING:
    from seqtui.task import Task

LARGEST: Final = 16 * 1024 * 1024
_EVERY_KEY: Final = 65  # lines: two keys in each, and the bars


@final
class Redrawing:
    """Of one run. Loading the application takes a moment: make it after the first paint."""

    def __init__(self, folder: RunFolder, app: str) -> None:
        self._folder = folder
        self._task: Task | None = None
        self._encoding: Mapping[str, Any] | None = None
        self._cached = lru_cache(maxsize=64)(self._draw)
        self._reel = FilmReel(folder)
        try:
            self._task = load(app)
        except (SeqtuiError, ImportError):
            return

    def draw(self, sampled: Sampled, width: int, height: int) -> str:
        """At most `width` cells by `height` lines, or ''."""
        if self._task is None or width < 1 or height < 1:
            return ""
        if self._encoding is None:
            self._encoding = self._read_encoding()
        return self._cached(PurePath(sampled.path).name, width, height) if self._encoding is not None else ""

    def film(self, shown: Sampled | Watched) -> Film | None:
        """The frames of a clip; None where it is none, or its file cannot be read."""
        if isinstance(shown, Watched):
            return self._reel.of_watched(shown)
        if self._encoding is None:
            self._encoding = self._read_encoding()
        return self._reel.of_sample(shown, self._encoding) if self._encoding else None

    def _read_encoding(self) -> Mapping[str, Any] | None:
        try:
            if self._folder.model_file.stat().st_size > LARGEST:
                return None
            found = read_json(self._folder.model_file).get("encoding")
        except (OSError, SeqtuiError):
            return None
        return found if isinstance(found, dict) else None

    def _draw(self, name: str, width: int, height: int) -> str:
        path = self._folder.samples / name
        try:
            if not path.is_file() or path.stat().st_size > LARGEST or self._task is None:
                return ""
            # Mapped, so that a header that lies about its size is refused before anything is allocated.
            values = np.array(np.load(path, mmap_mode="r", allow_pickle=False))
            return self._shown(self._task, values, width, height)
        except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError):
            return ""

    def _shown(self, task: "Task", values: NDArray[Any], width: int, height: int) -> str:
        """A roll keeps a cell for every step and half a line for every key; the panel fits that to its room."""
        encoding = self._encoding or {}
        drawing = task.show(values, encoding, width=width, height=height)
        if read_roll(drawing):
            width, height = max(width, len(values) + MARGIN), max(height, _EVERY_KEY)
            drawing = task.show(values, encoding, width=width, height=height)
        return drawing

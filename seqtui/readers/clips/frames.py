"""A folder of pictures as a clip, its frames in the order of their names; read with Pillow (extra `video`)."""

import re
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput, MissingExtra
from seqtui.readers.clips.files import EXTRA, PICTURES, check_regular
from seqtui.readers.clips.pixels import alike
from seqtui.shapes import Pictures
from seqtui.text_safety import clean

MOST_BYTES: Final = 64 << 20  # of a picture's file
MOST_PIXELS: Final = 50_000_000


def frame_files(folder: Path) -> list[Path]:
    """The pictures in a folder, frame 2 before frame 10."""
    inside = [
        path for path in folder.iterdir() if path.name.lower().endswith(PICTURES) and not path.name.startswith(".")
    ]
    return sorted(
        inside, key=lambda path: [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", path.name)]
    )


def read_frames(folder: Path, target: Pictures, *, max_frames: int) -> NDArray[np.uint8]:
    """(frames, pixels). BadInput names a picture that is broken; MissingExtra."""
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingExtra(f"folders of frames {EXTRA}") from error
    frames = [_read(path, target, Image) for path in frame_files(folder)[:max_frames]]
    return np.concatenate(frames) if frames else np.zeros((0, target.pixels), np.uint8)


def _read(path: Path, target: Pictures, pillow: Any) -> NDArray[np.uint8]:
    check_regular(path, at_most=MOST_BYTES)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pillow.open(path, formats=("PNG", "JPEG")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise ValueError(f"it has {picture.width} × {picture.height} pixels")
                planes = np.asarray(picture.convert("RGB" if target.channels == 3 else "L"))
    except (OSError, ValueError, SyntaxError, EOFError, Warning, pillow.DecompressionBombError) as error:
        name = f"{clean(path.parent.name)}/{clean(path.name)}"
        raise BadInput(f"{name} is no picture that can be read: {clean(str(error), limit=100)}") from error
    return alike(planes.reshape(1, *planes.shape[:2], -1), target)

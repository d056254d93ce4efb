"""Which files may hold clips, by name; and what is refused before anything opens it: addresses, devices, pipes."""

import os
import re
import stat
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput, NotFound
from seqtui.text_safety import clean

FILMS: Final = (".mp4", ".m4v", ".mov", ".avi", ".gif", ".mkv", ".webm")
PICTURES: Final = (".png", ".jpg", ".jpeg")
ARRAYS: Final = (".npy", ".npz")
TABLES: Final = (".csv", ".tsv", ".data", ".csv.gz", ".tsv.gz", ".data.gz")
EXTRA: Final = 'need the extra "video": pip install "seqtui[video]"'
GIVE: Final = "give a film (.mp4, .avi, .gif …), a folder of films or of frames, .npy, .npz or a table of vectors"

_PROTOCOL: Final = re.compile(r"[a-z][a-z0-9+.-]*://|(concat|subfile|file|pipe|data|cache|crypto|async|tee|fd):", re.I)


def plain_path(data: str) -> Path:
    """The path of a file or folder that is there. BadInput for what a decoder would take for something else."""
    if _PROTOCOL.match(data):
        raise BadInput(f"{clean(data)} is an address and no file: fetch it first, then {GIVE}")
    path = Path(data)
    if not path.exists():
        if data.isdecimal():
            raise NotFound(f"{data} would be a camera, and none is read: {GIVE}")
        raise NotFound(f"there is no file, folder or data set {clean(data)}; {GIVE}, or motions or bouncing")
    return path


def check_regular(path: Path, *, at_most: int | None = None) -> int:
    """Bytes of a regular file; BadInput or NotFound where it is none, or larger than `at_most`."""
    try:
        facts = path.stat()
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {clean(str(path))}") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(f"{clean(str(path))} cannot be read: {reason}") from error
    if not stat.S_ISREG(facts.st_mode):
        raise BadInput(f"{clean(str(path))} is not a regular file; {GIVE}")
    if not os.access(path, os.R_OK):
        raise BadInput(f"{clean(str(path))} cannot be read: permission denied")
    if facts.st_size == 0:
        raise BadInput(f"{clean(path.name)} is empty")
    if at_most is not None and facts.st_size > at_most:
        raise BadInput(f"{clean(path.name)} has {facts.st_size:,} bytes; at most {at_most:,} are read")
    return facts.st_size


def kind_of(path: Path) -> str:
    """film, picture, array, table or '' by the ending."""
    name = path.name.lower()
    kinds = {"film": FILMS, "picture": PICTURES, "array": ARRAYS, "table": TABLES}
    return next((kind for kind, endings in kinds.items() if name.endswith(endings)), "")

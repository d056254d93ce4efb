"""Where fetched sets lie: $SEQTUI_HOME/data/sets/NAME, whole or not there; about.json says what it is, data holds it.

A set is put there by a rename alone. Beside it, `.NAME.fetching` is what an unfinished fetch has so far.
"""

import contextlib
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from seqtui.data_sets.manifest import DataSet, digest_of
from seqtui.errors import BadInput, Busy, FetchFailed, NotFound
from seqtui.paths import data_folder
from seqtui.runs.durable import read_json, write_json
from seqtui.text_safety import clean

ABOUT: Final = "about.json"
DATA: Final = "data"
_NO_LOCKS: Final = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL})


def sets_folder() -> Path:
    """The folder that holds a folder for each set."""
    return data_folder() / "sets"


def place_of(data_set: DataSet) -> Path:
    """What an application opens: a file or folder, whether it is there or not."""
    folder = sets_folder() / data_set.name / DATA
    return folder / data_set.entry if data_set.entry else folder


def is_here(data_set: DataSet) -> bool:
    """Whether it was fetched, as the manifest has it now. Quick: looks at no file of it but about.json."""
    return _noted(data_set).get("digest") == digest_of(data_set) and place_of(data_set).exists()


def fault_in(data_set: DataSet) -> str:
    """What is missing or of another size than when it was fetched; '' where nothing is. For a set that is here."""
    folder = sets_folder() / data_set.name / DATA
    for path, size in _noted(data_set).get("sizes", {}).items():
        try:
            found = (folder / path).stat().st_size
        except OSError as error:
            return f"{clean(path)}: {error.strerror or error}"
        if found != size:
            return f"{clean(path)} has {found:,} bytes, not {size:,}"
    return ""


def work_folder(data_set: DataSet) -> Path:
    """What an unfinished fetch has so far."""
    return sets_folder() / f".{data_set.name}.fetching"


def put(data_set: DataSet, made: Path) -> None:
    """Have the folder `made`, beside the sets, take the place of the set, with an about.json."""
    data = made / DATA
    sizes = {
        str(path.relative_to(data)): path.stat().st_size for path in sorted(data.rglob("*")) if path.is_file()
    }  # fmt: skip
    facts = {name: getattr(data_set, name) for name in ("name", "title", "license", "citation", "source")}
    write_json(made / ABOUT, {**facts, "digest": digest_of(data_set), "sizes": sizes})
    place = sets_folder() / data_set.name
    old = sets_folder() / f".{data_set.name}.old-{os.getpid()}"
    if place.exists():
        place.rename(old)
    made.rename(place)
    shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def held(data_set: DataSet) -> Iterator[None]:
    """Only one process fetches a set. Busy where another does."""
    sets_folder().mkdir(parents=True, exist_ok=True)
    descriptor = os.open(sets_folder() / f".{data_set.name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise Busy(f"another process is fetching {data_set.name}; wait until it has ended") from error
    finally:
        os.close(descriptor)


def check_room(folder: Path, needed: int) -> None:
    """FetchFailed where the disk has less than `needed` bytes left."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise FetchFailed(
            f"{folder} has room for {free / 2**20:,.0f} MiB and {needed / 2**20:,.0f} MiB are needed; "
            "make room, or set $SEQTUI_HOME to another disk"
        )


def _noted(data_set: DataSet) -> dict[str, Any]:
    try:
        return read_json(sets_folder() / data_set.name / ABOUT)
    except (BadInput, NotFound, OSError):
        return {}

"""Room on the disk for what is too large for memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seqtui.errors import SeqtuiError
from seqtui.paths import data_folder


@contextmanager
def room_on_disk(what: str) -> Iterator[Path]:
    """The folder to write to, made where it is not there; SeqtuiError where that fails, now or while it is written.

    what: is kept there, for the sentence.
    """
    folder = data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    except OSError as error:
        raise SeqtuiError(
            f"{what} cannot be kept in the cache folder {folder}: {error.strerror or error}; "
            "make room there, or set SEQTUI_HOME to a folder on another disk"
        ) from error

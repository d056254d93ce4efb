"""The bytes of a regular file, or a sentence why not: never waits on a pipe, never reads a device or a giant.

Everything that reads files people hand in goes through here before it parses.
"""

import os
import stat
from pathlib import Path

from seqtui.errors import BadInput, NotFound


def read_regular(path: Path, *, at_most: int) -> bytes:
    """All bytes of `path`, which must be a regular file of `at_most` bytes."""
    try:
        # A FIFO would block an ordinary open() for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {path}") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(f"{path} cannot be read: {reason}") from error
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        os.close(descriptor)
        raise BadInput(f"{path} is a {_kind(facts.st_mode)}, not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        if facts.st_size > at_most:
            raise BadInput(f"{path} has {facts.st_size:,} bytes; at most {at_most:,} are read")
        try:
            # Bounded even if the file grows while it is read.
            return file.read(at_most)
        except OSError as error:
            raise BadInput(f"{path} cannot be read: {error.strerror}") from error


def _kind(mode: int) -> str:
    kinds = (
        (stat.S_ISDIR, "folder"),
        (stat.S_ISFIFO, "pipe"),
        (stat.S_ISCHR, "device"),
        (stat.S_ISBLK, "device"),
        (stat.S_ISSOCK, "socket"),
    )
    return next((name for is_kind, name in kinds if is_kind(mode)), "special file")

"""The end of what the training process printed: stderr.log, read again when it has grown."""

from pathlib import Path
from typing import Final, final

from seqtui.text_safety import clean

TAIL: Final = 32 * 1024
MOST: Final = 400


@final
class Printed:
    """Follows a file that may not exist."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._size = -1
        self.lines: tuple[str, ...] = ()

    def look(self) -> bool:
        """Whether there is something new in `lines`."""
        try:
            size = self._path.stat().st_size
            if size == self._size:
                return False
            self._size = size
            with self._path.open("rb") as file:
                file.seek(max(size - TAIL, 0))
                text = file.read(TAIL).decode(errors="replace")
        except OSError:
            return False
        # A progress bar rewrites its line: what stands after the last return is what one would see.
        lines = [line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")]
        found = tuple(clean(line, limit=500) for line in lines if line.strip())[-MOST:]
        changed, self.lines = found != self.lines, found
        return changed

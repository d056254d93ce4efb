"""Small things the app remembers by itself: that the tour was seen, a layout. Losing them loses nothing."""

import contextlib
import json
from pathlib import Path
from typing import Any, final

from seqtui.paths import home


@final
class Memory:
    """A JSON object in a file. What cannot be read counts as forgotten; what cannot be written is forgotten later."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError, RecursionError):
            found = json.loads(path.read_text())
            self._values = found if isinstance(found, dict) else {}

    def get(self, name: str) -> Any:
        """What is remembered under a name, or None. It came from a file: check it as if a stranger had written it."""
        return self._values.get(name)

    def set(self, name: str, value: Any) -> None:
        """Remember a JSON value."""
        self._values[name] = value
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._path.with_suffix(".new")
            fresh.write_text(json.dumps(self._values))
            fresh.replace(self._path)


def memory_file() -> Path:
    """Where it lies."""
    return home() / "state" / "tui.json"

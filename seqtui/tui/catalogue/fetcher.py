"""Has a child fetch a data set (`seqtui data fetch NAME --json`) and tells what it says. One child at a time.

The network is the child's alone: what stalls there stalls nothing here, and ending the child is what cancel means; what
came is kept, and the next fetch goes on with it.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, final

ERROR: Final = "seqtui: error: "


@dataclass(frozen=True, slots=True)
class Report:
    """How a fetch stands. done, total: bytes; ended: nothing more will come; error: why, where it did not come."""

    name: str
    what: str = "beginning"
    done: int = 0
    total: int = 0
    ended: bool = False
    error: str = ""


@final
class Fetcher:
    """tell: called in another thread with each report; after `stop` no more."""

    def __init__(self, tell: Callable[[Report], None]) -> None:
        self._tell = tell
        self._child: subprocess.Popen[str] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a set is being fetched."""
        return self._child is not None

    def start(self, name: str) -> None:
        """Fetch this set; a fetch that is on its way is ended."""
        self.stop()
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "seqtui", "data", "fetch", name, "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        threading.Thread(target=self._listen, args=(self._child, name), daemon=True).start()

    def stop(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child:
            child.kill()

    def _listen(self, child: "subprocess.Popen[str]", name: str) -> None:
        assert child.stdout
        error = "it ended without a word"
        with child:
            for line in child.stdout:
                if line.startswith(ERROR):
                    error = line.removeprefix(ERROR).strip()
                elif (report := _report(name, line)) and self._child is child:
                    self._tell(report)
        if self._child is child:
            self._child = None
            self._tell(Report(name, ended=True, error=error if child.returncode else ""))


def _report(name: str, line: str) -> Report | None:
    """A line of progress; None for all else that is said."""
    try:
        said: dict[str, Any] = json.loads(line)
        return Report(name, str(said["what"]), int(said["done"]), int(said["total"]))
    except (ValueError, KeyError, TypeError):
        return None

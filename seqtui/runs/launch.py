"""Start the child that trains a run. It shares nothing with us but the run folder: no pipe that somebody must drain,
no terminal, no session; whoever started it may die.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from seqtui.runs.folder import RunFolder


def start(
    folder: RunFolder, *, environment_extra: Mapping[str, str] | None = None, niceness: int = 0
) -> subprocess.Popen[bytes]:
    """The child, running. niceness: above 0 where a screen on the same cores must stay quick."""
    with folder.stderr_file.open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "seqtui.engine", str(folder.path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder.path,
            env={**os.environ, **(environment_extra or {})},
            start_new_session=True,
        )
    if niceness:
        _give_way(child.pid, niceness)
    return child


def _give_way(process: int, niceness: int) -> None:
    """Let the screen have the cores first. Who is nicer already stays so."""
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, process, niceness)
    # Linux weighs sessions against each other, and niceness only within one: this is the whole session's.
    with contextlib.suppress(OSError):
        Path(f"/proc/{process}/autogroup").write_text(str(niceness))

"""Start the child that trains a run. It shares nothing with us but the run folder: no pipe that somebody must drain,
no terminal, no session; whoever started it may die.
"""

import os
import subprocess
import sys
from collections.abc import Mapping

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
        os.setpriority(os.PRIO_PROCESS, child.pid, niceness)
    return child

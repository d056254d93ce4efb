"""What `seqtui run` does after it has made the folder, with tests/commands/child.py for a child: FOLDER MODE VIEW."""

import subprocess
import sys
from pathlib import Path

from seqtui.commands import console
from seqtui.commands.views import choose_view
from seqtui.commands.watching import follow_child
from seqtui.runs.folder import RunFolder


def main() -> int:
    """Follow the child; the exit code."""
    folder = RunFolder(Path(sys.argv[1]))
    view = choose_view(
        as_json=sys.argv[3] == "json", quiet=sys.argv[3] == "quiet", terminal=console.is_terminal(sys.stderr)
    )
    with folder.stderr_file.open("ab") as log:
        command = [sys.executable, str(Path(__file__).with_name("child.py")), str(folder.path), sys.argv[2]]
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        return follow_child(folder, child, view=view)
    except console.ReaderGone:
        console.abandon()
        return 0


if __name__ == "__main__":
    sys.exit(main())

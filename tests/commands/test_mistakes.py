"""A fault of seqtui's own is a sentence on the screen and a traceback in a file."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from seqtui import cli
cli.COMMANDS["broken"] = "a command whose module does not exist"
sys.argv = ["seqtui", "broken"]
cli.main()
"""


def test_a_mistake_of_our_own_leaves_no_traceback_on_the_screen(tmp_path: Path) -> None:
    environment = os.environ | {"SEQTUI_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("seqtui: error: seqtui made a mistake (ModuleNotFoundError")
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" in (tmp_path / "error.log").read_text()

"""Which seqtui made a thing: its version and, in a clone, the commit."""

import subprocess
from functools import cache
from pathlib import Path
from typing import Final

from seqtui import __version__

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 2.0  # seconds for git


@cache
def made_by() -> str:
    """`0.1.0`; in a clone `0.1.0+1a2b3c4d5e6f`, and `.changed` behind that where tracked files differ from it."""
    return version_in(ROOT)


def version_in(root: Path) -> str:
    """The same, for the tree at `root`, where it is one of git's."""
    if not (root / ".git").exists():
        return __version__
    command = ["git", "-C", str(root), "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=.changed"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return __version__
    return f"{__version__}+{said}" if said else __version__

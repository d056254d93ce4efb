"""`python -P -m seqtui.engine RUN_FOLDER` trains a run; `--facts` prints what the engine finds here, as JSON.

OpenMP reads its wait policy once, when torch is loaded; so this module settles it before anything imports torch.
"""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from seqtui.runs.folder import RunFolder

POLICY = "OMP_WAIT_POLICY"
PASSIVE = "passive"


def main(arguments: list[str]) -> int:
    """The exit code of the child."""
    if arguments == ["--facts"]:
        from seqtui.engine.facts import print_facts

        return print_facts()
    if len(arguments) != 1:
        sys.stderr.write("usage: python -P -m seqtui.engine RUN_FOLDER\n")
        return 2
    path = Path(arguments[0])
    policy = _stored_policy(path)
    if policy is not None and policy != os.environ.get(POLICY, ""):
        _start_again(path, policy)
    from seqtui.errors import SeqtuiError
    from seqtui.runs.folder import open_folder
    from seqtui.runs.lock import hold

    try:
        folder = open_folder(path)
        with hold(folder):  # before torch is loaded, which takes seconds
            code = _live(folder)
    except SeqtuiError as error:
        sys.stderr.write(f"seqtui: error: {error}\n")
        return error.exit_code
    if code is None:
        _start_again(path, PASSIVE)
    return code


def _live(folder: "RunFolder") -> int | None:
    """The exit code; None where the run must start again with threads that wait passively."""
    import torch

    torch.set_flush_denormal(True)  # must be the first call: worker threads inherit it (docs/decisions)
    from seqtui.engine.child import live
    from seqtui.engine.machine import WaitDisturbed

    try:
        return live(folder)
    except WaitDisturbed:
        return None


def _stored_policy(path: Path) -> str | None:
    """The wait policy that the run was made with; None for a new run."""
    try:
        return str(json.loads((path / "machine.json").read_bytes())["wait_policy"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _start_again(path: Path, policy: str) -> NoReturn:
    environment = {name: value for name, value in os.environ.items() if name != POLICY}
    if policy:
        environment[POLICY] = policy
    os.execve(sys.executable, [sys.executable, "-P", "-m", "seqtui.engine", str(path)], environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

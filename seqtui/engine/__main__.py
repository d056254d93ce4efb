"""`python -P -m seqtui.engine RUN_FOLDER` trains a run; `--facts` prints what the engine finds here, as JSON.

OpenMP reads its wait policy once, when torch is loaded; so this module settles it before anything imports torch. Nor
does numpy's BLAS ask again how many threads it may have: one, as readers multiply small matrices, in which a second
thread only waits (features of speech cost four times the processor time with two).
"""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from seqtui.runs.folder import RunFolder

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

POLICY = "OMP_WAIT_POLICY"
PASSIVE = "passive"
LOCK = "--lock"


def main(arguments: list[str]) -> int:
    """The exit code of the child."""
    if arguments == ["--facts"]:
        from seqtui.engine.facts import print_facts

        return print_facts()
    if len(arguments) not in (1, 3) or (len(arguments) == 3 and arguments[1] != LOCK):
        sys.stderr.write("usage: python -P -m seqtui.engine RUN_FOLDER\n")
        return 2
    path = Path(arguments[0])
    held = int(arguments[2]) if len(arguments) == 3 else None
    policy = _stored_policy(path)
    if policy is not None and policy != os.environ.get(POLICY, ""):
        _start_again(path, policy, held)
    from seqtui.errors import SeqtuiError
    from seqtui.runs.folder import open_folder
    from seqtui.runs.lock import hold

    try:
        folder = open_folder(path)
        with hold(folder, held) as lock:  # before torch is loaded, which takes seconds
            return _live(folder, lock, is_new=policy is None)
    except SeqtuiError as error:
        sys.stderr.write(f"seqtui: error: {error}\n")
        return error.exit_code


def _live(folder: "RunFolder", lock: int, *, is_new: bool) -> int:
    """The exit code. A new run whose threads should wait passively starts again, before it has read any data."""
    import torch

    torch.set_flush_denormal(True)  # must be the first call: worker threads inherit it (docs/decisions)
    from seqtui.engine.child import live
    from seqtui.engine.disturbance import spinning_is_disturbed

    if is_new and _is_readable(folder) and spinning_is_disturbed(folder.read_config()):
        _start_again(folder.path, PASSIVE, lock)
    return live(folder)


def _is_readable(folder: "RunFolder") -> bool:
    """Whether there is a config to go by; why not is told by the run."""
    from seqtui.errors import SeqtuiError

    try:
        folder.read_config()
    except SeqtuiError:
        return False
    return True


def _stored_policy(path: Path) -> str | None:
    """The wait policy that the run was made with; None for a new run."""
    try:
        return str(json.loads((path / "machine.json").read_bytes())["wait_policy"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _start_again(path: Path, policy: str, held: int | None) -> NoReturn:
    """This process anew with another wait policy. A lock that is held goes with it: no one can take it between."""
    environment = {name: value for name, value in os.environ.items() if name != POLICY}
    if policy:
        environment[POLICY] = policy
    more = []
    if held is not None:
        os.set_inheritable(held, True)
        more = [LOCK, str(held)]
    os.execve(sys.executable, [sys.executable, "-P", "-m", "seqtui.engine", str(path), *more], environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

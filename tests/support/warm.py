"""Processes of ours without their second of imports: forked from one that has imported torch, and does nothing else.

What is started as `python -P -m MODULE …` is a process of its own all the same: a child of the one that started it,
with its number, its folder, environment, streams, session and exit code, and it runs the very module. What belongs to
the start of an interpreter (OpenMP's and BLAS's variables, -P, what an import costs) is tested where processes are
started cold: test_studio_process.py, test_studio_terminal.py, test_setup_look.py, test_kill.py, test_machine.py, and
by whatever runs in a terminal.
"""

import atexit
import ctypes
import gc
import json
import os
import runpy
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

MODULES: Final = ("seqtui.engine", "seqtui.engine.studio", "seqtui.tui.setup.look")
SUBREAPER: Final = 36  # linux/prctl.h: orphans among our descendants become our children
_VARIABLES: Final = ("PYTHONPATH", "PYTHONHOME", "OMP_NUM_THREADS", "PYTHONWARNINGS")
"""What an interpreter reads before a module of ours runs: where they differ, the process is started cold."""

_AT_FIRST: Final = dict(os.environ)  # before any test has changed it: what is forked may not be without torch
_Cold: Final = subprocess.Popen


class Nursery:
    """The process that forks, seen from the one whose children it makes."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        environment = {**_AT_FIRST, "OMP_WAIT_POLICY": "PASSIVE", "OPENBLAS_NUM_THREADS": "1"}
        words = [sys.executable, "-P", __file__, str(theirs.fileno()), *MODULES]
        self._process = _Cold(words, pass_fds=[theirs.fileno()], env=environment, start_new_session=True)
        self._socket = ours
        self.pid: Final = self._process.pid
        theirs.close()
        atexit.register(self.close)

    def start(self, job: dict[str, Any], streams: Sequence[int]) -> int:
        """The number of a new child of this process."""
        libc = ctypes.CDLL(None)
        assert libc.prctl(SUBREAPER, 1, 0, 0, 0) == 0
        try:
            socket.send_fds(self._socket, [json.dumps({**job, "parent": os.getpid()}).encode() + b"\n"], list(streams))
            pid = int(self._socket.recv(32))
        finally:
            libc.prctl(SUBREAPER, 0, 0, 0, 0)
        assert pid, "nothing was forked"
        return pid

    def close(self) -> None:
        """It ends when nobody can ask any more."""
        self._socket.close()
        self._process.wait()


_nursery: list[Nursery] = []


def nursery_pid() -> int:
    """The number of the process that forks; 0 if nobody has needed it."""
    return _nursery[0].pid if _nursery else 0


def studios() -> set[str]:
    """Processes of studios that this one has started, by number and words; a fork's words are those of the nursery."""
    command = ["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    return {line for line in listed if "seqtui.engine.studio" in line and int(line.split()[0]) != nursery_pid()}


class WarmPopen(subprocess.Popen[Any]):
    """subprocess.Popen: warm where it is one of ours, and as ever where it is not."""

    def _execute_child(self, args: Any, *more: Any) -> None:
        cwd, environment, is_session = more[4], more[5] or os.environ, more[-2]
        if not is_warm(args, environment):
            super()._execute_child(args, *more)  # type: ignore[misc]
            return
        ends = more[9:15]  # of pipes: p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite
        streams = [end if end >= 0 else usual for usual, end in enumerate((ends[0], ends[3], ends[5]))]
        job = {
            "words": args, "cwd": str(cwd or Path.cwd()), "environment": dict(environment), "session": is_session
        }  # fmt: skip
        self.pid = _nursery[0].start(job, streams)
        self._child_created = True
        self._close_pipe_fds(*ends)  # type: ignore[attr-defined]


def is_warm(words: Any, environment: Any) -> bool:
    """Whether a process is forked; the first that could be opens the nursery."""
    is_ours = isinstance(words, list) and words[:3] == [sys.executable, "-P", "-m"] and words[3] in MODULES
    if sys.platform != "linux" or not is_ours or _variables(environment) != _variables(_AT_FIRST):
        return False
    if not _nursery:
        _nursery.append(Nursery())
    return True


def _variables(environment: Any) -> list[str | None]:
    return [environment.get(name) for name in _VARIABLES]


def _serve(asked: socket.socket) -> dict[str, Any]:
    """Fork for each job until nobody can ask; returns in the child, with its job."""
    while True:
        data, streams, _, _ = socket.recv_fds(asked, 1 << 20, 3)
        if not data:
            os._exit(0)
        while not data.endswith(b"\n"):
            data += asked.recv(1 << 20)
        told, tells = os.pipe()
        middle = os.fork()
        if middle == 0:
            if os.fork():
                os._exit(0)
            os.close(told)
            asked.close()
            job = _become(json.loads(data), streams)
            os.write(tells, str(os.getpid()).encode())
            os.close(tells)
            return job
        for each in (tells, *streams):
            os.close(each)
        os.waitpid(middle, 0)  # from now on the child is that of who asked
        asked.send(os.read(told, 32) or b"0")
        os.close(told)


def _become(job: dict[str, Any], streams: Sequence[int]) -> dict[str, Any]:
    for usual, each in enumerate(streams):
        os.dup2(each, usual)
        os.close(each)
    if job["session"]:
        os.setsid()
    os.chdir(job["cwd"])
    os.environ.clear()
    os.environ.update(job["environment"])
    while os.getppid() != job["parent"]:
        os.kill(job["parent"], 0)  # who asked may have been killed meanwhile: nobody would ever come
        time.sleep(0.0002)
    return job


def _import_all() -> None:
    import pydantic  # noqa: F401
    import safetensors.torch  # noqa: F401
    import torch  # noqa: F401

    import seqtui.engine.__main__
    import seqtui.engine.child
    import seqtui.engine.disturbance
    import seqtui.engine.studio
    import seqtui.tui.setup.look  # noqa: F401

    for name in ("seqtui.engine.__main__", "seqtui.engine.studio", "seqtui.tui.setup.look"):
        del sys.modules[name]  # it is run as __main__


def _run(words: list[str]) -> NoReturn:
    """To the exit code, as an interpreter does, but for its taking torch apart, which costs half a second."""
    sys.argv, sys.orig_argv = ["-m", *words[4:]], words
    code: object = 0
    try:
        runpy.run_module(words[3], run_name="__main__", alter_sys=True)
    except SystemExit as leaving:
        code = leaving.code
    except BaseException:  # noqa: BLE001  as an interpreter tells it
        sys.excepthook(*sys.exc_info())
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    assert code is None or isinstance(code, int), code
    os._exit(code or 0)


if __name__ == "__main__":
    _import_all()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as _asked:
        _job = _serve(_asked)
    _run(_job["words"])

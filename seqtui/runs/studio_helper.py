"""The process that keeps a model open, seen from the screen: started, asked, listened to, ended. Never waits for it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

from seqtui.errors import RunFailed
from seqtui.paths import home
from seqtui.runs.models import ModelPlace
from seqtui.runs.studio_folder import LineReader, StudioFolder, append
from seqtui.runs.studio_words import Answer, Quit, Request, answer_from, to_line

if TYPE_CHECKING:
    from seqtui.task import Values

PATIENCE: Final = 1.0  # seconds in which an export may still be finished
PREFIX: Final = "seqtui-studio-"


@final
class StudioHelper:
    """One process and its folder. RunFailed where it cannot be started."""

    def __init__(self, place: ModelPlace) -> None:
        try:
            self.folder = StudioFolder(Path(tempfile.mkdtemp(prefix=PREFIX)))
            self.folder.write_place(place)
            self._child = self._start()
        except OSError as error:
            raise RunFailed(f"the model's process cannot be started: {error.strerror or error}") from error
        self._answers = LineReader(self.folder.answers)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._child.pid

    def send(self, request: Request) -> None:
        """Ask; the answers come by poll. RunFailed where the folder cannot be written."""
        try:
            append(self.folder.requests, to_line(request))
        except OSError as error:
            raise RunFailed(f"cannot write {self.folder.requests}: {error.strerror}") from error

    def poll(self) -> list[Answer]:
        """The answers that came since the last look."""
        return [answer for line in self._answers.poll() if (answer := answer_from(line)) is not None]

    def keep(self, name: str, values: "Values") -> str:
        """Lay values into the folder for a request to name; the file's name. RunFailed where there is no room."""
        import numpy as np

        file = f"{name}.npy"
        try:
            np.save(self.folder.path / file, values, allow_pickle=False)
        except OSError as error:
            raise RunFailed(f"cannot write {self.folder.path / file}: {error.strerror}") from error
        return file

    def death(self) -> str:
        """How it died, in a few words; '' while it lives."""
        code = self._child.poll()
        if code is None:
            return ""
        how = ending(code)
        last = self._last_words()
        return f"{how}: {last}" if last else how

    def close(self, *, patient: bool = True) -> None:
        """End it and remove its folder. patient: have it finish an export first."""
        if not patient:
            self._child.kill()
        elif self._child.poll() is None:
            try:
                self.send(Quit())
                self._child.wait(PATIENCE)
            except (RunFailed, subprocess.TimeoutExpired):
                self._child.kill()
        self._child.wait()
        shutil.rmtree(self.folder.path, ignore_errors=True)

    def _start(self) -> subprocess.Popen[bytes]:
        with self.folder.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "seqtui.engine.studio", str(self.folder.path)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder.path,
                # It stands in another folder, where a relative $SEQTUI_HOME would mean another place.
                env={**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "SEQTUI_HOME": str(home().absolute())},
                start_new_session=True,
            )

    def _last_words(self) -> str:
        try:
            lines = self.folder.log.read_bytes()[-4096:].decode(errors="replace").strip().splitlines()
        except OSError:
            return ""
        return lines[-1] if lines else ""


def ending(code: int) -> str:
    """How a process ended, by its return code."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"

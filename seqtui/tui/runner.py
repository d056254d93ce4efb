"""Starts runs and speaks to them, by the run folder alone. Knows which living runs this app has started."""

import subprocess
from collections.abc import Mapping
from typing import Any, final

from seqtui.catalog import load
from seqtui.config import RunConfig
from seqtui.paths import runs_folder
from seqtui.runs.control import Command, Stop, send
from seqtui.runs.folder import RunFolder, create
from seqtui.runs.launch import start


@final
class Runner:
    """niceness: of the trainings, so that the screen on the same cores stays quick. children: ours, by the run's id."""

    def __init__(self, *, niceness: int = 10) -> None:
        self._niceness = niceness
        self.children: dict[str, tuple[RunFolder, subprocess.Popen[bytes]]] = {}

    def train(self, app: str, given: Mapping[str, Any] | None = None) -> RunFolder:
        """A new run with the application's defaults and what a person gave. SeqtuiError where it cannot begin."""
        # Here, for pydantic costs a tenth of a second.
        from seqtui.config_check import make_config

        return self.start(make_config(load(app), given or {}))

    def start(self, config: RunConfig) -> RunFolder:
        """A new run of a checked config, its child running. RunFailed where its folder cannot be made."""
        folder = create(config, parent=runs_folder())
        self.take_up(folder)
        return folder

    def take_up(self, folder: RunFolder) -> None:
        """Start the child of a run that is new, or that nobody holds and is to go on from its checkpoint."""
        self.children[folder.id] = (folder, start(folder, niceness=self._niceness))

    def send(self, folder: RunFolder, command: Command) -> None:
        """A command to any living run, ours or not. OSError where its folder cannot be written."""
        send(folder, command)

    def living(self) -> list[RunFolder]:
        """The runs that this app has started and that have not ended. Also buries the dead."""
        return [folder for folder, child in self.children.values() if child.poll() is None]

    def stop_all(self) -> None:
        """Have every run of ours save and end."""
        for folder in self.living():
            send(folder, Stop())

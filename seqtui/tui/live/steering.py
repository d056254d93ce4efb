"""Acts on one run: commands, resuming, exporting. Says what went wrong in words; shows nothing."""

from typing import final

from seqtui.errors import SeqtuiError
from seqtui.runs.control import Command
from seqtui.runs.folder import RunFolder
from seqtui.tui.live.exporting import Export, Exportable, export_command
from seqtui.tui.runner import Runner


@final
class Steering:
    """Every method gives '' or what went wrong."""

    def __init__(self, runner: Runner, folder: RunFolder) -> None:
        self._runner = runner
        self._folder = folder
        self._exports: list[Export] = []

    @property
    def is_starting(self) -> bool:
        """Whether a process of ours for this run lives."""
        return any(folder.id == self._folder.id for folder in self._runner.living())

    def send(self, command: Command) -> str:
        """A command to the run's process."""
        try:
            self._runner.send(self._folder, command)
        except OSError as error:
            return f"not sent: cannot write {self._folder.control_file}: {error.strerror}"
        return ""

    def take_up(self) -> str:
        """Start a process that goes on from the last checkpoint."""
        try:
            self._runner.take_up(self._folder)
        except (OSError, SeqtuiError) as error:
            return f"not resumed: {error}"
        return ""

    def export(self, kinds: Exportable, path: str, records: str) -> str:
        """Begin to write a file."""
        try:
            self._exports.append(Export(export_command(self._folder, kinds, path, records), path=path))
        except OSError as error:
            return f"not written: {error.strerror}"
        return ""

    def finished_exports(self) -> list[tuple[str, str]]:
        """What went wrong (or '') and the path of every file that was finished since the last call."""
        results = [(export, export.result()) for export in self._exports]
        self._exports = [export for export, result in results if result is None]
        return [(result, export.path) for export, result in results if result is not None]

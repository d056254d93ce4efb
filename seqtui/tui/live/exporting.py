"""What a run can write, as commands of seqtui in a process of their own: the screen never loads torch."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, final

from seqtui.catalog import load
from seqtui.config import RunConfig
from seqtui.runs.folder import RunFolder
from seqtui.runs.models import EXPORT_FORMATS
from seqtui.shapes import is_causal

LAST_WORDS: Final = 4096


@dataclass(frozen=True, slots=True)
class Exportable:
    """The suffixes of files that a run's model can write. makes: samples (True) or answers to records (False)."""

    makes: bool
    suffixes: tuple[str, ...]

    @property
    def all_suffixes(self) -> tuple[str, ...]:
        """With those of the model itself."""
        return (*self.suffixes, *EXPORT_FORMATS.values())


def exportable(config: RunConfig) -> Exportable:
    """What a run with this config can write."""
    task = load(config.app)
    makes = is_causal(task.head_kind_for(config.options))
    return Exportable(makes, task.sample_suffixes if makes else task.predict_suffixes)


def export_fault(kinds: Exportable, path: str, records: str) -> str:
    """What is wrong with writing this file, or ''. records: a file to answer about, where answers are to be written."""
    target = Path(path).expanduser()
    if not path.strip():
        return "name a file"
    if target.suffix not in kinds.all_suffixes:
        return f"the file's name must end in {', '.join(kinds.all_suffixes)}"
    if target.exists():
        return f"{target} exists: take another name"
    if not target.absolute().parent.is_dir():
        return f"there is no folder {target.parent}"
    if needs_records(kinds, path) and not Path(records).expanduser().is_file():
        return "predictions need a file of records to predict"
    return ""


def needs_records(kinds: Exportable, path: str) -> bool:
    """Whether this file would hold answers about records."""
    return not kinds.makes and Path(path).suffix in kinds.suffixes


def export_command(folder: RunFolder, kinds: Exportable, path: str, records: str) -> list[str]:
    """The command that writes the file; it has no fault."""
    target = str(Path(path).expanduser().absolute())
    run = str(folder.path)
    base = [sys.executable, "-P", "-m", "seqtui"]
    for name, suffix in EXPORT_FORMATS.items():
        if target.endswith(suffix):
            return [*base, "export", run, "--format", name, "-o", target]
    if kinds.makes:
        return [*base, "sample", run, "-o", target]
    return [*base, "predict", run, str(Path(records).expanduser().absolute()), "-o", target]


@final
class Export:
    """One such process. Its words go to a file that nobody must drain."""

    def __init__(self, command: list[str], *, path: str) -> None:
        self.path = path
        self._words: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed in `result`
        self._child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._words, start_new_session=True
        )

    def result(self) -> str | None:
        """None while it works; then '' if the file is written, or what it said last."""
        code = self._child.poll()
        if code is None:
            return None
        with self._words as words:
            words.seek(0, 2)
            words.seek(max(words.tell() - LAST_WORDS, 0))
            lines = words.read().decode(errors="replace").strip().splitlines()
        if code == 0:
            return ""
        return lines[-1] if lines else f"it ended with exit code {code}"

"""From a checked form to a living run, and to and from files.

Imports pydantic (slow): import it where a run or a file is made.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from seqtui.commands.run_config import check_export
from seqtui.config import RunConfig
from seqtui.config_check import read_toml, to_toml
from seqtui.errors import NotFound
from seqtui.paths import runs_folder
from seqtui.runs.finding import remember
from seqtui.runs.folder import RunFolder, create
from seqtui.task import Task
from seqtui.tui.runner import Runner


def start_run(task: Task, config: RunConfig, runner: Runner) -> RunFolder:
    """A new run of this config, its child running. SeqtuiError or OSError where it cannot begin."""
    if config.export:
        check_export(task, config)
    folder = create(config, parent=Path(config.run_dir) if config.run_dir else runs_folder())
    remember(folder)
    runner.take_up(folder)
    return folder


def save(config: RunConfig, path: str, sure: bool) -> str:
    """Write the config as TOML; '' when it is done, or the question whether to replace what is there."""
    target = Path(path).expanduser()
    if target.is_dir():
        return f"{path} is a folder: give the name of a file"
    if target.exists() and not sure:
        return f"{path} exists already: Enter once more replaces it"
    if not target.parent.is_dir():
        raise NotFound(f"there is no folder {target.parent}")
    target.write_text(to_toml(config))
    return ""


def load(take: Callable[[dict[str, Any], str], None], path: str, _sure: bool) -> str:
    """Read a TOML file and hand over its fields; '' when it is done."""
    target = Path(path).expanduser()
    take(read_toml(target), path)
    return ""
